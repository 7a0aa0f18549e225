"""Counts label values, however many there are: piece by piece, so that ten million rows take no more memory than a few."""

from __future__ import annotations

from typing import Any, Iterator

from tfwizard.facts import InvalidLabels
from tfwizard.worker.probes.label_tokens import IGNORED
from tfwizard.worker.probes.pipelines import arrow_pieces as arrow_pieces

MOST_COUNTED = 1000
#: What None and NaN become when they are cast to an integer.
NO_NUMBER = (-(2**63), -(2**31))
#: Rows in work at a time, and integers that lie no further apart are counted without being sorted.
PIECE, NEAR = 1 << 18, 1 << 16


class Counted:
    """Counts of label values."""

    def __init__(self, column: str, source: str, total: int | None, whole: bool) -> None:
        self.column, self.source, self.total, self.whole = column, source, total, whole
        self.kind = "integer"
        self.counts: dict[str, int] = {}
        self.seen = 0
        self.minimum: float | None = None
        self.maximum: float | None = None
        self.invalid: list[InvalidLabels] = []

    def check(self, name: str, values: Any, start: int = 0) -> None:
        """Note the labels that are no value, or no class; batches of one name add up."""
        for first, piece in pieces(values):
            self._checked(name, invalid_labels(name, piece, start + first))

    def _checked(self, name: str, found: InvalidLabels) -> None:
        before = next((one for one in self.invalid if one.name == name), None)
        if before is not None:
            self.invalid.remove(before)
            found = InvalidLabels(
                name, before.of + found.of, before.missing + found.missing, before.nan + found.nan,
                before.fractional + found.fractional, (before.rows + found.rows)[:8],
            )  # fmt: skip
        self.invalid.append(found)

    def add(self, values: Any) -> None:
        """Count the values of an Arrow or NumPy array."""
        import numpy as np

        if hasattr(values, "type"):
            for value, count in self._tallied(_arrow_counts(piece) for _, piece in pieces(values)):
                self._count(value, count)
            return
        array = np.asarray(values)
        one_hot = array.ndim == 2 and array.shape[1] > 1 and all(is_one_hot(piece) for _, piece in pieces(array))
        self.kind = "one-hot" if one_hot else self.kind
        tallied = self._tallied(
            _array_counts(piece.argmax(axis=1) if one_hot else piece.ravel()) for _, piece in pieces(array)
        )
        for value, count in sorted(tallied, key=lambda pair: (pair[0] != pair[0], pair[0])):
            self._count(value, count)

    def _tallied(self, counted: Iterator[tuple[Any, Any]]) -> list[tuple[Any, int]]:
        """Values and counts of several pieces together; of numbers that are too many to be classes, the first ones."""
        import numpy as np

        together: dict[Any, int] = {}
        for values, counts in counted:
            if len(values) > MOST_COUNTED and values.dtype.kind in "iuf":
                self._span(values)
                order = np.argsort(values, kind="stable")
                kept = order[_places(values[order], together)]
                if len(together) < MOST_COUNTED:
                    kept = np.concatenate([kept, np.setdiff1d(order, kept)[: MOST_COUNTED - len(together)]])
                values, counts = values[kept], counts[kept]
            for value, count in zip(values.tolist(), counts.tolist()):
                together[value] = together.get(value, 0) + count
        return list(together.items())

    def _span(self, values: Any) -> None:
        """Take many numbers at once into what is known beside the counts."""
        import numpy as np

        left_out = [values == one for one in (IGNORED, *NO_NUMBER)]
        usable = values[np.isfinite(values) & ~np.any(left_out, axis=0)]
        if not len(usable):
            return
        low, high = float(usable.min()), float(usable.max())
        self.minimum = low if self.minimum is None else min(self.minimum, low)
        self.maximum = high if self.maximum is None else max(self.maximum, high)
        if values.dtype.kind == "f" and bool((usable != np.round(usable)).any()):
            self.kind = "float"

    def _count(self, value: Any, count: int) -> None:
        if value == IGNORED:
            return
        if isinstance(value, (bool, int, float)) and (value != value or value in NO_NUMBER):
            self.kind = "missing"
        elif isinstance(value, (bool, int, float)):
            self.minimum = float(value) if self.minimum is None else min(self.minimum, float(value))
            self.maximum = float(value) if self.maximum is None else max(self.maximum, float(value))
            if float(value) != int(value) if value == value and abs(value) != float("inf") else True:
                self.kind = "float"
        else:
            self.kind = "text" if isinstance(value, (str, bytes)) else "missing"
        name = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        if name in self.counts or len(self.counts) < MOST_COUNTED:
            self.counts[name] = self.counts.get(name, 0) + int(count)


def _places(ordered: Any, wanted: dict[Any, int]) -> Any:
    """Where in a sorted array the wanted numbers stand, of those that are there."""
    import numpy as np

    numbers = np.array(list(wanted), ordered.dtype)
    places = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
    return places[ordered[places] == numbers]


def pieces(values: Any) -> Iterator[tuple[int, Any]]:
    """An Arrow or NumPy array in pieces, and the row at which each begins; an empty one is one piece."""
    import numpy as np

    array = values if hasattr(values, "type") else np.asarray(values)
    if getattr(array, "ndim", 1) == 0 or not len(array):
        yield 0, array
        return
    for start in range(0, len(array), PIECE):
        yield start, array[start : start + PIECE]


def flattened(values: Any) -> Any:
    """An Arrow array without the lists of per-token labels: these are joined."""
    import pyarrow as pa

    while pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        if hasattr(values, "chunks"):
            values = pa.chunked_array([chunk.flatten() for chunk in values.chunks], values.type.value_type)
        else:
            values = values.flatten()
    return values


def _arrow_counts(values: Any) -> tuple[Any, Any]:
    """The values of an Arrow array and how often each is there, in the order in which they come."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    counted = pc.value_counts(values)
    found, counts = counted.field("values"), counted.field("counts").to_numpy()
    plain = pa.types.is_integer(found.type) or pa.types.is_floating(found.type)
    if plain and not found.null_count:
        return found.to_numpy(zero_copy_only=False), counts
    array: Any = np.empty(len(found), object)
    array[:] = found.to_pylist()
    return array, counts


def _array_counts(values: Any) -> tuple[Any, Any]:
    """The values of a flat NumPy array, sorted, and how often each is there."""
    import numpy as np

    if values.dtype.kind in "iu" and values.dtype != np.uint64 and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < NEAR:  # bincount does not sort
            counts = np.bincount(values.astype("int64") - low)
            present = np.flatnonzero(counts)
            return present + low, counts[present]
    found, counts = np.unique(values, return_counts=True)
    return found, counts


def is_one_hot(array: Any) -> bool:
    """Whether each row is one 1 among zeros."""
    return bool(((array == 0) | (array == 1)).all() and (array.sum(axis=1) == 1).all())


def invalid_labels(name: str, values: Any, start: int = 0) -> InvalidLabels:
    """None, NaN and fractions among the values of an Arrow column or a NumPy array."""
    import numpy as np

    missing: Any = np.zeros(0, bool)
    if hasattr(values, "type"):
        import pyarrow as pa

        missing = np.asarray(values.is_null())
        floating = pa.types.is_floating(values.type)
        numbers = values.drop_null().to_numpy(zero_copy_only=False) if floating else np.zeros(0)
    else:
        array = np.asarray(values)
        numbers = array if array.dtype.kind == "f" else np.zeros(0)
        if array.dtype.kind == "O":
            missing = np.equal(array, None).astype(bool)
        elif array.dtype.kind == "i":
            missing = (array == NO_NUMBER[0]) | (array == NO_NUMBER[1])
    nan = np.isnan(numbers)
    fractional = ~nan & (numbers != np.round(numbers))
    bad = missing if missing.any() else (nan if nan.any() else fractional)
    rows = np.unique(np.nonzero(bad)[0])[:8] if bad.any() else ()
    return InvalidLabels(
        name,
        len(values),
        int(missing.sum()),
        int(nan.sum()),
        int(fractional.sum()),
        tuple(int(row) + start for row in rows),
    )
