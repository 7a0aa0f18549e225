"""A training as it runs: its pace in lines, its loss as a curve."""

from __future__ import annotations

import math

from textual.app import ComposeResult
from textual.containers import Vertical

from tfwizard.language import _
from tfwizard.session import Training
from tfwizard.tui.lines import BAD, GOOD, STRONG, WARN, Lines, clean, facts_list, line, number, whole, wrapped
from tfwizard.tui.widgets.curve import SHAPES, Curve, Series
from tfwizard.tui.widgets.drawn import Drawn

#: Waiting for data for more than this share of the time is what holds the training up.
MUCH_WAITING = 0.3
#: So many steps a second are held up by the calls themselves.
FAST = 200


class LiveTraining(Vertical):
    """The training of a process that keeps it; nothing where there is none."""

    DEFAULT_CSS = """
    LiveTraining { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Lines, then the curve."""
        yield Drawn(classes="live")
        yield Curve(title=_("loss over the steps"))

    def show(self, training: Training | None) -> None:
        """Show the training as it stands."""
        self.query_one(".live", Drawn).show(lambda width: training_lines(training, width) if training else [])
        self.query_one(Curve).show(loss_series(training), live=training is not None and not training.over)


def stop_question(training: Training | None) -> tuple[str, str, str]:
    """What is asked before a training is stopped: title, text, and the answer that does it. The second time ends it."""
    if training is None:
        return _("End it before it trains?"), _("The script has not come to its training."), _("end it")
    if training.stopping:
        text = _("It was asked to stop after its step. What it has not saved is lost.")
        return _("End it at once?"), text, _("end it at once")
    text = _("It ends after its step; the script goes on behind it, and saves what it saves.")
    return _("Stop the training?"), text, _("stop it")


def training_lines(training: Training, width: int) -> Lines:
    """Where it is, and how it goes."""
    lines = wrapped(line(*state_words(training)), width, 0, 2)
    if training.bad is not None:
        bad = training.bad
        name = clean(bad.weights[0]) if bad.weights else _("a weight")
        what = _("the loss is no number") if bad.what == "loss" else _("{name} is no number", name=name)
        lines += wrapped(line((_("✗ step {n}: {what}", n=bad.step, what=what), BAD)), width, 0, 2)
    return [*lines, *facts_list(rows(training), width, 0)]


def state_words(training: Training) -> tuple[tuple[str, str], ...]:
    """Running, stopping, or how it ended; epoch and step."""
    where = {"epoch": training.epoch, "epochs": training.epochs, "step": training.step}
    at = _("epoch {epoch}/{epochs}, step {step}", **where)
    if training.steps:
        at = _("epoch {epoch}/{epochs}, step {step}/{steps}", **where, steps=training.steps)
    if training.over:
        style = GOOD if training.ended == "finished" else WARN
        return ((clean(training.message), style), (f"   {at}", ""))
    if training.stopping:
        return ((_("▶ stopping after this step"), WARN), (f"   {at}", ""))
    words = _("▶ training (call {n})", n=training.fit + 1) if training.fit else _("▶ training")
    return ((words, STRONG), (f"   {at}", ""))


def rows(training: Training) -> list[tuple[str, str]]:
    """What is known of it, by name."""
    found: list[tuple[str, str]] = []
    if training.points:
        words = number(training.points[-1][1])
        if training.chance is not None:
            words = _("{loss}   (chance {chance})", loss=words, chance=number(training.chance))
        found.append((_("loss"), words))
    if training.done:
        last = training.done[-1]
        values = {"loss": last.loss, **last.values}
        told = [f"{clean(name)} {number(value)}" for name, value in values.items()]
        told += [f"val_{clean(name)} {number(value)}" for name, value in last.validation.items()]
        found.append((_("epoch {n}", n=last.epoch), "  ".join(told)))
    if training.rate is not None:
        found.append((_("learning rate"), number(training.rate)))
    if training.samples_per_s:
        found.append((_("pace"), pace_words(training, whole(training.samples_per_s))))
    if training.eta_s is not None and not training.over:
        found.append((_("left"), _("about {time}", time=time_words(training.eta_s))))
    if training.memory_mb is not None:
        now, most = training.memory_mb
        found.append((_("GPU memory"), _("{now} MB now, {most} MB at most", now=whole(now), most=whole(most))))
    return found


def pace_words(training: Training, pace: str) -> str:
    """Samples a second, and how much of the time goes by waiting for them."""
    if training.waiting is None:
        return _("{n} samples/s", n=pace)
    words = _("{n} samples/s   {share} % of the time waiting for data")
    if training.waiting > MUCH_WAITING and (training.steps_per_s or 0) < FAST:
        words = _("{n} samples/s   {share} % of the time waiting for data (prefetch, or map with num_parallel_calls)")
    return words.format(n=pace, share=whole(100 * training.waiting))


def time_words(seconds: float) -> str:
    """A time to wait, in the two largest units."""
    if not math.isfinite(seconds):
        return number(seconds)
    left = max(0, round(seconds))
    if left < 60:
        return _("{n} s", n=left)
    minutes, rest = divmod(left, 60)
    if minutes < 60:
        return _("{m} min {s} s", m=minutes, s=rest)
    return _("{h} h {m} min", h=minutes // 60, m=minutes % 60)


def loss_series(training: Training | None) -> tuple[Series, ...]:
    """The loss of the training, that of the validation, and chance."""
    if training is None or not training.points:
        return ()
    steps, losses = zip(*training.points, strict=True)
    found = [Series(_("loss"), losses, steps)]
    ends, total = [], 0
    for epoch in training.done:
        total += epoch.steps
        ends.append(total - 1)
    validated = [
        (end, one.validation["loss"]) for end, one in zip(ends, training.done, strict=True) if "loss" in one.validation
    ]
    if validated:
        found.append(
            Series(_("validation"), tuple(loss for _end, loss in validated), tuple(end for end, _loss in validated))
        )
    if training.chance is not None and math.isfinite(training.chance) and len(steps) > 1:
        found.append(Series(_("chance"), (training.chance, training.chance), (steps[0], steps[-1]), SHAPES["chance"]))
    return tuple(found)
