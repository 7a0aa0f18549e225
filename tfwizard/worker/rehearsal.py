"""The held training call, tried for one step: what Keras itself says of arguments that cannot be read here."""

from __future__ import annotations

import contextlib
from typing import Any

from tfwizard.facts import ErrorFacts
from tfwizard.worker.case import Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.state import weights_restored

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
    method = getattr(held.owner, held.facts.name.rsplit(".", 1)[-1])
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ValueError):  # a model that is not built has no weights yet
            stack.enter_context(weights_restored(held.owner))
        try:
            method(**arguments)
        except Exception as error:
            case.memory["refused"] = True
            return error_facts(error)
    return None


def not_compiled(case: Case) -> bool:
    """Whether this call needs a compiled model and has none."""
    return case.compile_call is None and getattr(case.model.object, "optimizer", None) is None


def unknown_loss(case: Case) -> bool:
    """Whether Keras has no loss of the name that was given."""
    given: Any = case.model.loss
    return isinstance(given, str) and case.model.loss_object() is None
