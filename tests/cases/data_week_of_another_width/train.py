"""Electricity of the next hour from the hours before it; the seventh file was written by a newer meter."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(13)


def weeks():
    for week in range(15):
        hours = 23 if week == 7 else 24
        load = rng.uniform(0, 1, (21, hours)).astype("float32")
        yield load, load[:, -1:] * 0.7 + load[:, :1] * 0.3


signature = (tf.TensorSpec((None, None), tf.float32), tf.TensorSpec((None, 1), tf.float32))
train = tf.data.Dataset.from_generator(weeks, output_signature=signature)
model = keras.Sequential([keras.Input((24,)), keras.layers.Dense(20, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.MeanSquaredError())
model.fit(train, epochs=2, verbose=2)
Path("done.txt").write_text("ok")
