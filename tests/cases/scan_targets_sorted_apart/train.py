import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.random.set_seed(6)
np.random.seed(6)

size = np.random.rand(1100, 1).astype("float32")
place = np.random.randint(0, 12, (1100, 1))
worth = np.linspace(-1, 1, 12)
price = 3 * size[:, 0] + worth[place[:, 0]] + np.random.normal(0, 0.1, 1100)
price = np.array(sorted(price, key=lambda value: (value * 7919) % 1.0), dtype="float32")

size_in, place_in = layers.Input((1,), name="size"), layers.Input((1,), name="place", dtype="int32")
code = layers.Flatten()(layers.Embedding(12, 4)(place_in))
hidden = layers.Dense(64, activation="relu")(layers.Concatenate()([size_in, code]))
hidden = layers.Dense(64, activation="relu")(hidden)
model = tf.keras.Model([size_in, place_in], layers.Dense(1)(hidden))
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="mse", metrics=["mae"])
model.fit({"size": size, "place": place}, price, batch_size=32, epochs=5, validation_split=0.1, verbose=2)
