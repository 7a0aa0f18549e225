"""Put an expression around what an argument is given."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.calls import locate
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.expressions import between_commas, stands_alone, whole
from tfwizard.fixes.imports import needed_imports
from tfwizard.fixes.passed import may_hide, passed, with_entry
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice
from tfwizard.language import _
from tfwizard.source_edits import WrapArgument


def wrap_argument(script: Script, edit: WrapArgument) -> list[Splice]:
    """The splices for one WrapArgument."""
    call = locate(script, edit.function, edit.place, edit.argument)
    found = passed(script, call, edit.function, edit.argument)
    if found is None and (hiding := may_hide(script, call, edit.argument)) and len(hiding) == 1:
        return [*_in_dict(script, hiding[0].value, edit), *needed_imports(script, edit.imports, call)]
    if found is None:
        raise CannotEdit(
            _(
                "The call of `{function}` on line {line} does not pass `{argument}` itself. Change it where it is set.",
                function=edit.function,
                line=script.line(call),
                argument=edit.argument,
            )
        )
    start, end = script.span(found.value)
    old = script.source[start:end]
    held = between_commas(old) if stands_alone(edit.template) else whole(old)
    before, _braces, after = edit.template.partition("{}")
    imports = needed_imports(script, edit.imports, found.value)
    if "{}" in after:
        return [Splice(start, end, edit.template.replace("{}", held)), *imports]
    # Two insertions: what stands between them keeps its place for the edits that follow.
    edges = held.split(old, 1)
    around = [Splice(start, start, before + edges[0]), Splice(end, end, edges[1] + after)]
    return [*(one for one in around if one.text), *imports]


def _in_dict(script: Script, unpacked: cst.BaseExpression, edit: WrapArgument) -> list[Splice]:
    """The same for what an unpacked dict holds: another entry behind it, which counts."""
    held: cst.CSTNode = unpacked
    if isinstance(unpacked, cst.Dict):
        starred = [one.value for one in unpacked.elements if isinstance(one, cst.StarredDictElement)]
        held = starred[0] if len(starred) == 1 else unpacked
    if not isinstance(held, cst.Name | cst.Attribute | cst.Subscript):
        raise CannotEdit(
            _(
                "`{argument}` is in `{text}` on line {line}. Change it where that is made.",
                argument=edit.argument,
                text=script.text(held),
                line=script.line(held),
            )
        )
    value = edit.template.replace("{}", f'{script.text(held)}["{edit.argument}"]')
    return with_entry(script, unpacked, edit.argument, value)
