import numpy as np
import tensorflow as tf
import keras
from keras import layers

rng = np.random.default_rng(0)
n, size = 120, 64
masks = np.zeros((n, size, size), "uint8")
for m in masks:
    r, c, h = rng.integers(8, 40), rng.integers(8, 40), rng.integers(8, 20)
    m[r : r + h, c : c + h] = 1
    m[r + h // 2 : r + h, c : c + h // 2] = 2
pictures = (60 + 70 * masks[..., None] + rng.normal(0, 15, (n, size, size, 3))).clip(0, 255).astype("float32") / 255.0
ds = tf.data.Dataset.from_tensor_slices((pictures, masks[..., None])).shuffle(n).batch(8)
inputs = keras.Input((size, size, 3))
x = layers.Conv2D(16, 3, strides=2, padding="same")(inputs)
x = layers.BatchNormalization()(x)
x = layers.Activation("relu")(x)
previous = x
for f in (32, 64):
    x = layers.Activation("relu")(x)
    x = layers.SeparableConv2D(f, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = layers.SeparableConv2D(f, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.add([x, layers.Conv2D(f, 1, strides=2, padding="same")(previous)])
    previous = x
for f in (64, 32, 16):
    x = layers.Activation("relu")(x)
    x = layers.Conv2DTranspose(f, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.UpSampling2D(2)(x)
    x = layers.add([x, layers.Conv2D(f, 1, padding="same")(layers.UpSampling2D(2)(previous))])
    previous = x
model = keras.Model(inputs, layers.Conv2D(3, 3, activation="softmax", padding="same")(x))
model.compile(optimizer=keras.optimizers.Adam(1e-4), loss="sparse_categorical_crossentropy")
model.fit(ds, epochs=2)
