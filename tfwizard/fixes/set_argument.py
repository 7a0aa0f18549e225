"""Give an argument of a call another value, or add it."""

from __future__ import annotations

import ast

import libcst as cst

from tfwizard.findings import SetArgument
from tfwizard.fixes.calls import Passed, locate, passed
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.imports import needed_imports
from tfwizard.fixes.items import call_items
from tfwizard.fixes.names import parsed
from tfwizard.fixes.script import Script
from tfwizard.fixes.signatures import UNSURE
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.values import NewValue, replace_value


def set_argument(script: Script, edit: SetArgument) -> list[Splice]:
    """The splices for one SetArgument; none where the argument has this value already."""
    _check_value(edit.value)
    call = locate(script, edit.function, edit.place, edit.argument)
    found = passed(script, call, edit.function, edit.argument)
    if found is None:
        written = call_items(script, call).append(f"{edit.argument}={edit.value}")
        return [*written, *needed_imports(script, edit.imports, call)]
    if found.style == "positional" and (edit.function, edit.argument) in UNSURE:
        new = _as_keyword(script, call, found, edit)
    else:
        new = replace_value(script, found.value, edit.value)
    if script.source[new.splice.start : new.splice.end] == new.splice.text:
        return []
    return [new.splice, *needed_imports(script, edit.imports, new.at)]


def _check_value(value: str) -> None:
    # A person may have typed it. Within a call, `1, b=2` and `1  # one` would be more than a value.
    try:
        body = parsed(f"f(a={value})").body
    except (SyntaxError, ValueError):
        body = []
    match body:
        case [ast.Expr(value=ast.Call(func=ast.Name(), args=[], keywords=[_]))]:
            return
    raise CannotEdit(f"`{value}` is not one Python value. Write it as it would stand behind `=` in a call.")


def _as_keyword(script: Script, call: cst.Call, found: Passed, edit: SetArgument) -> NewValue:
    if any(arg.keyword is None and arg.star != "**" for arg in call.args[found.index + 1 :]):
        raise CannotEdit(
            f"`{edit.function}` on line {script.line(call)} passes its arguments without their names, and their order "
            f"differs between Keras versions. Write `{edit.argument}={edit.value}` by hand."
        )
    return NewValue(Splice(*script.span(found.value), f"{edit.argument}={edit.value}"), call)
