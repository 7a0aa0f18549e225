"""The literals behind an argument that is a list of strings, one string, or a variable that holds either."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.items import element_items
from tfwizard.fixes.origins import content, origin
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.strings import literal, quote_of
from tfwizard.language import _

Sequence = cst.List | cst.Tuple


@dataclass(frozen=True, slots=True)
class Literal:
    """A list or a string as it is written, and the variable, entry or attribute `via` that the call reads it through."""

    node: Sequence | cst.SimpleString | cst.ConcatenatedString
    via: cst.BaseExpression | None

    @property
    def members(self) -> list[cst.BaseExpression]:
        """The expressions in it; a lone string is its own member."""
        if isinstance(self.node, Sequence):
            return [element.value for element in self.node.elements if isinstance(element, cst.Element)]
        return [self.node]


def literals_of(
    script: Script, value: cst.BaseExpression, via: cst.BaseExpression | None = None, steps: int = 8
) -> list[Literal]:
    """The literals that make up a value; none where it is computed. A list that is made of itself ends the search."""
    if not steps:
        return []
    if isinstance(value, Sequence):
        inner = [one.value for one in value.elements if isinstance(one, cst.StarredElement)]
        return [Literal(value, via), *(found for one in inner for found in literals_of(script, one, via, steps - 1))]
    if isinstance(value, cst.SimpleString | cst.ConcatenatedString):
        return [Literal(value, via)]
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        sides = [*literals_of(script, value.left, via, steps - 1), *literals_of(script, value.right, via, steps - 1)]
        return sides if all(isinstance(side.node, Sequence) for side in sides) else []
    if isinstance(value, cst.NamedExpr):
        return literals_of(script, value.value, via, steps - 1)
    if isinstance(value, cst.IfExp):
        return [*literals_of(script, value.body, via, steps - 1), *literals_of(script, value.orelse, via, steps - 1)]
    if isinstance(value, cst.Call) and called_name(value) in ("list", "tuple") and len(value.args) == 1:
        return literals_of(script, value.args[0].value, via, steps - 1)
    there = content(script, value)
    return literals_of(script, there, via or value, steps - 1) if there is not value else []


def text_of(script: Script, member: cst.BaseExpression) -> str | None:
    """The string that a member of a list stands for, through a variable too."""
    return literal(content(script, member))


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
    """Whether what the call reads a list through goes anywhere but into calls of `function`, so that more would change.

    A list that is appended to cannot be written out anew: it does not count as shared.
    """
    if held.via is None or content(script, held.via) is not held.node:
        return False
    if not isinstance(held.via, cst.Name) or script.definition(held.via) is None:
        return origin(script, held.via) is None and not isinstance(held.via, cst.Name)
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
    summed = script.parent(held.node)
    if isinstance(summed, cst.BinaryOperation) and len(held.node.elements) == 1:
        rest = summed.left if summed.right is held.node else summed.right
        return [Splice(*script.span(summed), script.text(rest))]
    if isinstance(held.node, cst.Tuple) and len(held.node.elements) == 2:
        # One element keeps a comma behind it, or it is no tuple any more.
        rest_text = script.text(held.node.elements[1 - index])
        return [Splice(*script.span(held.node), f"({rest_text},)")]
    return element_items(script, held.node).remove(index)


def is_all(script: Script, held: Literal) -> bool:
    """Whether a list, or the string in its place, has no other member, and nothing is added to it."""
    alone = not isinstance(held.node, Sequence) or len(held.node.elements) == 1
    return alone and not isinstance(script.parent(held.node), cst.BinaryOperation | cst.StarredElement)


def all_written(script: Script, value: cst.BaseExpression, steps: int = 8) -> bool:
    """Whether a value is made of literals alone, so that what does not stand in them is not in it."""
    if not steps:
        return False
    if isinstance(value, Sequence):
        inner = [one.value for one in value.elements if isinstance(one, cst.StarredElement)]
        members = Literal(value, None).members
        return all(text_of(script, one) for one in members) and all(
            all_written(script, one, steps - 1) for one in inner
        )
    if isinstance(value, cst.BinaryOperation):
        return all_written(script, value.left, steps - 1) and all_written(script, value.right, steps - 1)
    if isinstance(value, cst.SimpleString | cst.ConcatenatedString):
        return True
    if isinstance(value, cst.Name) and any(isinstance(script.parent(use), cst.Attribute) for use in script.uses(value)):
        return False  # a list may be appended to
    there = content(script, value)
    return there is not value and all_written(script, there, steps - 1)


def computed(script: Script, value: cst.BaseExpression, argument: str) -> CannotEdit:
    """The refusal for a value that no literal in the file holds."""
    node: cst.CSTNode = value
    if isinstance(value, cst.Name):
        node = next((found.node for found in script.assignments(value)), value)
    return CannotEdit(
        _(
            "The value of `{argument}` is computed on line {line}; change it there.",
            argument=argument,
            line=script.line(node),
        )
    )


def _goes_into(script: Script, parent: cst.CSTNode | None, functions: set[str]) -> bool:
    while isinstance(parent, cst.StarredElement | cst.List | cst.Tuple | cst.BinaryOperation):
        parent = script.parent(parent)
    call = script.parent(parent) if isinstance(parent, cst.Arg) else None
    return isinstance(call, cst.Call) and called_name(call) in functions
