"""Short trainings beside each other that differ in one hyperparameter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ComparedRun:
    """One short training: its losses step by step, and what it has learned, on rows that no run trains on."""

    value: str
    seed: int
    losses: tuple[float, ...]
    held_loss: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True)
class CompareFacts:
    """The runs, all from the same weights, and what they were given.

    `present` is the value of the script itself. `held_from` says which rows no run trains on, `before` the loss on them
    before any training. `varied` is what a seed changes, `kept` what it does not; `notes` what else differs from the
    script's own training. `stopped` is why there are fewer runs or steps than were asked for.
    """

    name: str
    values: tuple[str, ...]
    seeds: tuple[int, ...]
    steps: int
    asked_steps: int
    runs: tuple[ComparedRun, ...]
    rows: int
    held_rows: int
    held_from: str
    before: float | None = None
    accuracy_before: float | None = None
    present: str | None = None
    varied: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: str | None = None
