import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)

x = rng.normal(size=(500, 6)).astype("float32")
y = rng.integers(0, 3, 500)
x[np.arange(500), y] += 3

model = keras.Sequential([layers.Input((6,)), layers.Dense(32, activation="relu"), layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", ["accuracy"])
model.fit(x, y, batch_size=25, epochs=4, verbose=2)
