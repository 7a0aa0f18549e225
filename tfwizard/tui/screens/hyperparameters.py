"""Stage 7: every value that shapes the training, whether the script wrote it down or not."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from textual.widget import Widget

from tfwizard.facts import Hyperparameter, HyperparametersFacts, RatesFacts, SweepFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import (
    FAINT,
    STRONG,
    WARN,
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
    wrapped,
)
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import View, where_words
from tfwizard.tui.widgets.curve import SHAPES, Curve, Series

#: Before a value that is another than in the last run.
CHANGED = "Δ"
#: Below this a table would cut every column: each value gets lines of its own.
NARROW = 46


class HyperparametersPage(StagePage):
    """The table of values, and the learning-rate sweep."""

    def extras(self) -> list[Widget]:
        """The sweep: where each rate led to, then the way there."""
        return [
            Curve(title=_("loss after the steps, by learning rate"), id="by-rate", log_x=True),
            Curve(title=_("loss, step by step"), id="by-step"),
        ]

    def show(self, view: View) -> None:
        """Show the table, and the sweep where there is one."""
        super().show(view)
        sweep = view.facts.rates.sweep if view.facts.rates else None
        self.query_one("#by-rate", Curve).show(rate_series(sweep) if sweep else ())
        self.query_one("#by-step", Curve).show(step_series(sweep) if sweep else ())

    def evidence(self, view: View, width: int) -> Lines:
        """The values of this run."""
        if view.facts.hyperparameters is None:
            return []
        return hyperparameter_lines(view.facts.hyperparameters, view.facts.rates, width, view.before)


def rate_series(sweep: SweepFacts) -> tuple[Series, ...]:
    """The last loss at each rate."""
    ends = sorted((curve.rate, curve.losses[-1]) for curve in sweep.curves if curve.losses)
    losses = tuple(loss for _rate, loss in ends)
    return (Series(_("last loss"), losses, tuple(rate for rate, _loss in ends), SHAPES["points"]),) if ends else ()


def step_series(sweep: SweepFacts) -> tuple[Series, ...]:
    """The losses at each rate."""
    return tuple(Series(_("rate {r}", r=number(curve.rate)), curve.losses) for curve in sweep.curves)


def hyperparameter_lines(
    facts: HyperparametersFacts, rates: RatesFacts | None, width: int, before: HyperparametersFacts | None = None
) -> Lines:
    """What counts most in words, the table, the sweep in numbers."""
    lines = facts_list(summary(facts), width, 0)
    if facts.table:
        changed = changes(facts.table, before.table) if before else {}
        lines += [blank(), *value_table(facts.table, width, changed)]
        note = _("HIDDEN: the script does not write it. BY NAME: the default behind a string.")
        lines += wrapped(line((note, FAINT)), width)
    if rates and rates.sweep:
        lines += [blank(), *sweep_lines(rates.sweep, width, facts.learning_rate)]
    elif rates and rates.why_no_sweep:
        why = _("No learning-rate sweep: {why}", why=clean(rates.why_no_sweep))
        lines += [blank(), *paragraph(why, width, style=FAINT)]
    return lines


Key = tuple[str, str]


def key_of(value: Hyperparameter) -> Key:
    """What tells one value from the others."""
    return value.owner, value.name


def changes(now: Sequence[Hyperparameter], before: Sequence[Hyperparameter]) -> dict[Key, str | None]:
    """What was the value of those that are another now; None for those that were not there."""
    old = {key_of(each): each.value for each in before}
    return {key_of(each): old.get(key_of(each)) for each in now if old.get(key_of(each)) != each.value}


def summary(facts: HyperparametersFacts) -> list[tuple[str, str]]:
    """Optimizer, learning rate and where the weights come from."""
    rate = number(facts.learning_rate)
    if facts.schedule:
        rate = _("{rate} at most, by {schedule}", rate=rate, schedule=clean(facts.schedule))
    origin = _("loaded from {name}", name=clean(facts.loaded_from)) if facts.loaded_from else _("random")
    return [(_("optimizer"), clean(facts.optimizer or "–")), (_("learning rate"), rate), (_("weights"), origin)]


def value_table(values: Sequence[Hyperparameter], width: int, changed: Mapping[Key, str | None]) -> Lines:
    """Value, who set it, the default and the usual range, the line; what changed since the last run comes first."""
    ordered = sorted(values, key=lambda each: key_of(each) not in changed)
    if width < NARROW:
        return [row for each in ordered for row in value_lines(each, width, changed)]
    wide = width >= 80
    counted = Counter(each.name for each in values)
    twice = {name for name, count in counted.items() if count > 1}
    header = [_("name"), _("value"), _("set"), *([_("default")] if wide else []), _("usual"), _("line")]
    rows: list[list[Part]] = []
    for each in ordered:
        where = str(each.where.line) if each.where and not wide else where_words(each.where)
        name = name_words(each, wide or each.name in twice)
        is_new = key_of(each) in changed
        rows.append([f"{CHANGED} {name}" if is_new else name, (clean(_(each.value)), STRONG), set_words(each),
                     *([clean(each.default or "–")] if wide else []), clean(each.usual or "–"), where or "–"])  # fmt: skip
    drawn = table(header, rows, width)
    lines = drawn[: len(drawn) - len(rows)]
    for each, row in zip(ordered, drawn[len(lines) :], strict=True):
        lines += [row, *was_lines(each, width, changed)]
        if not wide and each.default and each.default != each.value:  # where there is no column for it
            lines += wrapped(line((_("default {value}", value=clean(each.default)), FAINT)), width, 2)
    return lines


def value_lines(each: Hyperparameter, width: int, changed: Mapping[Key, str | None]) -> Lines:
    """One value where there is no room for columns."""
    mark = f"{CHANGED} " if key_of(each) in changed else ""
    lines = wrapped(line(f"{mark}{name_words(each, True)}  ", (clean(_(each.value)), STRONG)), width, 0, 2)
    lines += was_lines(each, width, changed)
    told = [set_words(each)[0]]
    told += [_("default {value}", value=clean(each.default))] if each.default else []
    told += [_("usual {value}", value=clean(each.usual))] if each.usual else []
    told += [where_words(each.where)] if each.where else []
    return lines + wrapped(line((", ".join(told), FAINT)), width, 2)


def name_words(each: Hyperparameter, owned: bool) -> str:
    """The name, with what it belongs to before it where it must be told from others or there is room."""
    return f"{clean(each.owner)}.{clean(each.name)}" if each.owner and owned else clean(each.name)


def was_lines(each: Hyperparameter, width: int, changed: Mapping[Key, str | None]) -> Lines:
    """What the value was in the last run, where it was another."""
    if key_of(each) not in changed:
        return []
    old = changed[key_of(each)]
    words = _("was {value} in the last run", value=clean(old)) if old is not None else _("not set in the last run")
    return wrapped(line((words, WARN)), width, 2)


def set_words(each: Hyperparameter) -> tuple[str, str]:
    """Who set it; what the script does not write stands out."""
    words = {"script": _("written"), "string": _("BY NAME"), "default": _("HIDDEN")}
    return words.get(each.set_by, clean(each.set_by)), FAINT if each.set_by == "script" else STRONG


def sweep_lines(sweep: SweepFacts, width: int, own: float | None = None) -> Lines:
    """First and last loss at each learning rate; the script's `own` is marked."""
    title = ngettext("Learning rates tried: {n} step on {rows} rows, undone",
                     "Learning rates tried: {n} steps on {rows} rows, undone", sweep.steps, rows=sweep.rows)  # fmt: skip
    rows: list[list[Part]] = []
    for curve in sweep.curves:
        marks = [_("◀ lowest")] if curve.rate == sweep.best else []
        marks += [_("◀ the script's")] if own is not None and math.isclose(curve.rate, own, rel_tol=1e-3) else []
        best: Part = ("  ".join(marks), STRONG)
        first, last = (curve.losses[0], curve.losses[-1]) if curve.losses else (None, None)
        rows.append([number(curve.rate), number(first), number(last), best])
    lines = [
        *wrapped(heading(title), width),
        *table((_("rate"), _("first loss"), _("last loss"), ""), rows, width, right=(0, 1, 2)),
    ]
    if sweep.stopped_early:
        lines += paragraph(_("Stopped early: {why}", why=clean(sweep.stopped_early)), width, style=FAINT)
    return lines
