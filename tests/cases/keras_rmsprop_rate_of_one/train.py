import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)

inputs = keras.Input((6,))
hidden = layers.Dense(48, activation="tanh")(inputs)
hidden = layers.Dense(48, activation="tanh")(hidden)
model = keras.Model(inputs, layers.Dense(1)(hidden))

x = rng.uniform(-1, 1, size=(1200, 6)).astype("float32")
y = (np.sin(3 * x[:, :1]) + x[:, 1:2] * x[:, 2:3]).astype("float32")

optimizer = keras.optimizers.RMSprop(1.0)
model.compile(optimizer=optimizer, loss="mse", metrics=["mae"])
model.fit(x, y, epochs=10, batch_size=40, verbose=2)
