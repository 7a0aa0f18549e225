"""Whether the training can run as written: steps, schedules, callbacks, evaluation."""

from __future__ import annotations

import inspect
import itertools
import time
from typing import Any, Callable, Iterable

from tfwizard.facts import (
    ArgumentFacts,
    EagerFacts,
    EvaluationFacts,
    MonitorFacts,
    ReuseFacts,
    SavingFacts,
    ScheduleFacts,
    StepsFacts,
    TrainingFacts,
)
from tfwizard.language import _
from tfwizard.worker import callbacks
from tfwizard.worker.arguments import untaken
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import rate_at, schedule_of, steps_of
from tfwizard.worker.dataset_copy import copy_of
from tfwizard.worker.evaluation import evaluation as evaluate
from tfwizard.worker.model import keras_package
from tfwizard.worker.own_callbacks import played

#: How many points of a schedule are looked at.
POINTS = 64
#: A rate below this share of the highest is nothing: cosine and polynomial decays to a floor usually keep 1 to 10 %.
NOTHING = 0.0099
#: What sets the length of each kind of schedule, where it is a number of steps.
LENGTHS = {
    "create_optimizer": "num_train_steps",
    "PolynomialDecay": "decay_steps",
    "CosineDecay": "decay_steps",
    "ExponentialDecay": "decay_steps",
    "InverseTimeDecay": "decay_steps",
}
WARM_UPS = {"create_optimizer": "num_warmup_steps", "WarmUp": "warmup_steps", "CosineDecay": "warmup_steps"}
#: Seconds to count the batches of a dataset that does not know them itself.
COUNTING_S = 3.0


def probe(case: Case, report: Any) -> TrainingFacts:
    """Look at each part by itself: one that cannot be examined says so, and keeps none of the others from it."""
    lacking: dict[str, str] = {}

    def part(name: str, work: Callable[[], Any], otherwise: Any = None) -> Any:
        try:
            return work()
        except Blocked as blocked:
            lacking[name] = blocked.why
        except Exception as error:
            lacking[name] = _("it could not be examined ({error})", error=type(error).__name__)
        return otherwise

    arguments: tuple[ArgumentFacts, ...] = part("arguments", lambda: untaken(case), ())
    eager = part("eager", lambda: _eager(case))
    schedule = part("schedule", lambda: _schedule(case))
    steps = part("steps", lambda: _steps(case), ())
    reused = part("reused", lambda: _reused(case))
    logs = part("logged", lambda: callbacks.logged(case))
    monitors: tuple[MonitorFacts, ...] = ()
    checkpoints: tuple[SavingFacts, ...] = ()
    evaluation: EvaluationFacts | None = None
    if logs is None:
        lacking.update(
            dict.fromkeys(("monitors", "checkpoints", "evaluation"), lacking.get("logged", _("not examined")))
        )
    else:
        monitors = part("monitors", lambda: callbacks.monitors(case, logs), ())
        checkpoints = part("checkpoints", lambda: callbacks.unsaved(case, logs), ())
        evaluation = part("evaluation", lambda: evaluate(case))
        own = [one.facts for one in part("callbacks", lambda: played(case, logs), ())]
        monitors += tuple(one for one in own if isinstance(one, MonitorFacts))
        checkpoints += tuple(one for one in own if isinstance(one, SavingFacts))
        evaluation = evaluation or next((one for one in own if isinstance(one, EvaluationFacts)), None)
    refused = part("checkpoints", lambda: callbacks.refused(case), ())
    if case.held is not None:
        tried = {one.path for one in checkpoints}
        refused += tuple(
            one for one in part("checkpoints", lambda: callbacks.unwritable(case), ()) if one.path not in tried
        )
    if case.compile_call is None and (case.loop is None or case.held is None) and not (arguments or refused):
        raise Blocked(_("The script has not come to a training call yet."), "script")  # an empty page would seem sound
    keras = keras_package(case.model.object) if case.has_model else None
    names = tuple(sorted(logs.names)) if logs is not None else ()
    return TrainingFacts(
        arguments, eager, schedule, steps, names, monitors, (*refused, *checkpoints), evaluation, reused, keras, lacking
    )


def _eager(case: Case) -> EagerFacts | None:
    if case.tf is not None and case.tf.config.functions_run_eagerly():
        made = [call for call in case.recorder.named("run_functions_eagerly") if call.owner]
        return EagerFacts("run_functions_eagerly", made[-1].facts.where if made else None)
    call = case.compile_call
    if call is None:
        return None
    if call.bound.get("run_eagerly") is True and "run_eagerly" in call.explicit:
        return EagerFacts("compile", call.facts.where)
    return None


# --- the schedule ------------------------------------------------------------------------------------------------------


def _schedule(case: Case) -> ScheduleFacts | None:
    """The rates of this training, None where the rate is a number."""
    optimizer = getattr(case.model.object, "optimizer", None)
    schedule = schedule_of(optimizer) if optimizer is not None else None
    if schedule is None:
        return None
    total = steps_of(case).total
    if not total or total < 2:
        raise Blocked(_("The number of steps of this training is not known."))
    rates = _rates(case, schedule, total)
    peak = max(rate for _, rate in rates)
    dead = _dead_from(rates, peak)
    later = max(rate_at(schedule, total * times, case.tf) for times in (2, 5, 20, 100))
    function, argument, value, proposed, where = "", "", "", None, None
    if peak == 0 or dead is not None or later > peak:
        function, argument, value, proposed, where = _length(case, optimizer, schedule, total, dead is not None)
    return ScheduleFacts(
        type(schedule).__name__, total, rates, dead, later, function, argument, value, proposed, where
    )  # fmt: skip


def _rates(case: Case, schedule: Any, total: int) -> tuple[tuple[int, float], ...]:
    points = sorted({round((total - 1) * part / POINTS) for part in range(POINTS + 1)})
    return tuple((step, rate_at(schedule, step, case.tf)) for step in points)


def _dead_from(rates: tuple[tuple[int, float], ...], peak: float) -> int | None:
    """The first step from which the rate stays at nothing."""
    alive = [step for step, rate in rates if abs(rate) > NOTHING * peak]
    after = [step for step, _ in rates if alive and step > alive[-1]]
    return after[0] if after else None


def _length(case: Case, optimizer: Any, schedule: Any, total: int, ends: bool) -> tuple[str, str, str, int | None, Any]:
    """The call and the argument that set the schedule's length, and a number for it that was tried."""
    for call in case.recorder.named("create_optimizer"):
        if isinstance(call.result, tuple) and any(one is optimizer or one is schedule for one in call.result):
            argument = (LENGTHS if ends else WARM_UPS)["create_optimizer"]
            warm = int(call.bound.get("num_warmup_steps") or 0)
            right = total if ends else total // 10
            good = warm < total if ends else int(call.bound.get("num_train_steps") or 0) > right
            return (
                "create_optimizer",
                argument,
                str(call.bound.get(argument)),
                right if good else None,
                call.facts.where,
            )
    made = {id(call.owner): call for call in case.recorder.named("schedule.__init__")}
    inner = getattr(schedule, "decay_schedule_fn", None)
    # A warm-up hands over to another schedule, whose length is its own.
    part = inner if ends and inner is not None else schedule
    setting = made.get(id(part))
    name = type(part).__name__
    argument = (LENGTHS if ends else WARM_UPS).get(name, "")
    if setting is None or not argument:
        return "", "", "", None, setting.facts.where if setting is not None else None
    warm = getattr(schedule, "warmup_steps", None) or 0
    value = setting.bound.get(argument)
    for right in (max(1, total - int(warm)), max(1, total // 4)) if ends else (max(1, total // 10),):
        tried = type(part).from_config({**part.get_config(), argument: right}) if part is schedule else None
        if tried is None or _fits(case, tried, total):
            return name, argument, str(value), right, setting.facts.where
    return name, argument, str(value), None, setting.facts.where


def _fits(case: Case, schedule: Any, total: int) -> bool:
    rates = _rates(case, schedule, total)
    peak = max(rate for _, rate in rates)
    dead = _dead_from(rates, peak)
    return peak > 0 and (dead is None or dead > 0.9 * total)


# --- steps ---------------------------------------------------------------------------------------------------------------


def _steps(case: Case) -> tuple[StepsFacts, ...]:
    """How many batches each dataset has, and how many this call asks for."""
    bound, source = case.training.bound, case.source
    course = steps_of(case)
    asked = bound.get("steps_per_epoch")
    dataset = bound.get("x")
    found = [_counted(case, "training", dataset, source.kind, asked, course.epochs)]
    if not isinstance(dataset, case.tf.data.Dataset):
        # Once batches were read, the argument is a chain of those and the generator itself.
        endless = _endless_generator(source.generator or dataset)
        count = endless if source.generator is None or endless else _upto(source.batches(), asked, course.epochs)
        found[0] = StepsFacts("training", count, asked, course.epochs, generator=source.generator is not None)
    validation = bound.get("validation_data")
    if isinstance(validation, case.tf.data.Dataset):
        found.append(_counted(case, "validation", validation, "tf.data.Dataset", bound.get("validation_steps"), 1))
    elif validation is not None and not isinstance(validation, (tuple, list)):
        endless = _endless_generator(validation)
        found.append(StepsFacts("validation", endless, bound.get("validation_steps"), 1))
    return tuple(found)


def _counted(case: Case, role: str, dataset: Any, kind: str, asked: Any, epochs: int) -> StepsFacts:
    asked = int(asked) if asked is not None else None
    if kind != "tf.data.Dataset":
        return StepsFacts(role, None, asked, epochs)
    count = int(dataset.cardinality().numpy())
    if count == -2:  # a filter, a generator, files: only reading tells
        read = _upto(copy_of(dataset, case.tf, []), asked, epochs) if asked is not None else None
        return StepsFacts(role, read, asked, epochs)
    once = _once(case.tf, dataset) if count == -1 and asked is None else None
    return StepsFacts(role, count, asked, epochs, once)


def _once(tf: Any, dataset: Any) -> int | None:
    """The number of batches of an endless dataset that would not repeat."""
    from tensorflow.python.data.ops.dataset_ops import _VariantDataset

    graph = tf.compat.v1.GraphDef.FromString(dataset._as_serialized_graph().numpy())
    one = graph.node.add(name="tfwizard_once", op="Const")
    one.attr["dtype"].type = tf.int64.as_datatype_enum
    one.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(1, tf.int64))
    for node in graph.node:
        if node.op == "RepeatDataset":
            node.input[1] = one.name
    variant = tf.raw_ops.DatasetFromGraph(graph_def=graph.SerializeToString())
    finite = _VariantDataset(variant, dataset.element_spec)
    count = int(finite.cardinality().numpy())
    if count == -2:
        return _count(finite)
    return count if count > 0 else None


def _count(dataset: Any) -> int | None:
    until, number = time.monotonic() + COUNTING_S, 0
    for _unused in dataset:
        number += 1
        if time.monotonic() > until:
            return None
    return number or None


def _upto(batches: Iterable[Any], asked: Any, epochs: int) -> int | None:
    """The number of batches, where the end comes before what all epochs ask for. None where it does not, or not soon."""
    until, number = time.monotonic() + COUNTING_S, 0
    for _unused in batches:
        number += 1
        if (asked is not None and number >= int(asked) * epochs) or time.monotonic() > until:
            return None
    return number


def _endless_generator(source: Any) -> int | None:
    """-1 for a generator that cannot end: `itertools.cycle`, or a `while True` without a way out."""
    if isinstance(source, itertools.cycle):
        return -1
    frame = getattr(source, "gi_frame", None)
    if frame is None:
        return None
    import ast
    import textwrap

    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(frame.f_code)))
    except (OSError, TypeError, SyntaxError):
        return None
    loops = [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.While) and isinstance(one.test, ast.Constant) and one.test.value and _yields(one)
    ]
    leaves = any(isinstance(one, (ast.Break, ast.Return, ast.Raise)) for loop in loops for one in ast.walk(loop))
    calls_next = any(isinstance(one, ast.Call) and getattr(one.func, "id", "") == "next" for one in ast.walk(tree))
    return -1 if loops and not leaves and not calls_next else None


def _yields(loop: Any) -> bool:
    import ast

    return any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in ast.walk(loop))


# --- the optimizer -------------------------------------------------------------------------------------------------------


def _reused(case: Case) -> ReuseFacts | None:
    """Whether the optimizer is built already, and for other variables than the model's."""
    model = case.model.object
    optimizer = getattr(model, "optimizer", None)
    inner: Any = getattr(optimizer, "inner_optimizer", optimizer)
    known = getattr(inner, "_trainable_variables", None)  # Keras 3
    index = getattr(inner, "_index_dict", None)  # Keras 2
    mine = list(model.trainable_variables)
    if getattr(inner, "built", False) and known:
        unknown = [one for one in mine if not any(one is other for other in known)]
    elif index and hasattr(inner, "_var_key"):
        unknown = [one for one in mine if inner._var_key(one) not in index]
    else:
        return None
    made = next(
        (call.facts.where for call in case.recorder.named("optimizer.__init__") if call.owner is optimizer), None
    )
    return ReuseFacts(type(inner).__name__, len(unknown), len(mine), made) if unknown else None
