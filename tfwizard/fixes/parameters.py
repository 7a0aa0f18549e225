"""What a function of the file is given for one of its parameters."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.options import default_of
from tfwizard.fixes.script import Script

#: Decorators that leave the arguments of a function as they are.
PLAIN = frozenset({"function", "staticmethod", "classmethod", "tf_function"})


def given_to(script: Script, name: cst.Name) -> cst.BaseExpression | None:
    """The expression that the parameter `name` gets its value from: in the one call, or its default. None if unsure."""
    parameter, function = _declared(script, name)
    if parameter is None or function is None or parameter.star in ("*", "**"):
        return None
    if any(not _is_plain(one) for one in function.decorators):
        return default_of(script, name.value, "option")
    positions = [*function.params.posonly_params, *function.params.params]
    index = positions.index(parameter) if parameter in positions else None
    owner = script.parent(script.parent(function) or function)
    if index == 0 and isinstance(owner, cst.ClassDef) and name.value in ("self", "cls"):
        return None
    calls = _calls(script, function, isinstance(owner, cst.ClassDef))
    if calls is None or not calls:
        return None
    given = [
        _passed(call, name.value, None if index is None else index - _bound(function, owner, call)) for call in calls
    ]
    if all(one is None for one in given):
        return parameter.default
    return given[0] if len(given) == 1 and isinstance(given[0], cst.BaseExpression) else None


def collected_by(script: Script, name: cst.Name) -> cst.Call | None:
    """The one call whose further keyword arguments `**name` collects."""
    parameter, function = _declared(script, name)
    if parameter is None or function is None or parameter.star != "**":
        return None
    if any(not _is_plain(one) for one in function.decorators):
        return None
    owner = script.parent(script.parent(function) or function)
    calls = _calls(script, function, isinstance(owner, cst.ClassDef)) or []
    return calls[0] if len(calls) == 1 else None


def _declared(script: Script, name: cst.Name) -> tuple[cst.Param | None, cst.FunctionDef | None]:
    bound = script.assignments(name)
    parameter = bound[0].node if len(bound) == 1 else None
    if isinstance(parameter, cst.Name):  # newer LibCST: the assignment is of the parameter's name
        parameter = script.parent(parameter)
    if not isinstance(parameter, cst.Param):
        return None, None
    function = script.parent(script.parent(parameter) or parameter)
    return (parameter, function) if isinstance(function, cst.FunctionDef) else (None, None)


def _bound(function: cst.FunctionDef, owner: cst.CSTNode | None, call: cst.Call) -> int:
    """How many parameters are given without being written: `self`, unless the class itself is asked for the method."""
    if not isinstance(owner, cst.ClassDef):
        return 0
    kinds = {one.decorator.value for one in function.decorators if isinstance(one.decorator, cst.Name)}
    if "staticmethod" in kinds:
        return 0
    match call.func:
        case cst.Attribute(value=cst.Name(value=asked)) if asked == owner.name.value and "classmethod" not in kinds:
            return 0
    return 1


def _is_plain(decorator: cst.Decorator) -> bool:
    node = decorator.decorator
    node = node.func if isinstance(node, cst.Call) else node
    last = node.attr if isinstance(node, cst.Attribute) else node
    return isinstance(last, cst.Name) and last.value in PLAIN


def _calls(script: Script, function: cst.FunctionDef, method: bool) -> list[cst.Call] | None:
    """Every call of the function; None where it is handed on, so that not all of them are to be seen."""
    holder = script.parent(script.parent(function) or function)
    name = function.name.value
    if isinstance(holder, cst.ClassDef) and name == "__init__":
        name = holder.name.value
    elif method:
        return [
            call for call in script.calls() if isinstance(call.func, cst.Attribute) and call.func.attr.value == name
        ]
    uses = [node for node in script.every(cst.Name) if node.value == name]
    uses = [use for use in uses if not isinstance(script.parent(use), cst.FunctionDef | cst.ClassDef | cst.Attribute)]
    calls = [parent for use in uses if isinstance(parent := script.parent(use), cst.Call) and parent.func is use]
    return calls if len(calls) == len(uses) else None


def _passed(call: cst.Call, name: str, index: int | None) -> cst.BaseExpression | str | None:
    """What a call passes; a text where that cannot be told; None where it leaves the default."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg.value
    if any(arg.star for arg in call.args):
        return "unpacked"
    plain = [arg.value for arg in call.args if arg.keyword is None]
    return plain[index] if index is not None and 0 <= index < len(plain) else None
