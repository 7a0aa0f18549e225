"""Batches as the model would receive them, read without touching the script's own iterators."""

from __future__ import annotations

import itertools
import operator
import random
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Iterator

from tfwizard.language import N_, _
from tfwizard.worker.capture.recorder import LiveCall, Recorder
from tfwizard.worker.dataset_copy import copy_of

DEFAULT_BATCH_SIZE = 32  # Keras' own, for arrays
MANY_ROWS = 1_000_000


@dataclass
class Batch:
    """Inputs, labels and sample weights of one batch: a tensor, or a dict, list or tuple of tensors each.

    `alone` says that the inputs came as a tuple of one.
    """

    x: Any
    y: Any = None
    weight: Any = None
    structure: str = ""
    alone: bool = False

    def element(self) -> Any:
        """What Keras hands to a train_step: the inputs as they are where nothing came with them."""
        parts = tuple(one for one in (self.x, self.y, self.weight) if one is not None)
        return parts if self.alone or len(parts) > 1 else self.x

    def rows(self) -> int:
        """The number of samples."""
        return int(leaves(self.x)[0][1].shape[0])

    def take(self, tf: Any, rows: list[int]) -> Batch:
        """The same batch with these rows alone, in this order."""

        def pick(tensor: Any) -> Any:
            return tf.gather(tensor, rows)

        return replace(
            self, x=map_leaves(pick, self.x), y=map_leaves(pick, self.y), weight=map_leaves(pick, self.weight)
        )


@dataclass
class Source:
    """Where the training data comes from.

    `batches` gives an iterator over batches that starts at the beginning each time; `pipeline` is the `to_tf_dataset` or
    `prepare_tf_dataset` call that it came from; `labels` holds the whole label array where the script gave one, `generator`
    the Python generator that it gave. `uneven` arrays differ in their number of rows; `partial` says that there is more,
    which could not be read.
    """

    kind: str
    batches: Callable[[], Iterator[Batch]]
    count: int | None = None
    pipeline: LiveCall | None = None
    labels: Any = None
    generator: Any = None
    uneven: bool = False
    partial: bool = False
    notes: list[str] = field(default_factory=list)

    def first(self) -> Batch:
        """The first batch. Raises StopIteration's cousin LookupError when there is none, or what the pipeline raises."""
        for batch in self.batches():
            return batch
        raise LookupError(_("The dataset gave no batch at all."))


def leaves(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """The tensors of a nested structure with their names: keys of dicts, positions of lists."""
    if value is None:
        return []
    if hasattr(value, "items"):
        return [leaf for key, part in value.items() for leaf in leaves(part, f"{name}.{key}" if name else str(key))]
    if isinstance(value, (list, tuple)):
        return [leaf for number, part in enumerate(value) for leaf in leaves(part, f"{name}[{number}]")]
    return [(name, value)]


def map_leaves(function: Callable[[Any], Any], value: Any) -> Any:
    """The same structure with `function` applied to each tensor."""
    if value is None:
        return None
    if hasattr(value, "items"):
        return {key: map_leaves(function, part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [map_leaves(function, part) for part in value]
        return parts if isinstance(value, list) else tuple(parts)
    return function(value)


def source_of(held: LiveCall, recorder: Recorder, tf: Any) -> Source:
    """The source behind the arguments of a training call."""
    x: Any
    x, y = held.bound.get("x", held.bound.get("generator")), held.bound.get("y")
    weight = held.bound.get("sample_weight")
    if isinstance(x, tf.data.Dataset):
        return dataset_source(x, recorder, tf)
    if hasattr(x, "__getitem__") and hasattr(x, "__len__") and not _is_data(x):
        return Source(type(x).__name__, lambda: (unpack(x[n], tf) for n in range(len(x))), len(x))
    if hasattr(x, "__next__"):
        return _generator_source(held, x, tf)
    return _array_source(x, y, weight, held, tf)


def _is_data(value: Any) -> bool:
    return hasattr(value, "shape") or isinstance(value, (dict, list, tuple)) or hasattr(value, "items")


def dataset_source(dataset: Any, recorder: Recorder, tf: Any, pick: Callable[[Any], Any] = lambda item: item) -> Source:
    """The source behind a tf.data.Dataset. `pick` makes (inputs, labels) of an element that is something else."""
    pipeline = _pipeline_behind(dataset, recorder)
    notes: list[str] = []
    count = int(dataset.cardinality().numpy())
    source = Source(
        "tf.data.Dataset",
        lambda: (unpack(pick(item), tf) for item in copy_of(dataset, tf, notes)),
        None if count == -2 else count,
        pipeline,
    )
    source.notes = notes
    return source


def _pipeline_behind(dataset: Any, recorder: Recorder) -> LiveCall | None:
    """The captured call whose result `dataset` is, or was derived from by `.batch`, `.shuffle` and the like."""
    made = {
        id(call.result): call
        for call in recorder.named("Dataset.to_tf_dataset", "model.prepare_tf_dataset")
        if call.result is not None
    }
    queue = [dataset]
    while queue:
        one = queue.pop()
        if id(one) in made:
            return made[id(one)]
        queue.extend(one._inputs() if hasattr(one, "_inputs") else [])
    return None


def _generator_source(held: LiveCall, generator: Any, tf: Any) -> Source:
    """A Python generator: what is read from it is put back in front, for the training call and for the next probe."""
    name = "x" if "x" in held.bound else "generator"
    seen: list[Any] = []

    def batches() -> Iterator[Batch]:
        for number in itertools.count():
            if number == len(seen):
                try:
                    seen.append(next(generator))
                except StopIteration:
                    return
                held.bound[name] = itertools.chain(list(seen), generator)
            yield unpack(seen[number], tf)

    return Source(
        "generator", batches, None, notes=[_("A Python generator: the batches that were read are put back in front.")],
        generator=generator,
    )  # fmt: skip


def _array_source(x: Any, y: Any, weight: Any, held: LiveCall, tf: Any) -> Source:
    x, y, weight = (without_pandas(part) for part in (x, y, weight))
    arrays = [_as_array(array) for part in (x, y, weight) for _, array in leaves(part)]
    total = min(array.shape[0] if array.ndim else 1 for array in arrays)
    uneven = len({array.shape[:1] for array in arrays}) > 1
    size = batch_size_of(held)
    if held.facts.name.endswith("train_on_batch"):
        size = total
    order = _order(total) if held.bound.get("shuffle", True) else range(total)

    def batches() -> Iterator[Batch]:
        for start in range(0, total, size):
            rows = list(order[start : start + size])

            def pick(array: Any, rows: list[int] = rows) -> Any:
                # Arrays of different lengths have no common rows: the call will say so.
                return tf.convert_to_tensor(_as_array(array) if uneven else _as_array(array)[rows])

            yield Batch(
                map_leaves(pick, x),
                map_leaves(pick, y),
                map_leaves(pick, weight),
                _structure(x, y, weight),
                y is None and isinstance(x, (list, tuple)),
            )

    return Source("arrays", batches, -(-total // size), labels=y, uneven=uneven)


def batch_size_of(held: LiveCall) -> int:
    """The rows of a batch that a training call makes of arrays; Keras' own number where what is given is none."""
    given: Any = held.bound.get("batch_size")
    try:
        return operator.index(given) or DEFAULT_BATCH_SIZE
    except TypeError:  # the call itself will say so
        return DEFAULT_BATCH_SIZE


def _order(total: int) -> Any:
    """An order of the rows: fit shuffles arrays. One of our own leaves the script's generators alone."""
    if total > MANY_ROWS:  # a list of Python's integers would take ten seconds and 400 MB for ten million rows
        import numpy as np

        many: Any = np.arange(total, dtype="int64" if total > 2**31 else "int32")
        np.random.default_rng(0).shuffle(many)
        return many
    order = list(range(total))
    random.Random(0).shuffle(order)
    return order


def without_pandas(value: Any) -> Any:
    """The same with arrays for the tables and columns of pandas, as Keras takes them: one tensor, no dict of columns."""
    if hasattr(value, "to_numpy"):
        return value.to_numpy()
    if isinstance(value, dict):
        return {key: without_pandas(part) for key, part in value.items()}
    return type(value)(map(without_pandas, value)) if type(value) in (list, tuple) else value


def _as_array(value: Any) -> Any:
    import numpy

    return value.numpy() if hasattr(value, "numpy") else numpy.asarray(value)


def unpack(item: Any, tf: Any) -> Batch:
    """An element of a dataset, taken apart as `fit` does."""
    parts = item if isinstance(item, tuple) else (item,)
    x, y, weight = (*parts, None, None)[:3] if len(parts) <= 3 else (parts, None, None)
    return replace(as_batch(x, y, weight, tf), alone=isinstance(item, tuple) and len(item) == 1)


def as_batch(x: Any, y: Any, weight: Any, tf: Any) -> Batch:
    """One batch of what the script holds in its hands."""
    x, y, weight = (map_leaves(tf.convert_to_tensor, part) for part in (x, y, weight))
    return Batch(x, y, weight, _structure(x, y, weight))


def _structure(x: Any, y: Any, weight: Any) -> str:
    """How the parts are packed, in words that are translated where they are shown."""
    named = hasattr(x, "items")
    if y is None:
        return N_("dict of inputs, no separate labels") if named else N_("inputs, no separate labels")
    if weight is None:
        return N_("(dict of inputs, labels)") if named else N_("(inputs, labels)")
    return N_("(dict of inputs, labels, sample weights)") if named else N_("(inputs, labels, sample weights)")
