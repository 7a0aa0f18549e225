"""One argument of a call, however it is passed: by keyword, by position, in an unpacked dict, through `partial`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import libcst as cst

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.expressions import whole
from tfwizard.fixes.items import Items, call_items, element_items
from tfwizard.fixes.origins import content
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.signatures import position
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.strings import literal
from tfwizard.fixes.values import written_at

Style = Literal["keyword", "positional", "entry"]


@dataclass(frozen=True, slots=True)
class Passed:
    """An argument as it is written: item `index` of `items`, those of a call or of a dict unpacked into it."""

    value: cst.BaseExpression
    items: Items
    index: int
    style: Style


def passed(script: Script, call: cst.Call, function: str, argument: str) -> Passed | None:
    """The argument as the call passes it: by keyword, by position or in an unpacked dict; None if it does not."""
    given = _given(script, call)
    for holder, index, arg in given:
        if arg.keyword is not None and arg.keyword.value == argument:
            return Passed(arg.value, call_items(script, holder), index, "keyword")
    place = position(function, argument)
    found = _by_position(script, given, place, function, argument) if place is not None else None
    if found is not None:
        return found
    for _, _, arg in given:
        found = _unpacked(script, arg.value, argument) if arg.star == "**" else None
        if found is not None:
            return found
    return None


def _by_position(
    script: Script, given: list[tuple[cst.Call, int, cst.Arg]], place: int, function: str, argument: str
) -> Passed | None:
    order = 0
    for holder, index, arg in given:
        if order > place or arg.keyword is not None or arg.star == "**":
            return None
        if arg.star == "*":
            row = written_at(script, arg.value)
            if not isinstance(row, cst.Tuple | cst.List) or any(
                isinstance(e, cst.StarredElement) for e in row.elements
            ):
                raise CannotEdit(
                    f"The call of `{function}` on line {script.line(arg)} passes `{script.text(arg)}`, "
                    f"which may hold `{argument}`. Change it by hand where that list is made."
                )
            if place < order + len(row.elements):
                element = place - order
                return Passed(row.elements[element].value, element_items(script, row), element, "positional")
            order += len(row.elements)
            continue
        if order == place:
            return Passed(arg.value, call_items(script, holder), index, "positional")
        order += 1
    return None


def may_hide(script: Script, call: cst.Call, argument: str) -> list[cst.Arg]:
    """The dicts unpacked into a call of which it is not to be seen whether they hold `argument`."""
    return [arg for arg in call.args if arg.star == "**" and not _all_keys_known(content(script, arg.value))]


def with_entry(script: Script, unpacked: cst.BaseExpression, key: str, value: str) -> list[Splice]:
    """Give an unpacked dict one more entry, which counts before one of the same name that it may hold."""
    if isinstance(unpacked, cst.Dict):
        return element_items(script, unpacked).append(f'"{key}": {value}')
    start, end = script.span(unpacked)
    return [Splice(start, end, f'{{**{whole(script.source[start:end])}, "{key}": {value}}}')]


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
