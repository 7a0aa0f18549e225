"""Stage 8: whether the model can learn one batch by heart at the script's own learning rate."""

from __future__ import annotations

from textual.widget import Widget

from tfwizard.facts import OverfitFacts
from tfwizard.language import _
from tfwizard.tui.lines import (
    BAD,
    GOOD,
    KEY,
    Lines,
    Part,
    blank,
    clean,
    facts_list,
    heading,
    line,
    number,
    table,
    wrapped,
)
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.script import error_lines
from tfwizard.tui.view import View
from tfwizard.tui.widgets.curve import SHAPES, Curve, Series, drawable, level


class OverfitPage(StagePage):
    """The curve while it runs, then the verdict."""

    def extras(self) -> list[Widget]:
        """The curve of the loss."""
        return [Curve(title=_("loss on the same batch, step by step"), log_y=True)]

    def show(self, view: View) -> None:
        """Show the live losses while the test runs, those of the facts afterwards."""
        super().show(view)
        self.query_one(Curve).show(series(view), live=view.progress is not None)

    def evidence(self, view: View, width: int) -> Lines:
        """The test of this run."""
        if view.progress is not None:
            return live_lines(view, width)
        return overfit_lines(view.facts.overfit, width) if view.facts.overfit else []


def series(view: View) -> tuple[Series, ...]:
    """The curves to draw, and the lines of chance and of what counts as learned."""
    facts = view.facts.overfit or OverfitFacts()
    if view.progress is not None:
        curves: tuple[Series, ...] = (Series(_("loss"), view.progress.values),)
        last = max(view.progress.total, len(view.progress.values))
    elif facts.losses:
        more = (Series(_("rate {r}", r=number(curve.rate)), curve.losses) for curve in facts.retried)
        curves = (Series(_("rate {r}", r=number(facts.learning_rate)), facts.losses), *more)
        last = max(len(each.values) for each in curves)
    else:
        return ()
    chance = view.facts.batch.chance if view.facts.batch and facts.classification else None
    lines = level(_("chance"), chance, last, SHAPES["chance"]) + level(
        _("target"), facts.target, last, SHAPES["target"]
    )
    return (*curves, *lines) if drawable(curves) else ()


def live_lines(view: View, width: int) -> Lines:
    """Step, loss, and how to stop."""
    progress = view.progress
    if progress is None:
        return []
    values = progress.values
    now = _("step {done} of {total}", done=progress.done, total=progress.total)
    loss = _("loss {first} → {last}", first=number(values[0]), last=number(values[-1])) if values else ""
    return wrapped(line(now, "   ", loss, "   ", ("x", KEY), _(" stop (what it has is kept)")), width)


def overfit_lines(facts: OverfitFacts, width: int) -> Lines:
    """Learned or not, from which loss to which, what the batch holds, and that the model is as before."""
    lines: Lines = []
    if facts.error:
        lines += error_lines(facts.error, width)
    lines += facts_list(rows(facts), width, 0)
    restored: Part = (_("✓ weights, optimizer and random state are as before"), GOOD)
    broken: Part = (_("✗ the model could not be restored: run again (r) before trusting later stages"), BAD)
    lines += wrapped(line(restored if facts.restored else broken), width, 0, 2)
    if facts.retried:
        retried: list[list[Part]] = [
            [
                number(curve.rate),
                number(curve.losses[0] if curve.losses else None),
                number(curve.losses[-1] if curve.losses else None),
            ]
            for curve in facts.retried
        ]
        lines += [
            blank(),
            heading(_("Other learning rates")),
            *table((_("rate"), _("first loss"), _("last loss")), retried, width, (0, 1, 2)),
        ]
    return [*lines, line(("o", KEY), _(" test again")), blank()]


def rows(facts: OverfitFacts) -> list[tuple[str, str]]:
    """The test in words."""
    first, last = (facts.losses[0], facts.losses[-1]) if facts.losses else (None, None)
    curve = _(
        "{first} → {last} in {steps} steps; learned means below {target}",
        first=number(first),
        last=number(last),
        steps=facts.steps,
        target=number(facts.target),
    )
    found = [(_("loss"), curve), (_("learning rate"), number(facts.learning_rate))]
    if facts.accuracy is not None:
        found.append((_("accuracy"), f"{100 * facts.accuracy:.0f} %"))
    held = _("{rows} rows", rows=facts.rows)
    if facts.classification:
        labels = ", ".join(clean(label) for label in facts.labels)
        missing = ", ".join(clean(label) for label in facts.missing_labels)
        every = _("every label is in it ({labels})", labels=labels)
        lacking = _("labels {labels}; MISSING: {missing}", labels=labels, missing=missing)
        held = f"{held}, {lacking if missing else every}"
    found.append((_("batch"), held))
    if facts.stopped:
        found.append((_("stopped"), clean(facts.stopped)))
    return found
