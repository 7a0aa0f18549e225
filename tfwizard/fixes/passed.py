"""One argument of a call, however it is passed: by keyword, by position, in an unpacked dict, through `partial`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import libcst as cst

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.expressions import whole
from tfwizard.fixes.items import Items, call_items, element_items, items_of
from tfwizard.fixes.origins import content, is_changed
from tfwizard.fixes.parameters import collected_by
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.signatures import position
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.strings import literal
from tfwizard.fixes.values import written_at
from tfwizard.language import _

Style = Literal["keyword", "positional", "entry", "stored"]


@dataclass(frozen=True, slots=True)
class Passed:
    """An argument as it is written: item `index` of `items`, those of a call or of a dict unpacked into it.

    One that is "stored" is put into that dict by a statement of its own, and no item.
    """

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
    for _name, _value, arg in given:
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
                    _(
                        "The call of `{function}` on line {line} passes `{text}`, "
                        "which may hold `{argument}`. Change it by hand where that list is made.",
                        function=function,
                        line=script.line(arg),
                        text=script.text(arg),
                        argument=argument,
                    )
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
    return [arg for arg in call.args if arg.star == "**" and not _all_keys_known(script, arg.value)]


def with_entry(script: Script, unpacked: cst.BaseExpression, key: str, value: str) -> list[Splice]:
    """Give an unpacked dict one more entry, which counts before one of the same name that it may hold."""
    if isinstance(unpacked, cst.Dict):
        return element_items(script, unpacked).append(f'"{key}": {value}')
    start, end = script.span(unpacked)
    return [Splice(start, end, f'{{**{whole(script.source[start:end])}, "{key}": {value}}}')]


def _all_keys_known(script: Script, value: cst.BaseExpression, steps: int = 8) -> bool:
    if not steps or is_changed(script, value):
        return False
    there = content(script, value)
    if isinstance(there, cst.Dict):
        return all(
            literal(one.key) is not None
            if isinstance(one, cst.DictElement)
            else _all_keys_known(script, one.value, steps - 1)
            for one in there.elements
        )
    is_dict = isinstance(there, cst.Call) and called_name(there) == "dict"
    return is_dict and all(arg.keyword is not None for arg in there.args)  # type: ignore[attr-defined]


def _given(script: Script, call: cst.Call) -> list[tuple[cst.Call, int, cst.Arg]]:
    """What a call passes, in order: each argument with its call, which is that of `partial` for some of them."""
    own = [(call, index, arg) for index, arg in enumerate(call.args)]
    bound = content(script, call.func) if isinstance(call.func, cst.Name | cst.Call) else None
    if isinstance(bound, cst.Call) and called_name(bound) == "partial":
        before = [(bound, index, arg) for index, arg in enumerate(bound.args)][1:]
        positional = [one for one in before if one[2].keyword is None and not one[2].star]
        return [*positional, *own, *(one for one in before if one not in positional)]
    return own


def _unpacked(script: Script, value: cst.BaseExpression, key: str, steps: int = 8) -> Passed | None:
    if not steps:
        return None
    stored = _put_in_later(script, value, key) if isinstance(value, cst.Name) else []
    there = content(script, value)
    if len(stored) > 1:
        lines = _(" and ").join(str(script.line(one)) for one in stored)
        raise CannotEdit(
            _(
                "`{key}` is put into `{text}` on lines {lines}; change it there.",
                key=key,
                text=script.text(value),
                lines=lines,
            )
        )
    if stored:
        return Passed(stored[0].value, items_of(script, [], 0, 0), 0, "stored")
    if is_changed(script, value):
        return None
    collecting = collected_by(script, value) if isinstance(value, cst.Name) else None
    if isinstance(there, cst.Dict):
        return _entry(script, there, key, steps)
    if collecting is None and isinstance(there, cst.Call) and called_name(there) == "dict":
        collecting = there
    for index, arg in enumerate(collecting.args if collecting is not None else ()):
        if collecting is not None and arg.keyword is not None and arg.keyword.value == key:
            return Passed(arg.value, call_items(script, collecting), index, "keyword")
    return None


def _entry(script: Script, there: cst.Dict, key: str, steps: int) -> Passed | None:
    """The entry that counts: the last one of that name, be it in a dict that is unpacked into this one."""
    for index in reversed(range(len(there.elements))):
        element = there.elements[index]
        if isinstance(element, cst.DictElement) and literal(element.key) == key:
            return Passed(element.value, element_items(script, there), index, "entry")
        if isinstance(element, cst.StarredDictElement):
            found = _unpacked(script, element.value, key, steps - 1)
            if found is not None or not _all_keys_known(script, element.value):
                return found
    return None


def _put_in_later(script: Script, name: cst.Name, key: str) -> list[cst.Assign]:
    """The statements `name["key"] = …`."""
    found: list[cst.Assign] = []
    for use in script.uses(name):
        entry = script.parent(use)
        target = script.parent(entry) if isinstance(entry, cst.Subscript) else None
        statement = script.parent(target) if isinstance(target, cst.AssignTarget) else None
        if isinstance(entry, cst.Subscript) and isinstance(statement, cst.Assign):
            index = entry.slice[0].slice
            if isinstance(index, cst.Index) and literal(index.value) == key:
                found.append(statement)
    return found
