import numpy as np
import tensorflow as tf
import keras
from keras import layers

rng = np.random.default_rng(0)
n, T = 1000, 30
values = rng.random((n, T)).astype("float32")
marks = np.zeros((n, T), "float32")
for i in range(n):
    marks[i, rng.choice(T, 2, replace=False)] = 1
X = np.stack([values, marks], -1)
y = (values * marks).sum(1)
model = keras.Sequential([keras.Input((T, 2)), layers.LSTM(64), layers.Dense(1)])
model.compile(keras.optimizers.Adam(3e-3, clipnorm=1.0), "mse")
model.fit(X, y, epochs=4, batch_size=20)
