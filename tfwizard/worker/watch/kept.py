"""The batches of the last steps, kept as the training takes them out of its dataset."""

from __future__ import annotations

import itertools
import threading
import weakref
from typing import Any

from tfwizard.facts import BadInput
from tfwizard.language import _
from tfwizard.worker.batches import Batch, leaves, unpack

#: So many rows are named of a batch.
MOST_ROWS = 20
#: The batches that are kept may take so many bytes together.
MOST_BYTES = 64 * 1024 * 1024

_NUMBERS = itertools.count()
#: A step that was traced goes on to use the area that it was traced with, in the next `fit` as well.
_areas: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()


def is_known(step: Any) -> bool:
    """Whether this function of a training step was traced under watch, if it was traced."""
    try:
        return step in _areas
    except TypeError:  # an object of the script's own, of which nothing can be kept
        return True


class Kept:
    """The last `size` batches of one training call. They pass a staging area of TensorFlow's within the traced step: three small
    operations, no Python, and no thread of their own as in a dataset.
    """

    def __init__(self, tf: Any, step: Any, size: int) -> None:
        self._tf = tf
        self.size = size
        self._name = _areas.setdefault(step, f"tfwizard-{next(_NUMBERS)}")
        self._spec: Any = None
        self._types: list[Any] = []
        self._thread = threading.get_ident()
        #: Whether a step runs: what is taken out of the dataset then is its batch.
        self.stepping = False

    def begin(self, iterator: Any) -> None:
        """Make room for the batches of this iterator. Raises TypeError for one whose batches cannot be kept."""
        tf, spec = self._tf, getattr(iterator, "element_spec", None)
        if not isinstance(iterator, tf.data.Iterator) or (isinstance(spec, tuple) and type(spec) is not tuple):
            raise TypeError(_("they come in a form of their own"))
        flat = tf.nest.flatten(spec, expand_composites=True)
        self._types = [*(one.dtype for one in flat), tf.float64]
        # Batches of another kind have another area, or the step would take out what it did not put in.
        self._name += "-" + "-".join(str(one.as_datatype_enum) for one in self._types)
        with tf.device("CPU:0"):
            tf.raw_ops.StageClear(**self._area)
            for _unused in range(self.size):  # what the first steps push out
                empty = [tf.zeros((0,), kind) for kind in self._types[:-1]]
                tf.raw_ops.Stage(values=[*empty, tf.constant(0.0, tf.float64)], **self._place)
        self._spec = spec

    def see(self, element: Any) -> None:
        """A batch is taken out of a dataset: keep it where it is that of the step. In a traced step this is traced as well."""
        if not self.stepping or self._spec is None or threading.get_ident() != self._thread:
            return
        tf = self._tf
        tensors = tf.nest.flatten(element, expand_composites=True)
        if [one.dtype for one in tensors] != self._types[:-1]:
            return  # of another dataset, which the step reads beside its own
        with tf.device("CPU:0"), tf.control_dependencies(None if tf.executing_eagerly() else tensors):
            staged = tf.raw_ops.Stage(values=[*tensors, tf.timestamp()], **self._place)
            with tf.control_dependencies(None if tf.executing_eagerly() else [staged]):
                tf.raw_ops.Unstage(**self._area)

    @property
    def _place(self) -> dict[str, Any]:
        return {"capacity": 0, "memory_limit": 0, "container": "", "shared_name": self._name}

    @property
    def _area(self) -> dict[str, Any]:
        return {"dtypes": self._types, **self._place}

    def _find(self, back: int) -> list[Any] | None:
        """The tensors of the batch that the step took `back` steps before the last; None where it is no longer there."""
        if self._spec is None or back >= self.size:
            return None
        index, raw = self.size - 1 - back, self._tf.raw_ops
        with self._tf.device("CPU:0"):
            # A look at what is not there would wait for ever: a callback that trains the same model empties the area.
            if int(raw.StageSize(**self._area)) <= index:
                return None
            found: list[Any] = raw.StagePeek(index=index, **self._area)
        return found if float(found[-1]) else None

    def delivered(self) -> tuple[float, int] | None:
        """When the batch of the last step was delivered, in seconds since 1970, and its number of rows."""
        found = self._find(0)
        if found is None:
            return None
        self._shrink(sum(one.dtype.size * int(self._tf.size(one)) for one in found))
        return float(found[-1]), int(found[0].shape[0]) if found[0].shape.rank else 1

    def batch(self, back: int) -> Batch | None:
        """The batch that the step took `back` steps before the last, None where it is not there."""
        found = self._find(back)
        if found is None:
            return None
        return unpack(self._tf.nest.pack_sequence_as(self._spec, found[:-1], expand_composites=True), self._tf)

    def _shrink(self, size: int) -> None:
        """Keep fewer where they take more memory than they may."""
        fitting = max(2, MOST_BYTES // max(1, size))
        while self.size > fitting:
            with self._tf.device("CPU:0"):
                self._tf.raw_ops.Unstage(**self._area)
            self.size -= 1

    def free(self) -> None:
        """Nothing more is kept."""
        if self._spec is not None:
            with self._tf.device("CPU:0"):
                self._tf.raw_ops.StageClear(**self._area)
            self._spec = None


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
