"""Training steps of our own: traced without AutoGraph where that will do, and with it where the model's Python needs it."""

from __future__ import annotations

from pathlib import Path

from tfwizard.session import Session

#: Which of two scales it applies hangs on the values, in plain Python: a graph has that by AutoGraph alone.
BRANCHES = """
import numpy as np
import tensorflow as tf
import tf_keras as keras


class Scaled(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden, self.head = keras.layers.Dense(16, activation="relu"), keras.layers.Dense(2)

    def call(self, inputs):
        if tf.reduce_mean(tf.abs(inputs)) > 1.0:
            inputs = inputs / 2.0
        return self.head(self.hidden(inputs))


points = np.random.default_rng(0).normal(size=(256, 4)).astype("float32")
labels = (points[:, 0] > 0).astype("int64")
model = Scaled()
model.compile(optimizer=keras.optimizers.Adam(1e-2), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(points, labels, batch_size=32)
"""


async def test_model_that_branches_on_its_values_is_trained_by_every_probe(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(BRANCHES)
    session = Session(script, cwd=tmp_path)
    try:
        facts = (await session.run()).facts
    finally:
        await session.close()
    assert facts.overfit is not None
    assert facts.overfit.losses[-1] < 0.5 * facts.overfit.losses[0]
    assert facts.rates is not None and facts.rates.why_no_sweep is None
    assert facts.memory is not None and len(facts.memory.steps) == 3
