"""Stage 2: one batch exactly as it enters the model."""

from __future__ import annotations

from textual.widget import Widget

from tfwizard.facts import DataFacts, PaddingFacts, TensorFacts
from tfwizard.language import _, joined, ngettext
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    KEY,
    STRONG,
    Lines,
    blank,
    clean,
    facts_list,
    line,
    number,
    paragraph,
    phrase,
    table,
    wrapped,
)
from tfwizard.tui.screens.kinds import role_words
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.scan import scan_lines
from tfwizard.tui.screens.script import error_lines
from tfwizard.tui.view import View
from tfwizard.tui.widgets.batch_table import BatchTable, cursor_lines, table_rows
from tfwizard.tui.widgets.drawn import Drawn


class DataPage(StagePage):
    """The batch, key by key, then value by value."""

    def extras(self) -> list[Widget]:
        """The values, then the training set as a whole."""
        return [Drawn(classes="values"), BatchTable(), Drawn(classes="cursor"), Drawn(classes="scan")]

    def show(self, view: View) -> None:
        """Show the batch as it stands."""
        super().show(view)
        rows = table_rows(view.facts.data) if view.facts.data else ()
        table = self.query_one(BatchTable)
        table.show(rows)
        self.query_one(".values", Drawn).show(lambda width: title_lines(view.facts.data, table, width))
        self.query_one(".scan", Drawn).show(lambda width: scan_lines(scan, width) if (scan := view.facts.scan) else [])
        self.show_cursor()

    def show_cursor(self) -> None:
        """Show in words what the cursor of the table is at."""
        table = self.query_one(BatchTable)
        self.query_one(".cursor", Drawn).show(lambda width: cursor_lines(table, width))

    def on_batch_table_moved(self, event: BatchTable.Moved) -> None:
        """The cursor moved."""
        event.stop()
        self.show_cursor()

    def jump(self) -> None:
        """Into the table."""
        self.query_one(BatchTable).focus()

    @property
    def can_jump(self) -> bool:
        """Whether there is a table to go into."""
        table = self.query_one(BatchTable)
        return bool(table.rows) and not table.has_focus

    def evidence(self, view: View, width: int) -> Lines:
        """The batch of this run."""
        return data_lines(view.facts.data, width, not view.veiled) if view.facts.data else []


def title_lines(facts: DataFacts | None, values: BatchTable, width: int) -> Lines:
    """The title of the table with how many rows of the batch it has, and how to get into it."""
    if not values.rows or facts is None:
        return []
    shown = 1 + max(row.row for row in values.rows)
    words = _("Values: the first {n} of {of} rows", n=shown, of=facts.rows) if shown < facts.rows else _("Values")
    keys = phrase(_("{j} into the table, {esc} out of it"), j=("j", KEY), esc=("esc", KEY))
    return [blank(), *wrapped(line((words, STRONG), "   ") + keys, width)]


def data_lines(facts: DataFacts, width: int, judged: bool = True) -> Lines:
    """Where the labels are, then every tensor with its shape, type and range."""
    lines = facts_list(summary(facts, judged), width, 0)
    if facts.error:
        lines += error_lines(facts.error, width)
    if facts.tensors:
        lines += [blank(), *tensor_table(facts.tensors, width, judged)]
    for note in facts.notes:
        lines += paragraph(clean(note), width, style=FAINT)
    return lines


def summary(facts: DataFacts, judged: bool = True) -> list[tuple[str, str]]:
    """What the batch is made of, in words."""
    epoch = {None: _("unknown number of batches"), -1: _("endless")}.get(facts.batches)
    epoch = epoch or ngettext("{n} batch an epoch", "{n} batches an epoch", facts.batches or 0)
    rows = [
        (
            _("batch"),
            ngettext(
                "{n} row as {structure}, {epoch}",
                "{n} rows as {structure}, {epoch}",
                facts.rows,
                structure=clean(_(facts.structure)),
                epoch=epoch,
            ),
        ),
        (_("labels"), labels_words(facts, judged)),
        (_("loss"), loss_words(facts)),
    ]
    if facts.per_replica is not None:
        words = ngettext(
            "{rows} row on {n} replica", "{rows} rows on each of {n} replicas", facts.replicas, rows=facts.per_replica
        )
        rows.insert(1, (_("replicas"), words))
    return rows + ([(_("padding"), padding_words(facts.padding))] if facts.padding else [])


def labels_words(facts: DataFacts, judged: bool = True) -> str:
    """Where the labels are; where it is `judged`, with what that means for the loss."""
    inside = ", ".join(clean(name) for name in facts.labels_in_inputs)
    if inside and not judged:
        return _("inside the inputs, as {names}", names=inside)
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
    count = ngettext(
        "{n} of {positions} positions of {column} holds the padding id {id}",
        "{n} of {positions} positions of {column} hold the padding id {id}",
        padding.padded,
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
    return joined(count, mask, effect)


def tensor_table(tensors: tuple[TensorFacts, ...], width: int, judged: bool = True) -> Lines:
    """One row a tensor; where it is `judged`, what is no number stands out."""
    header = (_("name"), _("role"), _("shape"), "dtype", _("min"), _("max"))
    rows = [
        (
            (clean(t.name), STRONG),
            _("input, labels!") if t.label_like and t.role == "input" else role_words(t.role),
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
            lines.append(line((text, BAD)) if judged else line(text.removeprefix("✗ ")))
    return lines
