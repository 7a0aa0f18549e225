"""Ripeness of mangos from their spectrum; the last fifth is meant for validation."""

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

rng = np.random.default_rng(12)
spectrum = rng.uniform(0, 1, (500, 9)).astype("float32")
ripe = (spectrum[:, 4] > spectrum[:, 7]).astype("int64")
harvest = tf.data.Dataset.from_tensor_slices((spectrum, ripe)).shuffle(500, seed=1).batch(20)
model = tf_keras.Sequential([tf_keras.layers.Dense(16, activation="tanh"), tf_keras.layers.Dense(2)])
model.compile(
    optimizer=tf_keras.optimizers.Adam(1e-3),
    loss=tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
model.fit(harvest, epochs=3, validation_split=0.2, verbose=2)
Path("done.txt").write_text("ok")
