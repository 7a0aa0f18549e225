"""The messages of the source: what `_`, `N_`, `ngettext` and `NN_` are called with, and the help texts of the commands."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tfwizard"
ONE, TWO = ("_", "N_"), ("ngettext", "NN_")
#: A message: its text, or singular and plural.
Id = str | tuple[str, str]


@dataclass(slots=True)
class Found:
    """The messages in the order of the source, with the files that have them; `wrong` are calls that nobody can translate."""

    files: dict[Id, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def sources() -> list[Path]:
    """Our source files. What lessons are made of is a user's: it stays as it is."""
    lessons = PACKAGE / "lessons"
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not (lessons in path.parents and path.parent != lessons)]


def extract() -> Found:
    """The messages of all source files."""
    found = Found()
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        extract_from(path.read_text(encoding="utf-8"), name, found)
    # What is plural somewhere is one entry, which serves the singular as well.
    for singular, _ in [message for message in found.files if isinstance(message, tuple)]:
        found.files.pop(singular, None)
    return found


def extract_from(text: str, name: str, found: Found) -> None:
    """Add the messages of one file."""
    for node in sorted(_nodes(ast.parse(text)), key=lambda one: (one.lineno, one.col_offset)):
        try:
            messages = list(_messages(node))
        except ValueError as why:
            found.wrong.append(f"{name}:{node.lineno}: {why}")
            continue
        for message in messages:
            files = found.files.setdefault(message, [])
            if name not in files:
                files.append(name)


def _nodes(tree: ast.Module) -> Iterator[ast.Call | ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            yield node


def _messages(node: ast.Call | ast.FunctionDef) -> Iterator[Id]:
    if isinstance(node, ast.FunctionDef):
        if _is_command(node) and (text := ast.get_docstring(node, clean=False)):
            yield inspect.cleandoc(text)
        return
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in ONE and node.args:
        yield from _texts(node.args[0])
    elif name in TWO and len(node.args) >= 2:
        one, many = (list(_texts(argument)) for argument in node.args[:2])
        if len(one) == len(many) == 1:
            yield one[0], many[0]
        elif one or many:
            raise ValueError("singular and plural must be one constant each")


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case ast.JoinedStr() | ast.BinOp():
            raise ValueError("a message must be a constant: give its values as keywords")


def _is_command(node: ast.FunctionDef) -> bool:
    """Whether Click shows the docstring: `@main.command()`, `@click.group()`."""
    calls = [one.func for one in node.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Attribute) and one.attr in ("command", "group") for one in calls)
