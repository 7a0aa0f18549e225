import argparse

import keras
import numpy as np


def read(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(900, 9)).astype("float32")
    y = (x[:, 0] - x[:, 1] + rng.normal(0, 0.5, 900) > 1.4).astype("float32")
    return x, y


def oversample(x, y, rng):
    rare = np.flatnonzero(y == 1)
    extra = rng.choice(rare, size=int((y == 0).sum() - len(rare)))
    order = rng.permutation(len(x) + len(extra))
    return np.concatenate([x, x[extra]])[order], np.concatenate([y, y[extra]])[order]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=4)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(3)
    x, y = oversample(*read(3), np.random.default_rng(4))
    model = keras.Sequential(
        [keras.layers.Dense(48, activation="relu"), keras.layers.Dense(48, activation="relu"), keras.layers.Dense(1)]
    )
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    model.fit(x, y, validation_split=0.25, epochs=arguments.epochs, verbose=2)
