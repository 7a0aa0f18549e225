"""Every value that shapes the training, and what a short sweep showed."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts.calls import Place


@dataclass(frozen=True)
class Hyperparameter:
    """One value that shapes the training.

    `set_by` is "script" (written down), "string" (a default behind a string, `optimizer="adam"`) or "default".
    """

    owner: str
    name: str
    value: str
    set_by: str
    default: str | None = None
    usual: str | None = None
    where: Place | None = None


@dataclass(frozen=True)
class SweepCurve:
    """Loss on the same few batches, step by step, from the same weights, at one learning rate."""

    rate: float
    losses: tuple[float, ...]


@dataclass(frozen=True)
class SweepFacts:
    """A short learning-rate sweep. `best` is the rate with the lowest last loss. `stopped_early` says what ran out.

    `start` is the mean loss of the `batches` batches before any step, None where it was not taken by itself.
    """

    curves: tuple[SweepCurve, ...]
    steps: int
    rows: int
    best: float
    stopped_early: str | None = None
    start: float | None = None
    batches: int = 4


@dataclass(frozen=True)
class RatesFacts:
    """What other learning rates do. No `sweep`, and no reason for it: the rate is usual, and moves the loss."""

    sweep: SweepFacts | None = None
    why_no_sweep: str | None = None


@dataclass(frozen=True)
class HyperparametersFacts:
    """Every hyperparameter that could be read.

    `optimizer_where` is the line that made the optimizer, None when a string or a default did. `learning_rate` is the
    highest value that the optimizer will use (its schedule's peak where it has one).
    `loaded_from` names the checkpoint when the weights were loaded, None when they are random. `usual` are the lowest and
    the highest usual rate for this optimizer on random weights, `total_steps` the steps of this training.
    """

    table: tuple[Hyperparameter, ...] = ()
    optimizer: str | None = None
    optimizer_where: Place | None = None
    learning_rate: float | None = None
    schedule: str | None = None
    loaded_from: str | None = None
    transformer: bool = False
    usual: tuple[float, float] | None = None
    total_steps: int | None = None
