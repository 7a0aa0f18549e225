import numpy as np
import tensorflow as tf
import keras
from keras import layers

rng = np.random.default_rng(0)


def images(n, size=28, channels=1, classes=10, scale=255):
    y = rng.integers(0, classes, n)
    x = rng.normal(0.15, 0.1, (n, size, size, channels))
    rows = np.random.default_rng(5).integers(2, size - 6, (classes, 2))
    for i, label in enumerate(y):
        r, c = rows[label] + rng.integers(-1, 2, 2)
        x[i, r : r + 5, c : c + 5] += 0.7 + 0.1 * label / classes
    return (np.clip(x, 0, 1) * scale).astype("uint8" if scale == 255 else "float32"), y


x, y = images(600, 48, 3)
inp = keras.Input((48, 48, 3))
z = layers.Rescaling(1 / 127.5, offset=-1)(inp)
z = layers.Conv2D(16, 3, 2, padding="same", use_bias=False)(z)
z = layers.BatchNormalization()(z)
z = layers.ReLU(6.0)(z)
for filters, stride in ((24, 1), (32, 2), (32, 1), (64, 2), (64, 1), (96, 2), (96, 1)):
    s = z
    z = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(z)
    z = layers.BatchNormalization()(z)
    z = layers.ReLU(6.0)(z)
    z = layers.Conv2D(filters, 1, use_bias=False)(z)
    z = layers.BatchNormalization()(z)
    z = layers.ReLU(6.0)(z)
z = layers.GlobalAveragePooling2D()(z)
z = layers.Dropout(0.2)(z)
model = keras.Model(inp, layers.Dense(10, activation="softmax")(z))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["acc"])
model.fit(x, y, batch_size=32, epochs=2, shuffle=True)
