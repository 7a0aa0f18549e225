"""Stage 4: what the fresh model gives for one batch, row by row, against chance."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tfwizard.facts import BatchFacts, LogitsFacts, StepFacts
from tfwizard.language import _
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    STRONG,
    Lines,
    Part,
    blank,
    cell,
    clean,
    cut,
    facts_list,
    flow,
    heading,
    line,
    number,
    wrapped,
)
from tfwizard.tui.screens.heads import heads_rows
from tfwizard.tui.screens.layers import layers_lines
from tfwizard.tui.screens.nan import twin_lines
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.script import error_lines
from tfwizard.tui.screens.worst import losses_of
from tfwizard.tui.view import View
from tfwizard.tui.widgets.bars import CHANCE, marked_bar


class BatchPage(StagePage):
    """One batch through the fresh model."""

    def evidence(self, view: View, width: int) -> Lines:
        """The batch of this run."""
        facts = view.facts
        heads = heads_rows(facts.heads)
        lines = twin_lines(facts.cpu_twin, width)
        lines += batch_lines(facts.batch, width, heads) if facts.batch else facts_list(heads, width, 0)
        return lines + (layers_lines(facts.layers, width) if facts.layers else [])


def batch_lines(facts: BatchFacts, width: int, heads: Sequence[tuple[str, str]] = ()) -> Lines:
    """Initial loss against ln K, the outputs, then a bar a row, then one real step."""
    lines = facts_list([*summary(facts), *heads], width, 0)
    if facts.error:
        lines += error_lines(facts.error, width)
    if facts.losses:
        lines += [blank(), *loss_rows(facts, width)]
    if facts.from_logits:
        lines += [blank(), *logits_lines(facts.from_logits, width)]
    if facts.step:
        lines += [blank(), *step_lines(facts.step, width)]
    return lines


def summary(facts: BatchFacts) -> list[tuple[str, str]]:
    """The first loss against chance, the output, how the loss was computed."""
    first = _("{loss} on average", loss=number(facts.mean_loss))
    if facts.chance is not None:
        first = _("{loss} on average; chance is ln {k} = {chance}",
                  loss=number(facts.mean_loss), k=facts.classes, chance=number(facts.chance))  # fmt: skip
    rows = [(_("first loss"), first)]
    if facts.output_shape:
        shape = str(tuple(facts.output_shape)).replace(" ", "")
        output = _("{shape}, all finite") if facts.finite_logits else _("{shape}, NOT all finite")
        rows.append((_("output"), output.format(shape=shape)))
    if facts.loss_name or facts.how:
        rows.append((_("loss"), ", ".join(part for part in (clean(_(facts.loss_name)), clean(facts.how)) if part)))
    return rows


def loss_rows(facts: BatchFacts, width: int) -> Lines:
    """One line a row: label, prediction, loss as a bar with a mark at chance, logits where there is room."""
    losses = losses_of(facts)
    if losses is None:
        return []
    narrow, wide = width < 50, width >= 64
    heads = (_("row"), _("label"), "" if narrow else _("predicted"), _("loss"))
    names: tuple[int, ...] = (4, 5, 0, 7)
    if not narrow:
        names = tuple(max(size, cell_len(head)) for size, head in zip((4, 8, 10, 9), heads, strict=True))
    logits = [" ".join(f"{value:.2f}" for value in row) for row in facts.logits] if wide else []
    room = min(width // 3, max((len(text) for text in logits), default=0))
    size = max(4, min(24, width - sum(names) - room - (3 if narrow else 6)))
    head = [cell(text, least, right=True) for text, least in zip(heads, names, strict=True) if least]
    head += [cell("", size), *([_("logits")] if logits else [])]
    lines = [line((cut(" ".join(head).rstrip(), width), FAINT))]
    marks = [(losses.chance, CHANCE)] if losses.chance is not None else []
    full = losses.full
    for row, loss in enumerate(losses.values):
        label = clean(facts.labels[row]) if row < len(facts.labels) else "–"
        guess = facts.predictions[row] if row < len(facts.predictions) else None
        bad = losses.is_bad(row)
        told = _("refused") if losses.is_raised(row) else number(loss)
        parts: list[Part] = [cell(str(row), names[0], right=True), " ", cell(label, names[1], right=True), " "]
        parts += [] if narrow else [cell("–" if guess is None else str(guess), names[2], right=True), " "]
        parts += [(cell(told, names[3], right=True), BAD if bad else STRONG), " "]
        parts += [(cell("✗", size), BAD) if bad else marked_bar(loss, full, size, marks)]
        parts += [" ", (logits[row], FAINT)] if row < len(logits) else []
        lines.append(line(*parts).truncate(width, ellipsis=True))
    notes = [_("{sign} chance: {loss}", sign=CHANCE, loss=number(losses.chance))] if marks else []
    notes += [_("✗ no finite loss")] if any(losses.is_bad(row) for row in range(len(losses.values))) else []
    return lines + (flow(notes, width) if notes else [])


def logits_lines(facts: LogitsFacts, width: int) -> Lines:
    """The loss as compiled beside the loss on true logits."""
    spans = _("{low} to {high}; the sum of a row {sum_low} to {sum_high}", low=number(facts.lowest), high=number(facts.highest),
              sum_low=number(facts.row_sum_lowest), sum_high=number(facts.row_sum_highest))  # fmt: skip
    rows = [
        (_("outputs"), spans),
        (_("so they are"), _("logits: probabilities stay in 0 to 1 and sum to 1") if facts.is_logits else _("perhaps probabilities")),
        (f"from_logits={facts.from_logits}", _("loss {loss}, gradient {gradient} (as compiled)",
                                               loss=number(facts.as_compiled), gradient=number(facts.gradient_as_compiled))),
        ("from_logits=True", _("loss {loss}, gradient {gradient}", loss=number(facts.on_logits), gradient=number(facts.gradient_on_logits))),
    ]  # fmt: skip
    return [heading(_("Logits or probabilities?")), *facts_list(rows, width)]


def step_lines(step: StepFacts, width: int) -> Lines:
    """The model's own training step, without the update."""
    lines = wrapped(heading(_("One real training step (its update is not applied)")), width)
    if not step.ran:
        lines.append(line(("✗ ", BAD), _("it did not run")))
        return lines + (error_lines(step.error, width)[1:] if step.error else [])
    reached = _("yes") if step.gradient_norm else _("no")
    return lines + facts_list(
        [(_("loss"), number(step.loss)), (_("gradient"), number(step.gradient_norm)), (_("reaches weights"), reached)],
        width,
    )
