"""Add an import where it belongs, unless the name is there already."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import libcst as cst
from libcst.metadata import Assignment

from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.items import items_of
from tfwizard.fixes.names import imported_names
from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import Splice, line_end, next_line
from tfwizard.fixes.toplevel import Import, index_of, is_future, is_import, prologue, sets_environment, start_of
from tfwizard.language import _


def needed_imports(script: Script, statements: Sequence[str], user: cst.CSTNode) -> list[Splice]:
    """The splices that make the names of these import statements known where `user` stands."""
    splices: list[Splice] = []
    lines: list[str] = []
    for statement in statements:
        missing = [alias for alias in _aliases(statement) if not _bound(script, statement, alias, user)]
        if not missing:
            continue
        host = _host(script, statement, user)
        if host is None:
            lines.append(_line(statement, missing))
        else:
            splices += _merged(script, host, missing)
    return [*splices, *_new_lines(script, lines, user)]


def _aliases(statement: str) -> list[ast.alias]:
    parsed = ast.parse(statement).body[0]
    assert isinstance(parsed, ast.Import | ast.ImportFrom), statement
    return sorted(parsed.names, key=lambda alias: _by_kind(alias.name))


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _line(statement: str, aliases: list[ast.alias]) -> str:
    parsed = ast.parse(statement).body[0]
    names = ", ".join(_written(alias) for alias in aliases)
    if isinstance(parsed, ast.ImportFrom):
        return f"from {'.' * parsed.level}{parsed.module or ''} import {names}"
    return f"import {names}"


# --- is the name there? -----------------------------------------------------------------------------------------------


def _bound(script: Script, statement: str, alias: ast.alias, user: cst.CSTNode) -> bool:
    local = alias.asname or alias.name.split(".")[0]
    origin = imported_names(statement).get(local)
    top = script.scope(script.module)
    for found in script.scope(user)[local]:
        if not isinstance(found, Assignment):
            continue
        if not isinstance(found.node, Import) or _origin(script, found.node, local) != origin:
            line = script.line(found.node)
            raise CannotEdit(
                _(
                    "`{local}` is already something else in this file (line {line}). Rename it there, "
                    "or add `{statement}` under another name by hand.",
                    local=local,
                    line=line,
                    statement=statement,
                )
            )
    before = script.span(user)[0]
    imports = [found for found in script.scope(user)[local] if isinstance(found, Assignment)]
    if "." in alias.name and not alias.asname:
        # `import a` binds the same name as `import a.b`, but does not load `a.b`.
        imports = [found for found in imports if alias.name in _modules(found.node)]
    return any(found.scope is not top or script.span(found.node)[0] < before for found in imports)


def _origin(script: Script, node: Import, local: str) -> str | None:
    return imported_names(script.text(node)).get(local)


def _modules(node: cst.CSTNode) -> set[str]:
    return {alias.evaluated_name for alias in node.names} if isinstance(node, cst.Import) else set()


# --- into an import that is there -------------------------------------------------------------------------------------


def _host(script: Script, statement: str, user: cst.CSTNode) -> cst.ImportFrom | None:
    wanted = ast.parse(statement).body[0]
    if not isinstance(wanted, ast.ImportFrom):
        return None
    for line in script.module.body[: index_of(script, user)]:
        node = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if not isinstance(node, cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
            continue
        there = ast.parse(script.text(node)).body[0]
        if isinstance(there, ast.ImportFrom) and (there.module, there.level) == (wanted.module, wanted.level):
            return node
    return None


def _merged(script: Script, host: cst.ImportFrom, missing: list[ast.alias]) -> list[Splice]:
    assert not isinstance(host.names, cst.ImportStar)
    if host.lpar is not None and host.rpar is not None:
        open_, close = script.span(host.lpar)[0] + 1, script.span(host.rpar)[1] - 1
    else:
        open_, close = script.span(host.names[0])[0], script.span(host.names[-1])[1]
    items = items_of(script, host.names, open_, close, brackets=host.lpar is not None)
    names = [alias.evaluated_name for alias in host.names]
    splices: list[Splice] = []
    for alias in missing:
        index = _index(names, alias.name)
        splices += (
            items.insert_before(0, _written(alias)) if index == 0 else items.insert_after(index - 1, _written(alias))
        )
    return splices


def _index(names: list[str], new: str) -> int:
    """Where `new` goes: by the order that the names are in, at the end when they are in none."""
    orders: tuple[Callable[[str], object], ...] = (_by_kind, str.casefold, str)
    for order in orders:
        keys = [order(name) for name in names]
        if keys == sorted(keys):  # type: ignore[type-var]
            return sum(key < order(new) for key in keys)  # type: ignore[operator]
    return len(names)


def _by_kind(name: str) -> tuple[int, str]:
    # The order of isort and ruff: CONSTANTS, Classes, functions, each regardless of case.
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.casefold()


# --- on a line of its own ---------------------------------------------------------------------------------------------


def _new_lines(script: Script, lines: list[str], user: cst.CSTNode) -> list[Splice]:
    if not lines:
        return []
    body, source, newline = script.module.body, script.source, script.newline
    use = index_of(script, user)
    block = "".join(line + newline for line in lines)
    imports = [index for index in range(use) if is_import(body[index])]
    anchor = imports[-1] if imports else prologue(script) - 1
    while anchor + 1 < use and sets_environment(script, body[anchor + 1]):
        anchor += 1
    if anchor < 0:
        start = start_of(script, body[0])
        return [Splice(start, start, block + newline)]
    end = script.span(body[anchor])[1]
    at = next_line(source, end)
    plain = is_import(body[anchor]) and not is_future(body[anchor])
    blank_follows = not source[at : line_end(source, at)].strip()
    before = "" if plain else newline
    return [Splice(at, at, before + block + ("" if plain or blank_follows else newline))]
