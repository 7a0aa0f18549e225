"""Take an argument out of a call."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.calls import locate
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.expressions import whole
from tfwizard.fixes.items import call_items
from tfwizard.fixes.passed import Passed, may_hide, passed
from tfwizard.fixes.script import Script
from tfwizard.fixes.signatures import name_at
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.values import keep_names
from tfwizard.language import _
from tfwizard.source_edits import RemoveArgument


def remove_argument(script: Script, edit: RemoveArgument) -> list[Splice]:
    """The splices for one RemoveArgument."""
    call = locate(script, edit.function, edit.place, edit.argument)
    found = passed(script, call, edit.function, edit.argument)
    if found is None and (hiding := may_hide(script, call, edit.argument)) and len(hiding) == 1:
        start, end = script.span(hiding[0].value)
        held = whole(script.source[start:end])
        rest = f'{{name: value for name, value in {held}.items() if name != "{edit.argument}"}}'
        return [Splice(start, end, rest)]
    if found is None:
        raise CannotEdit(
            _(
                "The call of `{function}` on line {line} does not pass `{argument}` itself. "
                "Take it out where it is set.",
                function=edit.function,
                line=script.line(call),
                argument=edit.argument,
            )
        )
    if found.style == "stored":
        raise CannotEdit(
            _(
                "`{argument}` is set on line {line}. Take that line out.",
                argument=edit.argument,
                line=script.line(found.value),
            )
        )
    keep_names(script, found.value)
    named = _name_the_following(script, call, found, edit) if found.style == "positional" else []
    return [*found.items.remove(found.index), *named]


def _name_the_following(script: Script, call: cst.Call, found: Passed, edit: RemoveArgument) -> list[Splice]:
    """What follows by position would move up, so it gets its keyword."""
    named: list[Splice] = []
    if found.items.open != call_items(script, call).open:
        raise CannotEdit(
            _(
                "`{argument}` is bound before the call on line {line}. Take it out by hand where that is.",
                argument=edit.argument,
                line=script.line(call),
            )
        )
    for index, arg in enumerate(call.args[found.index + 1 :], start=found.index + 1):
        if arg.keyword is not None or arg.star == "**":
            continue
        name = name_at(edit.function, index)
        if name is None or arg.star or _is_loss_weights(edit.function, index, arg):
            raise CannotEdit(
                _(
                    "In the call of `{function}` on line {line}, `{text}` follows "
                    "`{argument}` without its name. Write its name in front of it, then take `{argument}` out.",
                    function=edit.function,
                    line=script.line(call),
                    text=script.text(arg),
                    argument=edit.argument,
                )
            )
        start = script.span(arg)[0]
        named.append(Splice(start, start, f"{name}="))
    return named


def _is_loss_weights(function: str, index: int, arg: cst.Arg) -> bool:
    # The third argument of compile: metrics in tf_keras, loss_weights in Keras 3. Numbers are no metrics.
    content = arg.value.elements if isinstance(arg.value, cst.List | cst.Tuple) else ()
    return function == "compile" and index == 2 and any(isinstance(e.value, cst.BaseNumber) for e in content)
