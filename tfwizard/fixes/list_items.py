"""Replace, add, move or remove a string in a list argument, in every call of a function in the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import libcst as cst

from tfwizard.fixes.calls import calls_of, locate
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.expressions import whole
from tfwizard.fixes.items import call_items, element_items
from tfwizard.fixes.lists import (
    Literal,
    Sequence,
    all_written,
    computed,
    is_all,
    literals_of,
    position_in,
    quote_for,
    shared,
    without,
    written_out,
)
from tfwizard.fixes.passed import Passed, may_hide, passed, with_entry
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.strings import literal, quoted
from tfwizard.fixes.values import replace_value
from tfwizard.language import _
from tfwizard.source_edits import AddListItem, MoveListItem, RemoveListItem, ReplaceListItem

Wanted = tuple[cst.Call, Passed, Literal, int]
ListEdit = ReplaceListItem | AddListItem | MoveListItem | RemoveListItem


def replace_item(script: Script, edit: ReplaceListItem) -> list[Splice]:
    """The splices for one ReplaceListItem."""
    splices: list[Splice] = []
    for _call, _value, held, index in _holding(script, edit, edit.old):
        member = held.members[index]
        new = quoted(edit.new, quote_for(script, held, index))
        if isinstance(held.node, Sequence) and position_in(script, held, edit.new) is not None:
            splices += without(script, held, _element(held, index), edit.function)
        elif shared(script, held, edit.function):
            splices.append(_with_other_member(script, held, index, new))
        else:
            splices.append(replace_value(script, member, new).splice)
    return splices or _computed(script, edit, f'["{edit.new}" if name == "{edit.old}" else name for name in {{}}]')


def add_item(script: Script, edit: AddListItem) -> list[Splice]:
    """The splices for one AddListItem; calls that have the item already stay as they are."""
    splices: list[Splice] = []
    for _call, value, held, index in _holding(script, edit, edit.beside):
        if any(position_in(script, other, edit.item) is not None for other in literals_of(script, value.value)):
            continue
        new = quoted(edit.item, quote_for(script, held, index))
        if isinstance(held.node, Sequence):
            splices += element_items(script, held.node).insert_after(_element(held, index), new)
        else:
            # A variable that holds one string may be used as a string elsewhere: the list is made in the call.
            written = held.via or held.node
            splices.append(Splice(*script.span(written), f"[{script.text(written)}, {new}]"))
    return splices or _computed(script, edit, f'[*{{}}, "{edit.item}"]')


def move_item(script: Script, edit: MoveListItem) -> list[Splice]:
    """The splices for one MoveListItem."""
    splices: list[Splice] = []
    only = False
    for call, value, held, index in _holding(script, edit, edit.item):
        if is_all(script, held):
            only = True
            continue
        member = held.members[index]
        text = script.text(member) if literal(member) is None else quoted(edit.item, quote_for(script, held, index))
        splices += without(script, held, _element(held, index), edit.function)
        splices += _put(script, edit, call, value, text)
    if only and not splices:
        raise CannotEdit(
            _(
                "`{item}` is the only entry of `{argument}`. "
                "Name the model's inputs in `{argument}` and put `{item}` into `{to_argument}`.",
                item=edit.item,
                argument=edit.argument,
                to_argument=edit.to_argument,
            )
        )
    return splices or [
        *_computed(script, edit, f'[name for name in {{}} if name != "{edit.item}"]'),
        *_put_apart(script, edit),
    ]


def _put_apart(script: Script, edit: MoveListItem) -> list[Splice]:
    """Name the item in the other argument of the calls whose list is computed."""
    call = locate(script, edit.function, edit.place, edit.argument)
    own = passed(script, call, edit.function, edit.argument)
    text = f'"{edit.item}"'
    if own is None:
        return call_items(script, call).append(f"{edit.to_argument}={text}")
    pairs = _alike(script, edit, own)
    return [splice for one, value in pairs for splice in _put(script, edit, one, value, text)]


def remove_item(script: Script, edit: RemoveListItem) -> list[Splice]:
    """The splices for one RemoveListItem."""
    splices: list[Splice] = []
    for _call, _value, held, index in _holding(script, edit, edit.item):
        if is_all(script, held):
            raise CannotEdit(
                _(
                    "`{item}` is the only entry of `{argument}`. Say by hand what belongs there.",
                    item=edit.item,
                    argument=edit.argument,
                )
            )
        splices += without(script, held, _element(held, index), edit.function)
    return splices or _computed(script, edit, f'[name for name in {{}} if name != "{edit.item}"]')


def _put(script: Script, edit: MoveListItem, call: cst.Call, source: Passed, text: str) -> list[Splice]:
    """Put the item into the other argument of a call."""
    target = passed(script, call, edit.function, edit.to_argument)
    if target is None:
        # An argument out of a shared dict goes back into that dict.
        items = call_items(script, call) if source.style in ("positional", "stored") else source.items
        key = quoted(edit.to_argument, text[0] if text[0] in "\"'" else '"') + ": " if source.style == "entry" else ""
        return items.append(f"{key or edit.to_argument + '='}{text}")
    value = target.value
    if isinstance(value, cst.Name) and value.value == "None":
        return [Splice(*script.span(value), text)]
    there = literals_of(script, value)
    if not there:
        raise computed(script, value, edit.to_argument)
    if any(position_in(script, held, edit.item) is not None for held in there):
        return []
    held = there[-1]
    if not isinstance(held.node, Sequence):
        written = held.via or held.node
        return [Splice(*script.span(written), f"[{script.text(written)}, {text}]")]
    if held.via is not None and shared(script, held, edit.function):
        return [Splice(*script.span(held.via), f"[*{script.text(held.via)}, {text}]")]
    return element_items(script, held.node).append(text)


def _holding(script: Script, edit: ListEdit, wanted: str) -> Iterator[Wanted]:
    """The calls whose argument holds a string, with the literal that has it."""
    for call, value in _passing(script, edit):
        for held in literals_of(script, value.value):
            index = position_in(script, held, wanted)
            if index is not None:
                yield call, value, held, index


def _passing(script: Script, edit: ListEdit) -> list[tuple[cst.Call, Passed]]:
    """Every call of the function, the one at the place among them under whatever name, with what it is given."""
    calls = calls_of(script, edit.function)
    with suppress(CannotEdit):
        calls = list(dict.fromkeys([*calls, locate(script, edit.function, edit.place, edit.argument)]))
    pairs = [(call, passed(script, call, edit.function, edit.argument)) for call in calls]
    return [(call, value) for call, value in pairs if value is not None]


def _with_other_member(script: Script, held: Literal, index: int, new: str) -> Splice:
    if not isinstance(held.node, Sequence):
        assert held.via is not None
        return Splice(*script.span(held.via), new)
    texts = [script.text(element) for element in held.node.elements]
    texts[_element(held, index)] = new
    return written_out(script, held, texts)


def _element(held: Literal, index: int) -> int:
    """The index among the elements for one among the members (which leave out `*others`)."""
    assert isinstance(held.node, Sequence)
    return held.node.elements.index(_plain(held.node)[index])


def _plain(node: Sequence) -> list[cst.Element]:
    return [element for element in node.elements if isinstance(element, cst.Element)]


def _computed(script: Script, edit: ListEdit, template: str) -> list[Splice]:
    """What is computed is changed in the call at the place, and in those that are given the very same expression."""
    call = locate(script, edit.function, edit.place, edit.argument)
    own = passed(script, call, edit.function, edit.argument)
    hiding = may_hide(script, call, edit.argument) if own is None else []
    if len(hiding) == 1 and isinstance(hiding[0].value, cst.Name | cst.Attribute | cst.Subscript):
        held = f'{script.text(hiding[0].value)}["{edit.argument}"]'
        return with_entry(script, hiding[0].value, edit.argument, template.format(held))
    wanted = (
        edit.old if isinstance(edit, ReplaceListItem) else edit.beside if isinstance(edit, AddListItem) else edit.item
    )
    if own is None or all_written(script, own.value):
        raise CannotEdit(
            _(
                "No call of `{function}` in this file has a `{argument}` to change for `{wanted}`. "
                "Change it where the call is made.",
                function=edit.function,
                argument=edit.argument,
                wanted=wanted,
            )
        )
    return [
        Splice(*script.span(value.value), template.format(_unpackable(script, value.value, template)))
        for _, value in _alike(script, edit, own)
    ]


def _alike(script: Script, edit: ListEdit, own: Passed) -> list[tuple[cst.Call, Passed]]:
    text = script.text(own.value)
    return [(call, value) for call, value in _passing(script, edit) if script.text(value.value) == text]


def _unpackable(script: Script, value: cst.BaseExpression, template: str) -> str:
    text = script.text(value)
    return whole(text) if "*{}" in template or isinstance(value, cst.IfExp | cst.Lambda) else text
