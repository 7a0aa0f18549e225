"""The samples without a finite loss, and what they share."""

from __future__ import annotations

import math
from typing import Any

from tfwizard.facts import NanFacts, NanRow
from tfwizard.language import _
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.probes.batch import label_text, row_losses


def probe(case: Case, report: Any) -> NanFacts:
    """Locate the samples, then look in the inputs and the weights."""
    batch, model, tf = case.batch, case.model, case.tf
    labels = model.labels_of(batch)
    if labels is None or isinstance(labels, dict):
        raise Blocked(_("Without single labels there is no loss per sample."), "data")
    try:
        output = model.forward(batch.x)
    except Exception as error:
        raise Blocked(_("The model fails on this batch."), "batch") from error
    losses, raised, how = row_losses(case, labels, output)
    decoded = _texts(case)
    bad = [row for row, loss in enumerate(losses) if not math.isfinite(loss)]
    names = [label_text(labels, row) for row in range(len(losses))]
    rows = tuple(NanRow(row, names[row], raised[row], decoded.get(row, "")) for row in bad)
    others = {names[row] for row in range(len(losses)) if row not in bad}
    inputs_finite = all(_finite(tf, tensor) for _, tensor in leaves(model.inputs_only(batch.x)))
    weights = tuple(str(getattr(one, "path", one.name)) for one in model.object.weights if not _finite(tf, one))
    finite_output = _finite(tf, output)
    return NanFacts(
        rows, len(losses), how, _shared({names[row] for row in bad}, others, bool(bad), inputs_finite, weights, finite_output),
        inputs_finite, weights, finite_output, tuple(names[row] for row in range(len(losses)) if row not in bad),
    )  # fmt: skip


def _finite(tf: Any, tensor: Any) -> bool:
    value = tf.convert_to_tensor(tensor)
    return not value.dtype.is_floating or bool(tf.reduce_all(tf.math.is_finite(value)))


def _shared(
    bad: set[str], others: set[str], any_bad: bool, inputs: bool, weights: tuple[str, ...], output: bool
) -> tuple[str, ...]:
    if not any_bad:
        return ()
    shared = []
    if len(bad) == 1:
        shared.append(_("they all have label {label}", label=next(iter(bad))))
    if bad and not bad & others:
        shared.append(_("no other sample of the batch has such a label"))
    if not inputs:
        shared.append(_("the inputs hold NaN or infinity"))
    if weights:
        shared.append(_("{n} weights hold NaN or infinity", n=len(weights)))
    if output:
        shared.append(_("their logits are finite: the loss itself fails"))
    return tuple(shared)


def _texts(case: Case) -> dict[int, str]:
    tokenizer, x = case.tokenizer(), case.batch.x
    ids = x.get("input_ids") if hasattr(x, "items") else None
    if tokenizer is None or ids is None or not ids.dtype.is_integer:
        return {}
    return {
        row: tokenizer.decode(ids[row].numpy().tolist(), skip_special_tokens=True)[:200]
        for row in range(int(ids.shape[0]))
    }
