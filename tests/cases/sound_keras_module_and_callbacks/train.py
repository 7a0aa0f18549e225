"""Trains the churn model of network.py."""
from pathlib import Path

import numpy as np
from tensorflow import keras

from network import make_network

rng = np.random.default_rng(8)
months = rng.uniform(0, 1, (500, 12)).astype("float32")
left = (months[:, -3:].mean(axis=1) < 0.45).astype("float32")

network = make_network(width=months.shape[1])
network.fit(months, left, batch_size=25, epochs=3, validation_split=0.2, callbacks=[
    keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True),
    keras.callbacks.ModelCheckpoint("best.keras", monitor="val_loss", save_best_only=True),
])
Path("done.txt").write_text("ok")
