"""Stage 7: every value that shapes the training, whether the script wrote it down or not."""

from __future__ import annotations

from textual.widget import Widget

from tfwizard.facts import Hyperparameter, HyperparametersFacts, RatesFacts, SweepFacts
from tfwizard.language import _
from tfwizard.tui.lines import (
    FAINT,
    STRONG,
    Lines,
    Part,
    blank,
    clean,
    facts_list,
    heading,
    line,
    number,
    paragraph,
    table,
)
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import View, where_words
from tfwizard.tui.widgets.curve import Curve, Series


class HyperparametersPage(StagePage):
    """The table of values, and the learning-rate sweep."""

    def extras(self) -> list[Widget]:
        """The curve of the sweep."""
        return [Curve(title=_("loss, step by step"))]

    def show(self, view: View) -> None:
        """Show the table, and the sweep where there is one."""
        super().show(view)
        sweep = view.facts.rates.sweep if view.facts.rates else None
        self.query_one(Curve).show(
            tuple(Series(_("rate {r}", r=number(c.rate)), c.losses) for c in sweep.curves) if sweep else ()
        )

    def evidence(self, view: View, width: int) -> Lines:
        """The values of this run."""
        if view.facts.hyperparameters is None:
            return []
        return hyperparameter_lines(view.facts.hyperparameters, view.facts.rates, width)


def hyperparameter_lines(facts: HyperparametersFacts, rates: RatesFacts | None, width: int) -> Lines:
    """What counts most in words, the table, the sweep in numbers."""
    lines = facts_list(summary(facts), width, 0)
    if facts.table:
        lines += [blank(), *value_table(facts.table, width)]
        lines += [line((_("HIDDEN = not written in the script; BY NAME = the default behind a string"), FAINT))]
    if rates and rates.sweep:
        lines += [blank(), *sweep_lines(rates.sweep, width)]
    elif rates and rates.why_no_sweep:
        lines += [
            blank(),
            *paragraph(_("No learning-rate sweep: {why}", why=clean(rates.why_no_sweep)), width, style=FAINT),
        ]
    return lines


def summary(facts: HyperparametersFacts) -> list[tuple[str, str]]:
    """Optimizer, learning rate and where the weights come from."""
    rate = number(facts.learning_rate) + (f" ({clean(facts.schedule)})" if facts.schedule else "")
    origin = _("loaded from {name}", name=clean(facts.loaded_from)) if facts.loaded_from else _("random")
    return [(_("optimizer"), clean(facts.optimizer or "–")), (_("learning rate"), rate), (_("weights"), origin)]


def value_table(values: tuple[Hyperparameter, ...], width: int) -> Lines:
    """Value, who set it, the default and the usual range, the line."""
    marks = {"script": _("written"), "string": _("BY NAME"), "default": _("HIDDEN")}
    wide = width >= 80
    header = [_("name"), _("value"), _("set"), *([_("default")] if wide else []), _("usual"), _("line")]
    rows: list[list[Part]] = []
    for each in values:
        hidden = each.set_by != "script"
        where = str(each.where.line) if each.where and not wide else where_words(each.where)
        name = f"{clean(each.owner)}.{clean(each.name)}" if each.owner and wide else clean(each.name)
        default: list[Part] = [clean(each.default or "–")] if wide else []
        rows.append([name, (clean(each.value), STRONG), (marks.get(each.set_by, clean(each.set_by)), STRONG if hidden else FAINT),
                     *default, clean(each.usual or "–"), where or "–"])  # fmt: skip
    return table(header, rows, width)


def sweep_lines(sweep: SweepFacts, width: int) -> Lines:
    """First and last loss at each learning rate."""
    title = _("Learning rates tried: {steps} steps on {rows} rows, undone", steps=sweep.steps, rows=sweep.rows)
    rows: list[list[Part]] = []
    for curve in sweep.curves:
        best: Part = (_("◀ lowest"), STRONG) if curve.rate == sweep.best else ""
        first, last = (curve.losses[0], curve.losses[-1]) if curve.losses else (None, None)
        rows.append([number(curve.rate), number(first), number(last), best])
    lines = [heading(title), *table((_("rate"), _("first loss"), _("last loss"), ""), rows, width, right=(0, 1, 2))]
    if sweep.stopped_early:
        lines += paragraph(_("Stopped early: {why}", why=clean(sweep.stopped_early)), width, style=FAINT)
    return lines
