"""One batch, learned by heart."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts.calls import ErrorFacts
from tfwizard.facts.hyperparameters import SweepCurve


@dataclass(frozen=True)
class OverfitFacts:
    """One batch, learned again and again at the script's own learning rate, and undone.

    `labels` are the classes in that batch, `missing_labels` those of the training set that it could not be given.
    `retried` holds the curves at other rates when the script's own did not get there.
    """

    losses: tuple[float, ...] = ()
    learning_rate: float | None = None
    steps: int = 0
    rows: int = 0
    target: float = 0.1
    labels: tuple[str, ...] = ()
    missing_labels: tuple[str, ...] = ()
    accuracy: float | None = None
    stopped: str | None = None
    restored: bool = False
    classification: bool = True
    loaded_from: str | None = None
    retried: tuple[SweepCurve, ...] = ()
    error: ErrorFacts | None = None
