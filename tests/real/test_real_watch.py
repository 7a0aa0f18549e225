"""Real trainings under watch: NaN at its step and with its batch, and the same training as without."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Ran, tfwizard
from scripts import SOUND_KERAS, SOUND_TF_KERAS

from tfwizard.session import Session

Watch = Callable[..., Ran]

DATA = """
import numpy as np
import tensorflow as tf
import {keras} as keras

keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
x, y = rng.normal(size=(3200, 12)).astype("float32"), rng.integers(0, 3, 3200)
x[137 * 16 + 5, 7] = np.nan
model = keras.Sequential([keras.Input((12,)), keras.layers.Dense(16, activation="{activation}"), keras.layers.Dense(3)])
"""
FIT = """
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y, batch_size=16, shuffle=False, epochs=2, verbose=0)
print("NEVER REACHED")
"""
#: The second training goes on with the step that the first has traced; labels of another kind have it traced again.
FIT_AGAIN = FIT.replace(
    "model.fit(",
    "model.fit(x[:320], y[:320].astype('float32'), batch_size=16, verbose=0)\nmodel.fit(x[320:640], y[320:640], batch_size=16, verbose=0)\nmodel.fit(",
    1,
).replace("from_logits=True)", "from_logits=True), steps_per_execution=4", 1)
LOOP = """
adam, loss_of = keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True)

@tf.function
def step(a, b):
    with tf.GradientTape() as tape:
        loss = loss_of(b, model(a, training=True))
    adam.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    return loss

for a, b in tf.data.Dataset.from_tensor_slices((x, y)).batch(16):
    step(a, b)
"""
#: Labels that have nothing to do with the inputs, and a rate at which they are not learned by heart.
NOISE = """
import numpy as np
import keras

keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
x, y = rng.normal(size=(6400, 4)).astype("float32"), rng.choice(3, 6400, p=[0.6, 0.25, 0.15])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)])
model.compile(
    optimizer=keras.optimizers.Adam(1e-2), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
model.fit(x, y, batch_size=32, epochs=4, verbose=0)
"""


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    def run(text: str, *options: str) -> Ran:
        folder = tmp_path_factory.mktemp("watch")
        (folder / "train.py").write_text(text)
        return tfwizard("watch", "train.py", "--json", *options, "--folder", str(folder / "session"), cwd=folder)

    return run


def bad(ran: Ran) -> dict[str, Any]:
    [one] = [each for each in ran.document["findings"] if each["id"] == "nan-during-training"]
    assert ran.code == 1
    return dict(one["evidence"])


@pytest.mark.parametrize(
    ("keras", "activation", "fit", "what"),
    [("tf_keras", "tanh", FIT, "loss"), ("keras", "relu", FIT, "weights"), ("keras", "tanh", FIT_AGAIN, "loss")],
)
def test_a_nan_in_the_data_is_caught_at_its_step_with_its_batch(
    watch: Watch, keras: str, activation: str, fit: str, what: str
) -> None:
    evidence = bad(watch(DATA.format(keras=keras, activation=activation) + fit, "--no-rehearsal"))
    assert (evidence["what"], evidence["step"], evidence["exact"]) == (what, 137, True)
    assert evidence["inputs"] == [{"name": "inputs", "nan": 1, "infinite": 0, "rows": [5], "of": 16}]
    if what == "weights":  # the processor's ReLU swallows NaN: the first kernel alone has it
        assert evidence["variables"] == 1


def test_a_loop_of_the_scripts_own_is_watched_too(watch: Watch) -> None:
    evidence = bad(watch(DATA.format(keras="keras", activation="tanh") + LOOP, "--no-rehearsal"))
    assert (evidence["what"], evidence["step"]) == ("loss", 137)
    assert evidence["inputs"][0]["rows"] == [5]


def test_a_training_that_learns_nothing_is_at_chance_when_it_ends_and_in_its_report(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(NOISE)
    kept = str(tmp_path / "session")
    ran = tfwizard("watch", "train.py", "--json", "--folder", kept, cwd=tmp_path)
    assert ran.document["outcome"] == "finished"
    assert ran.document["training"][0]["steps"] == 800
    assert "plateau-at-chance" in ran.open
    assert "not-better-than-trivial" not in ran.open

    report = tfwizard("report", "--session", kept, "--format", "json", cwd=tmp_path).document
    [curves] = [one for one in report["curves"] if one["id"] == "training"]
    assert len(curves["lines"][0]["points"]) > 10
    assert 0.8 < curves["levels"][0][1] < 1.2
    assert report["environment"]["packages"]["tensorflow"] == ran.document["environment"]["tensorflow"]
    assert report["environment"]["variables"]["HF_HUB_OFFLINE"] == "1"
    assert {"loss", "optimizer", "metrics"} <= {one["name"] for one in report["settings"] if one["owner"] == "compile"}
    assert [one["dtype"] for one in report["batch"]["tensors"]] == ["float32", "int64"]
    assert [one["id"] for one in report["findings"] if one["status"] == "open"] == list(ran.open)


@pytest.mark.parametrize("text", [SOUND_KERAS, SOUND_TF_KERAS], ids=["keras", "tf_keras"])
def test_the_training_is_the_same_as_without_watch(text: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(text + "\nprint('WEIGHTS', [float(abs(w).sum()) for w in model.get_weights()], rng.random())\n")
    plain = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert results(asyncio.run(printed_under_watch(script))) == results(plain.stdout)


def results(output: str) -> list[str]:
    found = [line for line in output.splitlines() if line.startswith(("HISTORY", "WEIGHTS"))]
    assert len(found) == 2
    return found


async def printed_under_watch(script: Path) -> str:
    session = Session(script)
    try:
        await session.watch()
        seen = session.run_state.facts.watch
        assert seen is not None
        assert [(fit.ended, fit.unseen) for fit in seen.fits] == [("finished", ())]
        assert session.training is not None and session.training.over
        assert {one.id for one in session.casebook.open() if one.severity != "advice"} == set()
        return "\n".join(line.text for line in session.log.lines)
    finally:
        await session.close()


FOLDS = """
import gc
import weakref

import keras
import numpy as np

rng = np.random.default_rng(6)
x, y = rng.normal(size=(320, 8)).astype("float32"), rng.integers(0, 3, 320)
trained = []
for fold in range(4):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)])
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x[fold::4], y[fold::4], batch_size=16, epochs=fold + 1, verbose=0)
    trained.append(weakref.ref(model))
    del model
    gc.collect()
print("ALIVE", [one() is not None for one in trained])
"""


def test_of_many_models_trained_one_after_the_other_none_but_the_first_is_held(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FOLDS)
    ran = tfwizard("watch", "train.py", "--no-rehearsal", "--json", "--folder", str(tmp_path / "kept"), cwd=tmp_path)
    assert ran.document["outcome"] == "finished", ran.err
    assert [(one["ended"], len(one["epochs"])) for one in ran.document["training"]] == [
        ("finished", epochs) for epochs in (1, 2, 3, 4)
    ]
    output = (tmp_path / "kept" / "script.log").read_text()
    assert "ALIVE [True, False, False, False]" in output  # that of the call at which the script was held
