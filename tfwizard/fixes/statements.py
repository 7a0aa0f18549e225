"""Put statements behind or before the statement at a place, or repeat one elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import Assignment

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.imports import needed_imports
from tfwizard.fixes.names import is_free
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice, line_end, line_start, next_line
from tfwizard.fixes.statement_at import At, statement_at
from tfwizard.fixes.targets import is_made_at, target_of
from tfwizard.fixes.toplevel import Statement, start_of
from tfwizard.language import _
from tfwizard.source_edits import CopyStatement, InsertAfter, InsertBefore

#: For a value that the script returns without naming it.
NAMES = ("loaded", "loaded_here", *(f"loaded_{number}" for number in range(2, 100)))
LEAVING = (cst.Return, cst.Raise, cst.Break, cst.Continue)


def insert_after(script: Script, edit: InsertAfter) -> list[Splice]:
    """The splices for one InsertAfter."""
    at = statement_at(script, edit.place)
    if at.small is None:
        raise CannotEdit(
            _(
                "Line {line} begins a block, so nothing can stand right behind it. Edit it by hand.",
                line=edit.place.line,
            )
        )
    lines = edit.statements
    if isinstance(at.small, cst.Return) and not at.shares_line and is_made_at(script, at.small.value, edit.place):
        return _before_return(script, at.statement, at.small, edit)
    if isinstance(at.small, LEAVING):
        raise CannotEdit(
            _("Line {line} leaves its block: give the value a name first, and go on with it.", line=edit.place.line)
        )
    if any("{target}" in line for line in lines):
        target = target_of(script, at.small, edit.place)
        lines = tuple(line.replace("{target}", target) for line in lines)
    if _stands_behind(script, at, lines):
        return []
    imports = needed_imports(script, edit.imports, at.statement)
    if at.shares_line:
        end = script.span(at.small)[1]
        return [*imports, Splice(end, end, "".join(f"; {line}" for line in lines))]
    begin = next_line(script.source, script.span(at.statement)[1])
    block = _block(script, lines, _indent(script, at.statement))
    if not script.source[:begin].endswith(("\n", "\r")):
        block = script.newline + block.removesuffix(script.newline)
    return [*imports, Splice(begin, begin, block)]


def _before_return(script: Script, statement: Statement, leaving: cst.Return, edit: InsertAfter) -> list[Splice]:
    """Name what is returned, put the statements behind that, and return it by its name."""
    assert leaving.value is not None
    name = next(name for name in NAMES if is_free(script.source, name))
    start, (value, end) = script.span(leaving)[0], script.span(leaving.value)
    lines = [*(line.replace("{target}", name) for line in edit.statements), f"return {name}"]
    block = "".join(f"{script.newline}{_indent(script, statement)}{line}" for line in lines)
    behind = line_end(script.source, end)
    return [
        *needed_imports(script, edit.imports, statement),
        Splice(start, value, f"{name} = "),
        Splice(behind, behind, block),
    ]


def insert_before(script: Script, edit: InsertBefore) -> list[Splice]:
    """The splices for one InsertBefore."""
    at = statement_at(script, edit.place)
    indent = _indent(script, at.statement)
    text = "; ".join(edit.statements) if at.shares_line else _block(script, edit.statements, indent)
    return [*needed_imports(script, edit.imports, at.statement), _put_before(script, at, text)]


def copy_statement(script: Script, edit: CopyStatement) -> list[Splice]:
    """The splices for one CopyStatement."""
    source, target = statement_at(script, edit.place), statement_at(script, edit.before)
    if source.small is None:
        raise CannotEdit(_("Line {line} is not one plain statement. Repeat it by hand.", line=edit.place.line))
    if source.small is target.small:
        raise CannotEdit(_("Line {line} cannot be repeated before itself.", line=edit.place.line))
    _same_names(script, source.small, target.small or target.statement)
    old, new = _indent(script, source.statement), _indent(script, target.statement)
    text = _reindented(script, source.small, old, new)
    return [_put_before(script, target, text if target.shares_line else new + text + script.newline)]


# --- the text ---------------------------------------------------------------------------------------------------------


def _indent(script: Script, statement: Statement) -> str:
    start = start_of(script, statement)
    return script.source[line_start(script.source, start) : start]


def _block(script: Script, statements: Sequence[str], indent: str) -> str:
    lines = [line for statement in statements for line in statement.split("\n")]
    return "".join((indent + line if line else "") + script.newline for line in lines)


def _put_before(script: Script, at: At, text: str) -> Splice:
    if at.shares_line and at.small is not None:
        start = script.span(at.small)[0]
        return Splice(start, start, f"{text}; ")
    if isinstance(script.parent(at.statement), cst.If | cst.Try):
        raise CannotEdit(
            _("Line {line} continues a block, so nothing can stand before it.", line=script.line(at.statement))
        )
    start = line_start(script.source, start_of(script, at.statement))
    return Splice(start, start, text)


def _reindented(script: Script, statement: cst.CSTNode, old: str, new: str) -> str:
    text = script.text(statement)
    if old == new or ("\n" not in text and "\r" not in text):
        return text
    strings = (node for node in script.nodes(statement) if isinstance(node, cst.SimpleString | cst.FormattedString))
    if any("\n" in script.text(node) for node in strings):
        raise CannotEdit(
            _(
                "The statement on line {line} holds a text over several lines. Repeat it by hand.",
                line=script.line(statement),
            )
        )
    lines = text.splitlines(keepends=True)
    return "".join([lines[0], *(new + line.removeprefix(old) if line.startswith(old) else line for line in lines[1:])])


def _stands_behind(script: Script, at: At, lines: Sequence[str]) -> bool:
    block = script.parent(at.small or at.statement) if at.shares_line else script.parent(at.statement)
    body = list(getattr(block, "body", ()))
    index = body.index(at.small if at.shares_line else at.statement)
    return [script.text(one).rstrip("; ") for one in body[index + 1 : index + 1 + len(lines)]] == list(lines)


# --- names ------------------------------------------------------------------------------------------------------------


def _same_names(script: Script, source: cst.CSTNode, target: cst.CSTNode) -> None:
    for node in script.nodes(source):
        parent = script.parent(node)
        if not isinstance(node, cst.Name) or node in (getattr(parent, "keyword", None), getattr(parent, "attr", None)):
            continue
        here = {found for found in script.scope(node)[node.value] if isinstance(found, Assignment)}
        there = {found for found in script.scope(target)[node.value] if isinstance(found, Assignment)}
        if here != there:
            raise CannotEdit(
                _(
                    "`{name}` is not the same on line {line} and line {before}. Repeat the statement by hand.",
                    name=node.value,
                    line=script.line(source),
                    before=script.line(target),
                )
            )
