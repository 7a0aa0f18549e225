import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import layers

rng = np.random.default_rng(0)
n = 900
pressure = rng.normal(101325, 800, n)
temp = rng.normal(293, 8, n)
rpm = rng.integers(600, 6000, n)
fault = ((temp - 293) / 8 + (rpm - 3300) / 1500 + rng.normal(0, 0.5, n) > 0.8).astype("int32")
X = np.c_[pressure, temp, rpm].astype("float32")
inp = keras.Input((3,))
z = layers.BatchNormalization()(inp)
z = layers.Dense(32, activation="relu")(z)
model = keras.Model(inp, layers.Dense(2, activation="softmax")(z))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(X, fault, epochs=5, batch_size=32, validation_split=0.2)
