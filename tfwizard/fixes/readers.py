"""Which of the places that read a value do more than show it."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from tfwizard.fixes.script import Script

#: Calls that only show what they are given: a new value is shown as well.
SHOWING = frozenset({"print", "info", "debug", "warning"})


def acting(script: Script, uses: list[cst.CSTNode]) -> list[cst.CSTNode]:
    """The uses that do more than show the value."""
    return [use for use in uses if not _only_shown(script, use)]


def is_only_one(script: Script, matches: Callable[[cst.CSTNode], bool]) -> bool:
    """Whether exactly one of the nodes that match does more than show the value."""
    return len(acting(script, [node for node in script.nodes() if matches(node)])) == 1


def _only_shown(script: Script, use: cst.CSTNode) -> bool:
    node: cst.CSTNode | None = use
    while node is not None and not isinstance(node, cst.BaseStatement):
        if isinstance(node, cst.Call) and isinstance(script.parent(node), cst.Expr):
            name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
            return isinstance(name, cst.Name) and name.value in SHOWING and node is not use
        node = script.parent(node)
    return False
