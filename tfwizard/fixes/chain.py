"""Put a method call into a chain of them."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.calls import locate
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice, line_start
from tfwizard.language import _
from tfwizard.source_edits import ChainMethod


def chain_method(script: Script, edit: ChainMethod) -> list[Splice]:
    """The splices for one ChainMethod."""
    call = locate(script, edit.function, edit.place, "")
    if not isinstance(call.func, cst.Attribute):
        raise CannotEdit(
            _(
                "`{function}` on line {line} is no method. Add `.{call}` by hand.",
                function=edit.function,
                line=script.line(call),
                call=edit.call,
            )
        )
    dot = script.span(call.func.dot)[0]
    start = line_start(script.source, dot)
    indent = script.source[start:dot]
    if indent.strip():
        return [Splice(dot, dot, f".{edit.call}")]
    # In parentheses a line may just end; elsewhere the chain goes on behind a backslash.
    joined = script.source[:start].rstrip("\r\n").endswith("\\")
    return [Splice(dot, dot, f".{edit.call}" + (" \\" if joined else "") + script.newline + indent)]
