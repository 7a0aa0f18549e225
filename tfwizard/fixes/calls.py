"""Finding a call in the source."""

from __future__ import annotations

import libcst as cst

from tfwizard.facts import Place
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.names import imported_names
from tfwizard.fixes.passed import passed
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.signatures import MAKERS
from tfwizard.language import _


def calls_of(script: Script, function: str) -> list[cst.Call]:
    """Every call of `function` in the file, under its own name or one given to it by an import."""
    imported = imported_names(script.source).items()
    names = {function, *(local for local, origin in imported if origin.rpartition(".")[2] == function)}
    return [call for call in script.calls() if called_name(call) in names]


def locate(script: Script, function: str, place: Place, argument: str) -> cst.Call:
    """The call of `function` at `place`.

    Where the column is known, it is the call that begins there, under whatever name. Else it is the tightest that holds
    the line; of two side by side the one that passes `argument`.
    """
    line = place.line
    exact = _beginning_at(script, function, place, argument)
    if exact is not None:
        return exact
    around = [call for call in calls_of(script, function) if _first(script, call) <= line <= _last(script, call)]
    if not around:
        raise CannotEdit(
            _(
                "No call of `{function}` stands on line {line}. Find the call and set `{argument}` there.",
                function=function,
                line=line,
                argument=argument,
            )
        )
    around.sort(key=lambda call: _distance(script, call, line))
    best = [call for call in around if not _holds_other(script, call, around)]
    best = [call for call in best if _distance(script, call, line) == _distance(script, best[0], line)]
    if len(best) > 1:
        best = [call for call in best if passed(script, call, function, argument) is not None]
    if len(best) != 1:
        raise CannotEdit(
            _(
                "More than one call of `{function}` stands on line {line}. "
                "Put each on a line of its own, or change `{argument}` by hand.",
                function=function,
                line=line,
                argument=argument,
            )
        )
    return best[0]


def begins(script: Script, call: cst.Call) -> tuple[int, ...]:
    """The offsets at which Python may report that a call begins: that of a method, in a chain over lines, at its name."""
    start = script.inner_span(call)[0]
    if not isinstance(call.func, cst.Attribute):
        return (start,)
    name = script.span(call.func.attr)[0]
    return (name,) if script.line_at(name) != script.line_at(start) else (start,)


def _beginning_at(script: Script, function: str, place: Place, argument: str) -> cst.Call | None:
    offset = script.offset(place)
    here = [] if offset is None else [call for call in script.calls() if offset in begins(script, call)]
    named = calls_of(script, function)
    # `getattr(optimizers, "Adam")(1e-3)` and `partial(Adam, 1e-3)()` begin where the call within them begins.
    for choice in (
        [call for call in here if call in named],
        [call for call in here if called_name(call) is None],
        here,
    ):
        if len(choice) == 1:
            _refuse_maker(script, choice[0], function, argument)
            return choice[0]
        if choice:
            return None
    return None


def _refuse_maker(script: Script, call: cst.Call, function: str, argument: str) -> None:
    """Refuse a library's function that makes the object: `optimizers.get("adam")` takes no learning rate."""
    name = called_name(call)
    if (
        name is None
        or name == function
        or (name, argument) in MAKERS
        or not function[:1].isupper()
        or not name[:1].islower()
    ):
        return
    root: cst.CSTNode = call.func
    while isinstance(root, cst.Attribute | cst.Call):
        root = root.value if isinstance(root, cst.Attribute) else root.func
    bound = script.assignments(root) if isinstance(root, cst.Name) else []
    if any(isinstance(found.node, cst.Import | cst.ImportFrom) for found in bound):
        raise CannotEdit(
            _(
                "Line {line} makes the `{function}` by `{text}`, which does not take its "
                "arguments. Write `{function}(…)` there, with the value that is asked for.",
                line=script.line(call),
                function=function,
                text=script.text(call.func),
            )
        )


def _first(script: Script, call: cst.Call) -> int:
    return script.line_at(script.inner_span(call)[0])


def _last(script: Script, call: cst.Call) -> int:
    return script.line_at(script.inner_span(call)[1])


def _distance(script: Script, call: cst.Call, line: int) -> tuple[bool, int, int]:
    # In a chain over several lines, Python reports the line of the called name.
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    first, last = _first(script, call), _last(script, call)
    return script.line(name) != line, last - first, line - first


def _holds_other(script: Script, call: cst.Call, others: list[cst.Call]) -> bool:
    start, end = script.inner_span(call)
    distance = _first(script, call), _last(script, call)
    for other in others:
        inner = script.inner_span(other)
        same_lines = distance == (_first(script, other), _last(script, other))
        if other is not call and same_lines and start <= inner[0] and inner[1] <= end:
            return True
    return False
