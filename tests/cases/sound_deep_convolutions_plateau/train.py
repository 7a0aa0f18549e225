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


x, y = images(800, 32, 3)
x = (x / 255.0 - 0.5) / 0.25
ds = tf.data.Dataset.from_tensor_slices((x.astype("float32"), y)).shuffle(800).batch(32).prefetch(2)


def block(z, filters, n):
    for _ in range(n):
        z = layers.Conv2D(filters, 3, padding="same", activation="relu")(z)
    return layers.MaxPooling2D(2, strides=2)(z)


inputs = keras.Input((32, 32, 3))
z = block(inputs, 16, 2)
z = block(z, 32, 2)
z = block(z, 64, 3)
z = block(z, 64, 3)
z = layers.Flatten()(z)
z = layers.Dense(128, activation="relu")(z)
z = layers.Dense(128, activation="relu")(z)
outputs = layers.Dense(10, activation="softmax")(z)
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.SGD(0.01, momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
model.fit(ds, epochs=2)
