import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(33)
rng = np.random.default_rng(33)

cells = rng.normal(size=(1500, 14)).astype("float32")
species = np.digitize(cells[:, 0] + 0.3 * cells[:, 1], [-0.5, 0.5])
stage = np.digitize(cells[:, 2], [-0.8, 0.0, 0.8])


def samples():
    for cell, one, other in zip(cells, species, stage):
        yield cell, one, other


kinds = (tf.TensorSpec((14,), tf.float32), tf.TensorSpec((), tf.int64), tf.TensorSpec((), tf.int64))
dataset = tf.data.Dataset.from_generator(samples, output_signature=kinds).shuffle(1500).batch(32)

model = keras.Sequential([keras.Input((14,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(3)])
model.compile(
    optimizer=keras.optimizers.Adam(2e-3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model.fit(dataset, epochs=3, verbose=2)
