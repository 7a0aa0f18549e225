"""Give an argument of a call another value, or add it."""

from __future__ import annotations

import ast
from dataclasses import replace

import libcst as cst

from tfwizard.fixes.calls import locate
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.imports import needed_imports
from tfwizard.fixes.items import call_items
from tfwizard.fixes.names import parsed
from tfwizard.fixes.objects import merged, through_module
from tfwizard.fixes.passed import Passed, may_hide, passed, with_entry
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.signatures import MAKERS, UNSURE
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.values import NewValue, replace_value
from tfwizard.language import _
from tfwizard.source_edits import SetArgument


def set_argument(script: Script, edit: SetArgument) -> list[Splice]:
    """The splices for one SetArgument; none where the argument has this value already."""
    _check_value(edit.value)
    call = locate(script, edit.function, edit.place, edit.argument)
    maker = called_name(call) or ""
    if (maker, edit.argument) in MAKERS:
        edit = replace(edit, function=maker, argument=MAKERS[maker, edit.argument])
    found = passed(script, call, edit.function, edit.argument)
    if found is None:
        edit = _in_this_file(script, None, edit)
        return [*_added(script, call, edit), *needed_imports(script, edit.imports, call)]
    kept = merged(script, found.value, edit.value)
    if kept is not None:
        return kept
    edit = _in_this_file(script, replace_value(script, found.value, edit.value).at, edit)
    if found.style == "positional" and (edit.function, edit.argument) in UNSURE:
        new = _as_keyword(script, call, found, edit)
    else:
        new = replace_value(script, found.value, edit.value)
    if script.source[new.splice.start : new.splice.end] == new.splice.text:
        return []
    return [new.splice, *needed_imports(script, edit.imports, new.at)]


def _in_this_file(script: Script, old: cst.CSTNode | None, edit: SetArgument) -> SetArgument:
    written = through_module(script, old, edit.value, edit.imports)
    return edit if written is None else replace(edit, value=written, imports=())


def _added(script: Script, call: cst.Call, edit: SetArgument) -> list[Splice]:
    hiding = may_hide(script, call, edit.argument)
    if not hiding:
        return call_items(script, call).append(f"{edit.argument}={edit.value}")
    if len(hiding) > 1:
        unpacked = _(" and ").join(f"`{script.text(arg)}`" for arg in hiding)
        raise CannotEdit(
            _(
                "The call of `{function}` on line {line} passes {unpacked}, of which one may hold "
                "`{argument}`. Set it there by hand.",
                function=edit.function,
                line=script.line(call),
                unpacked=unpacked,
                argument=edit.argument,
            )
        )
    # Beside it, a second `argument=` would be an error; within, the last one counts.
    return with_entry(script, hiding[0].value, edit.argument, edit.value)


def _check_value(value: str) -> None:
    # A person may have typed it. Within a call, `1, b=2` and `1  # one` would be more than a value.
    try:
        body = parsed(f"f(a={value})").body
    except (SyntaxError, ValueError):
        body = []
    match body:
        case [ast.Expr(value=ast.Call(func=ast.Name(), args=[], keywords=[_]))]:
            return
    raise CannotEdit(
        _("`{value}` is not one Python value. Write it as it would stand behind `=` in a call.", value=value)
    )


def _as_keyword(script: Script, call: cst.Call, found: Passed, edit: SetArgument) -> NewValue:
    if any(arg.keyword is None and arg.star != "**" for arg in call.args[found.index + 1 :]):
        raise CannotEdit(
            _(
                "`{function}` on line {line} passes its arguments without their names, and their order "
                "differs between Keras versions. Write `{argument}={value}` by hand.",
                function=edit.function,
                line=script.line(call),
                argument=edit.argument,
                value=edit.value,
            )
        )
    return NewValue(Splice(*script.span(found.value), f"{edit.argument}={edit.value}"), call)
