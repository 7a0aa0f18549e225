"""A training that runs under watch, as it stands: from the worker's messages, or from the disk where another process has it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tfwizard import facts, protocol
from tfwizard.reading import read_facts

#: Where a session keeps the state of its training.
FILE = "training.json"
#: So many points of the loss are kept.
MOST_POINTS = 400
#: So many epochs: more are not told apart in a curve.
MOST_EPOCHS = 1000


@dataclass(slots=True)
class Training:
    """How a training goes. `points` are (step, mean loss of the steps up to it); steps count from 0 over all epochs.

    `fit` numbers the script's training calls from 0. `epoch` and `step` count from 1 within what there is. `ended` is "running",
    "finished", "stopped", "nan" or "failed"; `over` once the script itself has come to its end, whose words are `message`.
    `stopping` counts how often a stop was asked for. `memory_mb` is what TensorFlow has on the GPU now and had at most.
    """

    pid: int = 0
    fit: int = 0
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int | None = None
    loss: float | None = None
    points: list[tuple[int, float]] = field(default_factory=list)
    done: list[facts.EpochWatched] = field(default_factory=list)
    rate: float | None = None
    samples_per_s: float | None = None
    steps_per_s: float | None = None
    waiting: float | None = None
    eta_s: float | None = None
    memory_mb: tuple[float, float] | None = None
    seconds: float = 0.0
    ended: str = "running"
    bad: facts.BadStep | None = None
    stopping: int = 0
    over: bool = False
    message: str = ""
    chance: float | None = None

    def take(self, message: Mapping[str, Any]) -> None:
        """One message of the worker, read with its types."""
        if message["kind"] == "alarm":
            self.bad = message["bad"]
            return
        if message["fit"] != self.fit:  # the script trains once more
            self.fit, self.points, self.done = message["fit"], [], []
        self.points = fewer_points(self.points + message["points"])
        self.done = fewer_epochs(self.done + message["done"])
        names = (
            "epoch",
            "epochs",
            "step",
            "steps",
            "loss",
            "rate",
            "waiting",
            "eta_s",
            "memory_mb",
            "seconds",
            "ended",
        )
        for name in names:
            setattr(self, name, message[name])
        if message["steps_per_s"]:  # a tick right behind another says nothing of the pace
            self.samples_per_s, self.steps_per_s = message["samples_per_s"], message["steps_per_s"]


def fewer_points(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Points twice as far apart, as often as there are too many; the last one stays."""
    while len(points) > MOST_POINTS:
        points = [*points[:-1:2], points[-1]]
    return points


def fewer_epochs(epochs: list[facts.EpochWatched]) -> list[facts.EpochWatched]:
    """Of the older half two epochs as one, with the steps of both and the end of the second, as often as there are too many."""
    while len(epochs) > MOST_EPOCHS:
        half = len(epochs) // 2 // 2 * 2
        pairs = zip(epochs[:half:2], epochs[1:half:2], strict=True)
        epochs = [*(replace(second, steps=first.steps + second.steps) for first, second in pairs), *epochs[half:]]
    return epochs


def save(training: Training, folder: Path) -> None:
    """Put the state on the disk, whole or not at all. A full disk must not end the training."""
    path = folder / FILE
    try:
        new = path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(protocol.encode("state", training=training))
        new.replace(path)
    except OSError:
        pass  # what is shown here is not lost by it


def load(folder: Path) -> Training | None:
    """The state on the disk, None where there is none (yet)."""
    try:
        return read_facts(Training, protocol.decode((folder / FILE).read_bytes())["training"])
    except (OSError, ValueError, KeyError):
        return None
