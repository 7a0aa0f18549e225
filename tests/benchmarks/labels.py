"""The labels of a large training set, counted by the probe of the `labels` stage in a real worker."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.row import Asked, Part, Row, status_of
from tfwizard.runner.interpreter import find_interpreter
from tfwizard.runner.log import Log
from tfwizard.runner.opening import opening
from tfwizard.runner.standby import Standby
from tfwizard.session.absorb import RunRecord
from tfwizard.session.examiner import Examined, Examiner
from tfwizard.session.plain import PROBES, RunState

#: MNLI's training set, and one of the size that no one looks through by hand.
SMALL, LARGE = 393_000, 10_000_000
SECONDS, MEGABYTES = 2.0, 50.0
CLASSES = 3
#: What is computed before the labels, as the stage has it.
BEFORE = ("data", "batch")

HEAD = """\
import keras
import numpy as np
import pyarrow as pa
import tensorflow as tf
from datasets import Dataset

rng = np.random.default_rng(0)
x = rng.normal(size=({rows}, 4)).astype("float32")
y = rng.integers(0, {classes}, {rows})
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense({classes})])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
"""
ARROW = """\
lists = pa.FixedSizeListArray.from_arrays(pa.array(x.ravel()), 4)
del x
train = Dataset(pa.table({{{{"x": lists, "label": y}}}})){chosen}
model.fit(train.to_tf_dataset(columns=["x"], label_cols=["label"], batch_size=256))
"""
KINDS = {
    "an Arrow table": ARROW.format(chosen=""),
    "an Arrow table, shuffled": ARROW.format(chosen=".shuffle(seed=0)"),
    "arrays": "model.fit(x, y, batch_size=256)\n",
    "one-hot arrays": "model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))\n"
    "model.fit(x, np.eye({classes}, dtype='float32')[y], batch_size=256)\n",
    "tf.data": "model.fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(256))\n",
}
#: Batch after batch comes out of the user's own pipeline: ten million rows take as long as it does.
ONE_BY_ONE = ("tf.data",)


class Scan:
    """What the probe took: seconds, and bytes of the worker's resident memory at their peak beyond those before it."""

    def __init__(self, seconds: float, added: int, seen: int) -> None:
        self.seconds, self.added, self.seen = seconds, added, seen


async def scan(script: Path) -> Scan:
    """Bring the script to its training call, and have its labels counted there."""
    cwd, begins = script.parent, opening(script.read_text())
    python = find_interpreter(None)
    standby = Standby(python, cwd, script, [], lambda: None, wanted=False)
    examiner = Examiner(script, (), python, cwd, 600.0, Log(), standby, lambda topic: None)
    budgets = {section: (section, stage, budget) for section, stage, budget in PROBES}
    record = RunRecord(cwd / "run.jsonl")
    run = Examined(RunState(0), record, lambda stage, status, why: None, [budgets[one] for one in (*BEFORE, "labels")])
    try:
        await examiner.script(run, begins, {})
        for _section in BEFORE:
            await examiner.section(run)
        pid = examiner.pid
        if pid is None:
            raise RuntimeError(f"{script}: {examiner.message}")
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here on
        before = status_of(pid)["VmRSS"]
        await examiner.section(run)
        added = status_of(pid)["VmHWM"] - before
        found = run.state.facts.labels
        if found is None:
            raise RuntimeError(f"{script}: {run.state.lacking}")
        return Scan(run.state.seconds["labels"], added, found.seen)
    finally:
        await examiner.end()
        record.drop()


def rows(_folder: Path, asked: Asked) -> Iterator[Row]:
    """Each kind of training set at both sizes."""
    for size in (SMALL, LARGE):
        for kind, text in KINDS.items():
            if size == LARGE and kind in ONE_BY_ONE:
                continue
            with tempfile.TemporaryDirectory() as scratch:
                script = Path(scratch) / "train.py"
                script.write_text(_script(text, size))
                seen = [asyncio.run(scan(script)) for _ in range(1 if asked.rounds < 3 else 3)]
            what = f"labels of {size:,} rows, {kind}"
            note = "" if all(one.seen == size for one in seen) else f"{min(one.seen for one in seen):,} rows were seen"
            yield Row(f"{what}: seconds", statistics.median(one.seconds for one in seen), "s", SECONDS, note=note)
            yield Row(f"{what}: memory", max(one.added for one in seen) / 1e6, "MB", MEGABYTES)


def _script(text: str, size: int) -> str:
    return HEAD.format(rows=size, classes=CLASSES) + text.format(classes=CLASSES)


PARTS = (Part("labels", "the labels of 393,000 and 10,000,000 rows: seconds and memory", 12, rows),)
