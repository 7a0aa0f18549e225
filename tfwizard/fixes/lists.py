"""The literals behind an argument that is a list of strings, one string, or a variable that holds either."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from tfwizard.fixes.calls import called_name
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.items import element_items
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.strings import literal, quote_of

Sequence = cst.List | cst.Tuple


@dataclass(frozen=True, slots=True)
class Literal:
    """A list or a string as it is written, and the variable `via` that the call reads it through."""

    node: Sequence | cst.SimpleString | cst.ConcatenatedString
    via: cst.Name | None

    @property
    def members(self) -> list[cst.BaseExpression]:
        """The expressions in it; a lone string is its own member."""
        if isinstance(self.node, Sequence):
            return [element.value for element in self.node.elements if isinstance(element, cst.Element)]
        return [self.node]


def literals_of(script: Script, value: cst.BaseExpression, via: cst.Name | None = None) -> list[Literal]:
    """The literals that make up a value; none where it is computed."""
    if isinstance(value, Sequence | cst.SimpleString | cst.ConcatenatedString):
        return [Literal(value, via)]
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        sides = [*literals_of(script, value.left, via), *literals_of(script, value.right, via)]
        return sides if all(isinstance(side.node, Sequence) for side in sides) else []
    if isinstance(value, cst.Name) and via is None:
        definition = script.definition(value)
        if definition is not None and definition.value is not None:
            return literals_of(script, definition.value, value)
    return []


def text_of(script: Script, member: cst.BaseExpression) -> str | None:
    """The string that a member of a list stands for, through a variable too."""
    if isinstance(member, cst.Name):
        definition = script.definition(member)
        return literal(definition.value) if definition is not None and definition.value is not None else None
    return literal(member)


def position_in(script: Script, held: Literal, wanted: str) -> int | None:
    """Where a string stands among the members."""
    for index, member in enumerate(held.members):
        if text_of(script, member) == wanted:
            return index
    return None


def quote_for(script: Script, held: Literal, index: int) -> str:
    """The quote character of the member at `index`, or of its neighbours, or else of the file."""
    members = held.members
    for node in [*members[index : index + 1], *members, *script.nodes()]:
        quote = quote_of(node)
        if quote is not None:
            return quote
    return '"'


def shared(script: Script, held: Literal, function: str) -> bool:
    """Whether the variable behind a list goes anywhere but into calls of `function`, so that more would change.

    A list that is appended to, or is part of a sum, cannot be written out anew: those do not count as shared.
    """
    definition = script.definition(held.via) if held.via is not None else None
    if held.via is None or definition is None or definition.value is not held.node:
        return False
    uses = [script.parent(use) for use in script.uses(held.via)]
    if any(isinstance(use, cst.Attribute) for use in uses):
        return False
    return not all(_goes_into(script, use, {function, "print", "len"}) for use in uses)


def written_out(script: Script, held: Literal, texts: list[str]) -> Splice:
    """The list with these members, written into the call in place of the variable."""
    assert held.via is not None
    comma = "," if isinstance(held.node, cst.Tuple) and len(texts) == 1 else ""
    inner = ", ".join(texts) + comma
    return Splice(*script.span(held.via), f"({inner})" if isinstance(held.node, cst.Tuple) else f"[{inner}]")


def without(script: Script, held: Literal, index: int, function: str) -> list[Splice]:
    """Take a member out of a list: where the list is defined, or in the call when the variable is used elsewhere."""
    assert isinstance(held.node, Sequence)
    if shared(script, held, function):
        texts = [script.text(member) for member in held.node.elements]
        return [written_out(script, held, texts[:index] + texts[index + 1 :])]
    if isinstance(held.node, cst.Tuple) and len(held.node.elements) == 2:
        # One element keeps a comma behind it, or it is no tuple any more.
        rest = script.text(held.node.elements[1 - index])
        return [Splice(*script.span(held.node), f"({rest},)")]
    return element_items(script, held.node).remove(index)


def computed(script: Script, value: cst.BaseExpression, argument: str) -> CannotEdit:
    """The refusal for a value that no literal in the file holds."""
    node: cst.CSTNode = value
    if isinstance(value, cst.Name):
        node = next((found.node for found in script.assignments(value)), value)
    return CannotEdit(f"The value of `{argument}` is computed on line {script.line(node)}; change it there.")


def _goes_into(script: Script, parent: cst.CSTNode | None, functions: set[str]) -> bool:
    call = script.parent(parent) if isinstance(parent, cst.Arg) else None
    return isinstance(call, cst.Call) and called_name(call) in functions
