"""Values that are written in the bodies of classes, and given where a class is called."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.script import Script


def class_values(script: Script, name: str) -> list[cst.BaseExpression]:
    """What is written for `name` in the bodies of classes."""
    found: list[cst.BaseExpression] = []
    for node in script.every(cst.ClassDef):
        lines = [line for line in node.body.body if isinstance(line, cst.SimpleStatementLine)]
        for one in (part for line in lines for part in line.body):
            targets = [each.target for each in one.targets] if isinstance(one, cst.Assign) else []
            targets += [one.target] if isinstance(one, cst.AnnAssign) else []
            named = [each for each in targets if isinstance(each, cst.Name) and each.value == name]
            if named and isinstance(one, cst.Assign | cst.AnnAssign) and one.value is not None:
                found.append(one.value)
    return found


def default_in(value: cst.BaseExpression) -> cst.BaseExpression | None:
    """The default of a field of a dataclass: `1e-3`, or that in `field(default=1e-3)`."""
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Name | cst.Attribute):
        name = value.func.attr.value if isinstance(value.func, cst.Attribute) else value.func.value
        if name == "field":
            return keyword(value, "default")
    return value


def given_anywhere(script: Script, name: str) -> bool:
    """Whether a call of a class of this file passes `name`, so that its default is not what counts."""
    classes = {node.name.value for node in script.every(cst.ClassDef)}
    return any(
        isinstance(call.func, cst.Name) and call.func.value in classes and (call.args and _hides(call, name))
        for call in script.calls()
    )


def keyword(call: cst.Call, name: str) -> cst.BaseExpression | None:
    """What a call gives one of its keyword arguments."""
    return next((arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)


def _hides(call: cst.Call, name: str) -> bool:
    return any(arg.keyword is None or arg.keyword.value == name for arg in call.args)
