"""Arguments that the user's code passes, and the installed Keras does not take any more."""

from __future__ import annotations

import ast
import contextlib
import difflib
import inspect
import linecache
import os
from types import FrameType
from typing import Any, Iterator

from tfwizard.facts import ArgumentFacts, Place
from tfwizard.worker.capture.recorder import LiveCall, short
from tfwizard.worker.case import Case
from tfwizard.worker.model import keras_package
from tfwizard.worker.places import is_user_file, place_of

#: Names of earlier versions of Keras, and what they are called now.
RENAMED = {
    "lr": "learning_rate",
    "nb_epoch": "epochs",
    "nb_epochs": "epochs",
    "init": "kernel_initializer",
    "border_mode": "padding",
    "subsample": "strides",
    "samples_per_epoch": "steps_per_epoch",
    "input": "inputs",
    "output": "outputs",
}
LIBRARIES = ("keras", "tf_keras", "tensorflow", "transformers", "datasets")
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_TAKES_MORE = inspect.CO_VARKEYWORDS


def untaken(case: Case) -> tuple[ArgumentFacts, ...]:
    """What a call of the user's raised about, or dropped without a use for it."""
    found = list(_raised(case.error)) if case.error is not None else []
    for call in (
        *case.recorder.named("Model.compile")[-1:],
        *([case.held] if case.held and not case.custom_loop else []),
    ):
        found.extend(_unknown_to_method(call))
    for call in case.recorder.named("optimizer.__init__"):
        if call.error is None:
            found.extend(_dropped(call))
    return tuple(found)


def _named(function: Any) -> tuple[set[str], bool]:
    """The names of the parameters, and whether it takes any other name too."""
    parameters = inspect.signature(function).parameters.values()
    return {one.name for one in parameters}, any(one.kind is one.VAR_KEYWORD for one in parameters)


def _new_name(old: str, names: set[str], given: set[str]) -> str | None:
    known = RENAMED.get(old)
    near = [known] if known in names else difflib.get_close_matches(old, sorted(names - {"self"}), 1, 0.8)
    return next((one for one in near if one and one not in given), None)


# --- calls that are recorded --------------------------------------------------------------------------------------------


def _unknown_to_method(call: LiveCall) -> Iterator[ArgumentFacts]:
    """Names that `fit` or `compile` of this model does not have."""
    name = call.facts.name.rsplit(".", 1)[-1]
    method = getattr(type(call.owner), name, None)
    if method is None or is_user_file(getattr(getattr(inspect.unwrap(method), "__code__", None), "co_filename", "<")):
        return
    names, more = _named(method)
    for one in sorted(call.explicit - names if not more else ()):
        renamed = _new_name(one, names, set(call.explicit))
        yield ArgumentFacts(name, one, short(call.bound.get(one)), call.facts.where, False, renamed)
    weights = call.bound.get("loss_weights")
    # The third place by position was for metrics, until Keras 3 put the weights of the losses there.
    if name != "compile" or keras_package(call.owner) != "keras" or "metrics" in call.explicit:
        return
    if isinstance(weights, (list, tuple)) and weights and not any(isinstance(one, (int, float)) for one in weights):
        value = repr(list(weights)) if all(isinstance(one, str) for one in weights) else ""
        yield ArgumentFacts(name, "loss_weights", value, call.facts.where, False, "metrics", True)


def _dropped(call: LiveCall) -> Iterator[ArgumentFacts]:
    """Arguments of an optimizer that was made without them."""
    names: set[str] = {"name", "is_legacy_optimizer", "jit_compile"}
    for base in type(call.owner).__mro__:
        with contextlib.suppress(TypeError, ValueError):
            names |= _named(base.__init__)[0] if "__init__" in vars(base) else set()  # type: ignore[misc]
    settings = call.owner.get_config() if set(call.explicit) - names else {}
    for one in sorted(set(call.explicit) - names):
        value = call.bound.get(one)
        kept = settings.get(one, settings.get(RENAMED.get(one, one)))
        if not value or _same(kept, value):
            continue
        renamed = RENAMED.get(one)
        yield ArgumentFacts(
            type(call.owner).__name__,
            one,
            short(value),
            call.facts.where,
            True,
            renamed if renamed in settings else None,
        )


def _same(one: Any, other: Any) -> bool:
    try:
        return abs(float(one) - float(other)) <= 1e-6 * abs(float(other))
    except (TypeError, ValueError):
        return bool(one == other)


# --- the call that raised ----------------------------------------------------------------------------------------------


def _raised(error: BaseException) -> Iterator[ArgumentFacts]:
    """The arguments that made the last call of the user's fail, proved by making that call without them."""
    frames: list[tuple[FrameType, int]] = []
    trace = error.__traceback__
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_OURS):
            frames.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    users = [number for number, (frame, _) in enumerate(frames) if is_user_file(frame.f_code.co_filename)]
    if not users:
        return
    frame, line = frames[users[-1]]
    within = [one for one, _ in frames[users[-1] + 1 :]]
    calls = _calls_at(frame.f_code.co_filename, line)
    place = place_of(frame.f_code.co_filename, line, frame.f_code.co_name)
    yield from _not_taken(within, calls, place) if within else _not_bound(frame, calls, place)


def _calls_at(file: str, line: int) -> list[ast.Call]:
    """The calls of the source that span this line, the innermost first."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return []
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and one.lineno <= line <= (one.end_lineno or 0)]
    return sorted(calls, key=lambda one: ((one.end_lineno or 0) - one.lineno, len(ast.dump(one))))


def _keywords(call: ast.Call) -> dict[str, str]:
    return {one.arg: ast.unparse(one.value) for one in call.keywords if one.arg}


def _last_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _not_taken(within: list[FrameType], calls: list[ast.Call], place: Place) -> Iterator[ArgumentFacts]:
    """A constructor of a library has arguments left over that it has no name for."""
    for frame in reversed(within):
        code = frame.f_code
        if code.co_name != "__init__" or not code.co_flags & _TAKES_MORE:
            continue
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & inspect.CO_VARARGS)
        left = frame.f_locals.get(code.co_varnames[count])
        made = frame.f_locals.get(code.co_varnames[0])
        call = next((one for one in calls if left and set(left) <= set(_keywords(one))), None)
        if not left or call is None or type(made).__module__.split(".")[0] not in LIBRARIES:
            continue
        names, _ = _named(type(made).__init__)  # type: ignore[misc]
        if not _proved(type(made), within[0], set(left)):
            return
        for name in left:
            renamed = _new_name(name, names, set(_keywords(call)))
            yield ArgumentFacts(_last_name(call), name, _keywords(call)[name], place, False, renamed)
        return


def _proved(cls: type, first: FrameType, left: set[str]) -> bool:
    """Whether the same object can be made without these arguments, and only without them."""
    code = first.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    given = {name: first.f_locals[name] for name in code.co_varnames[1:count] if name in first.f_locals}
    try:
        cls(**{name: value for name, value in given.items() if name not in left})
    except Exception:
        return False
    return True


def _not_bound(frame: FrameType, calls: list[ast.Call], place: Place) -> Iterator[ArgumentFacts]:
    """A function of a library was called with a name that its signature does not have."""
    for call in calls:
        function = _value_of(call.func, frame)
        if getattr(function, "__module__", None) is None or function.__module__.split(".")[0] not in LIBRARIES:
            continue
        try:
            names, more = _named(function)
        except (TypeError, ValueError):
            continue
        given = _keywords(call)
        unknown = [] if more else [name for name in given if name not in names]
        for name in unknown:
            yield ArgumentFacts(_last_name(call), name, given[name], place, False, _new_name(name, names, set(given)))
        if unknown:
            return


def _value_of(node: ast.expr, frame: FrameType) -> Any:
    """The object behind a name or a dotted name, without running anything else."""
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if isinstance(node, ast.Attribute):
        owner = _value_of(node.value, frame)
        return getattr(owner, node.attr, None) if owner is not None else None
    return None
