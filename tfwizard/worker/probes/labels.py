"""The labels of the whole training set against the classes of the model."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from tfwizard.facts import InvalidLabels, LabelsFacts, Place
from tfwizard.language import _, ngettext
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.probes.label_counts import Counted, arrow_pieces, flattened, is_one_hot
from tfwizard.worker.probes.label_heads import head_facts, reads_classes, regression_meant
from tfwizard.worker.probes.label_tokens import IGNORED as IGNORED
from tfwizard.worker.probes.label_tokens import TokenLabels, copied_labels, token_labels
from tfwizard.worker.probes.pipelines import arrow_column, arrow_dataset, names

LIKELY = ("label", "labels", "label_ids")
#: Seconds for looking through batches of per-token labels when the labels themselves were counted elsewhere.
TOKENS_S = 2.5
#: Operations of tf.data that hand the labels on as they are.
HARMLESS = ("prefetch", "shuffle", "batch", "repeat", "options", "cache")


def probe(case: Case, report: Any) -> LabelsFacts:
    """Count the labels and look up the classes. Blocked where there is no model to compare them with."""
    if not case.has_model:
        raise Blocked(
            _("The script has not made a model yet: there are no classes to compare the labels with."), "script"
        )
    head = head_facts(case)
    tokens = TokenLabels(case, head.kind if head else "")
    pipeline = _pipeline(case)
    column = _label_column(pipeline) if pipeline is not None else None
    if pipeline is not None and column is not None and _untouched(case, pipeline, column):
        counted = _from_arrow(pipeline, column)
        _look_at_tokens(case, report, tokens)
    else:
        column = None
        counted = _from_batches(case, report, tokens)
        if counted.seen == 0 and (head is None or (head.own_loss and not head.given)):
            raise Blocked(_("No single label reaches the loss."), "data")
    batch = _batch(case)
    classes, where = _classes(case)
    last, last_place = _last_layer(case, classes)
    return LabelsFacts(
        counted.column, counted.source, counted.kind, counted.counts, counted.seen, counted.total, counted.whole,
        counted.minimum, counted.maximum, classes, where, _model_names(case), _dataset_names(pipeline, column),
        *_as_they_come(case, batch), reads_classes(case), regression_meant(case), last, last_place,
        tuple(counted.invalid), _finite_all_the_same(case, counted.invalid), head,
        tokens.padded() if batch is not None else None, tokens.masked(),
        copied_labels(case, batch) if batch is not None else None,
    )  # fmt: skip


def _batch(case: Case) -> Batch | None:
    with contextlib.suppress(Blocked):
        return case.batch
    return None


def _as_they_come(case: Case, batch: Batch | None) -> tuple[bool | None, tuple[int, ...], bool, bool]:
    """Of the labels in one batch: whether they are integers, their shape, only 0 and 1, exactly one 1 a row."""
    labels = case.model.labels_of(batch) if batch is not None else None
    if labels is None or not hasattr(labels, "dtype") or not hasattr(labels, "numpy"):
        return None, (), False, False
    values = labels.numpy()
    kind = getattr(values.dtype, "kind", "O")
    if kind not in "iufb" or not values.size:
        return None, tuple(values.shape), False, False
    binary = bool(((values == 0) | (values == 1)).all())
    return kind in "iub", tuple(values.shape), binary, values.ndim == 2 and is_one_hot(values)


def _untouched(case: Case, pipeline: Any, column: str) -> bool:
    """Whether the training reads the labels as the column has them: nothing behind the pipeline maps or filters them."""
    if case.held is None or case.custom_loop:
        return True
    queue = [case.held.bound.get("x")]
    while queue:
        one = queue.pop()
        if one is pipeline.result or one is None:
            continue
        if not any(name in type(one).__name__.lower() for name in HARMLESS):
            return False
        queue.extend(one._inputs() if hasattr(one, "_inputs") else [])
    return True


def whole_column(case: Case) -> Any:
    """The labels of every row, as the training reads them out of an Arrow table; None where it does not."""
    pipeline = _pipeline(case)
    column = _label_column(pipeline) if pipeline is not None else None
    if pipeline is None or column is None or not _untouched(case, pipeline, column):
        return None
    values = arrow_values(arrow_dataset(pipeline), column).drop_null()
    return values.to_numpy() if len(values) else None


def _from_arrow(pipeline: Any, column: str) -> Counted:
    dataset = arrow_dataset(pipeline)
    counted = Counted(column, _("the Arrow column, every row"), len(dataset), True)
    start = 0
    for piece in arrow_pieces(dataset, column):
        flat = flattened(piece)
        checked = piece if piece.null_count else flat
        counted.add(flat)
        counted.check(column, checked, start)
        start += len(checked)
    counted.seen = counted.total or 0
    return counted


def _look_at_tokens(case: Case, report: Any, tokens: TokenLabels) -> None:
    """Look through the batches, for a while, where each row has several labels."""
    batch = _batch(case)
    if batch is None or token_labels(case, batch) is None:
        return
    until = time.monotonic() + min(TOKENS_S, report.left_s / 2)
    with contextlib.suppress(Exception):
        for one in case.source.batches():
            tokens.add(one)
            if report.stopped or time.monotonic() > until:
                break


def _pipeline(case: Case) -> Any:
    """The pipeline that feeds the training, or the first one made when the script did not get that far."""
    if case.held is not None and not case.custom_loop:
        return case.source.pipeline
    calls = case.recorder.named("Dataset.to_tf_dataset", "model.prepare_tf_dataset")
    return calls[0] if calls else None


def _label_column(pipeline: Any) -> str | None:
    present = tuple(arrow_dataset(pipeline).column_names)
    asked = names(pipeline.bound.get("label_cols"))
    columns = names(pipeline.bound.get("columns"))
    likely = [name for name in LIKELY if not columns or name in columns or "labels" in columns]
    # A collator renames label and label_ids to labels, so "labels" may stand for either.
    renamed = [name for one in asked if one == "labels" for name in LIKELY]
    return next((name for name in (*asked, *renamed, *likely) if name in present), None)


def arrow_values(dataset: Any, column: str) -> Any:
    """A column as one flat Arrow array; the lists of per-token labels are joined. Never a Python loop over rows."""
    return flattened(arrow_column(dataset, column))


def _finite_all_the_same(case: Case, invalid: list[InvalidLabels]) -> bool | None:
    """Whether a loss of the user's own stays finite on labels that are NaN: it leaves them out, then."""
    import numpy as np

    if not any(one.nan for one in invalid) or case.model.loss is None:
        return None
    with contextlib.suppress(Exception):
        for number, batch in enumerate(case.source.batches()):
            labels = case.model.labels_of(batch)
            values = labels.numpy()
            if np.isnan(values).any():
                return bool(np.isfinite(case.model.row_losses(labels, case.model.forward(batch.x)).numpy()).all())
            if number == 50:
                return None
    return None


def _from_batches(case: Case, report: Any, tokens: TokenLabels) -> Counted:
    source = case.source
    if source.labels is not None:
        import numpy as np

        counted = Counted("y", _("the label array, every row"), None, True)
        arrays = [(name, np.asarray(part)) for name, part in leaves(source.labels)]
        for name, array in arrays:
            counted.check(name or "y", array)
        if len(arrays) == 1:
            counted.add(arrays[0][1])
            counted.seen = counted.total = len(arrays[0][1])
            _look_at_tokens(case, report, tokens)
        return counted
    counted = Counted("labels", _("batches of the dataset"), None, not source.partial)
    number = rows = 0
    for number, batch in enumerate(source.batches(), 1):
        for name, part in leaves(batch.y):
            if hasattr(part, "numpy"):
                counted.check(name or "labels", part.numpy(), rows)
        rows += batch.rows()
        labels = case.model.labels_of(batch)
        if labels is not None and not isinstance(labels, (dict, list, tuple)):
            counted.add(labels.numpy())
            counted.seen += batch.rows()
            tokens.add(batch)
        report.progress(number, source.count or 0, "batches")
        if report.stopped or (labels is None and batch.y is None):
            counted.whole = False
            break
    counted.source = ngettext("{n} batches of the dataset", "{n} batches of the dataset", number)
    counted.total = counted.seen if counted.whole else None
    return counted


def _last_layer(case: Case, classes: int | None) -> tuple[str, Place | None]:
    """The class of the layer that gives the output its width, and the line that made it."""
    if classes is None or case.model.transformers:
        return "", None
    with contextlib.suppress(Exception):
        layers = [one for one in case.model.object.layers if getattr(one, "units", None) is not None]
        if layers and layers[-1].units == classes:
            return type(layers[-1]).__name__, case.recorder.where_made(layers[-1])
    return "", None


def _classes(case: Case) -> tuple[int | None, str]:
    """The width of the output that the labels index, and where it is set."""
    if not case.has_model:
        return None, ""
    model = case.model
    width = case.memory.get("classes")
    configured = getattr(model.config, "num_labels", None)
    if width is not None:
        return width, "config.num_labels" if configured == width else _("the output's width")
    if configured is not None and any(
        kind in type(model.object).__name__ for kind in ("SequenceClassification", "TokenClassification")
    ):
        return int(configured), "config.num_labels"
    if model.transformers:
        return None, ""
    with contextlib.suppress(Exception):
        shape = model.object.output_shape
        if isinstance(shape, tuple) and shape and isinstance(shape[-1], int):
            return shape[-1], _("the output's width")
    return None, ""


def label_names(case: Case) -> dict[str, str]:
    """The names of the labels by their number, as text: the dataset's where it has them, else the model's own."""
    pipeline = _pipeline(case)
    dataset = _dataset_names(pipeline, _label_column(pipeline)) if pipeline is not None else ()
    return {str(number): name for number, name in enumerate(dataset)} or _model_names(case)


def _model_names(case: Case) -> dict[str, str]:
    names_by_id = getattr(case.model.config, "id2label", None) if case.has_model else None
    # "LABEL_0" is transformers' placeholder, not a name.
    return {str(key): str(name) for key, name in (names_by_id or {}).items() if str(name) != f"LABEL_{key}"}


def _dataset_names(pipeline: Any, column: str | None) -> tuple[str, ...]:
    feature = getattr(arrow_dataset(pipeline), "features", {}).get(column) if pipeline is not None and column else None
    found = getattr(feature, "names", None) or getattr(getattr(feature, "feature", None), "names", None)
    return tuple(str(name) for name in found) if found else ()
