"""String literals: what they say, and how to write one in the style of its neighbour."""

from __future__ import annotations

import libcst as cst


def literal(node: cst.CSTNode) -> str | None:
    """The value of a string literal; None for anything else (bytes and f-strings too)."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def quote_of(node: cst.CSTNode) -> str | None:
    """The quote character of a string literal."""
    if isinstance(node, cst.ConcatenatedString):
        return quote_of(node.left)
    return node.quote[0] if isinstance(node, cst.SimpleString) else None


def quoted(value: str, quote: str) -> str:
    """`value` as a string literal between these quotes."""
    inner = (f"\\{c}" if c in ("\\", quote) else c if c.isprintable() else repr(c)[1:-1] for c in value)
    return quote + "".join(inner) + quote
