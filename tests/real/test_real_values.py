"""What the pages show of live objects: the values of the batch, and its way through the layers."""

from __future__ import annotations

import asyncio

import pytest

from tfwizard.facts import Facts
from tfwizard.session import Session

SCRIPT = """
import keras
import numpy as np
import tensorflow as tf


class Share(keras.layers.Layer):
    def call(self, x):
        return tf.math.log(x)


x = np.random.default_rng(0).normal(size=(80, 200)).astype("float32")
y = np.arange(80) % 3
inputs = keras.Input((200,), name="signal")
hidden = keras.layers.Dense(8, name="first")(inputs)
shares = Share(name="share")(hidden)
model = keras.Model(inputs, keras.layers.Dense(3, name="last", activation="softmax")(shares))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(x, y, batch_size=40)
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    script = tmp_path_factory.mktemp("values") / "train.py"
    script.write_text(SCRIPT)

    async def examined() -> Facts:
        session = Session(script, cwd=script.parent)
        try:
            return (await session.run("a test")).facts
        finally:
            await session.close()

    return asyncio.run(examined())


def test_the_way_through_the_layers_names_the_first_that_is_not_finite(facts: Facts) -> None:
    assert facts.layers
    path = {each.layer: each for each in facts.layers.path}
    assert list(path) == ["first", "share", "last"]
    assert path["first"].nan == path["first"].infinite == 0
    assert path["share"].nan > 0
    assert path["last"].nan > 0
    assert {each.depth for each in path.values()} == {0}


def test_the_values_are_those_of_the_first_rows_within_bounds(facts: Facts) -> None:
    assert facts.data
    inputs, labels = facts.data.tensors
    assert (len(inputs.preview), {len(row) for row in inputs.preview}) == (32, {128})
    assert (len(labels.preview), {len(row) for row in labels.preview}) == (32, {1})
    assert all(-10 < float(value) < 10 for row in inputs.preview for value in row)
    assert {row[0] for row in labels.preview} == {"0", "1", "2"}
