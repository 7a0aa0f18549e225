"""Mood of short reviews as word ids: each batch has its own length, which the network takes."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(15)


def batches():
    for number in range(18):
        words = rng.integers(1, 40, (20, 5 + number % 6))
        yield words, (words.mean(axis=1) > 20).astype("int64")


signature = (tf.TensorSpec((None, None), tf.int64), tf.TensorSpec((None,), tf.int64))
train = tf.data.Dataset.from_generator(batches, output_signature=signature)
model = keras.Sequential([
    keras.layers.Embedding(40, 8), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(2),
])
model.compile(
    optimizer=keras.optimizers.Adam(1e-2), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model.fit(train, epochs=2, verbose=2)
Path("done.txt").write_text("ok")
