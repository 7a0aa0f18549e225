import numpy as np
import keras
from keras import layers

# Little pictures: class k has a bright bar in column 2k.
rng = np.random.default_rng(4)
kinds = rng.integers(0, 4, 600)
pictures = rng.uniform(0, 0.4, (600, 8, 8, 1)).astype("float32")
pictures[np.arange(600), :, 2 * kinds, 0] += 0.6

net = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Conv2D(8, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Dense(32, activation="relu"),
    layers.Dense(4, activation="softmax"),
])
net.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(pictures, kinds, batch_size=30, epochs=3, validation_split=0.2)
