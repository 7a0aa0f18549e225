"""Each output of the model beside its labels, its loss and its metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HeadsFacts:
    """Each output of the model beside its labels, its loss and its metrics."""
