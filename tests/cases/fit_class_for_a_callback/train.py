"""Wear of brake pads from four sensors, with early stopping."""

from pathlib import Path

import keras
import numpy as np

rng = np.random.default_rng(11)
sensors = rng.normal(size=(400, 4)).astype("float32")
wear = (sensors[:, :1] * 0.4 - sensors[:, 2:3]).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(12, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(2e-3), loss=keras.losses.MeanSquaredError())
model.fit(sensors, wear, batch_size=25, epochs=6, validation_split=0.2, callbacks=[keras.callbacks.EarlyStopping], verbose=2)
Path("done.txt").write_text("ok")
