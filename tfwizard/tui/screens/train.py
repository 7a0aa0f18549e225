"""Stage 10: whether the training runs to its end as written, and what it logs."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tfwizard.facts import ErrorFacts, Facts, MonitorFacts, Place, ScheduleFacts, StepsFacts, TrainingFacts
from tfwizard.language import _, joined, ngettext
from tfwizard.tui.lines import FAINT, Lines, blank, clean, facts_list, heading, key, line, number, phrase, wrapped
from tfwizard.tui.screens.baseline import baseline_lines
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import View, where_words
from tfwizard.tui.widgets.curve import Curve, Series
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.live_training import LiveTraining


class TrainPage(StagePage):
    """The training as it runs, where it does; steps, learning rate, logs and callbacks of the whole of it."""

    def compose(self) -> ComposeResult:
        """The training that runs comes before the plan of it."""
        yield Drawn(classes="head")
        yield LiveTraining()
        yield Drawn(classes="evidence")
        yield from self.extras()

    def extras(self) -> list[Widget]:
        """The curve of the schedule; below it what is not known."""
        return [Curve(title=_("learning rate over the steps, in % of its highest")), Drawn(classes="lacking")]

    def show(self, view: View) -> None:
        """Show the plan, and the schedule where there is one."""
        super().show(view)
        facts = view.facts.training
        self.query_one(LiveTraining).show(view.training)
        self.query_one("TrainPage > Curve", Curve).show(schedule_series(facts.schedule if facts else None))
        self.query_one(".lacking", Drawn).show(partial(lacking_lines, facts))

    def evidence(self, view: View, width: int) -> Lines:
        """The training of this run, and what it has to beat."""
        busy = view.trains or view.worker in ("starting", "running", "probing")
        real = phrase(_("{m} train for real, under watch"), m=key("m"))
        compare = phrase(_("{c} compare values of one hyperparameter"), c=key("C"))
        one = Content.assemble(real, "   ", compare)
        keys = [one] if one.cell_length <= width else [*wrapped(real, width, 0, 2), *wrapped(compare, width, 0, 2)]
        shown = [] if busy else [*keys, blank()]
        return [*shown, *training_lines(view.facts, width), *baseline_lines(view.facts, width)]


def schedule_series(schedule: ScheduleFacts | None) -> tuple[Series, ...]:
    """The rates as a curve, in percent: the plot has no room for 5e-05."""
    peak = max((rate for _step, rate in schedule.rates), default=0.0) if schedule else 0.0
    if schedule is None or peak <= 0:
        return ()
    values = tuple(100 * rate / peak for _step, rate in schedule.rates)
    return (Series(clean(schedule.name), values, tuple(step for step, _rate in schedule.rates)),)


def training_lines(facts: Facts, width: int) -> Lines:
    """Steps against batches, the rate, the logs, what would fail."""
    training = facts.training
    if training is None:
        return []
    rows = [(source_words(each.source), steps_words(each)) for each in training.steps]
    rows += rate_rows(facts, training) + watched_rows(training) + trouble_rows(training)
    return [*facts_list(rows, width, 0), blank()] if rows else []


def lacking_lines(training: TrainingFacts | None, width: int) -> Lines:
    """What could not be found out, by reason."""
    if training is None or not training.lacking:
        return []
    lines = [heading(_("Could not be found out"))]
    for why, parts in by_reason(training.lacking).items():
        names = ", ".join(part_words(part) for part in parts)
        lines += wrapped(line(names, ": ", (why, FAINT)), width, 1, 2)
    return lines


def source_words(source: str) -> str:
    """What the steps are for."""
    return {"training": _("training"), "validation": _("validation")}.get(source, clean(source))


def steps_words(facts: StepsFacts) -> str:
    """What is asked for against what there is."""
    batches = {None: _("number of batches not known"), -1: _("the data is endless")}.get(facts.batches)
    batches = batches or ngettext("the data has {n} batch", "the data has {n} batches", facts.batches or 0)
    if facts.once is not None:
        again = ngettext("repeats after {n} batch", "repeats after {n} batches", facts.once)
        batches = f"{batches}, {again}"
    epochs = ngettext("{n} epoch", "{n} epochs", facts.epochs)
    if facts.asked is None:
        return joined(epochs, batches) if facts.source != "validation" else batches
    steps = ngettext("{n} step", "{n} steps", facts.asked)
    if facts.source == "validation":
        return joined(steps, batches)
    total = f" = {facts.epochs * facts.asked}" if facts.epochs > 1 else ""
    return joined(f"{epochs} × {steps}{total}", batches)


def rate_rows(facts: Facts, training: TrainingFacts) -> list[tuple[str, str]]:
    """The learning rate: constant, or from where to where."""
    schedule = training.schedule
    if schedule is None:
        rate = facts.hyperparameters.learning_rate if facts.hyperparameters else None
        constant = "schedule" not in training.lacking and rate is not None
        return [(_("learning rate"), _("{rate}, constant", rate=number(rate)))] if constant else []
    if not schedule.rates:
        return [(_("learning rate"), clean(schedule.name))]
    rates = [rate for _step, rate in schedule.rates]
    words = ngettext(
        "{name}: {first} → {last} in {n} step, highest {peak}",
        "{name}: {first} → {last} in {n} steps, highest {peak}",
        schedule.steps,
        name=clean(schedule.name),
        first=number(rates[0]),
        last=number(rates[-1]),
        peak=number(max(rates)),
    )
    if schedule.dead_from is not None:
        words = joined(words, _("nothing from step {step} on", step=schedule.dead_from))
    elif schedule.later > max(rates):
        words = joined(words, _("its highest, {rate}, would come after the end", rate=number(schedule.later)))
    return [(_("learning rate"), words)]


def watched_rows(training: TrainingFacts) -> list[tuple[str, str]]:
    """What an epoch logs, and what a callback waits for in vain."""
    rows = []
    if training.logged:
        rows.append((_("logged"), ", ".join(clean(name) for name in training.logged)))
    if training.monitors:
        rows += [(_("watched"), monitor_words(each)) for each in training.monitors]
    elif training.logged and "monitors" not in training.lacking:
        rows.append((_("watched"), _("✓ no callback waits for another name")))
    return rows


def monitor_words(facts: MonitorFacts) -> str:
    """One callback that watches what is not logged."""
    words = _("✗ {callback} watches {monitor}, which is not logged")
    if facts.proposed:
        words = _("✗ {callback} watches {monitor}, which is not logged; {name} is")
    names = {"callback": facts.callback, "monitor": facts.monitor, "name": facts.proposed or ""}
    return words.format(**{key: clean(name) for key, name in names.items()}) + placed(facts.where)


def trouble_rows(training: TrainingFacts) -> list[tuple[str, str]]:
    """What would fail, or slow the training down."""
    rows = []
    for saving in training.checkpoints:
        words = _(
            "✗ {callback} cannot save to {path}: {error}",
            callback=clean(saving.callback),
            path=clean(saving.path),
            error=short(saving.error),
        )
        rows.append((_("checkpoint"), words + placed(saving.where)))
    if training.evaluation:
        words = _(
            "✗ {what} fails: {error}", what=clean(training.evaluation.what), error=short(training.evaluation.error)
        )
        rows.append((_("evaluation"), words + placed(training.evaluation.where)))
    for argument in training.arguments:
        text = _("{function} drops {name}") if argument.ignored else _("✗ {function} takes no {name}")
        words = text.format(function=clean(argument.function), name=clean(argument.name))
        if argument.renamed:
            words = joined(words, _("it is called {name} now", name=clean(argument.renamed)))
        rows.append((_("argument"), words + placed(argument.where)))
    if training.reused:
        words = _(
            "✗ {optimizer} was built for another model: {n} of {of} variables are new to it",
            optimizer=clean(training.reused.optimizer),
            n=training.reused.unknown,
            of=training.reused.variables,
        )
        rows.append((_("optimizer"), words + placed(training.reused.where)))
    if training.eager:
        rows.append((_("graph"), _("none: every step runs eagerly, which is slow") + placed(training.eager.where)))
    return rows


def short(error: ErrorFacts) -> str:
    """An exception in one line."""
    return f"{clean(error.type)}: {clean(error.useful or error.message)}"


def placed(place: Place | None) -> str:
    """A place in brackets, nothing where there is none."""
    return f" ({where_words(place)})" if place else ""


def by_reason(lacking: dict[str, str]) -> dict[str, list[str]]:
    """The parts that lack, by why: often one reason takes several."""
    reasons: dict[str, list[str]] = {}
    for part, why in lacking.items():
        reasons.setdefault(clean(why), []).append(part)
    return reasons


def part_words(part: str) -> str:
    """The name of a part of the facts, for people."""
    words = {
        "arguments": _("arguments"),
        "eager": _("graph"),
        "schedule": _("learning rate"),
        "steps": _("steps"),
        "reused": _("optimizer"),
        "logged": _("logged"),
        "monitors": _("watched"),
        "checkpoints": _("checkpoint"),
        "evaluation": _("evaluation"),
    }
    return words.get(part, clean(part))
