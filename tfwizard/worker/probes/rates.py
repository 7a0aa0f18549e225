"""A short learning-rate sweep, where the rate is unusual or moves nothing in a few steps."""

from __future__ import annotations

import math
import time
from typing import Any

from tfwizard.facts import RatesFacts, SweepCurve, SweepFacts
from tfwizard.language import _
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import steps_of, usual_rates
from tfwizard.worker.probes.data import pad_id
from tfwizard.worker.probes.hyperparameters import learning_rate, loaded_from, optimizer_of
from tfwizard.worker.probes.labels import IGNORED
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import Trainer, pad_together

#: The usual range for fine-tuning a pretrained transformer (Devlin et al. 2019, appendix A.3, and the seed's 1e-5 … 1e-4).
USUAL_RATES = (1e-5, 2e-5, 5e-5, 1e-4)
SWEEP_STEPS, SWEEP_BATCHES = 30, 4
#: The screening of a model that was not loaded: more steps, since they are cheap there and early ones wobble.
SCREEN_STEPS, SCREEN_BATCHES, SCREEN_S = 96, 8, 10.0
#: Of one that was loaded and has a usual rate: whether that moves the loss shows at once, and its steps are slow.
TUNED_STEPS = 32
#: A loss that grew to this multiple has diverged; one that would fall by less than this share hardly moves.
DIVERGED, HARDLY = 2.0, 0.02
#: Steps of a training whose length is not known, and that a usual rate is given.
UNKNOWN_STEPS = 1000


def probe(case: Case, report: Any) -> RatesFacts:
    """Sweep where the learning rate is unusual, or moves nothing in a few steps."""
    optimizer = optimizer_of(case)
    rate, schedule = learning_rate(case, optimizer)
    tuned = case.model.transformers and loaded_from(case) is not None
    rates = usual_rates(getattr(optimizer, "inner_optimizer", optimizer))
    total = steps_of(case).total
    try:
        if schedule is not None and case.loop is not None and total is None:
            raise Blocked(_("A schedule sets the learning rate, and how many steps the loop takes is not known."))
        if tuned and rate is not None and rate > max(USUAL_RATES) * 1.001:
            return RatesFacts(_sweep(case, report, rate))
        if rate is not None and rates and math.isfinite(rate):
            steps = TUNED_STEPS if tuned else SCREEN_STEPS
            return RatesFacts(_screened(case, report, rate, USUAL_RATES if tuned else rates, total, steps))
    except Blocked as blocked:
        return RatesFacts(None, blocked.why)
    except Exception as error:  # a model that this kind of step does not fit
        return RatesFacts(None, _("The model could not be trained for a sweep ({error}).", error=type(error).__name__))
    return RatesFacts()


def _sweep(case: Case, report: Any, rate: float) -> SweepFacts:
    """Train on the same few batches from the same weights at each rate."""
    batches = _batches(case, SWEEP_BATCHES)
    trainer = trainer_of(case)
    curves: list[SweepCurve] = []
    rates = sorted({*USUAL_RATES, rate}, reverse=True)
    steps, stopped = SWEEP_STEPS, None
    with weights_restored(case.model.object) as reset:
        trainer.start(0.0)
        trainer.step(batches[0])  # traces the step, and moves nothing at rate 0
        for number, one in enumerate(rates):
            reset()
            trainer.start(one)
            losses: list[float] = []
            for step in range(steps):
                began = time.monotonic()
                losses.append(trainer.step(batches[step % len(batches)]))
                if not curves and step == 1:  # fit the rest into the budget
                    per_step = time.monotonic() - began
                    affordable = int(report.left_s / (len(rates) * max(per_step, 1e-6)))
                    if affordable < steps:
                        steps = max(8, affordable)
                        stopped = _("{n} steps a rate fit the time", n=steps)
                report.progress(
                    number * steps + step + 1, len(rates) * steps, _("learning rate {rate:g}", rate=one), tuple(losses)
                )
                if report.asked_to_stop or not math.isfinite(losses[-1]) or step + 1 >= steps:
                    break
            curves.append(SweepCurve(one, tuple(losses)))
            if report.asked_to_stop:
                stopped = _("stopped by you")
                break
    best = min(curves, key=lambda curve: last_loss(curve.losses, len(batches)))
    return SweepFacts(tuple(curves), steps, sum(batch.rows() for batch in batches), best.rate, stopped)


def _screened(
    case: Case, report: Any, rate: float, usual: tuple[float, ...], total: int | None, most: int
) -> SweepFacts | None:
    """A few steps at the script's own rate; usual ones beside it where it is unusual, goes nowhere, or diverges.

    None where the rate is usual and moves the loss: nothing is to be compared then.
    """
    if case.model.own_step or case.model.own_loss:
        raise Blocked(_("The model trains in a way of its own, which a sweep would not follow."))
    batches = _batches(case, SCREEN_BATCHES)
    until = time.monotonic() + min(SCREEN_S, report.left_s)
    trainer = trainer_of(case)
    curves: list[SweepCurve] = []
    stopped = None
    with weights_restored(case.model.object) as reset:
        trainer.start(0.0)
        trainer.step(batches[0])  # traces the step
        before, per_step = [], math.inf
        for batch in batches:
            began = time.monotonic()
            before.append(trainer.step(batch))
            per_step = min(per_step, time.monotonic() - began)
        start = sum(before) / len(before)
        others = sorted((one for one in usual if not math.isclose(one, rate, rel_tol=0.01)), reverse=True)
        steps = min(most, int((until - time.monotonic()) / ((1 + len(others)) * max(per_step, 1e-6))))
        if steps < 2 * len(batches) or not math.isfinite(start):
            raise Blocked(
                _("Steps of this model are too slow for a sweep.")
                if math.isfinite(start)
                else _("Its loss is not finite.")
            )
        for one in (rate, *others):
            reset()
            trainer.start(one)
            losses: list[float] = []
            while len(losses) < steps and not report.stopped and (not losses or math.isfinite(losses[-1])):
                losses.append(trainer.step(batches[len(losses) % len(batches)]))
                report.progress(
                    len(curves) * steps + len(losses),
                    (1 + len(others)) * steps,
                    _("learning rate {rate:g}", rate=one),
                    tuple(losses),
                )
            curves.append(SweepCurve(one, tuple(losses)))
            if report.stopped:
                stopped = _("stopped by you") if report.asked_to_stop else _("out of time")
                break
            if one == rate and not _questionable(rate, usual, start, losses, len(batches), total):
                return None
    best = min(curves, key=lambda curve: last_loss(curve.losses, len(batches)))
    rows = sum(batch.rows() for batch in batches)
    return SweepFacts(tuple(curves), steps, rows, best.rate, stopped, start, len(batches))


def _questionable(
    rate: float, usual: tuple[float, ...], start: float, losses: list[float], batches: int, total: int | None
) -> bool:
    """Whether this rate is to be compared: it is too high to be usual, or the loss diverges, or would hardly move."""
    end = last_loss(tuple(losses), batches)
    if rate > max(usual) * 1.001 or not math.isfinite(end) or end > DIVERGED * start:
        return True
    # As if it went on at this pace to the end: a training slows down, so that this is the most it can do. A usual rate is
    # given a long training: that it gets nowhere in a short one is the fault of the few steps.
    ahead = max(total or 0, UNKNOWN_STEPS) if total is None or rate >= min(usual) * 0.999 else total
    return (start - end) / max(abs(start), 1e-12) * max(1.0, ahead / len(losses)) < HARDLY


def _batches(case: Case, most: int) -> list[Any]:
    if case.loop is not None and (why := case.loop.why_not_repeated(case.optimizer)):
        raise Blocked(why)
    batches = []
    try:
        for batch in case.source.batches():
            batches.append(batch)
            if len(batches) == most:
                break
    except Exception as error:
        raise Blocked(_("No batch could be read."), "data") from error
    batches = pad_together(case, [batch for batch in batches if labels_fit(case, batch)], pad_id(case))
    if len(batches) > 1 and batches[-1].rows() != batches[0].rows():
        batches = batches[:-1]  # the rest of the rows: a step of another shape would be traced anew
    if not batches:
        raise Blocked(_("Some labels are no class of the model: a sweep would prove nothing."), "labels")
    return batches


def trainer_of(case: Case) -> Trainer:
    """One trainer for all that train for a moment: tracing its step takes longer than a hundred steps."""
    if "trainer" not in case.memory:
        case.memory["trainer"] = Trainer(case)
    trainer: Trainer = case.memory["trainer"]
    return trainer


def labels_fit(case: Case, batch: Any) -> bool:
    """Whether every label of the batch is a class of the model."""
    classes, labels = case.memory.get("classes"), case.model.labels_of(batch)
    if labels is None or isinstance(labels, dict):
        return False
    if classes is None:
        return True
    values = leaves(labels)[0][1].numpy()
    values = values[values != IGNORED]
    return bool(((values >= 0) & (values < classes)).all())


def last_loss(losses: tuple[float, ...], batches: int) -> float:
    """The mean over the last round of batches; infinity when it went to NaN."""
    tail = losses[-max(1, batches) :]
    mean = sum(tail) / len(tail)
    return mean if math.isfinite(mean) else math.inf
