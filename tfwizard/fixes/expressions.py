"""Where an expression needs parentheses."""

from __future__ import annotations

import ast

PLACEHOLDER = "_placeholder_"
Atom = (
    ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp,
    ast.SetComp, ast.JoinedStr,
)  # fmt: skip
NeverBare = (ast.GeneratorExp, ast.NamedExpr, ast.Tuple, ast.Yield, ast.YieldFrom, ast.Await)


def whole(text: str) -> str:
    """An expression as it may stand in any other: in parentheses unless it is a name, a call or the like."""
    node = _parsed(text)
    number = isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex)
    return text if _in_parentheses(text) or (isinstance(node, Atom) and not number) else f"({text})"


def between_commas(text: str) -> str:
    """An expression as it may stand between the commas of a call or a list."""
    return f"({text})" if isinstance(_parsed(text), NeverBare) and not _in_parentheses(text) else text


def stands_alone(template: str) -> bool:
    """Whether what is put for "{}" stands between the commas of a call or a list."""
    for node in ast.walk(ast.parse(template.replace("{}", PLACEHOLDER), mode="eval")):
        items: list[ast.expr] = []
        if isinstance(node, ast.Call):
            items = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.List | ast.Tuple):
            items = node.elts
        if any(isinstance(item, ast.Name) and item.id == PLACEHOLDER for item in items):
            return True
    return False


def _parsed(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body


def _in_parentheses(text: str) -> bool:
    if not (text.startswith("(") and text.endswith(")")):
        return False
    try:
        _parsed(text[1:-1])
    except SyntaxError:
        return False
    return True
