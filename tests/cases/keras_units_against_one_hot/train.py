import numpy as np
import keras

rng = np.random.default_rng(3)
season = rng.integers(0, 4, 400)
weather = np.stack([np.cos(season * 1.57), np.sin(season * 1.57)], 1) + rng.normal(0, 0.2, (400, 2))
one_hot = keras.utils.to_categorical(season)

model = keras.models.Sequential()
model.add(keras.layers.Input((2,)))
model.add(keras.layers.Dense(20, activation="tanh"))
model.add(keras.layers.Dense(3))
model.add(keras.layers.Activation("softmax"))
model.compile(loss=keras.losses.categorical_crossentropy, optimizer="rmsprop", metrics=["acc"])
model.fit(weather, one_hot, epochs=3, batch_size=20)
