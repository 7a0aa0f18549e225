"""The losses of the samples of a batch, the worst first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tfwizard.facts import BatchFacts, Sample


@dataclass(frozen=True, slots=True)
class Losses:
    """One loss a row of the batch; those that are not finite, or that TensorFlow refused, count as the worst."""

    values: tuple[float, ...]
    raised: tuple[bool, ...]
    chance: float | None = None

    @property
    def full(self) -> float:
        """The end of the scale: the largest loss, or chance where that is above it."""
        return max([*(loss for loss in self.values if math.isfinite(loss)), self.chance or 0.0, 1e-9])

    def is_raised(self, row: int) -> bool:
        """Whether TensorFlow refused to compute it."""
        return 0 <= row < len(self.raised) and self.raised[row]

    def is_bad(self, row: int) -> bool:
        """Whether there is no finite loss."""
        return self.is_raised(row) or not math.isfinite(self.of(row))

    def of(self, row: int) -> float:
        """The loss of a row; NaN where there is none."""
        return self.values[row] if 0 <= row < len(self.values) else math.nan


def losses_of(batch: BatchFacts | None) -> Losses | None:
    """The losses of a batch; None where none were computed."""
    return Losses(batch.losses, batch.raised, batch.chance) if batch and batch.losses else None


def worst_first(samples: Sequence[Sample], losses: Losses) -> list[int]:
    """The positions of the samples, the worst loss first; empty where a sample has none."""
    if any(sample.row >= len(losses.values) for sample in samples):
        return []
    rows = [sample.row for sample in samples]
    key = [math.inf if losses.is_bad(row) else losses.values[row] for row in rows]
    return sorted(range(len(rows)), key=lambda at: -key[at])
