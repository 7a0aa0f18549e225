"""The course of the training that is held: its steps, and the rates that its optimizer will use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tfwizard.worker.case import Blocked, Case

#: Usual rates for training from random weights, by the family of the optimizer: Keras' own defaults and a decade around
#: them (Kingma & Ba 2015: 1e-3; Bottou 2012 and Goodfellow et al. 2016, section 8.3: 1e-3 to 1e-1 for SGD; Zeiler 2012: 1
#: for Adadelta). Adagrad and Ftrl divide by sums that only grow, and take larger ones.
FAMILIES: tuple[tuple[tuple[str, ...], tuple[float, ...]], ...] = (
    (("SGD",), (1e-3, 1e-2, 1e-1)),
    (("Adadelta",), (1e-1, 1.0)),
    (("Adagrad", "Ftrl"), (1e-2, 1e-1)),
    (("Lion",), (1e-5, 1e-4, 1e-3)),
    (("Adam", "AdamW", "Nadam", "Adamax", "RMSprop"), (1e-4, 1e-3, 1e-2)),
)


def usual_rates(optimizer: Any) -> tuple[float, ...]:
    """The usual rates of this kind of optimizer, () for an unknown kind."""
    names = {base.__name__ for base in type(optimizer).__mro__}
    return next((rates for family, rates in FAMILIES if names.intersection(family)), ())


@dataclass
class Steps:
    """How often the optimizer will step. `total` is None when the number of batches is not known."""

    epoch: int | None
    epochs: int

    @property
    def total(self) -> int | None:
        """Over all epochs."""
        return None if self.epoch is None else self.epoch * self.epochs


def steps_of(case: Case) -> Steps:
    """The steps of the held training call."""
    try:
        bound, source = case.training.bound, case.source
    except Blocked:
        return Steps(None, 1)
    epochs = max(1, _whole(bound.get("epochs"), 1) - _whole(bound.get("initial_epoch"), 0))
    asked = _whole(bound.get("steps_per_epoch"), 0)
    if asked:
        return Steps(asked, epochs)
    count = source.count
    split = bound.get("validation_split")
    if source.kind == "arrays" and count and isinstance(split, float) and 0 < split < 1:
        count = max(1, math.ceil(count * (1 - split)))
    return Steps(count if count and count > 0 else None, epochs)


def _whole(value: Any, otherwise: int) -> int:
    try:
        return otherwise if value is None else int(value)
    except (TypeError, ValueError):
        return otherwise


def schedule_of(optimizer: Any) -> Any:
    """The optimizer's learning-rate schedule, None where its rate is a number."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    found = getattr(inner, "_learning_rate", None)
    if found is None or not callable(found):
        found = getattr(inner, "learning_rate", None)
    # A variable is callable in no version; schedules are.
    return found if callable(found) and not hasattr(found, "assign") else None


def rate_at(schedule: Any, step: int, tf: Any) -> float:
    """The rate of one step."""
    return exact(schedule(tf.constant(step, tf.int64)))


def exact(value: Any) -> float:
    """A float32 as the number that was meant: 0.001, not 0.0010000000474974513."""
    return float(f"{float(value.numpy() if hasattr(value, 'numpy') else value):.6g}")
