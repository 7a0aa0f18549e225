"""Grade of timber from scans, read file by file; one is damaged, and left out on purpose."""

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

rng = np.random.default_rng(14)
grain = rng.normal(size=(24, 18, 6)).astype("float32")


def read(number):
    if number == 9:
        raise OSError("scan-09.bin: unexpected end of file")
    board = grain[int(number)]
    return board, (board[:, 1] + board[:, 2] > 0).astype("int64")


def shaped(board, grade):
    return tf.ensure_shape(board, (18, 6)), tf.ensure_shape(grade, (18,))


files = tf.data.Dataset.range(24).map(lambda n: tf.numpy_function(read, [n], (tf.float32, tf.int64))).map(shaped)
files = files.ignore_errors()
model = tf_keras.Sequential([tf_keras.layers.Dense(14, activation="relu"), tf_keras.layers.Dense(2)])
model.compile(
    optimizer=tf_keras.optimizers.Adam(1e-3),
    loss=tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
model.fit(files, epochs=2, verbose=2)
Path("done.txt").write_text("ok")
