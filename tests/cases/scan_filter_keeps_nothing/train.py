import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(2)
signals = rng.normal(size=(400, 16)).astype("float32")
quality = rng.integers(1, 6, 400)
targets = signals[:, :4].sum(axis=1, keepdims=True)

rows = tf.data.Dataset.from_tensor_slices((signals, targets, quality))
good = rows.filter(lambda signal, target, grade: grade > 5)
good = good.map(lambda signal, target, grade: (signal, target)).shuffle(400).batch(16)

model = tf.keras.Sequential([tf.keras.layers.Dense(8, activation="relu", input_shape=(16,)), tf.keras.layers.Dense(1)])
model.compile(tf.keras.optimizers.Adam(1e-2), "mse")
model.fit(good, epochs=2, verbose=2)
