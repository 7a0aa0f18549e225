"""The statement that runs at a place."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from tfwizard.facts import Place
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.script import Script
from tfwizard.fixes.toplevel import Statement, start_of
from tfwizard.language import _


@dataclass(frozen=True, slots=True)
class At:
    """A statement. `small` is the plain one that the place is in, None where it is the head of a block.

    `shares_line` is true in `y = 1; z = 2` and `if x: y = 1`: what is put beside the small statement goes into its line.
    """

    statement: Statement
    small: cst.BaseSmallStatement | None
    shares_line: bool


def statement_at(script: Script, place: Place) -> At:
    """The innermost statement that runs at a place."""
    offset = script.offset(place)
    found: Statement | None = None
    for node in script.nodes():
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            end = script.span(node)[1]
            if offset is not None and not start_of(script, node) <= offset <= end:
                continue
            if script.line_at(start_of(script, node)) <= place.line <= script.line_at(end):
                found = node  # nodes come from the outside in
    if found is None:
        raise CannotEdit(_("No statement stands on line {line}. Make the change by hand.", line=place.line))
    small = _small(script, found, place, offset)
    shares = small is not None and not (isinstance(found, cst.SimpleStatementLine) and len(found.body) == 1)
    return At(found, small, shares)


def _small(script: Script, found: Statement, place: Place, offset: int | None) -> cst.BaseSmallStatement | None:
    if isinstance(found, cst.SimpleStatementLine):
        plain = list(found.body)
    else:
        suites = [node for node in script.nodes(found) if isinstance(node, cst.SimpleStatementSuite)]
        plain = [one for suite in suites for one in suite.body]
    if len(plain) == 1 and isinstance(found, cst.SimpleStatementLine):
        return plain[0]
    spans = [(one, script.span(one)) for one in plain]
    if offset is not None:
        return next((one for one, (start, end) in spans if start <= offset < end), None)
    near = [one for one, (start, end) in spans if script.line_at(start) <= place.line <= script.line_at(end)]
    if not near:
        return None
    raise CannotEdit(
        _("More than one statement stands on line {line}. Put each on a line of its own.", line=place.line)
    )
