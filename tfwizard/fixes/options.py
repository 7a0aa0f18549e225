"""The defaults of command line options: argparse, click and absl."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.strings import literal

PARSING = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})


def default_of(script: Script, name: str, declared_by: str = "add_argument") -> cst.BaseExpression | None:
    """The default of the one option that is stored under `name`; None where there is none or more than one."""
    defaults = [
        arg.value
        for call in script.calls()
        if called_name(call) == "set_defaults"
        for arg in call.args
        if arg.keyword is not None and arg.keyword.value == name
    ]
    if defaults:
        return defaults[0] if len(defaults) == 1 else None
    options = [call for call in script.calls() if called_name(call) == declared_by and _stored_as(call) == name]
    flags = [
        call for call in script.calls() if (called_name(call) or "").startswith("DEFINE_") and _first(call) == name
    ]
    if len(options) + len(flags) != 1:
        return None
    for arg in (options or flags)[0].args:
        if arg.keyword is not None and arg.keyword.value == "default":
            return arg.value
    return flags[0].args[1].value if flags and len(flags[0].args) > 1 and flags[0].args[1].keyword is None else None


def is_parsed(script: Script, value: cst.BaseExpression, steps: int = 8) -> bool:
    """Whether a value is what a parser of the command line gives, through a function of this file too."""
    if not steps:
        return False
    if isinstance(value, cst.Name):
        definition = script.definition(value)
        return (
            definition is not None and definition.value is not None and is_parsed(script, definition.value, steps - 1)
        )
    if isinstance(value, cst.Attribute):
        return value.attr.value == "FLAGS"
    if not isinstance(value, cst.Call):
        return False
    if called_name(value) in PARSING:
        return True
    makers = [node for node in script.every(cst.FunctionDef) if node.name.value == called_name(value)]
    if len(makers) != 1:
        return False
    returned = [node.value for node in script.nodes(makers[0]) if isinstance(node, cst.Return)]
    return len(returned) == 1 and returned[0] is not None and is_parsed(script, returned[0], steps - 1)


def _stored_as(call: cst.Call) -> str | None:
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == "dest":
            return literal(arg.value)
    flags = [text for arg in call.args if arg.keyword is None and not arg.star and (text := literal(arg.value))]
    named = [flag for flag in flags if flag.startswith("--")] or flags
    return named[0].lstrip("-").replace("-", "_") if named else None


def _first(call: cst.Call) -> str | None:
    return literal(call.args[0].value) if call.args else None
