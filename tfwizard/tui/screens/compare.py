"""Short trainings beside each other: curves, a table, and what they show."""

from __future__ import annotations

import math
from functools import partial

from textual.app import ComposeResult
from textual.content import Content

from tfwizard.checks.comparison import Mean, Row, Verdict, rows_of, verdict
from tfwizard.facts import CompareFacts, Facts
from tfwizard.language import _
from tfwizard.report.comparison import baseline_loss, notes_words, run_words
from tfwizard.session import Progress
from tfwizard.tui.lines import (
    FAINT,
    GOOD,
    KEY,
    STRONG,
    Lines,
    Part,
    blank,
    clean,
    column_widths,
    heading,
    number,
    paragraph,
    phrase,
    table,
    total_width,
    wrapped,
)
from tfwizard.tui.screens.page import Page
from tfwizard.tui.widgets.curve import Curve, Series
from tfwizard.tui.widgets.drawn import Drawn


class ComparePage(Page):
    """The comparison as it runs, then its verdict."""

    def compose(self) -> ComposeResult:
        """What it says, its table, the curves."""
        yield Drawn(classes="compared")
        yield Curve(title=_("training loss, mean over the seeds"))

    def show(self, facts: Facts, progress: Progress | None, why: str) -> None:
        """Show the comparison of this run; `progress` while it goes on, `why` where it did not come about."""
        found = None if progress else facts.compare
        self.query_one(".compared", Drawn).show(partial(compare_lines, facts, progress, why))
        live = (Series(clean(progress.label), progress.values),) if progress else ()
        self.query_one(Curve).show(series(found) if found else live, live=progress is not None)


def compare_lines(facts: Facts, progress: Progress | None, why: str, width: int) -> Lines:
    """The run that goes on, or the verdict with its table."""
    lines: Lines = [heading(_("Compare"))]
    if progress is not None:
        now = _(
            "{label}: step {done} of {total} of all runs",
            label=clean(progress.label),
            done=progress.done,
            total=progress.total,
        )
        return [
            *lines,
            *wrapped(
                phrase(_("{now}   {x} stop (what it has is kept)"), now=(f"▶ {now}", STRONG), x=("x", KEY)), width, 0, 2
            ),
        ]
    if facts.compare is None:
        return [*lines, *paragraph(clean(why) or _("Nothing was compared yet."), width), *wrapped(again(), width, 0, 2)]
    found = verdict(facts.compare, baseline_loss(facts.baseline))
    lines += paragraph(clean(found.text), width, style=verdict_style(found))
    lines += [blank(), *table_lines(facts.compare, baseline_loss(facts.baseline), width), blank()]
    lines += paragraph(clean(run_words(facts.compare)), width)
    for note in (*notes_words(facts.compare), found.rule):
        lines += paragraph(clean(note), width, style=FAINT)
    return [*lines, *wrapped(again(), width, 0, 2), blank()]


def again() -> Content:
    """How to compare something else."""
    return phrase(_("{c} compare other values   {esc} back to the stage"), c=("C", KEY), esc=("esc", KEY))


def verdict_style(found: Verdict) -> str:
    """Plain where nothing is shown."""
    return GOOD if found.matters else STRONG


def table_lines(facts: CompareFacts, baseline: float | None, width: int) -> Lines:
    """A line for each value: training and held-out loss, right answers.

    Where that is too wide the training loss is left out, which decides nothing, and the best value has its sign alone.
    """
    head = [clean(facts.name), _("training"), _("held out"), _("right"), ""]
    rows: list[list[Part]] = []
    if baseline is not None:
        rows.append([_("constant answer"), "–", number(baseline), "–", ""])
    if facts.before is not None:
        rows.append([_("before training"), "–", number(facts.before), percent(facts.accuracy_before), ""])
    rows += [row_words(row) for row in rows_of(facts)]
    if total_width(column_widths(head, rows)) <= width:
        return table(head, rows, width, (1, 2, 3))
    short = [[name, held, right, ("✓", GOOD) if best else ""] for name, _training, held, right, best in rows]
    return table([head[0], *head[2:]], short, width, (1, 2))


def row_words(row: Row) -> list[Part]:
    """One value."""
    accuracy = f"{percent(row.accuracy.value)} ± {100 * row.accuracy.spread:.1f}" if row.accuracy else "–"
    best: Part = (_("✓ best"), GOOD) if row.best else ""
    return [clean(row.value), mean_words(row.training), mean_words(row.held), accuracy, best]


def percent(share: float | None) -> str:
    """A share of right answers."""
    return "–" if share is None else f"{100 * share:.1f} %"


def mean_words(mean: Mean) -> str:
    """A mean and its spread over the seeds."""
    if not math.isfinite(mean.value):
        return _("diverges")
    return f"{number(mean.value)} ± {mean.spread:.2g}" if mean.count > 1 else number(mean.value)


def series(facts: CompareFacts) -> tuple[Series, ...]:
    """One curve for each value: the mean of its runs, as far as all of them go."""
    found = []
    for value in facts.values:
        runs = [run.losses for run in facts.runs if run.value == value]
        means = tuple(sum(each) / len(each) for each in zip(*runs, strict=False))
        found.append(Series(clean(value), means))
    return tuple(found)
