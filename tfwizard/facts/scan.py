"""The training set as a whole: what one pass over its batches shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScanFacts:
    """The training set as a whole: what one pass over its batches shows."""
