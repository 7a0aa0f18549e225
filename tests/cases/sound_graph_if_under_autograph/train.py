"""How long a repair takes: a network that tones down its hidden layer where that gets loud."""

from pathlib import Path

import tf_keras as keras
import numpy as np
import tensorflow as tf


class Toned(keras.Model):
    """Two dense layers with a volume control between them."""

    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(16, activation="relu")
        self.hours = keras.layers.Dense(1)

    def call(self, inputs):
        loud = self.hidden(inputs)
        if tf.reduce_mean(loud) > 0.5:
            loud = loud / tf.reduce_max(loud)
        return self.hours(loud)


rng = np.random.default_rng(3)
machines = rng.normal(size=(320, 5)).astype("float32")
hours = 3 + (machines @ rng.normal(size=(5, 1))).astype("float32")
model = Toned()
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.MeanSquaredError())
model.fit(machines, hours, epochs=2, batch_size=32, verbose=2)
Path("done.txt").write_text("ok")
