"""Stage 8: whether the model can learn one batch by heart at the script's own learning rate."""

from __future__ import annotations

from textual.widget import Widget

from tfwizard.facts import OverfitFacts
from tfwizard.language import _, ngettext
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
    phrase,
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
    at: dict[str, Part] = {"done": str(progress.done), "total": str(progress.total), "x": ("x", KEY)}
    if not values:
        return wrapped(phrase(_("step {done} of {total}   {x} stop (what it has is kept)"), **at), width)
    words = _("step {done} of {total}   loss {first} → {last}   {x} stop (what it has is kept)")
    return wrapped(phrase(words, **at, first=number(values[0]), last=number(values[-1])), width)


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
    return [*lines, phrase(_("{o} test again"), o=("o", KEY)), blank()]


def rows(facts: OverfitFacts) -> list[tuple[str, str]]:
    """The test in words."""
    first, last = (facts.losses[0], facts.losses[-1]) if facts.losses else (None, None)
    curve = ngettext(
        "{first} → {last} in {n} step; learned means below {target}",
        "{first} → {last} in {n} steps; learned means below {target}",
        facts.steps,
        first=number(first),
        last=number(last),
        target=number(facts.target),
    )
    found = [(_("loss"), curve), (_("learning rate"), number(facts.learning_rate))]
    if facts.accuracy is not None:
        found.append((_("accuracy"), f"{100 * facts.accuracy:.0f} %"))
    found.append((_("batch"), batch_words(facts)))
    if facts.stopped:
        found.append((_("stopped"), clean(facts.stopped)))
    return found


def batch_words(facts: OverfitFacts) -> str:
    """How large the batch is, and which labels are in it."""
    labels = ", ".join(clean(label) for label in facts.labels)
    missing = ", ".join(clean(label) for label in facts.missing_labels)
    if not facts.classification:
        return ngettext("{n} row", "{n} rows", facts.rows)
    if missing:
        return ngettext("{n} row, labels {labels}; MISSING: {missing}", "{n} rows, labels {labels}; MISSING: {missing}",
                        facts.rows, labels=labels, missing=missing)  # fmt: skip
    return ngettext("{n} row, every label is in it ({labels})", "{n} rows, every label is in it ({labels})",
                    facts.rows, labels=labels)  # fmt: skip
