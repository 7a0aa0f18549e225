"""What is cut from a script: the call that matters keeps all that it depends on."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from tfwizard.facts import DataFacts, TensorFacts
from tfwizard.report.reproduction import cut, made_up

SCRIPT = '''\
"""A script."""
import os
import numpy as np
import matplotlib.pyplot as plt

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import tensorflow as tf

RATE, SCALE = 1e-3, 2.0
history = []


def unused():
    return history


@tf.function
def loss(a, b):
    return SCALE * helper(a - b)


def helper(value):
    return value * value


x, y = np.zeros((4, 2)), np.ones(4)
z = np.ones(9)
x[0] = 1
print(x.shape)
plt.plot(z)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
weights = model.get_weights()
model.layers[0].trainable = False
model.compile(loss=loss, optimizer=tf.keras.optimizers.Adam(RATE))
for name in ("a", "b"):
    history.append(name)
model.fit(x, y)
model.save("x")
'''
LINE = SCRIPT.splitlines().index("model.fit(x, y)") + 1


def test_what_the_call_depends_on_stays_and_nothing_else() -> None:
    found = cut(SCRIPT, LINE)
    assert found is not None
    kept, left = found.code, set(SCRIPT.splitlines()) - set(found.code.splitlines())
    ast.parse(kept)
    for needed in (
        "SCALE",
        "def helper",
        "@tf.function",
        "x[0] = 1",
        "trainable = False",
        "TF_USE_LEGACY_KERAS",
        "import os",
        "model.fit",
    ):
        assert needed in kept
    assert {"def unused():", "z = np.ones(9)", "plt.plot(z)", "print(x.shape)", "import matplotlib.pyplot as plt", "weights = model.get_weights()",
            "history = []", '    history.append(name)', 'model.save("x")'} <= left  # fmt: skip
    assert kept.index("TF_USE_LEGACY_KERAS") < kept.index("import tensorflow")
    assert found.left_out == len([line for line in left if line.strip()])


def test_a_cut_runs_as_the_whole_does() -> None:
    script = "import random\nnumbers = []\nrandom.seed(3)\nunused = 7\nother = [unused]\ndef add(n):\n    numbers.append(n * FACTOR)\nFACTOR = 2\n"
    script += "for n in range(3):\n    add(n)\nother.append(8)\nresult = sum(numbers)\n"
    found = cut(script, script.count("\n"))
    assert found is not None
    assert "unused" not in found.code
    whole: dict[str, object] = {}
    part: dict[str, object] = {}
    exec(script, whole)
    exec(found.code, part)
    assert part["result"] == whole["result"] == 6


def test_what_may_change_what_is_needed_stays() -> None:
    script = "def grow(m):\n    m.append(1)\nmodel = []\na = 1\nb = a\nc = grow(model)\nd = b\nmodel.append(2)\nfit = len(model)\n"
    found = cut(script, 9)
    assert found is not None
    assert "c = grow(model)" in found.code
    assert "d = b" not in found.code


def test_a_call_within_a_function_is_cut_with_the_statement_that_runs_it() -> None:
    script = "import keras\nunused = 1\nother = 2\ndef train():\n    keras.fit(3)\n\ndef main():\n    train()\n\nprint(unused)\n"
    script += "if __name__ == '__main__':\n    main()\n    print('done')\nlast = 5\n"
    found = cut(script, 5)
    assert found is not None
    assert found.code.splitlines()[-3:] == ["if __name__ == '__main__':", "    main()", "    print('done')"]
    assert "def train" in found.code
    assert "unused" not in found.code
    assert cut("def train():\n    fit()\n\nx = 1\n", 2) is None  # nobody calls it: another module does


@pytest.mark.parametrize("text", ["if (:\n", "x = 1\ny = x\n", ""])
def test_nothing_is_offered_where_nothing_can_be_left_out(text: str) -> None:
    assert cut(text, 2) is None


def test_a_made_up_batch_has_the_shapes_types_and_ranges_of_the_real_one() -> None:
    tensors = (
        TensorFacts("input_ids", "input", (4, 7), "int64", 3, 99),
        TensorFacts("speed", "input", (4,), "float32", -1.5, 2.5),
        TensorFacts("labels", "label", (4,), "int32", 0, 2),
    )
    made: dict[str, object] = {}
    exec(made_up(DataFacts("tf.data", "(dict of inputs, labels)", 4, tensors=tensors)), made)
    x, y = made["x"], made["y"]
    assert isinstance(x, dict)
    assert isinstance(y, np.ndarray)
    assert (x["input_ids"].shape, x["input_ids"].dtype, y.dtype) == ((4, 7), np.int64, np.int32)
    assert 3 <= x["input_ids"].min() <= x["input_ids"].max() <= 99
    assert -1.5 <= x["speed"].min() <= x["speed"].max() <= 2.5
    assert made_up(DataFacts("x", tensors=(TensorFacts("text", "input", (4,), "string"),))) == ""
