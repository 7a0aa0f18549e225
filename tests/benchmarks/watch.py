"""What watching costs a training: the seconds of its steps under `watch`, against those of the plain run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.row import Asked, Part, Row, Taken, compared

#: What the steps under watch may cost, as a share of the plain ones.
ALLOWED = 1.03

HEAD = """\
import sys
import time

import numpy as np
import tensorflow as tf
import {keras} as keras


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.began)


keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)
clock = Clock()
"""
TAIL = """
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(train, epochs={epochs}, verbose=0, callbacks=[clock])
# Each epoch has {steps} steps; the quietest one, since others use this machine as well.
print("SECONDS", min(clock.seconds[1:]) / {steps}, flush=True)
"""
#: A step of about a millisecond: the worst case, for nothing is cheap beside it.
SMALL = """
x, y = rng.normal(size=(6400, 20)).astype("float32"), rng.integers(0, 3, 6400)
train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(6400).batch(32)
model = keras.Sequential([keras.Input((20,)), *(keras.layers.Dense(64, activation="relu") for _ in range(2)), keras.layers.Dense(3)])
"""
#: A step of some twenty milliseconds.
MIDDLE = """
x, y = rng.normal(size=(3200, 24, 24, 3)).astype("float32"), rng.integers(0, 10, 3200)
train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(3200).batch(16)
model = keras.Sequential([
    keras.Input((24, 24, 3)), keras.layers.Conv2D(24, 3, activation="relu"), keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.MaxPooling2D(), keras.layers.Flatten(), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10),
])
"""
MODELS = {
    "small, Keras 3": ("keras", SMALL, 40),
    "small, tf_keras": ("tf_keras", SMALL, 40),
    "middle, Keras 3": ("keras", MIDDLE, 20),
}


def seconds(output: str) -> float:
    """What the script said of its steps."""
    return next(float(line.split()[1]) for line in output.splitlines() if line.startswith("SECONDS"))


def plain(folder: Path) -> float:
    """Seconds a step of the script by itself."""
    done = subprocess.run([sys.executable, "train.py"], cwd=folder, check=True, capture_output=True, text=True)
    return seconds(done.stdout)


def watched(folder: Path) -> float:
    """Seconds a step of the script under watch."""
    kept = folder / "session"
    subprocess.run(
        [sys.executable, "-m", "tfwizard", "watch", "train.py", "--no-rehearsal", "--json", "--folder", str(kept)],
        cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    found = seconds((kept / "script.log").read_text())
    for path in sorted(kept.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    return found


def rows(_folder: Path, asked: Asked) -> Iterator[Row]:
    """The steps of each model in turns, so that a busy machine is busy for both."""
    for name, (keras, text, epochs) in MODELS.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            (folder / "train.py").write_text(HEAD.format(keras=keras) + text + TAIL.format(epochs=epochs, steps=200))
            pairs = [(Taken(watched(folder), 0.0), Taken(plain(folder), 0.0)) for _ in range(asked.rounds)]
        yield compared(f"a step under watch, {name}", "the plain run's", pairs, ALLOWED, "ms", 1e3)


PARTS = (Part("watch", "a step of a training under watch, against the plain run's", 12, rows),)
