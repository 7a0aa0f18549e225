"""Price of a crossing from distance and freight: a model whose fit takes a table and a number of rounds."""

from pathlib import Path

import keras
import numpy as np

rng = np.random.default_rng(17)
crossings = rng.normal(size=(400, 5)).astype("float32")
price = (crossings[:, :1] - 0.3 * crossings[:, 4:]).astype("float32")


class Tariff(keras.Sequential):
    """It is trained on (inputs, targets)."""

    def fit(self, table, rounds):
        return super().fit(table[0], table[1], epochs=rounds, batch_size=25, verbose=2)


model = Tariff([keras.Input((5,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(2e-3), loss=keras.losses.MeanSquaredError())
model.fit((crossings, price), 3)
Path("done.txt").write_text("ok")
