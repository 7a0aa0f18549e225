"""The training set as a whole: what one pass over its batches shows."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import ScanFacts
from tfwizard.worker.case import Case


def probe(case: Case, report: Any) -> ScanFacts:
    """The training set as a whole: what one pass over its batches shows."""
    return ScanFacts()
