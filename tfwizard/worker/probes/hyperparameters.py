"""Every hyperparameter, written down or hidden."""

from __future__ import annotations

import math
from typing import Any

from tfwizard.facts import Hyperparameter, HyperparametersFacts, Place
from tfwizard.language import N_, _
from tfwizard.worker.capture.recorder import LiveCall, short
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import exact, rate_at, schedule_of, steps_of, usual_rates

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
    "optimizer.learning_rate": N_("1e-5 to 1e-4"),
    "fit.epochs": N_("2 to 4"),
    "to_tf_dataset.batch_size": N_("8 to 32"),
    "to_tf_dataset.shuffle": "True",
}


def probe(case: Case, report: Any) -> HyperparametersFacts:
    """Read the table."""
    optimizer = optimizer_of(case)
    rate, schedule = learning_rate(case, optimizer)
    rates = usual_rates(getattr(optimizer, "inner_optimizer", optimizer))
    made = next(
        (call.facts.where for call in case.recorder.named("optimizer.__init__") if call.owner is optimizer), None
    )
    return HyperparametersFacts(
        _table(case, optimizer, rate), type(optimizer).__name__, made, rate, schedule, loaded_from(case), case.model.transformers,
        (min(rates), max(rates)) if rates else None, steps_of(case).total,
    )  # fmt: skip


def optimizer_of(case: Case) -> Any:
    """The optimizer that trains. Raises Blocked where there is none to look at."""
    if case.compile_call is None and (case.loop is None or case.held is None):
        raise Blocked(_("The script has not come to a training call yet."), "script")
    optimizer = case.optimizer
    if optimizer is None or isinstance(optimizer, str):
        raise Blocked(_("compile did not accept the optimizer."), "script")
    return optimizer


def _usual(name: str) -> str | None:
    return _(USUAL[name]) if name in USUAL else None


def loaded_from(case: Case) -> str | None:
    """The checkpoint that the weights came from, None when they are random."""
    call = case.load_call
    if call is None:
        return None
    return str(call.bound.get("pretrained_model_name_or_path", _("a checkpoint")))


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
        usual = _usual(f"optimizer.{name}") if case.load_call is not None and case.model.transformers else None
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
            _usual(f"{owner}.{name}"),
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
