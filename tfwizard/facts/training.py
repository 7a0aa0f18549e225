"""Whether the training can run as written: steps, schedules, callbacks, evaluation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingFacts:
    """Whether the training can run as written: steps, schedules, callbacks, evaluation."""
