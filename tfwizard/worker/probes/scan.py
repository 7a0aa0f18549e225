"""The training set as a whole: what one pass over its batches shows."""

from __future__ import annotations

import contextlib
from typing import Any, Callable, Iterator

from tfwizard.facts import (
    BrokenBatch,
    ConflictFacts,
    CountsFacts,
    EmptyFacts,
    NonFiniteFacts,
    OrderFacts,
    OverlapFacts,
    RepeatFacts,
    ScanFacts,
    ThirdPartFacts,
)
from tfwizard.language import _
from tfwizard.worker.batches import Batch, batch_size_of, leaves, map_leaves, source_of, without_pandas
from tfwizard.worker.broken import Reading
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.probes.relation import relation_facts
from tfwizard.worker.probes.scale import scale_facts
from tfwizard.worker.probes.slots import swapped_facts
from tfwizard.worker.rows import Pass, Seen

PASS_S, VALIDATION_S = 3.0, 1.0
CHUNK_ROWS, MOST_BATCHES, MOST_KEPT = 2048, 2000, 100
#: Values that are no more than this are counted as classes; more are numbers.
MOST_CLASSES = 200
WINDOW, FEWEST_WINDOWS, WINDOWS_SHOWN = 32, 4, 6
#: tf.data operations that the user calls: captured as "tf.data.Dataset.batch" and so on.
OPERATIONS = ("batch", "padded_batch", "shuffle", "repeat", "filter", "take", "skip")
PIPELINES = ("Dataset.to_tf_dataset", "model.prepare_tf_dataset")


def probe(case: Case, report: Any) -> ScanFacts:
    """Go over the training set once, and look at what was seen from every side. A part that fails leaves the others."""
    source = case.source
    if source.partial:
        raise Blocked(_("Only one batch of the loop is known: the training set cannot be gone over."))
    seen, unread = _training_rows(case, report)
    if not seen.sizes:
        return ScanFacts(source.kind, whole=True, empty=_empty(case))
    numbered = source.kind == "arrays" and not case.custom_loop
    found: dict[str, Any] = {}
    lacking: dict[str, str] = {}

    def part(name: str, look: Callable[[], Any]) -> Any:
        try:
            found[name] = look()
        except Blocked as blocked:
            lacking[name] = blocked.why
        except Exception as error:
            lacking[name] = f"{type(error).__name__}: {error}"[:200]
        return found.get(name)

    ids, kind = class_ids(seen.labels)
    part("counts", lambda: _counts(ids, kind))
    part("non_finite", lambda: _non_finite(case, seen))
    repeats = part("repeats", lambda: _repeats(case, seen))
    part("order", lambda: _order(case, seen, ids))
    part("conflicts", lambda: _conflicts(seen, ids))
    part("third", lambda: _third(case, seen))
    part("overlap", lambda: _overlap(case, report, seen))
    sound = not found.get("non_finite") and repeats is not None and repeats.distinct > 1
    if case.has_model and sound:
        part("swapped", lambda: swapped_facts(case, seen))
        part("scale", lambda: scale_facts(case, report, seen))
        part("relation", lambda: relation_facts(case, report, seen, ids))
    found = {name: value for name, value in found.items() if value is not None}
    return ScanFacts(
        source.kind,
        seen.rows,
        len(seen.sizes),
        seen.whole,
        numbered,
        _weighted(case),
        unread=unread,
        lacking=lacking,
        **found,
    )


# --- the pass -------------------------------------------------------------------------------------------------------------


def _training_rows(case: Case, report: Any) -> tuple[Seen, BrokenBatch | None]:
    """The rows that are trained on: those of the arrays that validation_split leaves, in their own order, or batches.

    Beside them the batch at which the pass ended, where that cannot be read.
    """
    going = Pass(case.tf, lambda batch: _split(case, batch), lambda: report.stopped)
    if case.source.kind != "arrays" or case.custom_loop:
        endless = case.source.count in (None, -1)
        most = _steps(case) or MOST_BATCHES if endless else None
        if case.source.kind == "generator":
            most = min(most or MOST_KEPT, MOST_KEPT)  # what is read from it is kept, to be put back
        reading = Reading(case, case.source.batches())
        seen = going.over(_checked(iter(reading)), PASS_S, most)
        # An epoch of an endless dataset is as long as the training call says.
        seen.whole = (seen.whole and reading.ended) or (endless and _steps(case) == len(seen.sizes))
        return seen, reading.unread
    x, y, first, _unused = _arrays(case)
    seen = going.over(_slices(x, y, 0, first), PASS_S)
    seen.whole = seen.whole and not case.training.facts.name.endswith("train_on_batch")  # more of them will follow
    size = batch_size_of(case.training)
    seen.sizes = [min(size, seen.rows - start) for start in range(0, seen.rows, size)]
    return seen, None


def _arrays(case: Case) -> tuple[Any, Any, int, int]:
    """The arrays of the training call, how many of their rows are trained on, and how many there are."""
    held = case.training
    x = map_leaves(_plain, without_pandas(held.bound.get("x")))
    y = map_leaves(_plain, without_pandas(held.bound.get("y")))
    total = len(leaves(x)[0][1])
    share = float(held.bound.get("validation_split") or 0.0)
    return x, y, int(total * (1.0 - share)), total


def _plain(value: Any) -> Any:
    import numpy as np

    return value.numpy() if hasattr(value, "numpy") else np.asarray(value)


def _slices(x: Any, y: Any, start: int, stop: int) -> Iterator[Batch]:
    for low in range(start, stop, CHUNK_ROWS):
        rows = slice(low, min(stop, low + CHUNK_ROWS))

        def part(array: Any, rows: slice = rows) -> Any:
            return array[rows]

        yield Batch(map_leaves(part, x), map_leaves(part, y))


def _checked(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, as long as they are batches: every part must have the same number of rows."""
    for batch in batches:
        rows = {tuple(tensor.shape)[:1] for _, tensor in (*leaves(batch.x), *leaves(batch.y))}
        if len(rows) != 1 or () in rows:
            raise Blocked(_("The dataset gives no batches of samples."), "data")
        yield batch


def _split(case: Case, batch: Batch) -> tuple[Any, Any]:
    if not case.has_model:
        return batch.x, batch.y
    return case.model.inputs_only(batch.x), case.model.labels_of(batch)


def _steps(case: Case) -> int | None:
    steps = case.held.bound.get("steps_per_epoch") if case.held is not None else None
    return int(steps) if isinstance(steps, int) else None


def class_ids(labels: Any) -> tuple[Any, str]:
    """One class for each row and how they are written; (None, "") where labels are no classes."""
    import numpy as np

    if labels is None or not len(labels):
        return None, ""
    flat = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    if flat.ndim == 2 and flat.dtype.kind in "iufb":
        one_hot = bool(((flat == 0) | (flat == 1)).all() and (flat.sum(axis=1) == 1).all())
        return (flat.argmax(axis=1), "one-hot") if one_hot else (None, "")
    if flat.ndim != 1 or flat.dtype.kind not in "iufb":
        return None, ""
    if flat.dtype.kind == "f" and not (np.isfinite(flat).all() and (flat == np.floor(flat)).all()):
        return None, ""
    ids = flat.astype("int64")
    few = len(np.unique(ids)) <= min(MOST_CLASSES, max(2, len(ids) // 4))
    return (ids, "integral float" if flat.dtype.kind == "f" else "integer") if few else (None, "")


# --- what was seen --------------------------------------------------------------------------------------------------------


def _counts(ids: Any, kind: str) -> CountsFacts | None:
    if ids is None:
        return None
    return CountsFacts(kind, _counted(ids), len(_counted(ids)))


def _counted(ids: Any) -> dict[str, int]:
    import numpy as np

    values, counts = np.unique(ids, return_counts=True)
    return {str(value): int(count) for value, count in zip(values.tolist(), counts.tolist())}


def _non_finite(case: Case, seen: Seen) -> tuple[NonFiniteFacts, ...]:
    if not seen.bad:
        return ()
    survives = _survives(case, seen)
    titles = _columns(case)
    return tuple(
        NonFiniteFacts(
            name, role, bad.nan, bad.infinite, bad.rows, tuple(bad.samples[:10]),
            _named(bad.columns, titles if role == "input" else ()), survives if role == "input" else None,
        )
        for (role, name), bad in seen.bad.items()
    )  # fmt: skip


def _named(columns: Any, titles: tuple[str, ...]) -> dict[str, int]:
    if columns is None or len(columns) > 1000:
        return {}
    known = titles if len(titles) == len(columns) else tuple(str(number) for number in range(len(columns)))
    return {name: int(count) for name, count in zip(known, columns.tolist()) if count}


def _columns(case: Case) -> tuple[str, ...]:
    """The column names, where the inputs are a table of pandas."""
    x = case.held.bound.get("x") if case.held is not None else None
    return tuple(str(name) for name in getattr(x, "columns", ()))


def _survives(case: Case, seen: Seen) -> bool | None:
    """Whether outputs and gradients stay finite on the rows whose inputs are not."""
    import numpy as np

    if not case.has_model or own_step(case):
        return None
    tf, model = case.tf, case.model
    with contextlib.suppress(Exception):
        x = seen.rebuilt(tf, seen.bad_inputs)
        with tf.GradientTape() as tape:
            output = model.forward(x)
            # Any function of the outputs does: what is not finite on the way shows in the gradients of the weights.
            loss = tf.reduce_sum(tf.square(output))
        gradients = [g for g in tape.gradient(loss, model.object.trainable_variables) if g is not None]
        finite = all(bool(np.isfinite(tf.convert_to_tensor(g).numpy()).all()) for g in gradients)
        return bool(np.isfinite(output.numpy()).all()) and finite
    return None


def own_step(case: Case) -> bool:
    """Whether code of the user's own stands between the batches and the model: it may clean or scale them."""
    return bool(case.custom_loop or case.model.own_step)


def _repeats(case: Case, seen: Seen) -> RepeatFacts:
    import numpy as np

    _unused, inverse, counts = np.unique(seen.hashes, return_inverse=True, return_counts=True)
    copies = int(counts[inverse.ravel()].__gt__(1).sum())
    starts = np.concatenate([[0], np.cumsum(seen.sizes)])
    parts = [seen.hashes[low:high] for low, high in zip(starts[:-1].tolist(), starts[1:].tolist()) if high - low > 1]
    constant = sum(bool((part == part[0]).all()) for part in parts[:10_000])
    return RepeatFacts(
        seen.rows, len(counts), copies, len(parts), constant, _same_batches(case, seen, parts), _rich(seen)
    )


def _same_batches(case: Case, seen: Seen, parts: list[Any]) -> bool:
    """Whether every batch of an epoch of several is the same, though nothing in the pipeline repeats or cuts it."""
    import numpy as np

    planned = case.source.count if (case.source.count or 0) > 0 else _steps(case)
    if case.source.kind == "arrays" or len(parts) < 4 or (planned or 0) < 4:
        return False
    if any(type(one).__name__.lstrip("_") in ("RepeatDataset", "TakeDataset") for one in chain_of(_dataset(case))):
        return False
    return all(np.array_equal(part, parts[0]) for part in parts[1:])


def _rich(seen: Seen) -> bool:
    """Whether rows hold fractions of many values: then two equal rows are copies, and no coincidence."""
    import numpy as np

    for array in seen.inputs:
        if array.dtype.kind == "f" and len(array) >= 50:
            flat = array.reshape(len(array), -1)[:, :8]
            if any(len(np.unique(column)) > 0.3 * len(column) for column in flat.T):
                return True
            # Many columns of few values each (the pixels of an image) are as telling together.
            if flat.shape[1] == 8 and array[0].size >= 64:
                return True
        elif array.dtype.kind == "u" and array.ndim >= 3 and array[0].size >= 64:
            return True
    return False


def _conflicts(seen: Seen, ids: Any) -> ConflictFacts | None:
    """The rows whose inputs bear several classes, and the loss that this leaves to every model."""
    import numpy as np

    if ids is None:
        return None
    _unused, groups = np.unique(seen.hashes, return_inverse=True)
    values, classes = np.unique(ids, return_inverse=True)
    groups, classes = groups.ravel(), classes.ravel()
    pairs, counts = np.unique(groups * len(values) + classes, return_counts=True)
    of_group, sizes = pairs // len(values), np.bincount(groups)
    shares = counts / sizes[of_group]
    several = np.bincount(of_group, minlength=len(sizes)) > 1
    floor = float(-(counts * np.log(shares)).sum() / len(ids))
    whole = np.bincount(classes) / len(ids)
    example: dict[str, int] = {}
    if several.any():
        largest = int(np.where(several, sizes, 0).argmax())
        at = of_group == largest
        example = {str(values[p % len(values)]): int(c) for p, c in zip(pairs[at].tolist(), counts[at].tolist())}
    return ConflictFacts(
        int(sizes[several].sum()), int(several.sum()), floor, float(-(whole * np.log(whole)).sum()), example
    )


# --- the order --------------------------------------------------------------------------------------------------------------


def _order(case: Case, seen: Seen, ids: Any) -> OrderFacts | None:
    """How the classes are spread over the batches. Nothing to say where fit shuffles the rows itself."""
    import numpy as np

    held = case.held
    if ids is None or held is None:
        return None
    if case.source.kind == "arrays" and (case.custom_loop or held.bound.get("shuffle", True)):
        return None
    windows = _windows(seen.sizes)
    if len(windows) < FEWEST_WINDOWS:
        return None
    permuted = np.random.default_rng(0).permutation(ids)
    function, where, buffer = _orderer(case)
    return OrderFacts(
        len(windows), WINDOW, _mean_entropy(ids, windows), _mean_entropy(permuted, windows),
        sum(bool((ids[low:high] == ids[low]).all()) for low, high in windows),
        tuple(_counted(ids[low:high]) for low, high in windows[:WINDOWS_SHOWN]), function, where, buffer,
    )  # fmt: skip


def _windows(sizes: list[int]) -> list[tuple[int, int]]:
    """The batches by their rows, small ones put together."""
    found, low, high = [], 0, 0
    for size in sizes:
        high += size
        if high - low >= WINDOW:
            found.append((low, high))
            low = high
    return found


def _mean_entropy(ids: Any, windows: list[tuple[int, int]]) -> float:
    import numpy as np

    _unused, classes = np.unique(ids, return_inverse=True)
    total = 0.0
    for low, high in windows:
        shares = np.bincount(classes.ravel()[low:high]) / (high - low)
        shares = shares[shares > 0]
        total -= float((shares * np.log(shares)).sum())
    return total / len(windows)


def _orderer(case: Case) -> tuple[str, Any, int | None]:
    """The user's call that decides on the order of the rows, its line, and its shuffle buffer."""
    assert case.held is not None
    if case.source.kind == "arrays":
        return "fit", case.held.facts.where, None
    made = captured(case)
    calls = [made[id(one)] for one in chain_of(_dataset(case)) if id(one) in made]
    by_name = {call.facts.name.rsplit(".", 1)[-1]: call for call in reversed(calls)}  # the last one stays
    batch = by_name.get("batch")
    before = [call for call in calls if batch is not None and calls.index(call) > calls.index(batch)]
    shuffle = next((call for call in before if call.facts.name.endswith(".shuffle")), None)
    if shuffle is not None:
        size = shuffle.bound.get("buffer_size")
        return "shuffle", shuffle.facts.where, int(size) if isinstance(size, int) else None
    if batch is not None:
        return "batch", batch.facts.where, None
    if case.source.pipeline is not None:
        return case.source.pipeline.facts.name.rsplit(".", 1)[-1], case.source.pipeline.facts.where, None
    return "", case.held.facts.where, None


def _dataset(case: Case) -> Any:
    x = case.held.bound.get("x", case.held.bound.get("generator")) if case.held is not None else None
    return x if isinstance(x, case.tf.data.Dataset) else None


def chain_of(dataset: Any) -> list[Any]:
    """A tf.data.Dataset and what it was derived from, the last step first."""
    found, queue = [], [dataset]
    while queue:
        one = queue.pop(0)
        if one is not None:
            found.append(one)
            queue.extend(one._inputs() if hasattr(one, "_inputs") else [])
    return found


def captured(case: Case) -> dict[int, LiveCall]:
    """The captured calls that made a dataset, by the dataset."""
    names = [f"tf.data.Dataset.{name}" for name in OPERATIONS]
    return {id(call.result): call for call in case.recorder.named(*names) if call.result is not None}


def _empty(case: Case) -> EmptyFacts:
    """The first step of the pipeline that gives nothing."""
    dataset = _dataset(case)
    where = case.held.facts.where if case.held is not None else None
    if dataset is None:
        return EmptyFacts(where=where)
    chain = chain_of(dataset)
    first = chain[0]
    for one in chain:
        if next(iter(one.take(1)), None) is not None:
            break
        first = one
    call = captured(case).get(id(first)) or _nearest(case, chain, first)
    before = sum(_elements(one) for one in first._inputs()) if first._inputs() else None
    bound = call.bound if call is not None else {}
    size = bound.get("batch_size")
    return EmptyFacts(
        call.facts.name.rsplit(".", 1)[-1] if call is not None else "", before, size if isinstance(size, int) else None,
        bool(bound.get("drop_remainder", False)), call.facts.where if call is not None else where,
    )  # fmt: skip


def _nearest(case: Case, chain: list[Any], first: Any) -> LiveCall | None:
    """The `to_tf_dataset` call in whose pipeline this step stands."""
    made = {id(call.result): call for call in case.recorder.named(*PIPELINES)}
    before = chain[: chain.index(first) + 1]
    return next((made[id(one)] for one in reversed(before) if id(one) in made), None)


def _elements(dataset: Any) -> int:
    known = int(dataset.cardinality().numpy())
    return known if known >= 0 else sum(1 for _ in dataset.take(1000))


# --- weights, and the validation set ------------------------------------------------------------------------------------


def _weighted(case: Case) -> str:
    bound = case.held.bound if case.held is not None else {}
    if bound.get("class_weight"):
        return "class_weight"
    if bound.get("sample_weight") is not None:
        return "sample_weight"
    with contextlib.suppress(Exception):
        if case.batch.weight is not None:
            return "sample_weight"
    if case.has_model and not case.model.internal_loss and not _plain_loss(case):
        return _("a loss of its own")
    return ""


def _plain_loss(case: Case) -> bool:
    """Whether the loss is one of Keras' own cross-entropies, which count every sample alike."""
    loss = case.model.loss_object()
    name = getattr(loss, "__name__", type(loss).__name__)
    library = str(getattr(loss, "__module__", type(loss).__module__)).split(".")[0] in ("keras", "tf_keras")
    return library and name.replace("_", "").lower().endswith("crossentropy") and "focal" not in name.lower()


def _third(case: Case, seen: Seen) -> ThirdPartFacts | None:
    """The third part of the dataset's own tuples; weights that are given to fit by name are what they are called."""
    import numpy as np

    template = seen.template
    if case.source.kind == "arrays" or template is None or template.weight is None:
        return None
    weights, labels = [], []
    rows = 0
    for batch in case.source.batches():
        weight, label = leaves(batch.weight), leaves(batch.y)
        if len(weight) != 1 or len(label) != 1:
            return None
        weights.append(weight[0][1].numpy())
        labels.append(label[0][1].numpy())
        rows += len(weights[-1])
        if rows >= 2000:
            break
    values, y = np.concatenate(weights), np.concatenate(labels)
    flat = values.reshape(len(values), -1).astype("float64")
    ids, _unused = class_ids(y)
    follows = ids is not None and values.size == len(ids)
    if follows:
        follows = all(len(np.unique(flat[ids == one])) == 1 for one in np.unique(ids))
    equal = values.size == y.size and bool((flat.ravel() == y.astype("float64").ravel()).all())
    distinct = np.unique(flat)
    return ThirdPartFacts(
        str(values.dtype), tuple(int(n) for n in values.shape[1:]), tuple(int(n) for n in y.shape[1:]),
        float(flat.min()), float(flat.max()), len(distinct), float((flat == 0).mean()), equal, follows,
        tuple(distinct[:8].tolist()),
    )  # fmt: skip


def _overlap(case: Case, report: Any, seen: Seen) -> OverlapFacts | None:
    """How many rows of the validation set have the inputs of a training row."""
    import numpy as np

    going = Pass(case.tf, lambda batch: _split(case, batch), lambda: report.stopped)
    name = "validation_data"
    held = case.training
    given = held.bound.get("validation_data")
    if given is None:
        if case.source.kind != "arrays" or not held.bound.get("validation_split"):
            return None
        x, y, first, total = _arrays(case)
        name, other = "validation_split", going.over(_slices(x, y, first, total), VALIDATION_S, sample=False)
    else:
        other = going.over(_validation(case, held, given), VALIDATION_S, sample=False)
    if not other.rows or not seen.rows:
        return None
    _unused, inverse, counts = np.unique(seen.hashes, return_inverse=True, return_counts=True)
    twins = float((counts[inverse.ravel()] > 1).mean())
    found = int(np.isin(other.hashes, seen.hashes).sum())
    return OverlapFacts(found, other.rows, seen.whole and other.whole, twins, name)


def _validation(case: Case, held: LiveCall, given: Any) -> Iterator[Batch]:
    """The batches of what was given as validation_data."""
    if isinstance(given, (tuple, list)):
        x, y = map_leaves(_plain, without_pandas(given[0])), map_leaves(_plain, without_pandas(given[1]))
        return _slices(x, y, 0, len(leaves(x)[0][1]))
    bound = {**dict(list(held.bound.items())[:1]), "x": given, "y": None, "sample_weight": None}
    call = LiveCall(held.facts, bound, held.explicit)
    if hasattr(given, "__next__"):
        raise Blocked(_("The validation data come from a generator, which can be read only once."))
    return _checked(source_of(call, case.recorder, case.tf).batches())
