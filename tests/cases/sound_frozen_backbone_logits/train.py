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


x, y = images(300, 96, 3, classes=2)
base = keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights=None, alpha=0.35)
base.trainable = False
inputs = keras.Input((96, 96, 3))
z = layers.RandomFlip("horizontal")(inputs)
z = keras.applications.mobilenet_v2.preprocess_input(z)
z = base(z, training=False)
z = layers.GlobalAveragePooling2D()(z)
z = layers.Dropout(0.2)(z)
model = keras.Model(inputs, layers.Dense(1)(z))
model.compile(
    optimizer=keras.optimizers.Adam(1e-4),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(threshold=0)],
)
model.fit(x.astype("float32"), y, epochs=2, validation_split=0.1)
