"""Every hyperparameter, written down or hidden, and a short learning-rate sweep where one is called for."""

from __future__ import annotations

import math
import time
from typing import Any

from tfwizard.facts import Hyperparameter, HyperparametersFacts, Place, SweepCurve, SweepFacts
from tfwizard.worker.batches import leaves
from tfwizard.worker.capture.recorder import LiveCall, short
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import exact, rate_at, schedule_of, steps_of, usual_rates
from tfwizard.worker.probes.data import pad_id
from tfwizard.worker.probes.labels import IGNORED
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import Trainer, pad_together

#: The usual range for fine-tuning a pretrained transformer (Devlin et al. 2019, appendix A.3, and the seed's 1e-5 … 1e-4).
USUAL_RATES = (1e-5, 2e-5, 5e-5, 1e-4)
SWEEP_STEPS, SWEEP_BATCHES = 30, 4
#: The screening of a model that was not loaded: more steps, since they are cheap there and early ones wobble.
SCREEN_STEPS, SCREEN_BATCHES, SCREEN_S = 96, 8, 10.0
#: A loss that grew to this multiple has diverged; one that would fall by less than this share hardly moves.
DIVERGED, HARDLY = 2.0, 0.02
SHOWN_FROM_OPTIMIZER = (
    "learning_rate",
    "beta_1",
    "beta_2",
    "epsilon",
    "momentum",
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "amsgrad",
)
SHOWN_FROM_FIT = ("epochs", "batch_size", "steps_per_epoch", "shuffle", "class_weight", "validation_split")
SHOWN_FROM_PIPELINE = ("batch_size", "shuffle", "drop_remainder", "collate_fn")
SHOWN_FROM_COMPILE = ("metrics", "run_eagerly", "jit_compile", "steps_per_execution")
USUAL = {
    "optimizer.learning_rate": "1e-5 to 1e-4",
    "fit.epochs": "2 to 4",
    "to_tf_dataset.batch_size": "8 to 32",
    "to_tf_dataset.shuffle": "True",
}


def probe(case: Case, report: Any) -> HyperparametersFacts:
    """Read the table, then sweep where the learning rate is unusual, or moves nothing in a few steps."""
    if case.compile_call is None and (case.loop is None or case.held is None):
        raise Blocked("The script has not come to a training call yet.", "script")
    transformer = case.model.transformers
    optimizer = case.optimizer
    if optimizer is None or isinstance(optimizer, str):
        raise Blocked("compile did not accept the optimizer.", "script")
    rate, schedule = learning_rate(case, optimizer)
    loaded = loaded_from(case)
    rates = usual_rates(getattr(optimizer, "inner_optimizer", optimizer))
    total = steps_of(case).total
    sweep, why = None, None
    try:
        if schedule is not None and case.loop is not None and total is None:
            raise Blocked("A schedule sets the learning rate, and how many steps the loop takes is not known.")
        if transformer and loaded and rate is not None and rate > max(USUAL_RATES) * 1.001:
            sweep = _sweep(case, report, rate)
        elif rate is not None and rates and math.isfinite(rate):
            sweep = _screened(case, report, rate, USUAL_RATES if transformer and loaded else rates, total)
    except Blocked as blocked:
        why = blocked.why
    except Exception as error:  # a model that this kind of step does not fit
        why = f"The model could not be trained for a sweep ({type(error).__name__})."
    made = next(
        (call.facts.where for call in case.recorder.named("optimizer.__init__") if call.owner is optimizer), None
    )
    return HyperparametersFacts(
        _table(case, optimizer, rate), type(optimizer).__name__, made, rate, schedule, loaded, transformer, sweep, why,
        (min(rates), max(rates)) if rates else None, total,
    )  # fmt: skip


def loaded_from(case: Case) -> str | None:
    """The checkpoint that the weights came from, None when they are random."""
    call = case.load_call
    if call is None:
        return None
    return str(call.bound.get("pretrained_model_name_or_path", "a checkpoint"))


def learning_rate(case: Case, optimizer: Any) -> tuple[float | None, str | None]:
    """The highest rate that this training will use, and the name of its schedule."""
    schedule = schedule_of(optimizer)
    if schedule is not None:
        total = steps_of(case).total or 100
        points = sorted({round(total * part / 20) for part in range(21)})
        return max(rate_at(schedule, step, case.tf) for step in points), type(schedule).__name__
    try:
        return exact(getattr(optimizer, "inner_optimizer", optimizer).learning_rate), None
    except (AttributeError, TypeError, ValueError):
        return None, None


# --- the table -------------------------------------------------------------------------------------------------------------


def _table(case: Case, optimizer: Any, rate: float | None) -> tuple[Hyperparameter, ...]:
    call = case.compile_call
    if call is None:
        return tuple(_settings(case, optimizer, rate, case.recorder.where_made(optimizer), False))
    rows = [*_optimizer_rows(case, call, optimizer, rate), *_loss_rows(case, call)]
    rows += _rows_of(call, "compile", SHOWN_FROM_COMPILE)
    if case.held is not None and not case.custom_loop:
        rows += _rows_of(case.held, "fit", SHOWN_FROM_FIT)
        pipeline = case.source.pipeline
        if pipeline is not None:
            rows += _rows_of(pipeline, pipeline.facts.name.split(".")[-1], SHOWN_FROM_PIPELINE)
    return tuple(rows)


def _optimizer_rows(case: Case, call: LiveCall, optimizer: Any, rate: float | None) -> list[Hyperparameter]:
    by_string = isinstance(call.bound.get("optimizer"), str)
    written = "optimizer" in call.explicit
    rows = [
        _row(
            "compile",
            "optimizer",
            short(call.bound.get("optimizer")) if written else type(optimizer).__name__,
            "script" if written else "default",
            call.facts.where,
        )
    ]
    return [*rows, *_settings(case, optimizer, rate, call.facts.where, by_string)]


def _settings(
    case: Case, optimizer: Any, rate: float | None, where: Place | None, by_string: bool
) -> list[Hyperparameter]:
    config, default = optimizer.get_config(), _defaults(type(optimizer))
    rows = []
    for name in SHOWN_FROM_OPTIMIZER:
        value = rate if name == "learning_rate" else config.get(name)
        if value is None and name not in config:
            continue
        same = name in default and _same(value, default[name])
        set_by = "string" if by_string else ("default" if same else "script")
        usual = USUAL.get(f"optimizer.{name}") if case.load_call is not None and case.model.transformers else None
        rows.append(_row("optimizer", name, _number(value), set_by, where, _number(default.get(name)), usual))
    return rows


def _loss_rows(case: Case, call: LiveCall) -> list[Hyperparameter]:
    loss = case.model.loss
    if loss is None:
        return [_row("compile", "loss", case.model.loss_name, "default", call.facts.where)]
    rows = [_row("compile", "loss", case.model.loss_name, "script", call.facts.where)]
    made = case.model.loss_object()
    if made is not None and not hasattr(made, "get_config"):
        # A string gives a plain function: its own default arguments are what is hidden.
        made_defaults = _defaults(made)
        return rows + [
            _row("loss", name, str(value), "string", call.facts.where, str(value))
            for name, value in made_defaults.items()
            if name in ("from_logits", "label_smoothing", "ignore_class")
        ]
    if made is not None:
        default = _defaults(type(made))
        hidden = "string" if isinstance(loss, str) else "default"
        for name, value in made.get_config().items():
            if name in ("from_logits", "label_smoothing", "reduction", "ignore_class"):
                set_by = hidden if name not in default or _same(value, default[name]) else "script"
                rows.append(
                    _row(
                        "loss",
                        name,
                        str(value),
                        set_by,
                        call.facts.where,
                        str(default.get(name)) if name in default else None,
                    )
                )
    return rows


def _rows_of(call: LiveCall, owner: str, shown: tuple[str, ...]) -> list[Hyperparameter]:
    return [
        _row(
            owner,
            name,
            short(call.bound[name]),
            "script" if name in call.explicit else "default",
            call.facts.where,
            None,
            USUAL.get(f"{owner}.{name}"),
        )
        for name in shown
        if name in call.bound
    ]


def _row(
    owner: str,
    name: str,
    value: str,
    set_by: str,
    where: Place | None,
    default: str | None = None,
    usual: str | None = None,
) -> Hyperparameter:
    return Hyperparameter(owner, name, value, set_by, default, usual, where)


def _defaults(made: Any) -> dict[str, Any]:
    import inspect

    try:
        parameters = inspect.signature(made).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {one.name: one.default for one in parameters if one.default is not inspect.Parameter.empty}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-5)
    return bool(one == other)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else short(value)


# --- the sweep -------------------------------------------------------------------------------------------------------------


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
                        steps, stopped = max(8, affordable), f"{max(8, affordable)} steps a rate fit the time"
                report.progress(number * steps + step + 1, len(rates) * steps, f"learning rate {one:g}", tuple(losses))
                if report.asked_to_stop or not math.isfinite(losses[-1]) or step + 1 >= steps:
                    break
            curves.append(SweepCurve(one, tuple(losses)))
            if report.asked_to_stop:
                stopped = "stopped by you"
                break
    best = min(curves, key=lambda curve: last_loss(curve.losses, len(batches)))
    return SweepFacts(tuple(curves), steps, sum(batch.rows() for batch in batches), best.rate, stopped)


def _screened(case: Case, report: Any, rate: float, usual: tuple[float, ...], total: int | None) -> SweepFacts | None:
    """A few steps at the script's own rate; usual ones beside it where it is unusual, goes nowhere, or diverges.

    None where the rate is usual and moves the loss: nothing is to be compared then.
    """
    if case.model.own_step or case.model.own_loss:
        raise Blocked("The model trains in a way of its own, which a sweep would not follow.")
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
        steps = min(SCREEN_STEPS, int((until - time.monotonic()) / ((1 + len(others)) * max(per_step, 1e-6))))
        if steps < 2 * len(batches) or not math.isfinite(start):
            raise Blocked(
                "Steps of this model are too slow for a sweep." if math.isfinite(start) else "Its loss is not finite."
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
                    f"learning rate {one:g}",
                    tuple(losses),
                )
            curves.append(SweepCurve(one, tuple(losses)))
            if report.stopped:
                stopped = "stopped by you" if report.asked_to_stop else "out of time"
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
    # As if it went on at this pace to the end: a training slows down, so that this is the most it can do.
    return (start - end) / max(abs(start), 1e-12) * max(1.0, (total or 1000) / len(losses)) < HARDLY


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
        raise Blocked("No batch could be read.", "data") from error
    batches = pad_together(case, [batch for batch in batches if labels_fit(case, batch)], pad_id(case))
    if len(batches) > 1 and batches[-1].rows() != batches[0].rows():
        batches = batches[:-1]  # the rest of the rows: a step of another shape would be traced anew
    if not batches:
        raise Blocked("Some labels are no class of the model: a sweep would prove nothing.", "labels")
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
