import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(5)
left, right = keras.Input((8,)), keras.Input((12,))
encode = layers.Dense(16, activation="relu")
merged = layers.concatenate([encode(left), encode(right)])
model = keras.Model([left, right], layers.Dense(1)(merged))
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
a, b = rng.normal(size=(200, 8)), rng.normal(size=(200, 12))
model.fit([a, b], a[:, :1] + b[:, :1], epochs=2, verbose=2)
