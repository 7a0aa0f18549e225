"""Stage 4: what the fresh model gives for one batch, row by row, against chance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tfwizard.facts import BatchFacts, LogitsFacts, StepFacts
from tfwizard.language import _
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    STRONG,
    Lines,
    Part,
    bar,
    blank,
    cell,
    clean,
    cut,
    facts_list,
    heading,
    line,
    number,
)
from tfwizard.tui.screens.heads import heads_rows
from tfwizard.tui.screens.layers import layers_lines
from tfwizard.tui.screens.nan import twin_lines
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.script import error_lines
from tfwizard.tui.view import View


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
    chance = (
        _("chance is ln {k} = {chance}", k=facts.classes, chance=number(facts.chance))
        if facts.chance is not None
        else ""
    )
    first = _("{loss} on average; {chance}") if chance else _("{loss} on average")
    output = str(tuple(facts.output_shape)).replace(" ", "")
    rows = [(_("first loss"), first.format(loss=number(facts.mean_loss), chance=chance))]
    if facts.output_shape:
        finite = _("all finite") if facts.finite_logits else _("NOT all finite")
        rows.append((_("output"), _("{shape}, {finite}", shape=output, finite=finite)))
    if facts.loss_name or facts.how:
        rows.append((_("loss"), ", ".join(part for part in (clean(facts.loss_name), clean(facts.how)) if part)))
    return rows


def loss_rows(facts: BatchFacts, width: int) -> Lines:
    """One line a row: label, prediction, loss as a bar with the mark │ at chance, logits where there is room."""
    finite = [loss for loss in facts.losses if math.isfinite(loss)]
    full = max([*finite, facts.chance or 0.0, 1e-9])
    size = 10 if width < 70 else 24
    mark = round((facts.chance or 0) / full * size) if facts.chance else -1
    note = _("   │ = chance") if facts.chance else ""
    head = f"{_('row'):>4} {_('label'):>6} {_('pred'):>5} {_('loss'):>9}  "
    lines = [line((cut(f"{head}{cell('', size)}  {_('logits')}{note}", width), FAINT))]
    for row, loss in enumerate(facts.losses):
        label = cut(clean(facts.labels[row]), 6) if row < len(facts.labels) else "–"
        guess = facts.predictions[row] if row < len(facts.predictions) else None
        refused = row < len(facts.raised) and facts.raised[row]
        bad = refused or not math.isfinite(loss)
        text = _("refused") if refused else number(loss)
        shape = "" if bad else bar(loss, full, size)
        logits = " ".join(f"{value:.2f}" for value in facts.logits[row]) if row < len(facts.logits) else ""
        start = f"{row:>4} {label:>6} {'–' if guess is None else guess:>5} "
        drawn = cell("✗ NaN" if bad else marked(shape, mark, size), size)
        parts: list[Part] = [
            start,
            (f"{text:>9}", BAD if bad else STRONG),
            "  ",
            (drawn, BAD if bad else ""),
            "  ",
            (logits, FAINT),
        ]
        lines.append(line(*parts).truncate(width, ellipsis=True))
    return lines


def marked(shape: str, mark: int, size: int) -> str:
    """A bar with the mark for chance, where the bar does not reach it."""
    if mark < len(shape) or mark >= size:
        return shape
    return shape.ljust(mark) + "│"


def logits_lines(facts: LogitsFacts, width: int) -> Lines:
    """The loss as compiled beside the loss on true logits."""
    sums = _("{low} to {high}", low=number(facts.row_sum_lowest), high=number(facts.row_sum_highest))
    rows = [
        (_("outputs"), _("{low} to {high}; a row's sum {sums}", low=number(facts.lowest), high=number(facts.highest), sums=sums)),
        (_("so they are"), _("logits: probabilities stay in 0 to 1 and sum to 1") if facts.is_logits else _("perhaps probabilities")),
        (f"from_logits={facts.from_logits}", _("loss {loss}, gradient {gradient} (as compiled)",
                                               loss=number(facts.as_compiled), gradient=number(facts.gradient_as_compiled))),
        ("from_logits=True", _("loss {loss}, gradient {gradient}", loss=number(facts.on_logits), gradient=number(facts.gradient_on_logits))),
    ]  # fmt: skip
    return [heading(_("Logits or probabilities?")), *facts_list(rows, width)]


def step_lines(step: StepFacts, width: int) -> Lines:
    """The model's own training step, without the update."""
    lines = [heading(_("One real training step (its update is not applied)"))]
    if not step.ran:
        lines.append(line(("✗ ", BAD), _("it did not run")))
        return lines + (error_lines(step.error, width)[1:] if step.error else [])
    reached = _("yes") if step.gradient_norm else _("no")
    return lines + facts_list(
        [(_("loss"), number(step.loss)), (_("gradient"), number(step.gradient_norm)), (_("reaches weights"), reached)],
        width,
    )
