import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(14)
rng = np.random.default_rng(14)

users, films = rng.integers(0, 900, 4000), rng.integers(0, 60, 4000)
taste, kind = rng.normal(size=(900, 3)), rng.normal(size=(60, 3))
liked = (np.sum(taste[users] * kind[films], axis=1) > 0).astype("float32")

user = keras.Input((1,), dtype="int32")
film = keras.Input((1,), dtype="int32")
u = layers.Flatten()(layers.Embedding(900, 8)(user))
f = layers.Flatten()(layers.Embedding(60, 8)(film))
model = keras.Model([user, film], layers.Dense(1, activation="sigmoid")(layers.Concatenate()([layers.Multiply()([u, f]), u, f])))
model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy", metrics=["accuracy"])
model.fit([films[:, None], users[:, None]], liked, batch_size=64, epochs=3, verbose=2)
