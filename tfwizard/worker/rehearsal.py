"""The held training call, tried: for one step, or up to the first one. What Keras itself says of what it is given."""

from __future__ import annotations

import contextlib
import functools
import inspect
from typing import Any, Callable

from tfwizard.facts import ErrorFacts
from tfwizard.worker.batches import leaves, without_pandas
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.places import is_user_file
from tfwizard.worker.replicas import strategy_of
from tfwizard.worker.state import weights_restored

#: Keras copies arrays before it begins: not more than so many bytes of them, for a try.
MOST_COPIED = 256 * 1024 * 1024

#: What a rehearsal sets: one silent step, and nothing of the script's that acts on the outside.
ONE_STEP = {
    "epochs": 1,
    "initial_epoch": 0,
    "steps_per_epoch": 1,
    "verbose": 0,
    "callbacks": None,
    "validation_data": None,
    "validation_split": 0.0,
}


def refusal(case: Case) -> ErrorFacts | None:
    """What the training call raises. None when it runs, and for a generator, which it would use up.

    It is tried only where something is wrong already: it builds the training function and moves the optimizer's counter.
    """
    held = case.held
    if held is None or case.custom_loop or not held.facts.name.endswith((".fit", ".train_on_batch")):
        return None
    arguments = dict(list(held.bound.items())[1:])
    if any(hasattr(value, "__next__") for value in arguments.values()):
        return None
    arguments = {name: ONE_STEP.get(name, value) for name, value in arguments.items() if name in held.explicit}
    if held.facts.name.endswith(".fit"):
        arguments.update(epochs=1, verbose=0, steps_per_epoch=1)
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ValueError):  # a model that is not built has no weights yet
            stack.enter_context(weights_restored(held.owner))
        try:
            _method(held)(**arguments)
        except Exception as error:
            case.memory["refused"] = True
            return error_facts(error)
    return None


class _Begun(BaseException):
    """The call has come to its first epoch."""


def refused_at_once(case: Case) -> ErrorFacts | None:
    """What the training call raises before its first epoch begins: of arguments that Keras does not take.

    No batch is read, no step traced, no callback of the script's called, but classes that stand in the place of callbacks. It is not
    tried where it would cost: a generator, a Sequence with its threads, arrays that Keras would copy, several replicas.
    """
    held = case.held
    if held is None or case.custom_loop or not held.facts.name.endswith(".fit"):
        return None
    if not (case.model.built and _is_light(case)):  # a model without weights would be built on a batch
        return None

    def begun(epoch: int, logs: Any = None) -> None:
        raise _Begun

    callback = case.model.keras.callbacks.Callback
    stop = type("Begun", (callback,), {"on_epoch_begin": staticmethod(begun)})()
    given = held.bound.get("callbacks")
    classes = [one for one in given if isinstance(one, type)] if isinstance(given, (list, tuple)) else []
    arguments = {name: value for name, value in list(held.bound.items())[1:] if name in held.explicit}
    arguments.update(callbacks=[*classes, stop], verbose=0)
    try:
        _method(held)(**arguments)
    except _Begun:
        return None
    except Exception as error:
        return error_facts(error)
    return None


def _method(held: LiveCall) -> Callable[..., Any]:
    """The method that was held, the library's own: one of the script's with this name may take other arguments."""
    name = held.facts.name.rsplit(".", 1)[-1]
    for cls in type(held.owner).__mro__:
        found: Any = cls.__dict__.get(name)
        code = getattr(inspect.unwrap(found), "__code__", None) if callable(found) else None
        if code is not None and not is_user_file(code.co_filename):
            return functools.partial(found, held.owner)
    method: Callable[..., Any] = getattr(held.owner, name)
    return method


def _is_light(case: Case) -> bool:
    if strategy_of(case) is not None:
        return False
    if case.source.kind == "tf.data.Dataset":
        return True
    given = [without_pandas(case.training.bound.get(name)) for name in ("x", "y", "sample_weight")]
    sizes = [getattr(one, "nbytes", None) for part in given for _, one in leaves(part) if one is not None]
    return case.source.kind == "arrays" and None not in sizes and sum(map(int, filter(None, sizes))) < MOST_COPIED


def not_compiled(case: Case) -> bool:
    """Whether this call needs a compiled model and has none."""
    return case.compile_call is None and getattr(case.model.object, "optimizer", None) is None


def unknown_loss(case: Case) -> bool:
    """Whether Keras has no loss of the name that was given."""
    given: Any = case.model.loss
    return isinstance(given, str) and case.model.loss_object() is None
