"""Statements that configure devices: moved right behind the import that they use, or taken out."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import libcst as cst
from libcst.metadata import Assignment

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.splice import Splice, line_end, line_start, next_line
from tfwizard.fixes.statement_at import statement_at
from tfwizard.fixes.toplevel import Import, Statement, is_import, start_of
from tfwizard.language import N_, _
from tfwizard.source_edits import MoveToImport, RemoveDevices

#: Calls that may move with the setting: they list or configure devices, or print.
ITS_OWN = frozenset({
    "list_physical_devices", "list_logical_devices", "get_visible_devices", "get_memory_growth", "get_device_details",
    "set_memory_growth", "set_visible_devices", "set_logical_device_configuration", "set_virtual_device_configuration",
    "LogicalDeviceConfiguration", "VirtualDeviceConfiguration",
    "print", "len", "range", "enumerate", "str", "int", "format", "debug", "info", "warning", "error", "exception",
})  # fmt: skip
BY_HAND = N_("Move it right behind the import of tensorflow by hand.")


def move(script: Script, edit: MoveToImport) -> list[Splice]:
    """The splices for one MoveToImport."""
    statement = _whole(script, edit)
    moved = [*_needed(script, statement), statement]
    target = _import_of(script, moved)
    at = next_line(script.source, script.span(target)[1])
    if all(_is_right_behind(script, target, one, moved) for one in moved):
        raise CannotEdit(_("It stands right behind the import on line {line} already.", line=script.line(target)))
    block = "".join(_dedented(script, one) + script.newline for one in moved)
    blank_follows = not script.source[at : line_end(script.source, at)].strip()
    behind = "" if blank_follows else script.newline
    return [Splice(at, at, script.newline + block + behind), *_cuts(script, moved)]


def remove(script: Script, edit: RemoveDevices) -> list[Splice]:
    """The splices for one RemoveDevices."""
    statement = _whole(script, edit)
    inside = set(script.nodes(statement))
    for name in (node for node in inside if isinstance(node, cst.Name)):
        made = any(one.node in inside for one in _bindings(script, name))
        if made and any(use not in inside for use in script.uses(name)):
            raise CannotEdit(
                _(
                    "`{name}`, which is made there, is used elsewhere. Take the statement out by hand.",
                    name=name.value,
                )
            )
    return list(_cuts(script, [statement]))


# --- what belongs to it -------------------------------------------------------------------------------------------------


def _refused(why: str) -> CannotEdit:
    return CannotEdit(f"{why} {_(BY_HAND)}")


def _whole(script: Script, edit: MoveToImport | RemoveDevices) -> Statement:
    """The statement with the blocks around it that are there for it alone."""
    at = statement_at(script, edit.place)
    if at.shares_line:
        raise _refused(_("Line {line} holds more than one statement.", line=edit.place.line))
    whole, around = at.statement, script.parent(at.statement)
    while around is not None and not isinstance(around, cst.Module | cst.FunctionDef | cst.ClassDef):
        if isinstance(around, cst.For | cst.If | cst.Try) and not _is_else(script, around) and _is_its_own(around):
            whole = around
        around = script.parent(around)
    if not _is_its_own(whole):
        raise _refused(_("Line {line} does other work as well.", line=edit.place.line))
    return whole


def _is_else(script: Script, node: cst.CSTNode) -> bool:
    return isinstance(node, cst.If) and isinstance(script.parent(node), cst.If)


def _is_its_own(node: cst.CSTNode) -> bool:
    """Whether all that runs in it lists, configures or prints, and it neither defines, imports nor leaves."""
    others = (
        cst.FunctionDef,
        cst.ClassDef,
        cst.Lambda,
        cst.Import,
        cst.ImportFrom,
        cst.Return,
        cst.With,
        cst.While,
        cst.Await,
    )
    if isinstance(node, others) or (isinstance(node, cst.Call) and called_name(node) not in ITS_OWN):
        return False
    return all(_is_its_own(child) for child in node.children)


def _needed(script: Script, statement: Statement) -> list[Statement]:
    """The lines before it that make the names it reads, where they do nothing else, in their order."""
    found: dict[int, Statement] = {}
    waiting: list[cst.CSTNode] = [statement]
    while waiting:
        for name, made in _made_before(script, waiting.pop()):
            line = script.parent(made)
            if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1 or not _is_its_own(line):
                raise _refused(
                    _("`{name}` is made on line {line} by other work.", name=name.value, line=script.line(made))
                )
            if any(use for use in script.uses(name) if script.span(use)[0] < script.span(line)[0]):
                raise _refused(_("`{name}` is used before line {line}.", name=name.value, line=script.line(made)))
            if script.span(line)[0] not in found:
                found[script.span(line)[0]] = line
                waiting.append(line)
    return [found[start] for start in sorted(found)]


def _made_before(script: Script, node: cst.CSTNode) -> Iterator[tuple[cst.Name, cst.CSTNode]]:
    """The names that a statement reads and that a statement outside of it makes; imports and builtins aside."""
    inside = set(script.nodes(node))
    for name in inside:
        if not isinstance(name, cst.Name) or _is_no_variable(script, name):
            continue
        bound = _bindings(script, name)
        if not bound and hasattr(builtins, name.value):
            continue
        if all(isinstance(one.node, Import) or one.node in inside for one in bound) and bound:
            continue
        made = script.definition(name)
        if made is None:
            raise _refused(_("Where `{name}` is made cannot be told.", name=name.value))
        yield name, made


def _is_no_variable(script: Script, name: cst.Name) -> bool:
    parent = script.parent(name)
    return name in (getattr(parent, "keyword", None), getattr(parent, "attr", None))


def _bindings(script: Script, name: cst.Name) -> list[Assignment]:
    return [] if _is_no_variable(script, name) else script.assignments(name)


def _import_of(script: Script, moved: list[Statement]) -> cst.SimpleStatementLine:
    """The last import whose names the statements use: all of them have to be there, and TensorFlow among them."""
    if script.scope(moved[-1]) is not script.scope(script.module):
        raise _refused(_("It stands in a function."))
    lines: list[cst.SimpleStatementLine] = []
    for node in {node for one in moved for node in script.nodes(one)}:
        for found in _bindings(script, node) if isinstance(node, cst.Name) else ():
            line = script.parent(found.node) if isinstance(found.node, Import) else None
            if isinstance(line, cst.SimpleStatementLine):
                lines.append(line)
    if not lines or any(one not in script.module.body or not is_import(one) for one in lines):
        raise _refused(_("What it uses is not imported at the beginning of the file."))
    last = max(lines, key=lambda one: script.span(one)[0])
    if script.span(last)[0] > script.span(moved[0])[0]:
        raise _refused(_("What it uses is imported behind it."))
    return last


def _is_right_behind(script: Script, target: Statement, statement: Statement, moved: list[Statement]) -> bool:
    body = list(script.module.body)
    if statement not in body:
        return False
    between = body[body.index(target) + 1 : body.index(statement)]
    return all(one in moved for one in between)


# --- the text -----------------------------------------------------------------------------------------------------------


def _first_line(script: Script, statement: Statement) -> int:
    """Where the lines of a statement begin, with the comments right above it."""
    start = line_start(script.source, start_of(script, statement))
    while start > 0:
        above = _line_above(script.source, start)
        if not script.source[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _line_above(source: str, start: int) -> int:
    """Where the line above the one that begins at `start` begins."""
    return line_start(source, start - (2 if source[:start].endswith("\r\n") else 1))


def _dedented(script: Script, statement: Statement) -> str:
    """The statement as it is written, without the indentation of the block that it stands in."""
    start = line_start(script.source, start_of(script, statement))
    indent = script.source[start : start_of(script, statement)]
    text = script.source[_first_line(script, statement) : line_end(script.source, _end(script, statement))]
    if indent and ('"""' in text or "'''" in text):
        raise _refused(_("It holds a text over several lines."))
    return "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True)).rstrip("\r\n")


def _end(script: Script, statement: Statement) -> int:
    """The end of its last character that is no white space: a block's span may reach into what follows."""
    start, end = start_of(script, statement), script.span(statement)[1]
    return start + len(script.source[start:end].rstrip())


def _cuts(script: Script, statements: list[Statement]) -> Iterator[Splice]:
    """The statements' lines, taken out: with the blank lines below where there are some above too."""
    pieces: list[tuple[int, int]] = []
    for one in statements:
        around = script.parent(one)
        emptied = isinstance(around, cst.IndentedBlock) and all(other in statements for other in around.body)
        if emptied and one is list(getattr(around, "body", ()))[-1]:
            yield Splice(start_of(script, one), _end(script, one), "pass")
            continue
        start, end = _first_line(script, one), next_line(script.source, _end(script, one))
        if pieces and pieces[-1][1] == start:
            start = pieces.pop()[0]
        pieces.append((start, end))
    for start, end in pieces:
        above = script.source[_line_above(script.source, start) : start] if start else script.newline
        while (
            not above.strip()
            and end < len(script.source)
            and not script.source[end : line_end(script.source, end)].strip()
        ):
            end = next_line(script.source, end)
        yield Splice(start, end, "")
