"""What the names of a module are bound to, read from its source without running it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def bound_name(source: str, module: str) -> str | None:
    """How the file reaches a module or a thing in it: "tf" for tensorflow; None when it is not imported."""
    for statement in _imports(source):
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == module:
                    return alias.asname or alias.name
                if alias.asname is None and alias.name.startswith(module + "."):
                    return module
        else:
            for alias in statement.names:
                if _origin(statement, alias) == module:
                    return alias.asname or alias.name
    return None


def imported_names(source: str) -> dict[str, str]:
    """Local name to dotted origin, of every import that the module itself runs (not those inside functions)."""
    found: dict[str, str] = {}
    for statement in _imports(source):
        for alias in statement.names:
            if isinstance(statement, ast.ImportFrom):
                if alias.name != "*":
                    found[alias.asname or alias.name] = _origin(statement, alias)
            elif alias.asname:
                found[alias.asname] = alias.name
            else:
                root = alias.name.split(".")[0]
                found[root] = root
    return found


def is_free(source: str, name: str) -> bool:
    """Whether nothing in the module binds this name, in any scope. False where the source cannot be read."""
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError):
        return False
    return all(name not in _bound_by(node) for node in ast.walk(tree))


def parsed(source: str) -> ast.Module:
    """The syntax tree, without the warnings that Python has for the user's own text (an invalid escape, say)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _origin(statement: ast.ImportFrom, alias: ast.alias) -> str:
    package = "." * statement.level + (statement.module or "")
    return package + alias.name if package.endswith(".") else f"{package}.{alias.name}"


def _imports(source: str) -> Iterator[ast.Import | ast.ImportFrom]:
    try:
        waiting: list[ast.AST] = [parsed(source)]
    except (SyntaxError, ValueError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, Function):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _bound_by(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return (name,)
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.alias(name=name, asname=local):
            return (local or name.split(".")[0],)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return tuple(names)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.MatchMapping(rest=str(name)):
            return (name,)
    return ()
