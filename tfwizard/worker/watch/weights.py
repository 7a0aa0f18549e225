"""Whether the weights are numbers, and what they were a moment ago."""

from __future__ import annotations

import time
from typing import Any

#: A variable of more values is looked at in its first row and column at each step, and as a whole now and then.
SMALL = 1 << 18
#: Weights of more bytes are not kept.
MOST_BYTES = 256 * 1024 * 1024
#: A look at all weights, or a copy of them, may take this share of the time.
SHARE = 0.0025


class Weights:
    """The trainable weights of a model that were finite at the beginning."""

    def __init__(self, model: Any, tf: Any) -> None:
        self._model, self._tf = model, tf
        self._excluded: set[int] = set()
        self._sum: Any = None
        self._kept: list[tuple[Any, Any]] = []
        #: The step behind which the weights were kept, -1 for those of the beginning, None where none are kept.
        self.kept_at: int | None = None
        #: The last step behind which all were looked at.
        self.looked_at = -1
        self._next_copy = self._next_look = 0.0

    def variables(self) -> list[Any]:
        """The trainable variables that hold fractions."""
        return [one for one in self._model.trainable_variables if id(one) not in self._excluded and _floating(one)]

    def exclude_bad(self) -> None:
        """What is no number before any step is no fault of a step."""
        self._excluded.update(id(one) for one in self.bad())

    def seem_finite(self) -> bool:
        """Whether they are finite as far as a quick look tells: one call of a graph that adds them up.

        NaN in a gradient of a matrix fills whole rows or columns of it, so that an edge of a big one tells. A sum that is no
        number may come of big numbers that are: `bad` makes sure.
        """
        if self._sum is None:
            self._sum = self._tf.function(self._total, autograph=False).get_concrete_function()
        total = float(self._sum())
        return total - total == 0

    def _total(self) -> Any:
        tf, total = self._tf, self._tf.constant(0.0)
        for variable in self.variables():
            value = tf.convert_to_tensor(variable)
            shape = value.shape
            if shape.rank and shape.rank > 1 and (shape.num_elements() or 0) > SMALL:
                parts = [value[(0,) * (shape.rank - 1)], value[(..., 0)]]
            else:
                parts = [value]
            for part in parts:
                # One behind the other: side by side they would be spread over threads, which costs more than they do.
                with tf.control_dependencies([total]):
                    total = total + tf.reduce_sum(tf.cast(part, tf.float32))
        return total

    def bad(self) -> list[Any]:
        """The variables that hold NaN or infinity now, all their values looked at."""
        import numpy as np

        with np.errstate(all="ignore"):
            return [one for one in self.variables() if not np.isfinite(_read(one)).all()]

    def is_due(self, now: float) -> bool:
        """Whether it is time for a look at all of them."""
        return now >= self._next_look

    def looked(self, step: int, seconds: float) -> None:
        """All were looked at behind `step`, and clean; that took so long."""
        self.looked_at = step
        self._next_look = time.perf_counter() + seconds / SHARE

    def keep(self, step: int, now: float) -> None:
        """Keep the weights as they are after `step`, where it is time for it, and they are no burden."""
        if now < self._next_copy:
            return
        variables = [*self._model.trainable_variables, *self._model.non_trainable_variables]
        if sum(_bytes(one) for one in variables) > MOST_BYTES:
            self._next_copy = float("inf")
            return
        self._kept = [(one, one.numpy()) for one in variables]
        self.kept_at = step
        self._next_copy = now + max(1.0, (time.perf_counter() - now) / SHARE)

    def forget(self) -> None:
        """Keep them no longer."""
        self._kept = []

    def back(self) -> bool:
        """Give the variables the values that were kept; whether there were any."""
        for variable, value in self._kept:
            variable.assign(value)
        return bool(self._kept)


def name_of(variable: Any) -> str:
    """The name that people know a variable by."""
    return str(getattr(variable, "path", variable.name)).removesuffix(":0")


def _read(variable: Any) -> Any:
    value = variable.numpy()
    # Formats of half precision that NumPy does not know by itself.
    return value if value.dtype.kind == "f" else value.astype("float32")


def _floating(variable: Any) -> bool:
    return "float" in str(getattr(variable.dtype, "name", variable.dtype))


def _bytes(variable: Any) -> int:
    size = 4
    for one in variable.shape:
        size *= int(one or 0)
    return size
