"""The batches of the last steps, kept as the training takes them out of its dataset."""

from __future__ import annotations

import itertools
from typing import Any

from tfwizard.facts import BadInput
from tfwizard.language import _
from tfwizard.worker.batches import Batch, leaves, unpack

#: So many rows are named of a batch.
MOST_ROWS = 20
#: The batches that are kept may take so many bytes together.
MOST_BYTES = 64 * 1024 * 1024

_NUMBERS = itertools.count()


class Kept:
    """The last `size` batches. They pass a staging area of TensorFlow's on their way: two operations a step, no Python.

    TensorFlow reads ahead of the training: each batch is kept with its number in its pass over the dataset, from 0.
    """

    def __init__(self, tf: Any, size: int) -> None:
        self._tf = tf
        self.size = size
        #: The number of batches in one pass; below 0 where that is not known, or there is no end.
        self.count = -2
        self._name = f"tfwizard-{next(_NUMBERS)}"
        self._spec: Any = None
        self._types: list[Any] = []

    def through(self, dataset: Any) -> Any:
        """The same dataset, its elements kept as they are taken. Raises TypeError for one that cannot be kept."""
        tf, spec = self._tf, getattr(dataset, "element_spec", None)
        if not isinstance(dataset, tf.data.Dataset) or (isinstance(spec, tuple) and type(spec) is not tuple):
            raise TypeError(_("they come in a form of their own"))
        flat = tf.nest.flatten(spec, expand_composites=True)
        self._types = [*(one.dtype for one in flat), tf.int64, tf.float64]

        def keep(number: Any, element: Any) -> Any:
            tensors = tf.nest.flatten(element, expand_composites=True)
            tf.raw_ops.Stage(values=[*tensors, number, tf.timestamp()], **self._area)
            tf.raw_ops.Unstage(dtypes=self._types, **self._area)
            return element

        kept = _mapped(dataset.enumerate(), tf.autograph.experimental.do_not_convert(keep))
        if kept.element_spec != spec:
            raise TypeError(_("they would not stay the same"))
        with tf.device("CPU:0"):
            for _unused in range(self.size):  # what the first steps push out
                empty = [tf.zeros((0,), kind) for kind in self._types[:-2]]
                tf.raw_ops.Stage(values=[*empty, tf.constant(-1, tf.int64), tf.constant(0.0, tf.float64)], **self._area)
        self._spec, self.count = spec, int(dataset.cardinality().numpy())
        return kept

    @property
    def _area(self) -> dict[str, Any]:
        return {"capacity": 0, "memory_limit": 0, "container": "", "shared_name": self._name}

    def _find(self, number: int) -> list[Any] | None:
        """The tensors of the batch of this number; None where it is no longer (or not yet) there."""
        if self._spec is None:
            return None
        with self._tf.device("CPU:0"):
            for place in reversed(range(self.size)):
                found: list[Any] = self._tf.raw_ops.StagePeek(index=place, dtypes=self._types, shared_name=self._name)
                if int(found[-2]) == number:
                    return found
        return None

    def delivered(self, number: int) -> tuple[float, int] | None:
        """When the batch of this number was delivered, in seconds since 1970, and its number of rows."""
        found = self._find(number)
        if found is None:
            return None
        self._shrink(sum(one.dtype.size * int(self._tf.size(one)) for one in found))
        return float(found[-1]), int(found[0].shape[0]) if found[0].shape.rank else 1

    def batch(self, number: int) -> Batch | None:
        """The batch of this number, None where it is not there."""
        found = self._find(number)
        if found is None:
            return None
        return unpack(self._tf.nest.pack_sequence_as(self._spec, found[:-2], expand_composites=True), self._tf)

    def _shrink(self, size: int) -> None:
        """Keep fewer where they take more memory than they may."""
        fitting = max(2, MOST_BYTES // max(1, size))
        while self.size > fitting:
            with self._tf.device("CPU:0"):
                self._tf.raw_ops.Unstage(dtypes=self._types, **self._area)
            self.size -= 1

    def free(self) -> None:
        """Nothing more is kept."""
        if self._spec is not None:
            self._tf.raw_ops.StageClear(dtypes=self._types, shared_name=self._name)
            self._spec = None


def _mapped(dataset: Any, function: Any) -> Any:
    """`dataset.map(function)` in the thread that asks for the batch: another one for it costs a tenth of a small step."""
    try:
        from tensorflow.python.data.ops.map_op import _MapDataset

        return _MapDataset(dataset, function, use_inter_op_parallelism=False)
    except (ImportError, TypeError):  # it is no public name
        return dataset.map(function)


def bad_inputs(batch: Batch, tf: Any) -> tuple[BadInput, ...]:
    """The tensors of a batch that hold values that are no numbers."""
    found = []
    for part, label in ((batch.x, _("inputs")), (batch.y, _("labels")), (batch.weight, _("sample weights"))):
        for name, tensor in leaves(part):
            if not getattr(tensor.dtype, "is_floating", False):
                continue
            nan, infinite = tf.math.is_nan(tensor), tf.math.is_inf(tensor)
            bad = tf.math.logical_or(nan, infinite)
            if not bool(tf.reduce_any(bad)):
                continue
            by_row = tf.reduce_any(tf.reshape(bad, (bad.shape[0], -1)), axis=1) if bad.shape.rank else bad[None]
            rows = [int(row) for row in tf.where(by_row)[:, 0].numpy()]
            counts = [int(tf.math.count_nonzero(one)) for one in (nan, infinite)]
            name = f"{label}.{name}" if name else label
            found.append(BadInput(name, counts[0], counts[1], tuple(rows[:MOST_ROWS]), int(by_row.shape[0])))
    return tuple(found)
