import keras
import numpy as np

keras.utils.set_random_seed(17)
rng = np.random.default_rng(17)

rooms = rng.normal(size=(1100, 6)).astype("float32")
rent = 9.5 + 2.2 * rooms[:, 0] - 1.1 * rooms[:, 4] + rng.normal(0, 0.3, 1100)

flat = keras.Sequential()
flat.add(keras.Input((6,)))
flat.add(keras.layers.Dense(24, activation="relu"))
flat.add(keras.layers.Dense(1))
flat.add(keras.layers.Activation("sigmoid"))
flat.compile(optimizer=keras.optimizers.Adam(5e-3), loss=keras.losses.MeanSquaredError(), metrics=["mae"])
flat.fit(rooms[:1000], rent[:1000], validation_data=(rooms[1000:], rent[1000:]), epochs=4, verbose=2)
