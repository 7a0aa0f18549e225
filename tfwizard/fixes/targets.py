"""What a statement calls the value that it makes."""

from __future__ import annotations

import libcst as cst

from tfwizard.facts import Place
from tfwizard.fixes.calls import begins
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.script import Script
from tfwizard.language import _


def target_of(script: Script, made: cst.BaseSmallStatement, place: Place) -> str:
    """What a statement calls the value that is made at the place."""
    found: cst.BaseExpression | None = None
    if isinstance(made, cst.Assign):
        found = _matching(script, made.targets[0].target, made.value, place)
    elif isinstance(made, cst.AnnAssign) and made.value is not None:
        found = _matching(script, made.target, made.value, place)
    else:
        named = [node for node in script.nodes(made) if isinstance(node, cst.NamedExpr)]
        if len(named) == 1:
            found = _matching(script, named[0].target, named[0].value, place)
    if found is None:
        raise CannotEdit(
            _("Line {line} does not give its value a name of its own. Name it, and go on by hand.", line=place.line)
        )
    text = script.text(found)
    return text[1:-1] if isinstance(found, cst.Name) and found.lpar else text


def _matching(
    script: Script, target: cst.BaseExpression, value: cst.BaseExpression, place: Place
) -> cst.BaseExpression | None:
    if isinstance(target, cst.Name | cst.Attribute | cst.Subscript):
        return target if any(is_made_at(script, one, place) for one in _outcomes(value)) else None
    pairs = isinstance(target, cst.Tuple | cst.List) and isinstance(value, cst.Tuple | cst.List)
    if not pairs or len(target.elements) != len(value.elements):  # type: ignore[attr-defined]
        return None
    matches = [
        found
        for left, right in zip(target.elements, value.elements, strict=True)  # type: ignore[attr-defined]
        if isinstance(left, cst.Element) and isinstance(right, cst.Element)
        if (found := _matching(script, left.value, right.value, place)) is not None
    ]
    return matches[0] if len(matches) == 1 else None


def _outcomes(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(value, cst.IfExp):
        return [*_outcomes(value.body), *_outcomes(value.orelse)]
    if isinstance(value, cst.NamedExpr):
        return _outcomes(value.value)
    return [value]


def is_made_at(script: Script, value: cst.BaseExpression | None, place: Place) -> bool:
    """Whether a value is what the call at the place gives."""
    if not isinstance(value, cst.Call):
        return False
    offset = script.offset(place)
    if offset is not None and any(offset in begins(script, call) for call in script.calls()):
        return offset in begins(script, value)
    start, end = script.inner_span(value)
    return script.line_at(start) <= place.line <= script.line_at(end)
