"""The standby worker with real TensorFlow: ready while the person reads, no devices taken, and the next trial runs in it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import TIMEOUT_S, tfwizard

from tfwizard.session import Session


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lesson") / "mnli"
    assert tfwizard("demo", "--copy-only", "--into", str(folder), cwd=folder.parent).code == 0
    return folder


async def ready(session: Session) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while session.standby.status != "ready":
            assert session.standby.why == ""
            await asyncio.sleep(0.1)


async def test_two_trials_run_in_workers_that_stood_ready(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lesson)
    session = Session(lesson / "train.py", standby=True)
    try:
        await session.run()
        # The second fix has to come before the first import: its standby begins with the variable.
        for key, written in (("column-not-found:labels", '"label"'), ("two-kerases", "TF_USE_LEGACY_KERAS")):
            preview = await session.preview(key)
            assert written in preview.diff
            await ready(session)
            standby = session.standby._process
            assert standby is not None
            assert session.standby.memory_mb
            assert session.standby.memory_mb > 200  # TensorFlow is in it
            trial = await session.try_fix(key)
            assert trial.verified, trial.why
            assert session.worker_pid == standby.pid
            await session.rest()
            assert session.casebook.problems[key].status == "resolved"
    finally:
        await session.close()


def test_importing_tensorflow_takes_no_devices_and_making_a_tensor_does() -> None:
    code = (
        "import tensorflow as tf\nimport transformers\nfrom transformers import TFAutoModelForSequenceClassification\n"
        "from tfwizard.worker.warmup import has_initialised_devices\nbefore = has_initialised_devices()\n"
        "tf.constant(1)\nprint(before, has_initialised_devices())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=TIMEOUT_S, check=True)
    assert done.stdout.split() == ["False", "True"]


MAPPED = """\
from datasets import load_dataset
import tensorflow as tf

rows = load_dataset("json", data_files="rows.jsonl", split="train")


def doubled(row):
    return {"twice": 2 * row["n"]}


rows = rows.map(doubled)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
data = rows.to_tf_dataset(columns=["n"], label_cols=["twice"], batch_size=4)
model.fit(data, verbose=0)
"""


def test_what_the_script_has_cached_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "rows.jsonl").write_text("\n".join(f'{{"n": {n}.5}}' for n in range(16)))
    script = tmp_path / "train.py"
    script.write_text(MAPPED.replace("model.fit", "import os\nos._exit(0)\nmodel.fit"))

    def cached() -> set[str]:
        return {str(path) for path in (tmp_path / "cache").rglob("cache-*.arrow")}

    subprocess.run([sys.executable, "train.py"], cwd=tmp_path, timeout=TIMEOUT_S, check=True, env=dict(os.environ))
    first = cached()
    assert len(first) == 1
    script.write_text(MAPPED)

    async def run() -> str:
        session = Session(script)
        try:
            state = await session.run()
            return state.facts.script.outcome if state.facts.script else ""
        finally:
            await session.close()

    monkeypatch.chdir(tmp_path)
    assert asyncio.run(run()) == "held_at_fit"
    assert cached() == first
