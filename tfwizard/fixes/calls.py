"""Finding a call, and one of its arguments, in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import libcst as cst

from tfwizard.facts import Place
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.items import Items, call_items, element_items
from tfwizard.fixes.names import imported_names
from tfwizard.fixes.origins import content
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.signatures import MAKERS, position
from tfwizard.fixes.strings import literal

Style = Literal["keyword", "positional", "entry"]


@dataclass(frozen=True, slots=True)
class Passed:
    """An argument as it is written: item `index` of `items`, those of a call or of a dict unpacked into it."""

    value: cst.BaseExpression
    items: Items
    index: int
    style: Style


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
        raise CannotEdit(f"No call of `{function}` stands on line {line}. Find the call and set `{argument}` there.")
    around.sort(key=lambda call: _distance(script, call, line))
    best = [call for call in around if not _holds_other(script, call, around)]
    best = [call for call in best if _distance(script, call, line) == _distance(script, best[0], line)]
    if len(best) > 1:
        best = [call for call in best if passed(script, call, function, argument) is not None]
    if len(best) != 1:
        raise CannotEdit(
            f"More than one call of `{function}` stands on line {line}. "
            f"Put each on a line of its own, or change `{argument}` by hand."
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
            f"Line {script.line(call)} makes the `{function}` by `{script.text(call.func)}`, which does not take its "
            f"arguments. Write `{function}(…)` there, with the value that is asked for."
        )


def passed(script: Script, call: cst.Call, function: str, argument: str) -> Passed | None:
    """The argument as the call passes it: by keyword, by position or in an unpacked dict; None if it does not."""
    given = _given(script, call)
    for holder, index, arg in given:
        if arg.keyword is not None and arg.keyword.value == argument:
            return Passed(arg.value, call_items(script, holder), index, "keyword")
    place = position(function, argument)
    if place is not None:
        for order, (holder, index, arg) in enumerate(given[: place + 1]):
            if arg.star == "*":
                raise CannotEdit(
                    f"The call of `{function}` on line {script.line(arg)} passes `{script.text(arg)}`, "
                    f"which may hold `{argument}`. Change it by hand where that list is made."
                )
            if arg.keyword is not None or arg.star:
                break
            if order == place:
                return Passed(arg.value, call_items(script, holder), index, "positional")
    for _, _, arg in given:
        found = _unpacked(script, arg.value, argument) if arg.star == "**" else None
        if found is not None:
            return found
    return None


def may_hide(script: Script, call: cst.Call, argument: str) -> list[cst.Arg]:
    """The dicts unpacked into a call of which it is not to be seen whether they hold `argument`."""
    return [arg for arg in call.args if arg.star == "**" and not _all_keys_known(content(script, arg.value))]


def _all_keys_known(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.Dict):
        return all(isinstance(one, cst.DictElement) and literal(one.key) is not None for one in value.elements)
    is_dict = isinstance(value, cst.Call) and called_name(value) == "dict"
    return is_dict and all(arg.keyword is not None for arg in value.args)  # type: ignore[attr-defined]


def _given(script: Script, call: cst.Call) -> list[tuple[cst.Call, int, cst.Arg]]:
    """What a call passes, in order: each argument with its call, which is that of `partial` for some of them."""
    own = [(call, index, arg) for index, arg in enumerate(call.args)]
    bound = content(script, call.func) if isinstance(call.func, cst.Name | cst.Call) else None
    if isinstance(bound, cst.Call) and called_name(bound) == "partial":
        before = [(bound, index, arg) for index, arg in enumerate(bound.args)][1:]
        positional = [one for one in before if one[2].keyword is None and not one[2].star]
        return [*positional, *own, *(one for one in before if one not in positional)]
    return own


def _unpacked(script: Script, value: cst.BaseExpression, key: str) -> Passed | None:
    if isinstance(value, cst.Name):
        _refuse_later_entry(script, value, key)
    there = content(script, value)
    if isinstance(there, cst.Dict):
        for index, element in enumerate(there.elements):
            if isinstance(element, cst.DictElement) and literal(element.key) == key:
                return Passed(element.value, element_items(script, there), index, "entry")
    if isinstance(there, cst.Call) and called_name(there) == "dict":
        for index, arg in enumerate(there.args):
            if arg.keyword is not None and arg.keyword.value == key:
                return Passed(arg.value, call_items(script, there), index, "keyword")
    return None


def _refuse_later_entry(script: Script, name: cst.Name, key: str) -> None:
    for use in script.uses(name):
        entry = script.parent(use)
        if not isinstance(entry, cst.Subscript) or not isinstance(script.parent(entry), cst.AssignTarget):
            continue
        index = entry.slice[0].slice
        if isinstance(index, cst.Index) and literal(index.value) == key:
            line = script.line(entry)
            raise CannotEdit(f"`{key}` is put into `{name.value}` on line {line}; change it there.")


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
