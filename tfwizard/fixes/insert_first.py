"""Put statements in front of the first import."""

from __future__ import annotations

import ast

import libcst as cst

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.names import parsed
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice, line_end, next_line
from tfwizard.fixes.toplevel import Statement, imports_now, prologue, sets_environment, start_of
from tfwizard.language import _
from tfwizard.source_edits import InsertFirst


def insert_first(script: Script, edit: InsertFirst) -> list[Splice]:
    """The splices for one InsertFirst."""
    body = list(script.module.body)[prologue(script) :]
    wanted = {_meaning(statement): statement for statement in edit.statements}
    head = _head(script, body, set(wanted))
    meanings = [_meaning(script.text(statement)) for statement in head]
    there = [index for index, meaning in enumerate(meanings) if meaning in wanted]
    missing = [text for meaning, text in wanted.items() if meaning not in meanings]
    if not missing:
        begins = ", ".join(f"`{statement}`" for statement in edit.statements)
        raise CannotEdit(_("This is already there: the file begins with {begins}.", begins=begins))
    other = [splice for text in missing for splice in _with_value(script, head, text)]
    if other and len(other) == len(missing):
        return other
    if there:
        return _behind(script, body, there[-1], missing)
    first = next((statement for statement in body if imports_now(statement)), body[0] if body else None)
    if first is None:
        gap = "" if not script.source or script.source.endswith(("\n", "\r")) else script.newline
        return [Splice(len(script.source), len(script.source), gap + _block(script, missing))]
    start = start_of(script, first)
    return [Splice(start, start, _block(script, missing) + script.newline)]


def _with_value(script: Script, head: list[Statement], wanted: str) -> list[Splice]:
    """Give an assignment that is there already, with another value, the one that is wanted."""
    match parsed(wanted).body:
        case [ast.Assign(targets=[ast.Subscript() as target], value=value)]:
            where = ast.dump(target)
        case _:
            return []
    for statement in reversed(head):
        small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        if isinstance(small, cst.Assign) and len(small.targets) == 1:
            there = parsed(f"{script.text(small.targets[0].target)} = 0").body[0]
            if isinstance(there, ast.Assign) and ast.dump(there.targets[0]) == where:
                return [Splice(*script.span(small.value), ast.get_source_segment(wanted, value) or "")]
    return []


def _head(script: Script, body: list[Statement], wanted: set[str]) -> list[Statement]:
    """The statements that run before anything foreign is imported."""
    for index, statement in enumerate(body):
        if imports_now(statement) and _meaning(script.text(statement)) not in wanted:
            return body[:index]
    return body


def _behind(script: Script, body: list[Statement], index: int, missing: list[str]) -> list[Splice]:
    at = next_line(script.source, script.span(body[index])[1])
    following = body[index + 1] if index + 1 < len(body) else None
    if following is not None and sets_environment(script, following):
        start = start_of(script, following)
        return [Splice(start, start, "".join(line + script.newline for line in missing))]
    ended = script.source[:at].endswith(("\n", "\r"))
    blank_follows = not script.source[at : line_end(script.source, at)].strip()
    before = script.newline * (1 if ended else 2)
    return [Splice(at, at, before + _block(script, missing) + ("" if blank_follows else script.newline))]


def _block(script: Script, statements: list[str]) -> str:
    """The statements, with a blank line between the imports and the rest."""
    lines: list[str] = []
    for statement in statements:
        if lines and _is_import(lines[-1]) and not _is_import(statement):
            lines.append("")
        lines.append(statement)
    return "".join(line + script.newline for line in lines)


def _is_import(statement: str) -> bool:
    return statement.startswith(("import ", "from "))


def _meaning(statement: str) -> str:
    """The same for statements that differ in spelling only (quotes, spaces)."""
    try:
        return ast.dump(parsed(statement))
    except (SyntaxError, ValueError):
        return statement
