"""Put a layer before another, in the way that the source builds its model."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.calls import begins
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.expressions import between_commas
from tfwizard.fixes.imports import needed_imports
from tfwizard.fixes.items import call_items, element_items
from tfwizard.fixes.names import imported_names
from tfwizard.fixes.script import Script, called_name
from tfwizard.fixes.splice import Splice, line_start
from tfwizard.language import _
from tfwizard.source_edits import InsertLayer

#: A first layer may say what comes in: then that belongs to the new first layer.
INPUT = ("input_shape", "batch_input_shape", "input_dim")

Slot = tuple[str, cst.Call, cst.CSTNode]


def insert_layer(script: Script, edit: InsertLayer) -> list[Splice]:
    """The splices for one InsertLayer."""
    how, made, around = _slot(script, edit)
    layer, imports = _as_neighbour(script, made, edit)
    known = needed_imports(script, imports, made)
    if how == "called":
        assert isinstance(around, cst.Call)
        value = around.args[0].value
        start, end = script.span(value)
        held = between_commas(script.text(value))
        edges = held.split(script.text(value), 1)
        return [Splice(start, start, f"{layer}({edges[0]}"), Splice(end, end, edges[1] + ")"), *known]
    layer, moved = _with_input(script, made, layer)
    if how == "added":
        start = script.span(around)[0]
        indent = script.source[line_start(script.source, start) : start]
        added = script.parent(script.parent(made) or made)
        assert isinstance(added, cst.Call)
        glue = "; " if indent.strip() else script.newline + indent
        return [*known, Splice(start, start, f"{script.text(added.func)}({layer}){glue}"), *moved]
    holder = script.parent(around)
    assert isinstance(holder, cst.List | cst.Tuple)
    return [*known, *element_items(script, holder).insert_before(list(holder.elements).index(around), layer), *moved]  # type: ignore[arg-type]


def _slot(script: Script, edit: InsertLayer) -> Slot:
    """How the layer at the place is put into its model: in a list, by `.add(…)`, or called on another's output."""
    offset, line = script.offset(edit.place), edit.place.line
    exact = [call for call in script.calls() if offset is not None and offset in begins(script, call)]
    near = [call for call in script.calls() if script.line_at(begins(script, call)[0]) == line]
    found = {id(slot[1]): slot for call in exact or near if (slot := _context(script, call)) is not None}
    slots = list(found.values())
    if not exact and not slots:
        spans = [call for call in script.calls() if _holds(script, call, line)]
        slots = [slot for call in spans if (slot := _context(script, call)) is not None]
    if len(slots) != 1:
        raise CannotEdit(
            _(
                "No one layer on line {line} stands in a list, in `.add(…)` or before its input. Put `{layer}` there by hand.",
                line=line,
                layer=edit.layer,
            )
        )
    return slots[0]


def _holds(script: Script, call: cst.Call, line: int) -> bool:
    start, end = script.inner_span(call)
    return script.line_at(start) <= line <= script.line_at(end)


def _context(script: Script, call: cst.Call) -> Slot | None:
    parent = script.parent(call)
    if isinstance(parent, cst.Call) and parent.func is call:
        one = len(parent.args) >= 1 and not parent.args[0].star
        return ("called", call, parent) if one else None
    if isinstance(parent, cst.Element) and _is_model(script, script.parent(parent)):
        return "listed", call, parent
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        uses = _called_as(script, script.text(parent.targets[0].target))
        return ("called", call, uses[0]) if len(uses) == 1 else None
    if not isinstance(parent, cst.Arg):
        return None
    outer = script.parent(parent)
    assert isinstance(outer, cst.Call)
    if isinstance(outer.func, cst.Attribute) and len(outer.args) == 1 and _adds(script, outer.func):
        statement = script.parent(outer)
        return ("added", call, statement) if isinstance(statement, cst.Expr) else None
    # A wrapper: `Bidirectional(LSTM(8))` goes in as one layer.
    return _context(script, outer)


def _called_as(script: Script, name: str) -> list[cst.Call]:
    """The calls of a layer that was given a name: `head(x)`, `self.head(x)`."""
    calls = [call for call in script.calls() if script.text(call.func) == name]
    return [call for call in calls if call.args and not call.args[0].star]


def _adds(script: Script, method: cst.Attribute) -> bool:
    """Whether a method puts a layer into a model, or into the list that a model is made of."""
    if method.attr.value == "append" and isinstance(method.value, cst.Name):
        return any(_goes_into_model(script, use) for use in script.uses(method.value))
    return method.attr.value == "add"


def _is_model(script: Script, holder: cst.CSTNode | None) -> bool:
    """Whether a list is what a Sequential is made of."""
    parent = script.parent(holder) if isinstance(holder, cst.List | cst.Tuple) else None
    while isinstance(parent, cst.BinaryOperation):
        parent = script.parent(parent)
    if isinstance(parent, cst.Arg):
        call = script.parent(parent)
        return isinstance(call, cst.Call) and called_name(call) == "Sequential"
    if isinstance(parent, cst.Assign) and isinstance(parent.targets[0].target, cst.Name):
        uses = script.uses(parent.targets[0].target)
        return any(_goes_into_model(script, use) for use in uses)
    return False


def _goes_into_model(script: Script, use: cst.CSTNode) -> bool:
    parent = script.parent(use)
    if isinstance(parent, cst.For):
        return parent.iter is use
    call = script.parent(parent) if isinstance(parent, cst.Arg) else None
    return isinstance(call, cst.Call) and called_name(call) == "Sequential"


# --- how it is written ------------------------------------------------------------------------------------------------


def _as_neighbour(script: Script, made: cst.Call, edit: InsertLayer) -> tuple[str, tuple[str, ...]]:
    """The layer as its neighbour is written: through the same module, or imported from the same."""
    names = imported_names(script.source)
    if isinstance(made.func, cst.Attribute):
        prefix = script.text(made.func.value)
        if prefix.split(".")[0] in names:
            return f"{prefix}.{edit.layer}", ()
    name = edit.layer.partition("(")[0]
    package = names.get(made.func.value, "").rpartition(".")[0] if isinstance(made.func, cst.Name) else ""
    if package.endswith("layers"):
        return edit.layer, (f"from {package} import {name}",)
    if not edit.imports:
        raise CannotEdit(
            _(
                "It is not clear where `{name}` comes from in this file. Put `{layer}` there by hand.",
                name=name,
                layer=edit.layer,
            )
        )
    return edit.layer, edit.imports


def _with_input(script: Script, made: cst.Call, layer: str) -> tuple[str, list[Splice]]:
    """The layer with its neighbour's input shape, and the splices that take it from there."""
    for index, arg in enumerate(made.args):
        if arg.keyword is not None and arg.keyword.value in INPUT:
            glue = "" if layer.endswith("()") else ", "
            text = f"{layer[:-1]}{glue}{script.text(arg).rstrip(',').rstrip()})"
            return text, call_items(script, made).remove(index)
    return layer, []
