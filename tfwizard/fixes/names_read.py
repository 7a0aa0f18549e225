"""Write another name in a statement, or import a name from elsewhere."""

from __future__ import annotations

import ast

import libcst as cst

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.expressions import between_commas, whole
from tfwizard.fixes.imports import needed_imports
from tfwizard.fixes.items import items_of
from tfwizard.fixes.names import imported_names
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice, line_start, next_line
from tfwizard.fixes.statement_at import statement_at
from tfwizard.language import _
from tfwizard.source_edits import ReplaceImport, ReplaceName


def replace_name(script: Script, edit: ReplaceName) -> list[Splice]:
    """The splices for one ReplaceName."""
    at = statement_at(script, edit.place)
    statement = at.small or at.statement
    names = imported_names(script.source)
    splices: list[Splice] = []
    for node in _read(statement, edit.old, names) or _chosen(script, statement, edit.old, names):
        through = _through_module(script, node, edit, names)
        if through is not None:
            splices.append(Splice(*script.span(through), edit.new))
            continue
        new = between_commas(edit.new) if isinstance(script.parent(node), cst.Arg | cst.Element) else whole(edit.new)
        splices += [Splice(*script.span(node), new), *needed_imports(script, edit.imports, node)]
    if not splices:
        raise CannotEdit(
            _(
                "`{old}` is not read on line {line}. Write `{new}` where it is chosen.",
                old=edit.old,
                line=edit.place.line,
                new=edit.new,
            )
        )
    return splices


def _read(statement: cst.CSTNode, old: str, names: dict[str, str]) -> list[cst.Name | cst.Attribute]:
    """Where the statement itself reads the name, dotted or not; without the block below it."""
    found: list[cst.Name | cst.Attribute] = []
    waiting: list[cst.CSTNode] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Name | cst.Attribute) and _dotted(node) and _is(node, old, names):
            found.append(node)
        elif not isinstance(node, cst.BaseSuite | cst.AssignTarget | cst.Else | cst.Finally | cst.ExceptHandler):
            waiting.extend(child for child in node.children if not _is_label(node, child))
    return found


def _chosen(script: Script, statement: cst.CSTNode, old: str, names: dict[str, str]) -> list[cst.Name | cst.Attribute]:
    """Where it is read by the definition of a variable that the statement reads: `Model = Old`, `KINDS = {"a": Old}`."""
    variables = [node for node in script.nodes(statement) if isinstance(node, cst.Name)]
    values = [found.value for node in variables if (found := script.definition(node)) is not None and found.value]
    read = [node for value in dict.fromkeys(values) for node in _read(value, old, names)]
    return read if len(read) == 1 else []


def _dotted(node: cst.CSTNode) -> bool:
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def _is_label(parent: cst.CSTNode, child: cst.CSTNode) -> bool:
    """Whether a name is none that is read: a keyword, a target, an attribute."""
    labels = (getattr(parent, name, None) for name in ("keyword", "target", "attr", "name", "asname"))
    return any(child is label for label in labels)


def _is(node: cst.Name | cst.Attribute, old: str, names: dict[str, str]) -> bool:
    if isinstance(node, cst.Attribute):
        return node.attr.value == old
    return node.value == old or names.get(node.value, "").rpartition(".")[2] == old


def _through_module(
    script: Script, node: cst.Name | cst.Attribute, edit: ReplaceName, names: dict[str, str]
) -> cst.Name | None:
    """The last part of `transformers.Old`, where the new name is to be imported from that very module."""
    if not isinstance(node, cst.Attribute) or not edit.new.isidentifier():
        return None
    root, *rest = script.text(node.value).split(".")
    module = ".".join([names.get(root, root), *rest])
    return node.attr if not edit.imports or edit.imports == (f"from {module} import {edit.new}",) else None


# --- imports ----------------------------------------------------------------------------------------------------------


def replace_import(script: Script, edit: ReplaceImport) -> list[Splice]:
    """The splices for one ReplaceImport; none where the name comes from there already."""
    found = [pair for node in script.nodes() for pair in _importing(node, edit.name)]
    if not found:
        raise CannotEdit(
            _(
                "No import in this file gives `{name}`. Import it from `{package}` by hand.",
                name=edit.name,
                package=edit.package,
            )
        )
    if len(found) > 1:
        lines = ", ".join(str(script.line(node)) for node, _ in found)
        raise CannotEdit(
            _(
                "`{name}` is imported on lines {lines}. Import it from `{package}` by hand.",
                name=edit.name,
                lines=lines,
                package=edit.package,
            )
        )
    node, alias = found[0]
    if isinstance(node, cst.ImportFrom) and _module(script, node) == edit.package:
        return []
    local = alias.evaluated_alias
    if local is None and isinstance(node, cst.Import) and isinstance(alias.name, cst.Attribute):
        raise CannotEdit(
            _(
                "Line {line} imports `{module}` whole. Change it by hand.",
                line=script.line(node),
                module=alias.evaluated_name,
            )
        )
    written = f"{edit.name} as {local}" if local not in (None, edit.name) else edit.name
    new = f"from {edit.package} import {written}"
    assert not isinstance(node.names, cst.ImportStar)
    if len(node.names) == 1:
        return [Splice(*script.span(node), new)]
    line = script.parent(node)
    start, end = script.span(line or node)
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
        raise CannotEdit(
            _("More than one statement stands on line {line}. Put each on a line of its own.", line=script.line(node))
        )
    at = next_line(script.source, end)
    indent = script.source[line_start(script.source, start) : start]
    ended = script.source[:at].endswith(("\n", "\r"))
    added = f"{indent}{new}{script.newline}" if ended else f"{script.newline}{indent}{new}"
    return [*_without(script, node, alias), Splice(at, at, added)]


def _importing(node: cst.CSTNode, name: str) -> list[tuple[cst.Import | cst.ImportFrom, cst.ImportAlias]]:
    if not isinstance(node, cst.Import | cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
        return []
    return [
        (node, alias)
        for alias in node.names
        if name in (alias.evaluated_alias or alias.evaluated_name, alias.evaluated_name.rpartition(".")[2])
    ]


def _module(script: Script, node: cst.ImportFrom) -> str:
    parsed = ast.parse(script.text(node)).body[0]
    assert isinstance(parsed, ast.ImportFrom)
    return "." * parsed.level + (parsed.module or "")


def _without(script: Script, node: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> list[Splice]:
    assert not isinstance(node.names, cst.ImportStar)
    bracket = isinstance(node, cst.ImportFrom) and node.lpar is not None and node.rpar is not None
    if bracket:
        open_, close = script.span(node.lpar)[0] + 1, script.span(node.rpar)[1] - 1  # type: ignore[union-attr,arg-type]
    else:
        open_, close = script.span(node.names[0])[0], script.span(node.names[-1])[1]
    items = items_of(script, node.names, open_, close, brackets=bracket)
    return items.remove(list(node.names).index(alias))
