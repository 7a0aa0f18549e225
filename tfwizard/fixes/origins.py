"""Where the value of an expression is written, one step back: for an edit there, when nothing else would change with it."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.classes import class_values, default_in, given_anywhere, keyword
from tfwizard.fixes.options import default_of, is_parsed
from tfwizard.fixes.parameters import given_to
from tfwizard.fixes.readers import is_only_one
from tfwizard.fixes.script import Script
from tfwizard.fixes.strings import literal

Seen = frozenset[cst.BaseExpression]

#: Methods of a dict that may give an entry another value.
CHANGING = frozenset({"update", "setdefault", "pop", "popitem", "clear"})
#: Classes that keep their keyword arguments as attributes of the same names.
NAMESPACES = frozenset({"SimpleNamespace", "Namespace"})


def origin(script: Script, read: cst.BaseExpression) -> cst.BaseExpression | None:
    """The expression that gives `read` its value, when it is the only one and `read` the only reader; else None."""
    if isinstance(read, cst.NamedExpr):
        return read.value
    if isinstance(read, cst.Name):
        return _written(script, read) if is_only_one(script, script.uses(read)) else None
    key = key_of(read)
    if key is not None:
        return _entry(script, *key, alone=True)
    if isinstance(read, cst.Attribute) and isinstance(read.value, cst.Name):
        return _attribute(script, read.value, read.attr.value, alone=True)
    return None


def content(script: Script, value: cst.BaseExpression, seen: Seen = frozenset()) -> cst.BaseExpression:
    """The literal or the call behind a value that is a variable, an entry or an attribute; itself where it is neither.

    `seen` are the values on the way here: `data = data["train"]` leads to itself.
    """
    if value in seen:
        return value
    if not seen and value in script.contents:
        return script.contents[value]
    found = _content(script, value, seen | {value})
    if not seen:
        script.contents[value] = found
    return found


def _content(script: Script, value: cst.BaseExpression, seen: Seen) -> cst.BaseExpression:
    step: cst.BaseExpression | None = None
    if isinstance(value, cst.Name):
        step = _written(script, value)
    elif (key := key_of(value)) is not None:
        step = _entry(script, *key, seen)
    elif isinstance(value, cst.Attribute) and isinstance(value.value, cst.Name):
        step = _attribute(script, value.value, value.attr.value, seen)
    return value if step is None or step in seen else content(script, step, seen)


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


# --- entries of a dict ------------------------------------------------------------------------------------------------


def _entry(
    script: Script, holder: cst.BaseExpression, key: str, seen: Seen = frozenset(), alone: bool = False
) -> cst.BaseExpression | None:
    if alone and not is_only_one(script, _entry_reads(script, key)):
        return None
    if is_changed(script, holder):
        return None
    there = content(script, holder, seen)
    if isinstance(there, cst.Dict):
        index = entry_of(there, key)
        return None if index is None else there.elements[index].value
    if isinstance(there, cst.Call) and isinstance(there.func, cst.Name):
        if there.func.value == "dict":
            return keyword(there, key)
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


def _entry_reads(script: Script, key: str) -> list[cst.CSTNode]:
    """Where entries of this name are read or written; a dict that is unpacked hands on all of its entries."""
    found: list[cst.CSTNode] = []
    for node in (*script.every(cst.Subscript), *script.calls()):
        pair = key_of(node)
        if pair is not None and pair[1] == key:
            found.append(node)
    for arg in script.every(cst.Arg):
        there = content(script, arg.value) if arg.star == "**" else None
        if isinstance(there, cst.Dict) and entry_of(there, key) is not None:
            found.append(arg)
    return found


# --- attributes -------------------------------------------------------------------------------------------------------


def _attribute(
    script: Script, holder: cst.Name, name: str, seen: Seen = frozenset(), alone: bool = False
) -> cst.BaseExpression | None:
    own = _stored(script, f"{holder.value}.{name}")
    if own:
        reads = [node for node in _attribute_reads(script, name) if script.text(node.value) == holder.value]
        if len(own) > 1 or (alone and not is_only_one(script, reads)) or class_values(script, name):
            return None
        return own[0].value
    there = content(script, holder, seen)
    made = there if isinstance(there, cst.Call) else None
    if (made is None and there is not holder) or is_parsed(script, there) or not script.assignments(holder):
        return default_of(script, name)
    # `self.lr = cfg.lr` gives another attribute of the same name a value of its own.
    reads = [node for node in _attribute_reads(script, name) if not _stored(script, script.text(node))]
    if alone and not is_only_one(script, reads):
        return None
    if made is not None and isinstance(made.func, cst.Name) and (given := keyword(made, name)) is not None:
        return given if made.func.value in NAMESPACES or class_values(script, name) else None
    values = class_values(script, name)
    if not values:
        return None if made is not None else default_of(script, name)
    return default_in(values[0]) if len(values) == 1 and not given_anywhere(script, name) else None


def _attribute_reads(script: Script, name: str) -> list[cst.Attribute]:
    named = [node for node in script.every(cst.Attribute) if node.attr.value == name]
    return [node for node in named if not isinstance(script.parent(node), cst.AssignTarget | cst.AnnAssign)]


def _stored(script: Script, written: str) -> list[cst.Assign | cst.AnnAssign]:
    """The statements that give an attribute, as it is written, a value."""
    if not script.stored:
        statements: list[cst.Assign | cst.AnnAssign] = [*script.every(cst.Assign), *script.every(cst.AnnAssign)]
        for one in statements:
            targets = [each.target for each in one.targets] if isinstance(one, cst.Assign) else [one.target]
            for target in targets:
                if isinstance(target, cst.Attribute):
                    script.stored.setdefault(script.text(target), []).append(one)
    return script.stored.get(written, [])
