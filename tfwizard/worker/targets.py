"""What kind of labels an output is given: class numbers, one-hot rows, real numbers and so on."""

from __future__ import annotations

from typing import Any, Callable, Iterable

from tfwizard.facts import TargetFacts
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.case import Case
from tfwizard.worker.probes.labels import IGNORED

#: Labels read from a dataset that gives them batch by batch: the range needs many, the time is short.
MOST_BATCHES = 64
MOST_VALUES = 2_000_000
SUMS_TO_ONE = 1e-3


def labels_by_output(case: Case, names: tuple[str, ...], report: Any) -> dict[str, tuple[Any, bool]]:
    """The labels of each output as one NumPy array, and whether they are those of every row."""
    whole = _arrays(case, names)
    if whole:
        return {name: (array, True) for name, array in whole.items()}
    return joined_labels(case, names, case.source.batches(), case.source.partial, lambda: report.stopped)


def joined_labels(
    case: Case,
    names: tuple[str, ...],
    batches: Iterable[Batch],
    partial: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, tuple[Any, bool]]:
    """The labels of each output out of these batches, and whether these were all."""
    parts: dict[str, list[Any]] = {name: [] for name in names}
    ended = not partial
    try:
        for number, batch in enumerate(batches, 1):
            for name, tensor in _named(case.model.labels_of(batch), names).items():
                parts[name].append(_as_array(tensor))
            if number >= MOST_BATCHES or stopped():
                ended = False
                break
    except Exception:  # a later batch that cannot be read has rules of its own
        ended = False
    return {name: (joined, ended) for name, some in parts.items() if (joined := _join(some)) is not None}


def _arrays(case: Case, names: tuple[str, ...]) -> dict[str, Any]:
    """The label arrays that the script gave, cut to what is quick to look at."""
    given = case.source.labels
    if given is None:
        return {}
    if len(names) == 1 and hasattr(given, "shape"):
        found = {names[0]: given}
    else:
        found = _named(dict(leaves(given)) if not isinstance(given, (list, tuple)) else list(given), names)
    return {name: _as_array(value) for name, value in found.items()}


def _named(labels: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if labels is None:
        return {}
    if isinstance(labels, dict):
        if len(names) == 1:
            return {names[0]: next(iter(labels.values()))} if len(labels) == 1 else {}
        if not set(names) & set(labels) and len(labels) == len(names):
            return dict(zip(names, labels.values()))
        return {name: labels[name] for name in names if name in labels}
    if isinstance(labels, (list, tuple)):
        return dict(zip(names, labels)) if len(labels) == len(names) else {}
    return {names[0]: labels}


def _as_array(value: Any) -> Any:
    import numpy as np

    array = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
    if not isinstance(array, np.ndarray):
        array = np.asarray(array)
    per_row = max(1, int(array[:1].size)) if array.ndim else 1
    return array[: max(1, MOST_VALUES // per_row)] if array.ndim else array


def _join(parts: list[Any]) -> Any:
    """Batches as one array: flat where their shapes differ, as those of padded sequences do."""
    import numpy as np

    if not parts:
        return None
    if len({part.shape[1:] for part in parts}) == 1:
        return np.concatenate(parts)
    shapes = {part.shape[2:] for part in parts}
    if len(shapes) == 1 and all(part.ndim >= 2 for part in parts):
        return np.concatenate([part.reshape((-1, 1, *part.shape[2:])) for part in parts])
    return None


def target_facts(name: str, labels: Any, array: Any, whole: bool, output_shape: tuple[int, ...]) -> TargetFacts:
    """The labels of one output. `labels` are those of the batch, `array` all that was read."""
    import numpy as np

    shape = tuple(int(size) for size in labels.shape)
    dtype = labels.dtype.name
    if not (labels.dtype.is_integer or labels.dtype.is_floating or labels.dtype.is_bool):
        kind = "text" if dtype == "string" else "other"
        return TargetFacts(name, shape, dtype, kind, seen=len(array), whole=whole)
    values = array.astype("float64") if array.dtype.kind in "iufb" else labels.numpy().astype("float64")
    if values.ndim == 0 or values.size == 0:
        return TargetFacts(name, shape, dtype, "other")
    wide = _classes_on_last_axis(values, shape, output_shape)
    masked = values == IGNORED
    kept = values[~masked]
    kept = kept[np.isfinite(kept)]
    if not kept.size:
        return TargetFacts(name, shape, dtype, "other", masked=int(masked.sum()), seen=len(values), whole=whole)
    distinct = np.unique(kept)
    rows = values.reshape(-1, values.shape[-1]) if wide else None
    kind = _kind_of_rows(rows) if rows is not None else _kind_of_values(distinct)
    whole_numbers = kept == np.rint(kept)
    negative = np.unique(values[(values < 0) & (values == np.rint(values))])
    sums = rows.sum(axis=1) if rows is not None else None
    return TargetFacts(
        name, shape, dtype, kind,
        float(kept.min()), float(kept.max()), len(distinct),
        float(1 - whole_numbers.mean()), float((kept < 0).mean()), float((kept > 1).mean()), float((np.abs(kept) > 1).mean()),
        float((sums > 1.5).mean()) if sums is not None else 0.0,
        float(sums.std()) if sums is not None else None,
        tuple(int(value) for value in negative[:8]), int(masked.sum()), len(values), whole,
    )  # fmt: skip


def _classes_on_last_axis(values: Any, shape: tuple[int, ...], output_shape: tuple[int, ...]) -> bool:
    """Whether each row of the last axis belongs to one thing to predict, and not to several of them."""
    if len(shape) < 2 or shape[-1] < 2 or values.shape[-1] != shape[-1]:
        return False
    if len(shape) == len(output_shape):
        return True
    # (rows, 4) beside (rows, 10, 4): no labels per position, since there are ten positions.
    per_position = len(shape) == len(output_shape) - 1 and shape[1:] == output_shape[1:-1]
    return not per_position and _kind_of_rows(values.reshape(-1, shape[-1])) == "one-hot"


def _kind_of_rows(rows: Any) -> str:
    """The kind of labels that have an axis of classes. A row of zeros is padding, or none of the classes."""
    import numpy as np

    sums = rows.sum(axis=1)
    if ((rows == 0) | (rows == 1)).all():
        return "one-hot" if sums.max() == 1 else ("multi-hot" if sums.max() > 1 else "other")
    some = sums > SUMS_TO_ONE
    if rows.min() >= 0 and some.any() and np.allclose(sums[some], 1, atol=SUMS_TO_ONE):
        return "soft"
    return "real"


def _kind_of_values(distinct: Any) -> str:
    import numpy as np

    if (distinct != np.rint(distinct)).any():
        return "real"
    if set(distinct.tolist()) <= {0.0, 1.0}:
        return "binary"
    return "signs" if set(distinct.tolist()) == {-1.0, 1.0} else "class ids"
