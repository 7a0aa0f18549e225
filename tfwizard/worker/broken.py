"""A batch in the middle of an epoch that fails, where those before it do not."""

from __future__ import annotations

from typing import Any, Iterator

from tfwizard.facts import BrokenBatch
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import steps_of
from tfwizard.worker.errors import error_facts


def broken(case: Case, number: int, error: BaseException, batch: Batch | None = None) -> BrokenBatch | None:
    """What is known of batch `number`, counted from 0, at which `error` was raised; None where it is memory that failed."""
    facts = error_facts(error)
    if facts.lacks_memory:
        return None
    return BrokenBatch(number, facts, tuple(_other_shapes(case.batch, batch)) if batch is not None else ())


def _other_shapes(first: Batch, batch: Batch) -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    for part, there, here in (("inputs", first.x, batch.x), ("labels", first.y, batch.y)):
        for (name, one), (_unused, other) in zip(leaves(there), leaves(here)):
            before, now = _shape(one), _shape(other)
            if before[1:] != now[1:]:
                yield name or part, before, now


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(size or 0) for size in getattr(tensor, "shape", ()))


class Reading:
    """Batches one after the other, up to one that cannot be read: `unread` tells of it then, where the training comes to it.

    The first one is not looked at. `ended` is whether all of them could be read.
    """

    def __init__(self, case: Case, batches: Iterator[Batch]) -> None:
        self._case, self._batches = case, batches
        self.unread: BrokenBatch | None = None
        self.ended = False

    def __iter__(self) -> Iterator[Batch]:
        number = 0
        try:
            for batch in self._batches:
                yield batch
                number += 1
            self.ended = True
        except Blocked:
            raise
        except Exception as error:
            total = steps_of(self._case).total
            if total is not None and number >= total:
                return
            self.unread = broken(self._case, number, error) if number else None
            if self.unread is None:
                raise
