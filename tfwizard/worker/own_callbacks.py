"""The user's own callbacks, played through one epoch: what of them would raise, before the epoch is trained.

Only a callback whose code was read and reaches nothing but known libraries is run, and that contained: what it writes goes to
a temporary folder, what it changes in memory is put back.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import warnings
from dataclasses import dataclass, replace
from typing import Any, Iterator

from tfwizard.facts import EvaluationFacts, MonitorFacts, SavingFacts
from tfwizard.worker.callbacks import MOST_BYTES, Logs, callbacks_of, metrics_reset, missing_folder, size_of, words_of
from tfwizard.worker.case import Case
from tfwizard.worker.contained import Elsewhere, Halted, contained, saving
from tfwizard.worker.course import steps_of
from tfwizard.worker.errors import error_facts
from tfwizard.worker.places import is_user_file
from tfwizard.worker.reach import reach_of
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import variables_of

#: Seconds for each callback, and batches that are played for those that count them.
SECONDS, MOST_BATCHES = 6.0, 64
HOOKS = (
    "set_model", "set_params", "on_train_begin", "on_epoch_begin", "on_train_batch_begin", "on_train_batch_end", "on_test_begin",
    "on_test_batch_begin", "on_test_batch_end", "on_test_end", "on_epoch_end", "on_train_end", "on_batch_begin", "on_batch_end",
)  # fmt: skip
BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")


@dataclass
class Failure:
    """What a callback raised, in which hook: `lacked` is the name that it did not find in the logs, `path` what it wrote to;
    `root` is where the writing went instead.
    """

    callback: Any
    hook: str
    error: Exception
    lacked: str = ""
    path: str = ""
    root: str = ""

    @property
    def name(self) -> str:
        """The class of the callback."""
        return type(self.callback).__name__

    @property
    def facts(self) -> MonitorFacts | SavingFacts | EvaluationFacts:
        """What it is: a name that is not logged, a path that cannot be written to, or an error of its own."""
        raised = error_facts(self.error)
        error = replace(raised, message=self._without_root(raised.message), useful=self._without_root(raised.useful))
        if self.lacked:
            return MonitorFacts(self.name, self.lacked, error.where, None, error, self.hook)
        if self.path:
            folder = missing_folder(self.path)
            return SavingFacts(self.name, self.path, error, where=error.where, hook=self.hook, folder=folder)
        return EvaluationFacts(self.name, error, error.where, 1, self.hook)

    def _without_root(self, text: str) -> str:
        """The text with the paths that the user wrote."""
        return text.replace(self.root + os.getcwd() + os.sep, "").replace(self.root, "") if self.root else text


class _Logged(dict):  # type: ignore[type-arg]
    """The logs of an epoch, that remember which name was asked for in vain."""

    lacked = ""

    def __missing__(self, name: str) -> Any:
        self.lacked = str(name)
        raise KeyError(name)


def played(case: Case, logs: Logs) -> tuple[Failure, ...]:
    """Play the callbacks of the user's, one beside the other: the training, one epoch, its end."""
    given = callbacks_of(case)
    mine = [one for one in given if any(_overrides(one, hook) for hook in HOOKS)]
    if not mine:
        return ()
    live = case.model.object
    reaches = [(one, reach_of(one)) for one in mine]
    active = [one for one, reach in reaches if reach.why is None]
    # What callbacks of libraries add to the logs is not known; what they may add stands in their code.
    unknown = [
        one
        for one in given
        if one not in active and (one in mine or not type(one).__module__.startswith(("keras.", "tf_keras.")))
    ]
    too_big = sum(4 * size_of(weight) for weight in live.weights) > MOST_BYTES
    with contextlib.ExitStack() as stack:
        for manager in (metrics_reset(live), weights_restored(live), _left_as_it_was(live), warnings.catch_warnings()):
            stack.enter_context(manager)
        for _, reach in reaches:
            stack.enter_context(reach.restored())
        warnings.simplefilter("ignore")
        _as_after_an_epoch(case)
        try:
            elsewhere = stack.enter_context(contained(SECONDS * len(active)))
        except Halted:
            return ()
        stack.enter_context(saving(live, elsewhere, too_big))
        found: list[Failure] = []
        with contextlib.suppress(Halted):
            _play(case, active, unknown, _at_the_end_of_an_epoch(case, logs), elsewhere, found)
        elsewhere.done()
    unplayed = any(one in unknown for one in mine)
    return tuple(one for one in found if _is_certain(one, unknown, unplayed))


def _is_certain(failure: Failure, unknown: list[Any], unplayed: bool) -> bool:
    """Whether no callback that was not played could keep this one from failing: by a name in the logs, or otherwise."""
    if failure.lacked:
        return not _may_add(unknown, failure.lacked)
    return bool(failure.path) or not (unplayed and _shared(failure))


def _shared(failure: Failure) -> bool:
    """Whether what it lacked may come from another callback."""
    return isinstance(failure.error, (AttributeError, KeyError, IndexError, NameError))


def _at_the_end_of_an_epoch(case: Case, logs: Logs) -> dict[str, float]:
    known = dict.fromkeys(sorted(logs.names), 0.5)
    if case.training.bound.get("validation_freq", 1) not in (1, None):  # the first epoch is not validated
        known = {name: value for name, value in known.items() if not name.startswith("val_")}
    return known


def _may_add(callbacks: list[Any], name: str) -> bool:
    return any(name in words or writes for words, writes in map(words_of, callbacks))


def _is_a_write(error: Exception, path: str) -> bool:
    if not path:
        return False
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == "tfwizard.worker.contained":
            return True
        trace = trace.tb_next
    return isinstance(error, OSError)


def _play(
    case: Case,
    active: list[Any],
    unknown: list[Any],
    known: dict[str, float],
    elsewhere: Elsewhere,
    found: list[Failure],
) -> None:
    """Call the hooks in the order of `fit`. A callback that is halted joins the unknown ones, one that fails is done."""
    course = steps_of(case)
    counting = [one for one in active if any(_overrides(one, hook) for hook in BATCH_HOOKS)]
    cut = not 0 < (course.epoch or 0) <= MOST_BATCHES
    params = {"verbose": case.training.bound.get("verbose", 1), "epochs": course.epochs, "steps": course.epoch}
    hooks = [
        ("set_params", (params,)),
        ("set_model", (case.model.object,)),
        *_hooks(known, course.epoch if counting else 1),
    ]
    for hook, arguments in hooks:
        for one in tuple(active):
            logs = _Logged(arguments[-1]) if hook.startswith("on_") else arguments[-1]
            elsewhere.written = elsewhere.halted = ""
            try:
                getattr(one, hook)(*arguments[:-1], logs)
            except Exception as error:
                active.remove(one)
                lacked = getattr(logs, "lacked", "")
                lacked = lacked if isinstance(error, KeyError) and error.args == (lacked,) else ""
                path = elsewhere.written if _is_a_write(error, elsewhere.written) else ""
                # What counts the batches may fail for their number alone.
                if lacked or not (cut and one in counting):
                    found.append(Failure(one, hook, error, lacked, path, elsewhere.root))
            except (Halted, SystemExit, KeyboardInterrupt):
                elsewhere.halted = elsewhere.halted or "halted"
            if elsewhere.late:
                unknown += active
                return
            if elsewhere.halted and one in active:
                active.remove(one)
                unknown.append(one)
            if hook == "on_epoch_end":
                known.update(logs)


def _overrides(callback: Any, hook: str) -> bool:
    """Whether the user wrote this hook of the callback."""
    code = getattr(inspect.unwrap(getattr(callback, hook, None) or object), "__code__", None)
    return code is not None and is_user_file(code.co_filename)


def _hooks(known: dict[str, float], batches: int | None) -> Iterator[tuple[str, tuple[Any, ...]]]:
    trained = {name: value for name, value in known.items() if not name.startswith("val_")}
    tested = {name[4:]: value for name, value in known.items() if name.startswith("val_")}
    yield "on_train_begin", ({},)
    yield "on_epoch_begin", (0, {})
    for number in range(min(batches or MOST_BATCHES, MOST_BATCHES)):
        yield "on_train_batch_begin", (number, {})
        yield "on_train_batch_end", (number, trained)
    if tested:
        yield "on_test_begin", ({},)
        yield "on_test_batch_begin", (0, {})
        yield "on_test_batch_end", (0, tested)
        yield "on_test_end", (tested,)
    yield "on_epoch_end", (0, known)
    yield "on_train_end", (known,)


def _as_after_an_epoch(case: Case) -> None:
    """What a callback may divide by: the optimizer has made its steps."""
    live = case.model.object
    with contextlib.suppress(Exception):
        live.optimizer.iterations.assign(steps_of(case).epoch or 1)
    with contextlib.suppress(Exception):
        live.history = case.model.keras.callbacks.History()
    live.stop_training = False


@contextlib.contextmanager
def _left_as_it_was(live: Any) -> Iterator[None]:
    """Attributes and optimizer as before: the rate, the count of steps, whether to stop."""
    absent = object()
    attributes = {name: getattr(live, name, absent) for name in ("stop_training", "history")}
    optimizer = getattr(live.optimizer, "inner_optimizer", live.optimizer)
    variables = variables_of(optimizer)
    values = [one.numpy() for one in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, values):
            variable.assign(value)
        for name, value in attributes.items():
            if value is not absent:
                setattr(live, name, value)
            elif hasattr(live, name):
                delattr(live, name)
