"""Where to write a new value: in the call, or where the variable or the option behind it is defined."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import Assignment

from tfwizard.fixes.calls import called_name, passed
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.strings import literal


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value written at `at`: where names that it needs must be known."""

    splice: Splice
    at: cst.CSTNode


def replace_value(script: Script, old: cst.BaseExpression, new: str) -> NewValue:
    """Write `new` for the expression `old`: at its definition when it is a variable that nothing else uses."""
    source = _source_of(script, old, new)
    if source is not None:
        return replace_value(script, source, new)
    return NewValue(Splice(*script.span(old), new), old)


def _source_of(script: Script, old: cst.BaseExpression, new: str) -> cst.BaseExpression | None:
    if isinstance(old, cst.Name):
        definition = script.definition(old)
        if definition is None or definition.value is None or len(script.uses(old)) != 1:
            return None
        return definition.value if _known_there(script, new, definition.value, old) else None
    if isinstance(old, cst.Attribute) and isinstance(old.value, cst.Name) and _is_literal(new):
        return _option_default(script, old.value, old.attr.value)
    return None


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


def _option_default(script: Script, namespace: cst.Name, option: str) -> cst.BaseExpression | None:
    """The default in `add_argument("--lr", default=…)` for `args.lr`, when exactly one option is stored there."""
    definition = script.definition(namespace)
    if definition is not None:
        parsed = definition.value
        if not isinstance(parsed, cst.Call) or called_name(parsed) not in ("parse_args", "parse_known_args"):
            return None
    options = [call for call in script.calls() if called_name(call) == "add_argument" and _stored_as(call) == option]
    if len(options) != 1:
        return None
    default = passed(script, options[0], "add_argument", "default")
    return default.value if default is not None else None


def _stored_as(call: cst.Call) -> str | None:
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == "dest":
            return literal(arg.value)
    flags = [literal(arg.value) for arg in call.args if arg.keyword is None and not arg.star]
    long = [flag for flag in flags if flag is not None and flag.startswith("--")]
    return long[0].removeprefix("--").replace("-", "_") if long else None
