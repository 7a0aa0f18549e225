"""Where to write a new value: in the call, or where the variable, the entry or the option behind it is defined."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import Assignment

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.origins import origin
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.splice import Splice
from tfwizard.language import _

#: What declares a command line option: its default is a plain value.
OPTIONS = frozenset({"add_argument", "set_defaults"})


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value written at `at`: where names that it needs must be known."""

    splice: Splice
    at: cst.CSTNode


def replace_value(script: Script, old: cst.BaseExpression, new: str) -> NewValue:
    """Write `new` for the expression `old`: where its value is written, when nothing else reads that."""
    seen = {old}
    while (source := origin(script, old)) is not None and source not in seen:
        if not _known_there(script, new, source, old) or not (_is_literal(new) or _same_block(script, source, old)):
            break
        seen.add(source)
        old = source
    keep_names(script, old)
    return NewValue(Splice(*script.span(old), new), old)


def keep_names(script: Script, gone: cst.BaseExpression) -> None:
    """Refuse to take out an expression that gives a name to something used elsewhere: `rate := 1e-3`."""
    for node in script.nodes(gone):
        if isinstance(node, cst.NamedExpr) and isinstance(node.target, cst.Name) and script.uses(node.target):
            raise CannotEdit(
                _(
                    "`{text}` on line {line} gives a name that is used elsewhere. Give it on a line of its own first.",
                    text=script.text(node),
                    line=script.line(node),
                )
            )


def written_at(script: Script, value: cst.BaseExpression) -> cst.BaseExpression:
    """The expression that gives `value` what it is, followed back as far as nothing else reads it."""
    seen = {value}
    while (source := origin(script, value)) is not None and source not in seen:
        seen.add(source)
        value = source
    return value


def _known_there(script: Script, new: str, there: cst.CSTNode, here: cst.CSTNode) -> bool:
    """Whether the names in `new` are bound by the time `there` runs, or bound nowhere yet (an import to come)."""
    names = {node.id for node in ast.walk(ast.parse(new, mode="eval")) if isinstance(node, ast.Name)}
    scope, start = script.scope(there), script.span(there)[0]
    for name in names:
        bound = [found for found in scope[name] if isinstance(found, Assignment)]
        if not bound and any(isinstance(found, Assignment) for found in script.scope(here)[name]):
            return False
        if bound and all(found.scope is scope and script.span(found.node)[0] > start for found in bound):
            return False
    return True


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def _same_block(script: Script, there: cst.CSTNode, here: cst.CSTNode) -> bool:
    """Whether both run equally often, and in the same `with`: an object made once is no object made for each model."""
    return _block(script, there) is _block(script, here) and not _is_option(script, there)


def _block(script: Script, node: cst.CSTNode) -> cst.CSTNode | None:
    current: cst.CSTNode | None = node
    while current is not None and not isinstance(current, cst.BaseSuite | cst.Module | cst.Lambda):
        current = script.parent(current)
    return current


def _is_option(script: Script, default: cst.CSTNode) -> bool:
    call = script.parent(script.parent(default) or default)
    return isinstance(call, cst.Call) and (called_name(call) or "") in OPTIONS
