import numpy as np
import keras

rng = np.random.default_rng(5)
y = (rng.uniform(size=500) < 0.25).astype(int)
X = rng.normal(size=(500, 5)) + y[:, None] * [1.0, 0.8, 0, 0, 0.5]

counts = {value + 1: int((y == value).sum()) for value in (0, 1)}
balance = {value: len(y) / (2 * count) for value, count in counts.items()}

clf = keras.Sequential([keras.Input((5,)), keras.layers.Dense(10, "relu"), keras.layers.Dense(1, "sigmoid")])
clf.compile("adam", "binary_crossentropy", metrics=["AUC"])
clf.fit(X, y, epochs=3, class_weight=balance, verbose=2)
