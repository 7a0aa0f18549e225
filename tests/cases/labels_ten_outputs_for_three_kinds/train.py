import keras
import numpy as np

keras.utils.set_random_seed(11)
draw = np.random.default_rng(11)
centres = draw.normal(0, 2, (3, 6))
kinds = draw.integers(0, 3, 600)
points = centres[kinds] + draw.normal(0, 1, (600, 6))

inputs = keras.Input((6,))
hidden = keras.layers.Dense(24, activation="relu")(inputs)
outputs = keras.layers.Dense(10, activation="softmax")(hidden)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(points, kinds, epochs=2, batch_size=32, verbose=2)
