"""Which of the places that read a value do more than show it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tfwizard.fixes.script import Script

#: Calls that only show what they are given: a new value is shown as well.
SHOWING = frozenset({"print", "info", "debug", "warning"})


def is_only_one(script: Script, reads: Sequence[cst.CSTNode]) -> bool:
    """Whether exactly one of these does more than show the value."""
    return len([read for read in reads if not _only_shown(script, read)]) == 1


def _only_shown(script: Script, use: cst.CSTNode) -> bool:
    node: cst.CSTNode | None = use
    while node is not None and not isinstance(node, cst.BaseStatement):
        if isinstance(node, cst.Call) and isinstance(script.parent(node), cst.Expr):
            name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
            return isinstance(name, cst.Name) and name.value in SHOWING and node is not use
        node = script.parent(node)
    return False
