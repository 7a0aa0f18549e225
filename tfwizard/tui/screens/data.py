"""Stage 2: one batch exactly as it enters the model."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tfwizard.facts import DataFacts, PaddingFacts, TensorFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    STRONG,
    Lines,
    blank,
    clean,
    cut,
    facts_list,
    heading,
    line,
    number,
    paragraph,
    table,
)
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.scan import scan_lines
from tfwizard.tui.screens.script import error_lines
from tfwizard.tui.view import View


class DataPage(StagePage):
    """The batch, key by key."""

    def evidence(self, view: View, width: int) -> Lines:
        """The batch of this run."""
        scan = scan_lines(view.facts.scan, width) if view.facts.scan else []
        return data_lines(view.facts.data, width, scan) if view.facts.data else scan


def data_lines(facts: DataFacts, width: int, scan: Sequence[Content] = ()) -> Lines:
    """Where the labels are, then every tensor with its shape, type, range, the training set, the first values."""
    lines = facts_list(summary(facts), width, 0)
    if facts.error:
        lines += error_lines(facts.error, width)
    if facts.tensors:
        lines += [blank(), *tensor_table(facts.tensors, width)]
    lines += scan
    if facts.tensors:
        lines += [blank(), heading(_("First values"))]
        for tensor in facts.tensors:
            lines += preview_lines(tensor, width)
    for note in facts.notes:
        lines += paragraph(clean(note), width, style=FAINT)
    return lines


def summary(facts: DataFacts) -> list[tuple[str, str]]:
    """What the batch is made of, in words."""
    epoch = {None: _("unknown number of batches"), -1: _("endless")}.get(facts.batches)
    epoch = epoch or ngettext("{n} batch an epoch", "{n} batches an epoch", facts.batches or 0)
    rows = [
        (
            _("batch"),
            _("{rows} rows as {structure}, {epoch}", rows=facts.rows, structure=clean(facts.structure), epoch=epoch),
        ),
        (_("labels"), labels_words(facts)),
        (_("loss"), loss_words(facts)),
    ]
    if facts.per_replica is not None:
        words = ngettext(
            "{rows} row on {n} replica", "{rows} rows on each of {n} replicas", facts.replicas, rows=facts.per_replica
        )
        rows.insert(1, (_("replicas"), words))
    return rows + ([(_("padding"), padding_words(facts.padding))] if facts.padding else [])


def labels_words(facts: DataFacts) -> str:
    """Where the labels are."""
    inside = ", ".join(clean(name) for name in facts.labels_in_inputs)
    if facts.labels_separate and inside:
        return _("twice: beside the inputs, and inside them as {names}", names=inside)
    if facts.labels_separate:
        return _("beside the inputs, where a Keras loss looks for them")
    if inside:
        return _("inside the inputs, as {names}: only the model's own loss looks there", names=inside)
    return _("none found in the batch")


def loss_words(facts: DataFacts) -> str:
    """Who computes the loss."""
    if facts.loss_explicit:
        return _("{loss}, given to compile", loss=clean(facts.loss))
    if facts.internal_loss:
        return _("the model's own (compile was given none)")
    return clean(facts.loss) if facts.loss else _("none")


def padding_words(padding: PaddingFacts) -> str:
    """How much padding there is, and who knows of it."""
    count = _(
        "{padded} of {positions} positions of {column} hold the padding id {id}",
        padded=padding.padded,
        positions=padding.positions,
        column=clean(padding.column),
        id=padding.pad_id,
    )
    mask = _("the mask is given") if padding.has_mask else _("no attention mask is given")
    if not padding.model_takes_mask:
        mask = _("the model takes no mask")
    effect = (
        _("logits move by up to {effect} with it", effect=number(padding.effect)) if padding.effect is not None else ""
    )
    return "; ".join(part for part in (count, mask, effect) if part)


def tensor_table(tensors: tuple[TensorFacts, ...], width: int) -> Lines:
    """One row a tensor."""
    header = (_("name"), _("role"), _("shape"), "dtype", _("min"), _("max"))
    rows = [
        (
            (clean(t.name), STRONG),
            _("input, labels!") if t.label_like and t.role == "input" else clean(t.role),
            str(tuple(t.shape)).replace(" ", ""),
            clean(t.dtype),
            number(t.minimum),
            number(t.maximum),
        )
        for t in tensors
    ]
    lines = table(header, rows, width, right=(4, 5))
    for t in tensors:
        if t.nan or t.infinite:
            text = _(
                "✗ {name}: {nan} NaN, {infinite} infinite values", name=clean(t.name), nan=t.nan, infinite=t.infinite
            )
            lines.append(line((text, BAD)))
    return lines


def preview_lines(tensor: TensorFacts, width: int) -> Lines:
    """The first values of the first rows."""
    if not tensor.preview:
        return []
    if all(len(row) == 1 for row in tensor.preview):
        values = "  ".join(clean(row[0]) for row in tensor.preview)
        return [line(f" {clean(tensor.name)}"), line((cut(f"   {values}", width), FAINT))]
    rows = [line((cut("   " + "  ".join(clean(value) for value in row), width), FAINT)) for row in tensor.preview[:4]]
    return [line(f" {clean(tensor.name)}"), *rows]
