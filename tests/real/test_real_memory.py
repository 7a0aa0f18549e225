"""The memory of real trainings: what is foreseen against what is taken, and a search that survives the deaths it causes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.memory import CNN, plain_peak
from tfwizard.session import Session

#: Ends as native code does that gets no memory, with more than 40 rows.
DIES_OF_LARGE_BATCHES = """
import os

import keras
import numpy as np
import tensorflow as tf


class Hungry(keras.layers.Layer):
    def call(self, inputs):
        return tf.grad_pass_through(lambda x: tf.ensure_shape(tf.py_function(self.eat, [x], tf.float32), x.shape))(inputs)

    def eat(self, x):
        if len(x) > 40:
            print("terminate called after throwing an instance of 'std::bad_alloc'", flush=True)
            os.abort()
        return x


points = np.random.default_rng(0).normal(size=(256, 3)).astype("float32")
labels = (points[:, 0] > 0).astype("int64")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8), Hungry(), keras.layers.Dense(2)])
model.compile(optimizer=keras.optimizers.SGD(1e-1), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(points, labels, batch_size=64)
"""


@pytest.mark.parametrize("rows", [32, 128])
async def test_peak_of_the_plain_training_is_foreseen(rows: int, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(CNN.format(rows=rows, steps=4))
    session = Session(script, cwd=tmp_path)
    try:
        facts = (await session.run()).facts.memory
    finally:
        await session.close()
    assert facts is not None and facts.peak is not None
    assert [one.rows for one in facts.steps] == [rows // 4, rows // 2, rows]
    assert sum(part.bytes for part in facts.parts) == pytest.approx(facts.peak, rel=0.01)
    # The benchmark allows 0.15; a busy machine lets operations run side by side in other ways.
    assert facts.peak == pytest.approx(plain_peak(script), rel=0.3)


async def test_batch_that_kills_is_replaced_by_one_that_trains(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(DIES_OF_LARGE_BATCHES)
    session = Session(script, cwd=tmp_path)
    try:
        fitting = (await session.run()).facts.fitting
        assert fitting is not None
        assert [(one.rows, one.fits) for one in fitting.tried] == [(64, False), (32, True)]
        assert fitting.largest == 32
        finding = session.findings["out-of-memory"]
        assert "SGD" in finding.remedies[0].consequence
        trial = await session.try_fix(finding.key)
        assert trial.verified
        assert "batch_size=32" in trial.preview.diff
    finally:
        await session.close()
