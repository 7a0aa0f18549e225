"""The labels of the whole training set against the classes of the model."""

from __future__ import annotations

import contextlib
from typing import Any

from tfwizard.facts import LabelsFacts
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.probes.pipelines import arrow_column, arrow_dataset, names

IGNORED = -100  # the label that transformers' losses and collators leave out
MOST_COUNTED = 1000
LIKELY = ("label", "labels", "label_ids")


def probe(case: Case, report: Any) -> LabelsFacts:
    """Count the labels and look up the classes. Blocked where there is no model to compare them with."""
    if not case.has_model:
        raise Blocked("The script has not made a model yet: there are no classes to compare the labels with.", "script")
    pipeline = _pipeline(case)
    column = _label_column(pipeline) if pipeline is not None else None
    if pipeline is not None and column is not None:
        values = arrow_values(arrow_dataset(pipeline), column)
        counted = _Counted(column, "the Arrow column, every row", len(arrow_dataset(pipeline)), True)
        counted.add(values)
        counted.seen = counted.total or 0
    else:
        counted = _from_batches(case, report)
    classes, where = _classes(case)
    return LabelsFacts(
        counted.column, counted.source, counted.kind, counted.counts, counted.seen, counted.total, counted.whole,
        counted.minimum, counted.maximum, classes, where, _model_names(case), _dataset_names(pipeline, column),
    )  # fmt: skip


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
    """A column as one flat NumPy array; the lists of per-token labels are joined. Never a Python loop over rows."""
    import pyarrow as pa

    values = arrow_column(dataset, column)
    while pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        values = pa.chunked_array([chunk.flatten() for chunk in values.chunks], values.type.value_type)
    return values


class _Counted:
    """Counts of label values."""

    def __init__(self, column: str, source: str, total: int | None, whole: bool) -> None:
        self.column, self.source, self.total, self.whole = column, source, total, whole
        self.kind = "integer"
        self.counts: dict[str, int] = {}
        self.seen = 0
        self.minimum: float | None = None
        self.maximum: float | None = None

    def add(self, values: Any) -> None:
        """Count the values of an Arrow or NumPy array."""
        import numpy as np

        if hasattr(values, "type"):
            import pyarrow.compute as pc

            pairs = [(pair["values"], pair["counts"]) for pair in pc.value_counts(values.combine_chunks()).to_pylist()]
        else:
            array = np.asarray(values)
            self.kind = "one-hot" if array.ndim == 2 and array.shape[1] > 1 and _is_one_hot(array) else self.kind
            flat = array.argmax(axis=1) if self.kind == "one-hot" else array.ravel()
            pairs = list(zip(*(part.tolist() for part in np.unique(flat, return_counts=True))))
        for value, count in pairs:
            self._count(value, count)

    def _count(self, value: Any, count: int) -> None:
        if value == IGNORED:
            return
        if isinstance(value, (bool, int, float)):
            self.minimum = float(value) if self.minimum is None else min(self.minimum, float(value))
            self.maximum = float(value) if self.maximum is None else max(self.maximum, float(value))
            if float(value) != int(value) if value == value and abs(value) != float("inf") else True:
                self.kind = "float"
        else:
            self.kind = "text" if isinstance(value, (str, bytes)) else "missing"
        name = str(int(value)) if isinstance(value, float) and value == value and value == int(value) else str(value)
        if name in self.counts or len(self.counts) < MOST_COUNTED:
            self.counts[name] = self.counts.get(name, 0) + int(count)


def _is_one_hot(array: Any) -> bool:
    return bool(((array == 0) | (array == 1)).all() and (array.sum(axis=1) == 1).all())


def _from_batches(case: Case, report: Any) -> _Counted:
    source = case.source
    if source.labels is not None and len(leaves(source.labels)) == 1:
        import numpy as np

        array = np.asarray(leaves(source.labels)[0][1])
        counted = _Counted("y", "the label array, every row", len(array), True)
        counted.add(array)
        counted.seen = len(array)
        return counted
    counted = _Counted("labels", "batches of the dataset", None, True)
    number = 0
    for number, batch in enumerate(source.batches(), 1):
        labels = case.model.labels_of(batch)
        if labels is None or isinstance(labels, dict):
            raise Blocked("No single label reaches the loss.", "data")
        counted.add(leaves(labels)[0][1].numpy())
        counted.seen += batch.rows()
        report.progress(number, source.count or 0, "batches")
        if report.stopped:
            counted.whole = False
            break
    counted.source = f"{number} batches of the dataset"
    counted.total = counted.seen if counted.whole else None
    return counted


def _classes(case: Case) -> tuple[int | None, str]:
    """The width of the output that the labels index, and where it is set."""
    if not case.has_model:
        return None, ""
    model = case.model
    width = case.memory.get("classes")
    configured = getattr(model.config, "num_labels", None)
    if width is not None:
        return width, "config.num_labels" if configured == width else "the output's width"
    if configured is not None and any(
        kind in type(model.object).__name__ for kind in ("SequenceClassification", "TokenClassification")
    ):
        return int(configured), "config.num_labels"
    if model.transformers:
        return None, ""
    with contextlib.suppress(Exception):
        shape = model.object.output_shape
        if isinstance(shape, tuple) and shape and isinstance(shape[-1], int):
            return shape[-1], "the output's width"
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
