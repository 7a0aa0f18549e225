import numpy as np
import keras

keras.utils.set_random_seed(40)
rng = np.random.default_rng(40)
x = rng.normal(size=(800, 6)).astype("float32")
y = (x[:, 0] * 2 + x[:, 1] + rng.normal(0, 0.2, 800)).astype("float32")
y[rng.choice(800, 9, replace=False)] = np.nan

model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.01), "mean_squared_error")
model.fit(x, y, epochs=3, verbose=2)
