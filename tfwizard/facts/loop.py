"""A training loop of the user's own: its tape, its loss, its updates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoopFacts:
    """A training loop of the user's own: its tape, its loss, its updates."""
