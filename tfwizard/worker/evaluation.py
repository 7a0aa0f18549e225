"""Evaluation, rehearsed: what of it fails on the validation data, or in the metric function of a callback."""

from __future__ import annotations

import copy
import inspect
import time
from typing import Any, Callable, Iterator

from tfwizard.facts import EvaluationFacts
from tfwizard.language import _
from tfwizard.worker.batches import Batch, Source, leaves, map_leaves, source_of
from tfwizard.worker.callbacks import callbacks_of, has_own_code, metrics_reset
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.places import is_user_file

#: Seconds for batches of the validation data behind the first one.
MORE_S = 3.0
#: A metric function gets all batches where there are not more than so many, else two.
MOST_BATCHES, SOME_BATCHES = 500, 2
#: With generation, so many tokens for each sample.
GENERATED_TOKENS = 8
#: What a metric function raises whatever the number of samples is.
SURE = (TypeError, AttributeError, KeyError, NameError, OverflowError, ImportError)


def evaluation(case: Case) -> EvaluationFacts | None:
    """What fails when the validation data is evaluated, or in the metric function of a callback."""
    return _of_validation_data(case) or next(_of_metric_functions(case), None)


# --- validation_data ---------------------------------------------------------------------------------------------------


def _of_validation_data(case: Case) -> EvaluationFacts | None:
    live, until = case.model.object, time.monotonic() + MORE_S
    where, number = case.training.facts.where, 0
    try:
        source = validation_source(case)
        if source is None:
            return None
        with metrics_reset(live):
            for number, batch in enumerate(source.batches()):
                live.test_step(batch.element())
                if number == 0 and _written_by_the_user(case):
                    _in_a_graph(case, batch)
                if time.monotonic() > until or case.model.jit:  # compiled, a bad label raises nothing
                    break
    except Exception as error:
        return EvaluationFacts("validation_data", error_facts(error), where, number + 1)
    return None


def _in_a_graph(case: Case, batch: Batch) -> None:
    """One step as `evaluate` runs it: what the user wrote may work on values alone."""
    if getattr(case.model.object, "run_eagerly", False) or case.tf.config.functions_run_eagerly():
        return
    case.tf.function(case.model.object.test_step)(batch.element())


def _written_by_the_user(case: Case) -> bool:
    """Whether code of the user's runs in evaluation: a step, a loss or a metric."""
    live = case.model.object
    parts = [getattr(type(live), name, None) for name in ("test_step", "compute_metrics", "compute_loss")]
    parts += [getattr(type(one), "update_state", None) for one in getattr(live, "metrics", ())]
    codes = [getattr(inspect.unwrap(part), "__code__", None) for part in parts if part is not None]
    return any(code is not None and is_user_file(code.co_filename) for code in codes)


def validation_source(case: Case) -> Source | None:
    """Where the validation data comes from. None where there is none, and for a generator, which reading would use up."""
    bound = case.training.bound
    given: Any = bound.get("validation_data")
    if given is None:
        return None
    parts = (*given, None, None)[:3] if isinstance(given, (tuple, list)) else (given, None, None)
    if hasattr(parts[0], "__next__"):
        return None
    size = bound.get("validation_batch_size") or bound.get("batch_size")
    call = LiveCall(
        case.training.facts, {"x": parts[0], "y": parts[1], "sample_weight": parts[2], "batch_size": size, "shuffle": False},
        frozenset(),
    )  # fmt: skip
    return source_of(call, case.recorder, case.tf)


# --- metric functions --------------------------------------------------------------------------------------------------


def _of_metric_functions(case: Case) -> Iterator[EvaluationFacts]:
    for callback in callbacks_of(case):
        dataset: Any = getattr(callback, "eval_dataset", None)
        if not any(base.__name__ == "KerasMetricCallback" for base in type(callback).__mro__):
            continue
        if not hasattr(dataset, "take") or has_own_code(callback):
            continue
        whole = 0 <= int(dataset.cardinality().numpy()) <= MOST_BATCHES
        error = _tried(case, callback, dataset if whole else dataset.take(SOME_BATCHES))
        if error is None:
            continue
        if not whole and not isinstance(error, SURE) and _from(error, callback.metric_fn):
            # A function that has all references in its hands fails on a part of the predictions.
            raise Blocked(_("The metric function fails on a part of its data; the whole would take long."))
        yield EvaluationFacts(type(callback).__name__, error_facts(error), case.recorder.where_made(callback))


def _tried(case: Case, callback: Any, dataset: Any) -> Exception | None:
    tried = copy.copy(callback)
    tried.eval_dataset = dataset
    if getattr(callback, "predict_with_generate", False):
        tried.use_xla_generation = False  # compiling takes minutes
        tried.generate_kwargs = {**tried.generate_kwargs, "max_new_tokens": GENERATED_TOKENS}
        tried.generate_kwargs.pop("max_length", None)
    try:
        tried.set_model(_Repeating(case.model.object, case.tf))
        tried.on_epoch_end(0, {})
    except Exception as error:
        return error
    return None


class _Repeating:
    """The model, which predicts the first batch only, and gives the same rows for the others: as many, and much faster."""

    def __init__(self, live: Any, tf: Any) -> None:
        self._live, self._tf = live, tf
        self._first: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._live, name)

    def predict_on_batch(self, batch: Any) -> Any:
        """As KerasMetricCallback calls it."""
        return self._rows(lambda: self._live.predict_on_batch(batch), batch)

    def generate(self, inputs: Any, **options: Any) -> Any:
        """As KerasMetricCallback calls it, with predict_with_generate."""
        return self._rows(lambda: self._live.generate(inputs, **options), inputs)

    def _rows(self, predict: Callable[[], Any], batch: Any) -> Any:
        if self._first is None:
            self._first = predict()
            return self._first
        count = int(leaves(batch)[0][1].shape[0])

        def again(part: Any) -> Any:
            rows = [row % len(part) for row in range(count)]
            return self._tf.gather(part, rows) if hasattr(part, "numpy") else part[rows]

        return map_leaves(again, self._first)


def _from(error: Exception, function: Any) -> bool:
    """Whether the error comes out of this function."""
    code, trace = getattr(function, "__code__", None), error.__traceback__
    while trace is not None:
        if code is None or trace.tb_frame.f_code is code:
            return True
        trace = trace.tb_next
    return False
