import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(8)
rng = np.random.default_rng(8)
pulse = rng.normal(size=(1200, 12)).astype("float32")
ill = (pulse[:, :4].sum(axis=1) > 0.4).astype("int32")

inputs = keras.layers.Input(shape=(12,))
hidden = keras.layers.Dense(16, activation="tanh")(inputs)
score = keras.layers.Dense(1)(hidden)
doctor = keras.models.Model(inputs=inputs, outputs=score)
doctor.compile(
    optimizer=keras.optimizers.Adam(learning_rate=3e-3),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(name="right"), keras.metrics.AUC(from_logits=True)],
)
doctor.fit(pulse, ill, batch_size=40, epochs=3, validation_split=0.2, verbose=2)
