"""Put statements behind or before the statement at a place, or repeat one elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import Assignment

from tfwizard.facts import Place
from tfwizard.findings import CopyStatement, InsertAfter, InsertBefore
from tfwizard.fixes.calls import begins
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.imports import needed_imports
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice, line_start, next_line
from tfwizard.fixes.toplevel import Statement, start_of

LEAVING = (cst.Return, cst.Raise, cst.Break, cst.Continue)


def insert_after(script: Script, edit: InsertAfter) -> list[Splice]:
    """The splices for one InsertAfter."""
    statement = statement_at(script, edit.place)
    if not isinstance(statement, cst.SimpleStatementLine):
        raise CannotEdit(
            f"Line {edit.place.line} begins a block, so nothing can stand right behind it. Edit it by hand."
        )
    if isinstance(statement.body[-1], LEAVING):
        raise CannotEdit(f"Line {edit.place.line} leaves its block: give the value a name first, and go on with it.")
    lines = edit.statements
    if any("{target}" in line for line in lines):
        target = _target(script, statement, edit.place)
        lines = tuple(line.replace("{target}", target) for line in lines)
    if _stands_behind(script, statement, lines):
        return []
    at = next_line(script.source, script.span(statement)[1])
    block = _block(script, lines, _indent(script, statement))
    if not script.source[:at].endswith(("\n", "\r")):
        block = script.newline + block.removesuffix(script.newline)
    return [*needed_imports(script, edit.imports, statement), Splice(at, at, block)]


def insert_before(script: Script, edit: InsertBefore) -> list[Splice]:
    """The splices for one InsertBefore."""
    statement = statement_at(script, edit.place)
    return [
        *needed_imports(script, edit.imports, statement),
        _put_before(script, statement, _block(script, edit.statements, _indent(script, statement))),
    ]


def copy_statement(script: Script, edit: CopyStatement) -> list[Splice]:
    """The splices for one CopyStatement."""
    source, target = statement_at(script, edit.place), statement_at(script, edit.before)
    if not isinstance(source, cst.SimpleStatementLine) or len(source.body) != 1:
        raise CannotEdit(f"Line {edit.place.line} is not one plain statement. Repeat it by hand.")
    if source is target:
        raise CannotEdit(f"Line {edit.place.line} cannot be repeated before itself.")
    _same_names(script, source, target)
    old, new = _indent(script, source), _indent(script, target)
    return [_put_before(script, target, new + _reindented(script, source, old, new) + script.newline)]


def statement_at(script: Script, place: Place) -> Statement:
    """The innermost statement that runs at a place, alone on its lines."""
    offset = script.offset(place)
    found: Statement | None = None
    for node in script.nodes():
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            start, end = script.span(node)
            if offset is not None and not start_of(script, node) <= offset <= end:
                continue
            if script.line_at(start_of(script, node)) <= place.line <= script.line_at(end):
                found = node  # nodes come from the outside in
    if found is None:
        raise CannotEdit(f"No statement stands on line {place.line}. Make the change by hand.")
    start = start_of(script, found)
    if script.source[line_start(script.source, start) : start].strip() or _in_one_line(script, found, place):
        raise CannotEdit(f"More than one statement stands on line {place.line}. Put each on a line of its own.")
    return found


def _in_one_line(script: Script, found: Statement, place: Place) -> bool:
    """Whether the place is within `if x: y = 1` or `y = 1; z = 2`, where nothing can be put between."""
    if isinstance(found, cst.SimpleStatementLine):
        return len(found.body) > 1
    suites = (node for node in script.nodes(found) if isinstance(node, cst.SimpleStatementSuite))
    return any(script.line(suite) <= place.line <= script.line_at(script.span(suite)[1]) for suite in suites)


# --- the text ---------------------------------------------------------------------------------------------------------


def _indent(script: Script, statement: Statement) -> str:
    start = start_of(script, statement)
    return script.source[line_start(script.source, start) : start]


def _block(script: Script, statements: Sequence[str], indent: str) -> str:
    lines = [line for statement in statements for line in statement.split("\n")]
    return "".join((indent + line if line else "") + script.newline for line in lines)


def _put_before(script: Script, statement: Statement, block: str) -> Splice:
    if isinstance(script.parent(statement), cst.If | cst.Try):
        raise CannotEdit(f"Line {script.line(statement)} continues a block, so nothing can stand before it.")
    at = line_start(script.source, start_of(script, statement))
    return Splice(at, at, block)


def _reindented(script: Script, statement: Statement, old: str, new: str) -> str:
    text = script.text(statement)
    if old == new or ("\n" not in text and "\r" not in text):
        return text
    strings = (node for node in script.nodes(statement) if isinstance(node, cst.SimpleString | cst.FormattedString))
    if any("\n" in script.text(node) for node in strings):
        raise CannotEdit(
            f"The statement on line {script.line(statement)} holds a text over several lines. Repeat it by hand."
        )
    lines = text.splitlines(keepends=True)
    return "".join([lines[0], *(new + line.removeprefix(old) if line.startswith(old) else line for line in lines[1:])])


def _stands_behind(script: Script, statement: Statement, lines: Sequence[str]) -> bool:
    block = script.parent(statement)
    body = list(getattr(block, "body", ()))
    index = body.index(statement)
    return [script.text(one) for one in body[index + 1 : index + 1 + len(lines)]] == list(lines)


# --- names ------------------------------------------------------------------------------------------------------------


def _target(script: Script, statement: cst.SimpleStatementLine, place: Place) -> str:
    """What the statement calls the value that is made at the place."""
    made = statement.body[0]
    found: cst.BaseExpression | None = None
    if isinstance(made, cst.Assign):
        found = _matching(script, made.targets[0].target, made.value, place)
    elif isinstance(made, cst.AnnAssign) and made.value is not None:
        found = _matching(script, made.target, made.value, place)
    else:
        named = [node for node in script.nodes(statement) if isinstance(node, cst.NamedExpr)]
        if len(named) == 1:
            found = _matching(script, named[0].target, named[0].value, place)
    if found is None:
        raise CannotEdit(f"Line {place.line} does not give its value a name of its own. Name it, and go on by hand.")
    text = script.text(found)
    return text[1:-1] if isinstance(found, cst.Name) and found.lpar else text


def _matching(
    script: Script, target: cst.BaseExpression, value: cst.BaseExpression, place: Place
) -> cst.BaseExpression | None:
    if isinstance(target, cst.Name | cst.Attribute | cst.Subscript):
        return target if any(_made_at(script, one, place) for one in _outcomes(value)) else None
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


def _made_at(script: Script, value: cst.BaseExpression, place: Place) -> bool:
    if not isinstance(value, cst.Call):
        return False
    offset = script.offset(place)
    if offset is not None and any(offset in begins(script, call) for call in script.calls()):
        return offset in begins(script, value)
    start, end = script.inner_span(value)
    return script.line_at(start) <= place.line <= script.line_at(end)


def _same_names(script: Script, source: Statement, target: Statement) -> None:
    for node in script.nodes(source):
        parent = script.parent(node)
        if not isinstance(node, cst.Name) or node in (getattr(parent, "keyword", None), getattr(parent, "attr", None)):
            continue
        here = {found for found in script.scope(node)[node.value] if isinstance(found, Assignment)}
        there = {found for found in script.scope(target)[node.value] if isinstance(found, Assignment)}
        if here != there:
            raise CannotEdit(
                f"`{node.value}` is not the same on line {script.line(source)} and line {script.line(target)}. "
                f"Repeat the statement by hand."
            )
