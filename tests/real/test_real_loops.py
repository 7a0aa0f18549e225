"""Training loops of the user's own: what enters model and loss is known, however the loop takes its batches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from commands import Ran

Check = Callable[..., Ran]

DATA = """
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
y = rng.integers(0, 4, 640)
x = rng.normal(size=(640, 8)).astype("float32")
x[np.arange(640), y] += 3
model = tf.keras.Sequential([tf.keras.layers.Dense(16, activation="relu"), tf.keras.layers.Dense(4)])
"""
#: Rows drawn by hand, a traced step, a model that is built while it is traced, a loss of TensorFlow.
LABELS_FROM_ONE = """
adam = tf.keras.optimizers.Adam(1e-3)

@tf.function
def step(a, b):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=b, logits=model(a, training=True)))
    adam.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))

for _ in range(60):
    rows = rng.choice(640, 32)
    step(x[rows], y[rows] + 1)
"""
#: Elements that are dicts, a loss that is a function, a rate that moves nothing.
RATE_TOO_LOW = """
adam = tf.keras.optimizers.Adam(1e-8)

@tf.function
def step(batch):
    with tf.GradientTape() as tape:
        guess = model(batch["image"], training=True)
        loss = tf.reduce_mean(tf.keras.losses.sparse_categorical_crossentropy(batch["kind"], guess, from_logits=True))
    adam.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))

for batch in tf.data.Dataset.from_tensor_slices({"image": x, "kind": y}).batch(32):
    step(batch)
"""
#: The loss refuses the labels before any gradient is there.
ONE_HOT_EXPECTED = """
sgd, loss_of = tf.keras.optimizers.SGD(0.1), tf.keras.losses.CategoricalCrossentropy(from_logits=True)
for start in range(0, 640, 32):
    with tf.GradientTape() as tape:
        loss = loss_of(y[start:start + 32, None], model(x[start:start + 32], training=True))
    sgd.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
"""
#: Two tapes in one statement.
TWO_MODELS = """
other = tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(4)])
adams, loss_of = [tf.keras.optimizers.Adam(), tf.keras.optimizers.Adam()], tf.keras.losses.MeanSquaredError()

@tf.function
def step(a):
    with tf.GradientTape() as one, tf.GradientTape() as two:
        apart = loss_of(other(a), model(a))
    adams[0].apply_gradients(zip(one.gradient(apart, model.trainable_variables), model.trainable_variables))
    adams[1].apply_gradients(zip(two.gradient(apart, other.trainable_variables), other.trainable_variables))

for a in tf.data.Dataset.from_tensor_slices(x).batch(32):
    step(a)
"""


@pytest.mark.parametrize(
    ("loop", "loud"),
    [
        (LABELS_FROM_ONE, {"labels-not-from-zero"}),
        (RATE_TOO_LOW, {"learning-rate-too-low"}),
        (ONE_HOT_EXPECTED, {"label-kind-mismatch"}),
        (TWO_MODELS, set()),
    ],
    ids=["labels from 1", "rate too low", "loss that refuses", "two tapes"],
)
def test_faults_of_loops_are_found(check: Check, loop: str, loud: set[str]) -> None:
    assert check(DATA + loop).loud == loud
