"""Leaves everything as it was: weights and the states of every random generator."""

from __future__ import annotations

import contextlib
import random
import sys
from typing import Any, Callable, Iterator

from tfwizard.worker.case import Case
from tfwizard.worker.replicas import building

Restore = Callable[[], None]

#: Rows with which a model is built: the whole batch may not fit into memory.
ENOUGH_ROWS = 32


@contextlib.contextmanager
def preserved(case: Case) -> Iterator[None]:
    """Run a probe so that the random numbers drawn afterwards are those that would have been drawn without it."""
    # A model that is not built yet draws its initial weights when it is; that has to come before the states are kept,
    # for the weights stay.
    if case.held is not None and not case.custom_loop and case.has_model and not case.model.built:
        with contextlib.suppress(Exception), building(case):
            few = list(range(min(ENOUGH_ROWS, case.batch.rows())))
            case.model.forward(case.batch.take(case.tf, few).x)
    restore = _random_states(case.tf)
    try:
        with _trainable_as_compiled(case):
            yield
    finally:
        for back in restore:
            back()


@contextlib.contextmanager
def _trainable_as_compiled(case: Case) -> Iterator[None]:
    """Keras 2 trains with the flags as they were at `compile`, whatever they are now; `case.memory` keeps those of now."""
    compiled = case.held is not None and case.has_model and not case.custom_loop and case.compile_call is not None
    live: Any = case.model.object if compiled else None
    fixed = getattr(live, "_compiled_trainable_state", None)
    if not fixed or not hasattr(live, "_set_trainable_state"):
        yield
        return
    now = live._get_trainable_state()
    case.memory["trainable_now"] = {id(layer): bool(flag) for layer, flag in now.items()}
    live._set_trainable_state(fixed)
    try:
        yield
    finally:
        live._set_trainable_state(now)


@contextlib.contextmanager
def weights_restored(model: Any) -> Iterator[Callable[[], None]]:
    """Give every variable of the model its value back at the end; the yielded function does so in between."""
    variables = list(model.weights)  # Keras collects them from all layers each time that it is asked
    known = {id(variable) for variable in variables}
    variables += [variable for variable in getattr(model, "variables", ()) if id(variable) not in known]
    values = [_value(variable) for variable in variables]

    def reset() -> None:
        for variable, value in zip(variables, values):
            variable.assign(value)

    try:
        yield reset
    finally:
        reset()


def _value(variable: Any) -> Any:
    return variable.numpy().copy() if hasattr(variable.numpy(), "copy") else variable.numpy()


def _random_states(tf: Any) -> list[Restore]:
    restore: list[Restore] = []
    python = random.getstate()
    restore.append(lambda: random.setstate(python))
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        state = numpy.random.get_state()
        restore.append(lambda: numpy.random.set_state(state))
    if tf is not None:
        restore.extend(_tensorflow_states())
    for package in ("tf_keras", "keras"):
        restore.extend(_keras_states(package))
    return restore


def _tensorflow_states() -> list[Restore]:
    restore: list[Restore] = []
    context: Any = sys.modules.get("tensorflow.python.eager.context")
    if context is not None:
        # The seeds that eager operations draw once tf.random.set_seed was called.
        generator = getattr(context.context(), "_rng", None)
        if generator is not None:
            state = generator.getstate()
            restore.append(lambda: generator.setstate(state))
    stateful: Any = sys.modules.get("tensorflow.python.ops.stateful_random_ops")
    shared = getattr(stateful, "global_generator", None)
    if shared is not None:
        before = shared.state.numpy()
        restore.append(lambda: shared.state.assign(before))
    return restore


def _keras_states(package: str) -> list[Restore]:
    """Keras 2 draws layer seeds from a Python generator, Keras 3 from a variable."""
    restore: list[Restore] = []
    for name in (f"{package}.src.backend", f"{package}.backend"):
        seeds = getattr(sys.modules.get(name), "_SEED_GENERATOR", None)
        generator = getattr(seeds, "generator", None)
        if generator is not None:
            state = generator.getstate()
            restore.append(lambda generator=generator, state=state: generator.setstate(state))  # type: ignore[misc]
            break
    shared: Any = sys.modules.get(f"{package}.src.backend.common.global_state")
    if shared is not None:
        seed = shared.get_global_attribute("global_seed_generator")
        if seed is not None:
            before = seed.state.numpy()
            restore.append(lambda: seed.state.assign(before))
    return restore
