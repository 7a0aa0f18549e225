"""The trivial baseline: what the best constant answer gets, from the labels alone."""

from __future__ import annotations

import math
import time
from typing import Any, Iterable

from tfwizard.facts import BaselineFacts, OutputBaseline
from tfwizard.language import N_, _
from tfwizard.worker.batches import Batch
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.evaluation import validation_source
from tfwizard.worker.model import Head
from tfwizard.worker.probes.heads import LOSS_KINDS
from tfwizard.worker.probes.labels import IGNORED, whole_column
from tfwizard.worker.targets import joined_labels, labels_by_output

#: Seconds for the labels of the validation data.
VALIDATION_S = 2.0
OWN_LOSS = N_("the model's own loss")


def probe(case: Case, report: Any) -> BaselineFacts:
    """Count the labels of each output, and compute what the loss is at their frequencies."""
    batch, model = case.batch, case.model
    labels = model.labels_of(batch)
    if labels is None:
        raise Blocked(_("No labels reach the loss: there is nothing to answer."), "data")
    if model.transformers and isinstance(labels, dict):
        raise Blocked(_("The model's own loss reads several labels: what a constant answer gets is not known."))
    if model.own_step or model.own_loss:
        raise Blocked(_("The loss is the script's own: what a constant answer gets under it is not known."))
    try:
        heads = model.heads(model.predictions(batch.x), labels)
    except Exception as error:
        raise Blocked(_("The model fails on this batch."), "batch") from error
    names = tuple(head.name for head in heads)
    training = labels_by_output(case, names, report)
    if len(heads) == 1 and (column := whole_column(case)) is not None:
        training = {names[0]: (column, True)}
    validation = _of_validation(case, names)
    outputs = [_output(case, head, "training", *training[head.name]) for head in heads if head.name in training]
    outputs += [_output(case, head, "validation", *validation[head.name]) for head in heads if head.name in validation]
    found = tuple(one for one in outputs if one is not None)
    if not found:
        raise Blocked(_("No label is a number: there is no constant answer to compare with."), "data")
    return BaselineFacts(found, _total(found, heads, "training"), _total(found, heads, "validation"))


def _total(found: tuple[OutputBaseline, ...], heads: list[Head], source: str) -> float | None:
    losses = {one.output: one.loss for one in found if one.source == source}
    wanted = [head for head in heads if head.loss is not None] or heads
    parts = [losses.get(head.name) for head in wanted]
    if not parts or any(part is None for part in parts):
        return None
    return sum(head.weight * part for head, part in zip(wanted, parts) if part is not None)


def _of_validation(case: Case, names: tuple[str, ...]) -> dict[str, tuple[Any, bool]]:
    try:
        source = validation_source(case) if case.held is not None and not case.custom_loop else None
        if source is None:
            return {}
        return joined_labels(case, names, _for_a_while(source.batches()))
    except Exception:  # evaluation-fails tells of it
        return {}


def _for_a_while(batches: Iterable[Batch]) -> Iterable[Batch]:
    until = time.monotonic() + VALIDATION_S
    for batch in batches:
        yield batch
        if time.monotonic() > until:
            return


def loss_kind(case: Case, head: Head) -> tuple[str, str]:
    """What the loss of this output compares, "" where that is not known; and its name."""
    if case.model.internal_loss:
        return ("regression" if head.output.shape[-1] == 1 else "sparse"), OWN_LOSS
    loss = case.model.loss_of(head.loss)
    name = getattr(loss, "__name__", type(loss).__name__) if loss is not None else ""
    return LOSS_KINDS.get(name.replace("_", "").lower(), ""), name


def _output(case: Case, head: Head, source: str, array: Any, whole: bool) -> OutputBaseline | None:
    import numpy as np

    values = np.asarray(array)
    if values.dtype.kind not in "iufb" or not values.size:
        return None
    kind, name = loss_kind(case, head)
    width = int(head.output.shape[-1]) if len(head.output.shape) > 1 else 1
    if kind == "categorical" or (not kind and values.ndim > 1 and values.shape[-1] == width > 1 and _one_hot(values)):
        values, kind = values.reshape(-1, values.shape[-1]), kind or "categorical"
        values = values[values.sum(axis=1) > 0].argmax(axis=1)
    masked = int((values == IGNORED).sum()) if kind != "regression" else 0
    where = (head.name, source)
    if kind == "binary" and width > 1:
        return _several(values.reshape(-1, values.shape[-1]), where, whole, name)
    if kind in ("sparse", "categorical", "binary") or (not kind and values.dtype.kind in "iub"):
        kept = values.ravel()
        return _classes(kept[kept != IGNORED], where, whole, masked, 2 if width == 1 else width, kind, name)
    return _numbers(values, where, whole, name)


def _one_hot(values: Any) -> bool:
    return bool(((values == 0) | (values == 1)).all() and (values.sum(axis=-1) == 1).all())


def _classes(
    values: Any, where: tuple[str, str], whole: bool, masked: int, width: int, kind: str, name: str
) -> OutputBaseline | None:
    import numpy as np

    if not values.size:
        return None
    found, counts = np.unique(values, return_counts=True)
    shares = counts / counts.sum()
    entropy = float(-(shares * np.log(shares)).sum())
    top = found[int(counts.argmax())]
    return OutputBaseline(
        *where, "classes", int(counts.sum()), whole, masked, len(found),
        str(int(top)) if float(top) == int(top) else str(top),
        float(shares.max()), entropy, math.log(max(width, len(found))), loss_name=name, loss=entropy if kind else None,
    )  # fmt: skip


def _several(rows: Any, where: tuple[str, str], whole: bool, name: str) -> OutputBaseline:
    """Each class by itself: how often it is there."""
    import numpy as np

    shares = np.clip(rows.mean(axis=0), 1e-12, 1 - 1e-12)
    entropy = float(-(shares * np.log(shares) + (1 - shares) * np.log(1 - shares)).mean())
    return OutputBaseline(
        *where, "several classes", len(rows), whole, 0, rows.shape[1], None,
        float(np.maximum(shares, 1 - shares).mean()), entropy, math.log(2), loss_name=name, loss=entropy,
    )  # fmt: skip


def _numbers(values: Any, where: tuple[str, str], whole: bool, name: str) -> OutputBaseline:
    import numpy as np

    rows = values.reshape(len(values), -1).astype("float64")
    variance = float(rows.var(axis=0).mean())
    plain = name.replace("_", "").lower()
    loss = variance if plain in ("meansquarederror", "mse") or name == OWN_LOSS else None
    if plain in ("meanabsoluteerror", "mae"):
        loss = float(np.abs(rows - np.median(rows, axis=0)).mean())
    return OutputBaseline(
        *where, "numbers", len(rows), whole, mean=float(rows.mean()), variance=variance, loss_name=name, loss=loss
    )
