"""The foreseen peak of the memory against that of the plain training: three models, three batch sizes each, on a CPU."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.row import Asked, Part, Row
from tfwizard.session import Session

#: Steps of the plain training: its peak grows no further after the first few.
STEPS = 6
#: Percent of the measured peak.
ALLOWED = 15.0

CNN = """\
import keras
import numpy as np

rng = np.random.default_rng(0)
images = rng.random((1024, 64, 64, 3), dtype="float32")
labels = rng.integers(0, 10, 1024)
layers = keras.layers
model = keras.Sequential([
    keras.Input((64, 64, 3)),
    layers.Conv2D(32, 3, activation="relu", padding="same"),
    layers.Conv2D(32, 3, activation="relu", padding="same"),
    layers.BatchNormalization(),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3, activation="relu", padding="same"),
    layers.Conv2D(64, 3, activation="relu", padding="same"),
    layers.BatchNormalization(),
    layers.MaxPooling2D(),
    layers.Dropout(0.2),
    layers.Flatten(),
    layers.Dense(256, activation="relu"),
    layers.Dense(10),
])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(images, labels, batch_size={rows}, steps_per_epoch={steps}, verbose=0)
"""

DISTILBERT = """\
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
from transformers import DistilBertConfig, TFDistilBertForSequenceClassification

rng = np.random.default_rng(0)
ids = rng.integers(5, 30000, (256, 128))
inputs = {{"input_ids": ids, "attention_mask": np.ones_like(ids)}}
train = tf.data.Dataset.from_tensor_slices((inputs, rng.integers(0, 3, 256))).shuffle(256).batch({rows}).repeat()
model = TFDistilBertForSequenceClassification(DistilBertConfig(dim=384, n_heads=6, hidden_dim=1536, num_labels=3))
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(train, steps_per_epoch={steps}, verbose=0)
"""

GPT2 = """\
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
from transformers import GPT2Config, TFGPT2LMHeadModel

ids = np.random.default_rng(0).integers(5, 50000, (64, 128))
train = tf.data.Dataset.from_tensor_slices({{"input_ids": ids, "labels": ids}}).shuffle(64).batch({rows}).repeat()
model = TFGPT2LMHeadModel(GPT2Config(n_embd=256, n_layer=4, n_head=4))
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(train, steps_per_epoch={steps}, verbose=0)
"""

MODELS: dict[str, tuple[str, tuple[int, ...]]] = {
    "CNN": (CNN, (32, 128, 256)),
    "DistilBERT": (DISTILBERT, (4, 16, 32)),
    "GPT-2": (GPT2, (2, 4, 8)),
}


async def foreseen_peak(script: Path) -> int:
    """What the memory stage says of the script."""
    session = Session(script, cwd=script.parent)
    try:
        await session.run()
        facts = session.run_state.facts.memory
        if facts is None or facts.peak is None:
            raise RuntimeError(f"{script}: {session.stage_state('memory')}")
        return facts.peak
    finally:
        await session.close()


def plain_peak(script: Path) -> int:
    """The largest resident set of `python script`, in bytes."""
    process = subprocess.Popen(
        [sys.executable, script.name], cwd=script.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{script} ended with {process.returncode}")
    return used.ru_maxrss * 1024


def rows(_folder: Path, _asked: Asked) -> Iterator[Row]:
    """All models at all their batch sizes, each in a folder of its own."""
    for model, (text, sizes) in MODELS.items():
        for size in sizes:
            with tempfile.TemporaryDirectory() as scratch:
                script = Path(scratch) / "train.py"
                script.write_text(text.format(rows=size, steps=STEPS))
                foreseen, peak = asyncio.run(foreseen_peak(script)) / 1e6, plain_peak(script) / 1e6
            off = 100 * (foreseen / peak - 1)
            note = f"{foreseen:.0f} MB foreseen, {peak:.0f} MB measured"
            yield Row(f"peak of the memory foreseen, {model}, batch {size}: off by", abs(off), "%", ALLOWED, note=note)


PARTS = (Part("memory", "the foreseen peak of the memory against that of the plain training", 15, rows),)
