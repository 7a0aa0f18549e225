"""Scripts that train in another environment than the wizard's: older TensorFlow, older Python, Keras 2 as tf.keras."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import TIMEOUT_S, tfwizard

pytestmark = pytest.mark.environments


@dataclass(frozen=True)
class Older:
    """A Python and the packages that its users had."""

    python: str
    tensorflow: str
    transformers: str

    @property
    def packages(self) -> list[str]:
        # datasets 2 with Arrow 20, and pandas 3, want NumPy 2, which these TensorFlows do not take.
        rest = ["datasets<3", "numpy<2", "pyarrow<20", "pandas<3"]
        return [f"tensorflow=={self.tensorflow}.*", f"transformers=={self.transformers}.*", *rest]


OLDER = (Older("3.11", "2.15", "4.38"), Older("3.9", "2.12", "4.30"))


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Older, Future[str]]]:
    """All of them are made at once: they wait for the network."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        pytest.skip("uv makes these environments, and it is not there")
    with ThreadPoolExecutor(len(OLDER)) as pool:
        yield {older: pool.submit(made, older, tmp_path_factory.mktemp("environment"), uv) for older in OLDER}


@pytest.fixture(scope="module", params=OLDER, ids=lambda older: f"python {older.python}, tensorflow {older.tensorflow}")
def python(request: pytest.FixtureRequest, environments: dict[Older, Future[str]]) -> str:
    """The interpreter of a fresh environment."""
    interpreter = environments[request.param].result()
    if not interpreter:
        pytest.skip(f"there is no Python {request.param.python} here")
    return interpreter


def made(older: Older, folder: Path, uv: str) -> str:
    """Make the environment; its interpreter, "" where that Python is not there."""
    base = installed(older.python, uv)
    if base is None:
        return ""
    interpreter = str(folder / "venv" / "bin" / "python")
    for command in (
        ("venv", "--quiet", "--python", base, str(folder / "venv")),
        ("pip", "install", "--quiet", "--python", interpreter, *older.packages),
    ):
        subprocess.run([uv, *command], check=True, timeout=TIMEOUT_S)
    return interpreter


def installed(version: str, uv: str) -> str | None:
    """A Python of this version: on the path, or one of pyenv's."""
    found = subprocess.run([uv, "python", "find", "--no-project", version], capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return next((str(path) for path in sorted(root.glob(f"versions/{version}.*/bin/python"))), None)


LOGITS = """
import argparse
import numpy as np
from tensorflow import keras

parser = argparse.ArgumentParser()
parser.add_argument("--from-logits", action="store_true")
options = parser.parse_args()
keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
labels = rng.integers(0, 3, 300)
points = rng.normal(size=(300, 5)).astype("float32") + 3 * np.eye(3, 5, dtype="float32")[labels]
model = keras.Sequential([keras.layers.Dense(16, activation="relu", input_shape=(5,)), keras.layers.Dense(3)])
model.compile(
    optimizer=keras.optimizers.Adam(1e-2),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=options.from_logits),
    metrics=["accuracy"],
)
model.fit(points, labels, epochs=2, verbose=0)
"""


def test_the_lesson_is_mended_there(python: str, tmp_path: Path) -> None:
    folder = tmp_path / "mnli"
    assert tfwizard("demo", "--copy-only", "--into", str(folder), cwd=tmp_path).code == 0
    fixed = tfwizard("fix", "train.py", "--json", "--python", python, cwd=folder)
    statuses = {one["id"]: one["status"] for one in fixed.document["findings"]}
    # tf.keras is Keras 2 there: no second Keras to take objects from.
    assert {"column-not-found", "no-collator", "num-labels-too-small", "from-logits-mismatch"} <= set(statuses)
    assert "two-kerases" not in statuses
    assert set(statuses.values()) == {"resolved"}
    assert fixed.code == 0


def test_a_fault_is_found_and_its_sound_twin_is_silent(python: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LOGITS, encoding="utf-8")
    failing = tfwizard("check", "train.py", "--json", "--python", python, cwd=tmp_path)
    assert failing.loud == {"from-logits-mismatch"}
    sound = tfwizard("check", "train.py", "--json", "--python", python, "--", "--from-logits", cwd=tmp_path)
    assert (sound.code, sound.loud, sound.document["outcome"]) == (0, set(), "held_at_fit")
