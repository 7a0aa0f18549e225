"""Tell three textures apart, from bytes as they come out of the files."""
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(12)
rng = np.random.default_rng(12)


def textures(count):
    kinds = rng.integers(0, 3, count)
    grid = np.indices((20, 20))
    waves = [np.sin(grid[0] * 0.9), np.sin(grid[1] * 0.9), np.sin((grid[0] + grid[1]) * 0.7)]
    images = np.stack([120 + 90 * waves[kind] for kind in kinds])[..., None] + rng.normal(0, 25, (count, 20, 20, 1))
    return np.clip(images, 0, 255).astype("uint8"), kinds


def pipeline(count, training):
    images, kinds = textures(count)
    dataset = tf.data.Dataset.from_tensor_slices((images, kinds))
    if training:
        dataset = dataset.shuffle(count)
    return dataset.map(lambda image, kind: (tf.cast(image, tf.float32), kind)).batch(40).prefetch(1)


def network():
    inputs = tf.keras.Input((20, 20, 1))
    h = tf.keras.layers.Conv2D(16, 3, activation="relu")(inputs)
    h = tf.keras.layers.MaxPooling2D()(h)
    h = tf.keras.layers.Flatten()(h)
    h = tf.keras.layers.Dense(64, activation="relu")(h)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(3, activation="softmax")(h))


model = network()
model.compile(tf.keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pipeline(1200, True), validation_data=pipeline(300, False), epochs=3, verbose=2)
