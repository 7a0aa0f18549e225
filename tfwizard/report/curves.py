"""The curves of a session: the losses of its tests and of its real training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tfwizard.facts import Facts, FitWatched
from tfwizard.foreign import clean
from tfwizard.language import _
from tfwizard.report.contents import Curves, Line
from tfwizard.report.words import number
from tfwizard.session import Training


def curves(facts: Facts, training: Training | None = None) -> tuple[Curves, ...]:
    """Those with at least two points. `training` is one that runs now, or has just ended."""
    found = [*_overfit(facts), *_sweep(facts), *_watched(facts)]
    if training is not None and not (facts.watch and facts.watch.fits):
        found.append(_training(training))
    drawn = (replace(one, lines=tuple(line for line in one.lines if line.points)) for one in found)
    return tuple(one for one in drawn if any(_finite(line) > 1 for line in one.lines))


def _finite(line: Line) -> int:
    return sum(math.isfinite(value) for _step, value in line.points)


def _counted(losses: Sequence[float]) -> tuple[tuple[float, float], ...]:
    return tuple((float(step), loss) for step, loss in enumerate(losses, 1))


def _level(name: str, value: float | None) -> tuple[tuple[str, float], ...]:
    return ((name, value),) if value is not None and math.isfinite(value) else ()


def _chance(facts: Facts) -> float | None:
    return facts.batch.chance if facts.batch else None


def _overfit(facts: Facts) -> Iterator[Curves]:
    test = facts.overfit
    if test is None or not test.losses:
        return
    lines = [Line(_("rate {r}", r=number(test.learning_rate)), _counted(test.losses))]
    lines += [Line(_("rate {r}", r=number(one.rate)), _counted(one.losses)) for one in test.retried]
    levels = _level(_("chance"), _chance(facts) if test.classification else None) + _level(_("target"), test.target)
    yield Curves("overfit", _("One batch learned by heart"), _("step"), _("loss"), tuple(lines), levels)


def _sweep(facts: Facts) -> Iterator[Curves]:
    sweep = facts.rates.sweep if facts.rates else None
    if sweep is None:
        return
    start = ((0.0, sweep.start),) if sweep.start is not None else ()
    lines = tuple(Line(_("rate {r}", r=number(one.rate)), start + _counted(one.losses)) for one in sweep.curves)
    yield Curves("learning_rates", _("Short trainings at other learning rates"), _("step"), _("loss"), lines)


def _watched(facts: Facts) -> Iterator[Curves]:
    for at, fit in enumerate(facts.watch.fits if facts.watch else ()):
        lines = [Line(_("training loss"), tuple((float(step), loss) for step, loss in fit.losses)), *_validation(fit)]
        title = _("The real training") if at == 0 else _("The real training, call {n}", n=at + 1)
        levels = _level(_("chance"), _chance(facts))
        yield Curves("training" if at == 0 else f"training_{at + 1}", title, _("step"), _("loss"), tuple(lines), levels)


def _validation(fit: FitWatched) -> Iterator[Line]:
    points, steps = [], 0
    for epoch in fit.epochs:
        steps += epoch.steps
        if "loss" in epoch.validation:
            points.append((float(steps), epoch.validation["loss"]))
    if points:
        yield Line(_("validation loss"), tuple(points))


def _training(training: Training) -> Curves:
    lines = [Line(_("training loss"), tuple((float(step), loss) for step, loss in training.points))]
    points, steps = [], 0
    for epoch in training.done:
        steps += epoch.steps
        if "loss" in epoch.validation:
            points.append((float(steps), epoch.validation["loss"]))
    if points:
        lines.append(Line(clean(_("validation loss")), tuple(points)))
    return Curves(
        "training", _("The real training"), _("step"), _("loss"), tuple(lines), _level(_("chance"), training.chance)
    )
