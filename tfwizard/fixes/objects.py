"""A new object as the file would write it: in the call that makes it already, or through the module that is there."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import Assignment

from tfwizard.fixes.items import call_items
from tfwizard.fixes.names import bound_name, imported_names
from tfwizard.fixes.passed import may_hide, passed
from tfwizard.fixes.script import Script
from tfwizard.fixes.signatures import name_at
from tfwizard.fixes.splice import Splice
from tfwizard.fixes.values import replace_value, written_at


@dataclass(frozen=True, slots=True)
class Made:
    """An expression `name(arguments)`; the arguments are those of its call, by name."""

    name: str
    arguments: dict[str, str]


def made_by(text: str) -> Made | None:
    """The object that a new value is, when it is one: a call of a plain name."""
    node = ast.parse(text, mode="eval").body
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.func.id[:1].isupper():
        return None
    names = [name_at(node.func.id, index) for index in range(len(node.args))]
    named = [*zip(names, node.args, strict=True), *((one.arg, one.value) for one in node.keywords)]
    if any(name is None for name, _ in named):
        return None
    return Made(node.func.id, {str(name): ast.unparse(value) for name, value in named})


def merged(script: Script, old: cst.BaseExpression, new: str) -> list[Splice] | None:
    """Give the object that is there the arguments of the new one, when both are of one class; None where they are not.

    What the old one says beside them stays.
    """
    made, there = made_by(new), written_at(script, old)
    if made is None or not isinstance(there, cst.Call) or _class_of(script, there) != made.name:
        return None
    splices: list[Splice] = []
    added: list[str] = []
    for name, value in made.arguments.items():
        found = passed(script, there, made.name, name)
        if found is None and may_hide(script, there, name):
            return None
        if found is None:
            added.append(f"{name}={value}")
        elif script.text(found.value) != value:
            splices.append(replace_value(script, found.value, value).splice)
    return [*splices, *(call_items(script, there).append(", ".join(added)) if added else [])]


def through_module(script: Script, old: cst.CSTNode | None, new: str, imports: tuple[str, ...]) -> str | None:
    """The new object by the module that the old one is written with (`tf.keras.losses.`), or that the file has.

    The second only where its name means something else in this file.
    """
    made = made_by(new)
    if made is None or len(imports) != 1:
        return None
    home = imported_names(imports[0]).get(made.name, "").rpartition(".")[0]
    names = imported_names(script.source)
    if isinstance(old, cst.Call) and isinstance(old.func, cst.Attribute):
        prefix = script.text(old.func.value)
        if _dotted(prefix, names) == home:
            return f"{prefix}.{new}"
    bound = any(isinstance(found, Assignment) for found in script.scope(script.module)[made.name])
    if not bound or names.get(made.name) == f"{home}.{made.name}":
        return None
    package, _, rest = home.partition(".")
    root = bound_name(script.source, package)
    return f"{root}.{rest}.{new}" if root and rest else None


def _class_of(script: Script, call: cst.Call) -> str:
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else script.text(call.func)
    return imported_names(script.source).get(name, name).rpartition(".")[2]


def _dotted(prefix: str, names: dict[str, str]) -> str:
    root, dot, rest = prefix.partition(".")
    return names.get(root, root) + dot + rest
