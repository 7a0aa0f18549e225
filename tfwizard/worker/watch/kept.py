"""The batches of the last steps, kept as the training takes them out of its dataset."""

from __future__ import annotations

import itertools
from typing import Any

from tfwizard.facts import BadInput
from tfwizard.worker.batches import Batch, leaves, unpack

#: So many rows are named of a batch.
MOST_ROWS = 20

_NUMBERS = itertools.count()


class Kept:
    """The last `size` batches. They pass a staging area of TensorFlow's on their way: two operations a step, no Python."""

    def __init__(self, tf: Any, size: int) -> None:
        self._tf = tf
        self.size = size
        self._name = f"tfwizard-{next(_NUMBERS)}"
        self._spec: Any = None
        self._types: list[Any] = []

    def through(self, dataset: Any) -> Any:
        """The same dataset, its elements kept as they are taken. Raises TypeError for one that cannot be kept."""
        tf, spec = self._tf, getattr(dataset, "element_spec", None)
        if not isinstance(dataset, tf.data.Dataset) or (isinstance(spec, tuple) and type(spec) is not tuple):
            raise TypeError("its batches come in a form of their own")
        flat = tf.nest.flatten(spec, expand_composites=True)
        self._types = [*(one.dtype for one in flat), tf.float64]
        area = {"capacity": 0, "memory_limit": 0, "container": "", "shared_name": self._name}

        def keep(*element: Any) -> Any:
            tensors = tf.nest.flatten(element, expand_composites=True)
            tf.raw_ops.Stage(values=[*tensors, tf.timestamp()], **area)
            tf.raw_ops.Unstage(dtypes=self._types, **area)
            return element if isinstance(spec, tuple) else element[0]

        kept = _mapped(dataset, tf.autograph.experimental.do_not_convert(keep))
        if kept.element_spec != spec:
            raise TypeError("its batches would not stay the same")
        with tf.device("CPU:0"):
            for _ in range(self.size):  # what the first steps push out
                tf.raw_ops.Stage(values=[tf.zeros((0,), kind) for kind in self._types], **area)
        self._spec = spec
        return kept

    def _peek(self, back: int) -> list[Any]:
        with self._tf.device("CPU:0"):
            found: list[Any] = self._tf.raw_ops.StagePeek(
                index=self.size - 1 - back, dtypes=self._types, shared_name=self._name
            )
        return found

    def delivered(self) -> tuple[float, int]:
        """When the last batch was delivered, in seconds since 1970, and its number of rows."""
        *tensors, at = self._peek(0)
        return float(at), int(tensors[0].shape[0]) if tensors[0].shape.rank else 1

    def batch(self, back: int = 0) -> Batch | None:
        """The batch of the last step, or of `back` steps before it; None where it is no longer (or not yet) there."""
        if self._spec is None or not 0 <= back < self.size:
            return None
        *tensors, at = self._peek(back)
        if at.shape.rank != 0:
            return None
        return unpack(self._tf.nest.pack_sequence_as(self._spec, tensors, expand_composites=True), self._tf)

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
    for part, label in ((batch.x, "inputs"), (batch.y, "labels"), (batch.weight, "sample weights")):
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
