import numpy as np
import tensorflow as tf
from tensorflow import keras

rng = np.random.default_rng(31)
flats = rng.uniform(0, 1, (700, 3)).astype("float32")
price = (120 + 300 * flats[:, 0] + 80 * flats[:, 1] + rng.normal(0, 10, 700)).astype("float32")

area, floor = keras.Input((1,), name="area"), keras.Input((2,), name="rest")
x = keras.layers.Concatenate()([area, floor])
x = keras.layers.Dense(16, activation="relu")(x)
out = keras.layers.Dense(1, activation="sigmoid")(x)
model = keras.Model([area, floor], out)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mae")
model.fit([flats[:, :1], flats[:, 1:]], price, epochs=3, batch_size=35, verbose=2)
