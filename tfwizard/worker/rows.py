"""One pass over a training set: statistics and hashes of every row, and a sample of rows to work on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

from tfwizard.worker.batches import Batch, leaves, map_leaves

#: Rows and bytes kept to work on; the pass itself keeps 8 bytes a row.
SAMPLE_ROWS, SAMPLE_BYTES = 4096, 64 << 20
BAD_ROWS = 32
MOST_LABELS = 64  # values a row: more are no labels of a row, but an image or a text
MASK = "attention_mask"  # what transformers' models call it


@dataclass
class Bad:
    """The values of one tensor that are not finite."""

    nan: int = 0
    infinite: int = 0
    rows: int = 0
    samples: list[int] = field(default_factory=list)
    columns: Any = None


@dataclass
class Seen:
    """What a pass has kept. `sizes` are the rows of each batch, `hashes` and `labels` hold one entry a row.

    `sample` has the leaves of the inputs and the labels of some rows spread over the pass; `template` is one batch, for
    the structure. `labels` is None where a row has no label, or several of them.
    """

    rows: int = 0
    sizes: list[int] = field(default_factory=list)
    whole: bool = False
    names: tuple[str, ...] = ()
    template: Batch | None = None
    hashes: Any = None
    labels: Any = None
    inputs: list[Any] = field(default_factory=list)
    targets: Any = None
    bad: dict[tuple[str, str], Bad] = field(default_factory=dict)
    bad_inputs: list[list[Any]] = field(default_factory=list)
    bad_targets: Any = None

    def batch(self, tf: Any, rows: Any = slice(None)) -> Batch:
        """Rows of the sample as the model takes them."""
        assert self.template is not None
        targets = None if self.targets is None else tf.constant(self.targets[rows])
        return Batch(self.rebuilt(tf, [part[rows] for part in self.inputs]), targets, None, self.template.structure)

    def rebuilt(self, tf: Any, parts: list[Any]) -> Any:
        """Arrays in the structure of the inputs."""
        assert self.template is not None
        left = iter(parts)
        return map_leaves(lambda tensor: tf.constant(next(left), dtype=tensor.dtype), self.template.x)


def array_of(tensor: Any, tf: Any) -> Any:
    """A tensor of any kind as a dense NumPy array; ragged ones get zeros at their ends, texts their fingerprints."""
    import numpy as np

    if isinstance(tensor, tf.RaggedTensor):
        tensor = tensor.to_tensor()
    elif isinstance(tensor, tf.SparseTensor):
        tensor = tf.sparse.to_dense(tensor)
    array = tensor.numpy() if hasattr(tensor, "numpy") else np.asarray(tensor)
    if array.dtype.kind in "OSU":
        return tf.strings.to_hash_bucket_fast(tf.constant(array), 1 << 31).numpy()
    return array


class Hasher:
    """Fingerprints of rows, 64 bits each. Zeros add nothing: a row keeps its fingerprint however far it is padded."""

    def __init__(self) -> None:
        import numpy as np

        self._random = np.random.default_rng(0x7F1)
        self._factors: Any = np.empty(0, "uint64")

    def rows(self, parts: list[Any]) -> Any:
        """The fingerprint of each row of several arrays together."""
        import numpy as np

        total: Any = np.zeros(len(parts[0]), "uint64")
        for number, array in enumerate(parts):
            bits = _bits(array.reshape(len(array), -1))
            found = np.einsum("ij,j->i", bits, self._upto(bits.shape[1]))
            found ^= found >> np.uint64(29)
            total += found * np.uint64(2 * number + 0x9E3779B97F4A7C15)
        return total

    def _upto(self, width: int) -> Any:
        import numpy as np

        if width > len(self._factors):
            more = self._random.integers(0, 1 << 63, width - len(self._factors), "uint64") * np.uint64(2)
            self._factors = np.concatenate([self._factors, more + np.uint64(1)])
        return self._factors[:width]


def _bits(array: Any) -> Any:
    """The values as 64-bit integers: equal values give equal bits, whether they were float32 or float64."""
    import numpy as np

    if array.dtype.kind == "f":
        plain = np.ascontiguousarray(array, "float32") + np.float32(0)  # -0.0 is 0.0
        return plain.view("uint32").astype("uint64")
    return array.astype("int64", copy=False).view("uint64") if array.dtype.kind in "iub" else array.astype("uint64")


class Pass:
    """Goes over batches within a time, and keeps what `Seen` holds.

    `split` gives the inputs and the labels of a batch; `stopped` tells that the budget is spent.
    """

    def __init__(self, tf: Any, split: Callable[[Batch], tuple[Any, Any]], stopped: Callable[[], bool]) -> None:
        self._tf, self._split, self._stopped = tf, split, stopped
        self._hasher = Hasher()
        self._kept: list[tuple[list[Any], Any]] = []
        self._stride = 1
        self._hashes: list[Any] = []
        self._labels: list[Any] | None = []

    def over(self, batches: Iterator[Batch], seconds: float, most: int | None = None, sample: bool = True) -> Seen:
        """Read `batches` to their end, for `seconds` at most, and `most` batches."""
        import numpy as np

        seen, ends = Seen(), time.monotonic() + seconds
        for number, batch in enumerate(batches):
            late = number and (time.monotonic() > ends or self._stopped())
            if late or (most is not None and number >= most):
                break
            self._take(seen, number, batch, sample)
        else:
            seen.whole = True
        seen.hashes = np.concatenate(self._hashes) if self._hashes else np.empty(0, "uint64")
        seen.labels = _joined(self._labels) if self._labels else None
        if self._kept:
            seen.inputs = [_padded([parts[n] for parts, _ in self._kept]) for n in range(len(self._kept[0][0]))]
            targets = [labels for _, labels in self._kept]
            seen.targets = _joined(targets) if all(labels is not None for labels in targets) else None
        return seen

    def _take(self, seen: Seen, number: int, batch: Batch, sample: bool) -> None:
        x, y = self._split(batch)
        found = leaves(x)
        parts = [array_of(tensor, self._tf) for _, tensor in found]
        single = y is not None and not hasattr(y, "items") and not isinstance(y, (list, tuple))
        labels = array_of(y, self._tf) if single else None
        if seen.template is None:
            seen.names = tuple(name or "inputs" for name, _ in found)
            seen.template = Batch(x, y, batch.weight, batch.structure)
        self._not_finite(seen, parts, labels)
        self._hashes.append(self._hasher.rows(without_padding(seen.names, parts)))
        if labels is None or labels.ndim == 0 or labels.size > MOST_LABELS * len(labels):
            self._labels = None
        elif self._labels is not None:
            self._labels.append(labels)
        if sample:
            self._keep(number, parts, labels)
        seen.rows += len(parts[0])
        seen.sizes.append(len(parts[0]))

    def _keep(self, number: int, parts: list[Any], labels: Any) -> None:
        """Keep these rows if their turn has come: every batch at first, then every second one, and so on."""
        rows = len(parts[0])
        if number % self._stride or not rows:
            return
        limit = int(max(1, min(SAMPLE_ROWS, SAMPLE_BYTES * rows // max(1, sum(part.nbytes for part in parts)))))
        every = slice(None, None, -(-rows // limit))
        kept = [part[every] for part in parts]
        self._kept.append((kept, None if labels is None or labels.ndim == 0 else labels[every]))
        while len(self._kept) > 1 and sum(len(parts[0]) for parts, _ in self._kept) > limit:
            self._kept, self._stride = self._kept[::2], self._stride * 2

    def _not_finite(self, seen: Seen, parts: list[Any], labels: Any) -> None:
        import numpy as np

        named = [("input", name, part) for name, part in zip(seen.names, parts)]
        if labels is not None:
            named.append(("label", "labels", labels))
        rows: Any = None
        for role, name, array in named:
            if array.dtype.kind != "f" or not array.ndim or np.isfinite(array).all():
                continue
            bad = seen.bad.setdefault((role, name), Bad())
            wrong = ~np.isfinite(array)
            concerned = np.flatnonzero(wrong.reshape(len(array), -1).any(axis=1))
            bad.nan += int(np.isnan(array).sum())
            bad.infinite += int(np.isinf(array).sum())
            bad.rows += len(concerned)
            bad.samples.extend((concerned[: BAD_ROWS - len(bad.samples)] + seen.rows).tolist())
            if array.ndim == 2:
                columns = wrong.sum(axis=0)
                same = bad.columns is not None and len(bad.columns) == len(columns)
                bad.columns = bad.columns + columns if same else columns
            rows = concerned if rows is None else np.union1d(rows, concerned)
        if rows is not None and not seen.bad_inputs:
            seen.bad_inputs = [part[rows[:BAD_ROWS]] for part in parts]
            seen.bad_targets = None if labels is None else labels[rows[:BAD_ROWS]]


def without_padding(names: tuple[str, ...], parts: list[Any]) -> list[Any]:
    """The arrays with zeros where an attention mask says padding, so that padding of any id adds nothing."""
    if MASK not in names:
        return parts
    mask = parts[names.index(MASK)]
    same = [part.dtype.kind in "iu" and part.shape == mask.shape for part in parts]
    return [part * (mask != 0) if fits else part for part, fits in zip(parts, same)]


def _padded(arrays: list[Any]) -> Any:
    """Arrays of several batches as one: those of different lengths get zeros at their ends."""
    import numpy as np

    shapes = {array.shape[1:] for array in arrays}
    if len(shapes) == 1:
        return np.concatenate(arrays)
    widest = [max(sizes) for sizes in zip(*shapes)]
    wide = [
        np.pad(array, [(0, 0), *((0, want - size) for want, size in zip(widest, array.shape[1:]))]) for array in arrays
    ]
    return np.concatenate(wide)


def _joined(arrays: list[Any]) -> Any:
    """The labels of several batches as one array, None where their shapes differ (labels of each token, padded)."""
    import numpy as np

    return np.concatenate(arrays) if len({array.shape[1:] for array in arrays}) == 1 else None
