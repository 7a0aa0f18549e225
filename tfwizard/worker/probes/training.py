"""Whether the training can run as written: steps, schedules, callbacks, evaluation."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import TrainingFacts
from tfwizard.worker.case import Case


def probe(case: Case, report: Any) -> TrainingFacts:
    """Whether the training can run as written: steps, schedules, callbacks, evaluation."""
    return TrainingFacts()
