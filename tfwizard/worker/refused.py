"""An input that a layer refuses: what the layer asks for beside what it is given."""

from __future__ import annotations

from typing import Any, Sequence

from tfwizard.facts import RejectedFacts
from tfwizard.language import _
from tfwizard.worker.batches import leaves
from tfwizard.worker.capture.recorder import Rejection
from tfwizard.worker.case import Blocked, Case

Shape = Any  # a tuple of int or None: a size that is free


def refused_facts(case: Case, error: BaseException | None) -> RejectedFacts | None:
    """Why the model does not take what it is given, where shapes are why. `error` is what running it raised."""
    if case.held is None:
        found = _of_error(case, case.error)
        return _facts(case, found, in_script=True) if found is not None else None
    if error is None or case.custom_loop:
        return None
    unbatched = single_samples(case, case.source.batches)
    found = _of_error(case, error)
    expected = model_shapes(case)
    given = [_shape(tensor) for _, tensor in leaves(case.model.inputs_only(case.batch.x))]
    where = case.held.facts.where
    x = case.model.inputs_only(case.batch.x)
    if hasattr(x, "items"):  # by name where the names are the model's own
        given = [_shape(x[name]) for name in _names(case)[: len(expected)] if name in x]
        expected = expected if len(given) == len(expected) else []
    for name, wanted, got in zip(_names(case), expected, given):
        if not _fits(wanted, got):
            alone = unbatched or (len(got) == len(wanted) - 1 and _fits(wanted[1:], got) and _labels_without_rows(case))
            return RejectedFacts(
                name, _plain(got), _plain(wanted), unbatched=alone, validation_unbatched=alone and _validation(case),
                source=case.source.kind, where=where,
            )  # fmt: skip
    if found is not None:
        facts = _facts(case, found, unbatched=unbatched)
        return facts
    if unbatched and given:
        return RejectedFacts(
            _("the model"), _plain(given[0]), unbatched=True, validation_unbatched=_validation(case),
            source=case.source.kind, where=where,
        )  # fmt: skip
    return None


def single_samples(case: Case, batches: Any) -> bool:
    """Whether the labels that come with the inputs are single numbers: what comes is then no batch."""
    y = case.batch.y
    shapes = [_shape(tensor) for _, tensor in leaves(y)]
    return bool(shapes) and all(shape == () for shape in shapes)


def _labels_without_rows(case: Case) -> bool:
    """Whether the labels have no axis for the samples: a vector of the width of the output at most."""
    rows = {shape[0] for _, tensor in leaves(case.batch.x) if (shape := _shape(tensor))}
    labels = [_shape(tensor) for _, tensor in leaves(case.batch.y)]
    return not labels or any(not shape or shape[0] not in rows for shape in labels)


def _validation(case: Case) -> bool:
    """Whether validation_data is a dataset of single samples as well."""
    assert case.held is not None
    given = case.held.bound.get("validation_data")
    spec = getattr(given, "element_spec", None)
    if not isinstance(spec, tuple) or len(spec) < 2:
        return False
    labels = [one.shape for _, one in leaves(spec[1])]
    mine = [_shape(tensor) for _, tensor in leaves(case.batch.y)]
    return bool(labels) and all(one.rank == len(shape) for one, shape in zip(labels, mine))


def model_shapes(case: Case) -> list[Shape]:
    """The shapes that the model declares for its inputs; none where it has no `Input`."""
    live = case.model.object
    declared = getattr(live, "_inputs", None) or getattr(getattr(live, "_functional", None), "_inputs", None)
    if declared is None and getattr(live, "_is_graph_network", False):
        declared = live.inputs
    try:
        return [tuple(None if size is None else int(size) for size in one.shape) for one in declared or []]
    except (AttributeError, TypeError, ValueError):
        return []


def _names(case: Case) -> list[str]:
    names = getattr(case.model.object, "input_names", None)
    return [str(name) for name in names] if names else [_("the model")] * 64


def _fits(wanted: Sequence[Any], got: Sequence[Any]) -> bool:
    """As Keras compares: a last axis of size 1 may be missing, or be one too many."""
    if len(got) == len(wanted) - 1 and wanted[-1] == 1:
        wanted = wanted[:-1]
    elif len(got) == len(wanted) + 1 and got[-1] == 1:
        got = got[:-1]
    return len(wanted) == len(got) and all(w is None or g is None or w == g for w, g in zip(wanted, got))


def _of_error(case: Case, error: BaseException | None) -> Rejection | None:
    """The refusal that this exception came from: Keras raises it again under other tracebacks."""
    chain: list[BaseException] = []
    while error is not None and len(chain) < 20:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return next((one for one in reversed(case.recorder.rejected) if any(one.error is e for e in chain)), None)


def _facts(case: Case, found: Rejection, in_script: bool = False, unbatched: bool = False) -> RejectedFacts | None:
    specs = leaves(found.spec)
    for (_unused, spec), got in zip(specs, found.shapes):
        wanted = tuple(spec.shape) if spec.shape is not None else ()
        axes = {int(axis): int(size) for axis, size in (spec.axes or {}).items() if size is not None}
        wrong_axes = {
            str(axis): size
            for axis, size in axes.items()
            if -len(got) <= axis < len(got) and got[axis] not in (size, None)
        }
        minimum = getattr(spec, "min_ndim", None)
        rank = getattr(spec, "ndim", None)
        wrong_rank = (rank is not None and len(got) != rank) or (minimum is not None and len(got) < minimum)
        if not (wrong_rank or wrong_axes or (wanted and not _fits(wanted, got))):
            continue
        where = found.place if in_script else (case.held.facts.where if case.held is not None else None)
        layer = _layer_named(case, found.layer)
        first = not in_script and layer is not None and _is_first(case, layer)
        if not in_script and not first and layer is not None:
            where = case.recorder.where_made(layer) or where
        return RejectedFacts(
            found.layer, _plain(got), _plain(wanted), rank, minimum, wrong_axes, unbatched,
            unbatched and _validation(case), case.source.kind if case.held is not None else "", first, where, in_script,
        )  # fmt: skip
    return None


def _layer_named(case: Case, name: str) -> Any:
    """The layer of that name (names are unique within a model)."""
    try:
        found = [layer for layer in case.model.object._flatten_layers() if layer.name == name]
    except (AttributeError, Blocked, ValueError):
        return None
    return found[0] if len(found) == 1 else None


def _is_first(case: Case, layer: Any) -> bool:
    live = case.model.object
    layers = [one for one in getattr(live, "layers", []) if type(one).__name__ != "InputLayer"]
    return layer is live or (bool(layers) and layers[0] is layer)


def _shape(tensor: Any) -> Shape:
    try:
        return tuple(None if size is None else int(size) for size in tensor.shape)
    except ValueError:  # unknown rank
        return ()


def _plain(shape: Sequence[Any]) -> Any:
    return tuple(-1 if size is None else int(size) for size in shape)
