"""Where the value of an expression is written, one step back: for an edit there, when nothing else would change with it."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from tfwizard.fixes.options import default_of, is_parsed
from tfwizard.fixes.parameters import given_to
from tfwizard.fixes.script import Script
from tfwizard.fixes.strings import literal

#: Calls that only show what they are given: a new value is shown as well.
SHOWING = frozenset({"print", "info", "debug", "warning"})
#: Methods of a dict that may give an entry another value.
CHANGING = frozenset({"update", "setdefault", "pop", "popitem", "clear"})
#: Classes that keep their keyword arguments as attributes of the same names.
NAMESPACES = frozenset({"SimpleNamespace", "Namespace"})


def origin(script: Script, read: cst.BaseExpression) -> cst.BaseExpression | None:
    """The expression that gives `read` its value, when it is the only one and `read` the only reader; else None."""
    if isinstance(read, cst.NamedExpr):
        return read.value
    if isinstance(read, cst.Name):
        return _written(script, read) if len(_seen(script, script.uses(read))) == 1 else None
    key = key_of(read)
    if key is not None:
        return _entry(script, *key)
    if isinstance(read, cst.Attribute) and isinstance(read.value, cst.Name):
        return _attribute(script, read.value, read.attr.value)
    return None


def content(script: Script, value: cst.BaseExpression) -> cst.BaseExpression:
    """The literal or the call behind a value that is a variable, an entry or an attribute; itself where it is neither."""
    step: cst.BaseExpression | None = None
    if isinstance(value, cst.Name):
        step = _written(script, value)
    elif (key := key_of(value)) is not None:
        step = _entry(script, *key, alone=False)
    elif isinstance(value, cst.Attribute) and isinstance(value.value, cst.Name):
        step = _attribute(script, value.value, value.attr.value, alone=False)
    return value if step is None or step is value else content(script, step)


def key_of(read: cst.BaseExpression) -> tuple[cst.BaseExpression, str] | None:
    """What is read under which key in `cfg["lr"]` and `cfg.get("lr", 1e-3)`."""
    if isinstance(read, cst.Subscript) and len(read.slice) == 1 and isinstance(read.slice[0].slice, cst.Index):
        key = literal(read.slice[0].slice.value)
        return None if key is None else (read.value, key)
    match read:
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value="get")), args=[first, *_]):
            key = literal(first.value)
            return None if key is None else (holder, key)
    return None


def _written(script: Script, name: cst.Name) -> cst.BaseExpression | None:
    definition = script.definition(name)
    if definition is not None:
        return definition.value
    return given_to(script, name) or _beside(script, name)


def _beside(script: Script, name: cst.Name) -> cst.BaseExpression | None:
    """The value in `lr, epochs = 1e-3, 5`."""
    bound = script.assignments(name)
    element = script.parent(bound[0].node) if len(bound) == 1 else None
    row = script.parent(element) if isinstance(element, cst.Element) else None
    target = script.parent(row) if isinstance(row, cst.Tuple | cst.List) else None
    statement = script.parent(target) if isinstance(target, cst.AssignTarget) else None
    if not isinstance(row, cst.Tuple | cst.List) or not isinstance(statement, cst.Assign):
        return None
    values = statement.value.elements if isinstance(statement.value, cst.Tuple | cst.List) else ()
    plain = all(isinstance(one, cst.Element) for one in (*values, *row.elements))
    if not plain or len(values) != len(row.elements) or len(statement.targets) != 1:
        return None
    return values[list(row.elements).index(element)].value  # type: ignore[arg-type]


def _seen(script: Script, uses: list[cst.CSTNode]) -> list[cst.CSTNode]:
    """The uses that do more than show the value."""
    return [use for use in uses if not _only_shown(script, use)]


def _only_shown(script: Script, use: cst.CSTNode) -> bool:
    node: cst.CSTNode | None = use
    while node is not None and not isinstance(node, cst.BaseStatement):
        if isinstance(node, cst.Call) and isinstance(script.parent(node), cst.Expr):
            name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
            return isinstance(name, cst.Name) and name.value in SHOWING and node is not use
        node = script.parent(node)
    return False


def _only_reader(script: Script, matches: Callable[[cst.CSTNode], bool]) -> bool:
    return len(_seen(script, [node for node in script.nodes() if matches(node)])) == 1


# --- entries of a dict ------------------------------------------------------------------------------------------------


def _entry(script: Script, holder: cst.BaseExpression, key: str, alone: bool = True) -> cst.BaseExpression | None:
    if alone and not _only_reader(script, lambda node: _reads_entry(script, node, key)):
        return None
    if is_changed(script, holder):
        return None
    there = content(script, holder)
    if isinstance(there, cst.Dict):
        index = entry_of(there, key)
        return None if index is None else there.elements[index].value
    if isinstance(there, cst.Call) and isinstance(there.func, cst.Name):
        if there.func.value == "dict":
            return _keyword(there, key)
        if there.func.value == "vars" and len(there.args) == 1 and is_parsed(script, there.args[0].value):
            return default_of(script, key)
    return None


def entry_of(held: cst.Dict, key: str) -> int | None:
    """The index of the entry that counts for a key; None where an unpacked dict behind it may hold another."""
    for index in reversed(range(len(held.elements))):
        element = held.elements[index]
        if not isinstance(element, cst.DictElement):
            return None
        if literal(element.key) == key:
            return index
    return None


def is_changed(script: Script, holder: cst.BaseExpression) -> bool:
    """Whether a dict is given other entries, by a method, than those that it is written with."""
    text = script.text(holder)
    return any(
        isinstance(call.func, cst.Attribute)
        and call.func.attr.value in CHANGING
        and script.text(call.func.value) == text
        for call in script.calls()
    )


def _reads_entry(script: Script, node: cst.CSTNode, key: str) -> bool:
    """Whether an entry of this name is read or written here; a dict that is unpacked hands on all of its entries."""
    if isinstance(node, cst.Subscript | cst.Call):
        found = key_of(node)
        return found is not None and found[1] == key
    if isinstance(node, cst.Arg) and node.star == "**":
        there = content(script, node.value)
        return isinstance(there, cst.Dict) and entry_of(there, key) is not None
    return False


# --- attributes -------------------------------------------------------------------------------------------------------


def _attribute(script: Script, holder: cst.Name, name: str, alone: bool = True) -> cst.BaseExpression | None:
    own = _stored(script, f"{holder.value}.{name}")
    if own:
        reads = [node for node in script.nodes() if _is_read(script, node, name) and _of(node, holder.value)]
        if len(own) > 1 or (alone and len(_seen(script, reads)) != 1) or _class_values(script, name):
            return None
        return own[0].value
    there = content(script, holder)
    made = there if isinstance(there, cst.Call) else None
    if (made is None and there is not holder) or is_parsed(script, there) or not script.assignments(holder):
        return default_of(script, name)
    # `self.lr = cfg.lr` gives another attribute of the same name a value of its own.
    if alone and not _only_reader(script, lambda node: _is_read(script, node, name) and not _is_stored(script, node)):
        return None
    if made is not None and isinstance(made.func, cst.Name) and (given := _keyword(made, name)) is not None:
        return given if made.func.value in NAMESPACES or _class_values(script, name) else None
    values = _class_values(script, name)
    if not values:
        return None if made is not None else default_of(script, name)
    return _default_in(values[0]) if len(values) == 1 and not _given_anywhere(script, name) else None


def _is_read(script: Script, node: cst.CSTNode, name: str) -> bool:
    written = isinstance(script.parent(node), cst.AssignTarget | cst.AnnAssign)
    return isinstance(node, cst.Attribute) and node.attr.value == name and not written


def _of(node: cst.CSTNode, holder: str) -> bool:
    return isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.value.value == holder


def _is_stored(script: Script, read: cst.CSTNode) -> bool:
    return bool(_stored(script, script.text(read)))


def _stored(script: Script, written: str) -> list[cst.Assign | cst.AnnAssign]:
    """The statements that give an attribute, as it is written, a value."""
    found: list[cst.Assign | cst.AnnAssign] = []
    for node in script.nodes():
        if not isinstance(node, cst.Assign | cst.AnnAssign):
            continue
        targets = [one.target for one in node.targets] if isinstance(node, cst.Assign) else [node.target]
        if any(isinstance(one, cst.Attribute) and script.text(one) == written for one in targets):
            found.append(node)
    return found


def _class_values(script: Script, name: str) -> list[cst.BaseExpression]:
    """What is written for `name` in the bodies of classes."""
    found: list[cst.BaseExpression] = []
    for node in script.nodes():
        if not isinstance(node, cst.ClassDef):
            continue
        lines = [line for line in node.body.body if isinstance(line, cst.SimpleStatementLine)]
        for one in (part for line in lines for part in line.body):
            targets = [each.target for each in one.targets] if isinstance(one, cst.Assign) else []
            targets += [one.target] if isinstance(one, cst.AnnAssign) else []
            named = [each for each in targets if isinstance(each, cst.Name) and each.value == name]
            if named and isinstance(one, cst.Assign | cst.AnnAssign) and one.value is not None:
                found.append(one.value)
    return found


def _default_in(value: cst.BaseExpression) -> cst.BaseExpression | None:
    """The default of a field of a dataclass: `1e-3`, or that in `field(default=1e-3)`."""
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Name | cst.Attribute):
        name = value.func.attr.value if isinstance(value.func, cst.Attribute) else value.func.value
        if name == "field":
            return _keyword(value, "default")
    return value


def _given_anywhere(script: Script, name: str) -> bool:
    """Whether a call of a class of this file passes `name`, so that its default is not what counts."""
    classes = {node.name.value for node in script.nodes() if isinstance(node, cst.ClassDef)}
    return any(
        isinstance(call.func, cst.Name) and call.func.value in classes and (call.args and _hides(call, name))
        for call in script.calls()
    )


def _hides(call: cst.Call, name: str) -> bool:
    return any(arg.keyword is None or arg.keyword.value == name for arg in call.args)


def _keyword(call: cst.Call, name: str) -> cst.BaseExpression | None:
    return next((arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)
