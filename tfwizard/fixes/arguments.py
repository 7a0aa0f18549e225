"""Rename an argument of a call, or copy one with another string in it."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.calls import locate
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.items import call_items
from tfwizard.fixes.origins import content
from tfwizard.fixes.passed import Passed, passed
from tfwizard.fixes.script import Script
from tfwizard.fixes.signatures import ORDER, position
from tfwizard.fixes.splice import Splice, spliced
from tfwizard.fixes.strings import literal, quote_of, quoted
from tfwizard.language import _
from tfwizard.source_edits import CopyArgument, RenameArgument


def rename(script: Script, edit: RenameArgument) -> list[Splice]:
    """The splices for one RenameArgument; none where it is renamed already."""
    call = locate(script, edit.function, edit.place, edit.argument)
    found = passed(script, call, edit.function, edit.argument)
    there = passed(script, call, edit.function, edit.new)
    if found is None and there is not None:
        return []
    line = script.line(call)
    if found is None or found.style == "positional":
        raise CannotEdit(
            _(
                "The call of `{function}` on line {line} does not write `{argument}=`. Rename it by hand.",
                function=edit.function,
                line=line,
                argument=edit.argument,
            )
        )
    if there is not None:
        raise CannotEdit(
            _(
                "The call of `{function}` on line {line} has `{new}` too. Take one of them out.",
                function=edit.function,
                line=line,
                new=edit.new,
            )
        )
    if found.style == "keyword":
        start = found.items.items[found.index].start
        return [Splice(start, start + len(edit.argument), edit.new)]
    key = _key(script.parent(found.value))
    return [Splice(*script.span(key), quoted(edit.new, quote_of(key) or '"'))]


def _key(entry: cst.CSTNode | None) -> cst.BaseExpression:
    """The key of `"lr": 1e-3` in a dict, or of the statement `options["lr"] = 1e-3`."""
    if isinstance(entry, cst.Assign) and isinstance(entry.targets[0].target, cst.Subscript):
        index = entry.targets[0].target.slice[0].slice
        assert isinstance(index, cst.Index)
        return index.value
    assert isinstance(entry, cst.DictElement)
    return entry.key


def copy(script: Script, edit: CopyArgument) -> list[Splice]:
    """The splices for one CopyArgument."""
    call = locate(script, edit.function, edit.place, edit.source)
    # A tokenizer has whatever name the script gave it.
    function = edit.function if edit.function in ORDER else "__call__"
    source = passed(script, call, function, edit.source)
    if source is None or source.style in ("entry", "stored"):
        raise CannotEdit(
            _(
                "`{source}` is not passed by the call on line {line}. Add `{argument}` by hand.",
                source=edit.source,
                line=script.line(call),
                argument=edit.argument,
            )
        )
    text = _with_other_string(script, source, edit)
    there = passed(script, call, function, edit.argument)
    if there is not None:
        if isinstance(there.value, cst.Name) and there.value.value == "None":
            return [Splice(*script.span(there.value), text)]
        raise CannotEdit(
            _(
                "The call on line {line} passes `{argument}` already. Change it by hand.",
                line=script.line(call),
                argument=edit.argument,
            )
        )
    items = call_items(script, call)
    place = position(function, edit.argument)
    plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
    if source.style == "positional" and place == source.index + 1 == len(plain):
        return items.insert_after(source.index, text)
    if source.style == "keyword" and source.items.open == items.open:
        return items.insert_after(source.index, f"{edit.argument}={text}")
    return items.append(f"{edit.argument}={text}")


def _with_other_string(script: Script, source: Passed, edit: CopyArgument) -> str:
    """The expression with `new` for `old`, be it a string, a variable that holds it, or an attribute of that name."""
    value = _spelled_out(script, source.value)
    start, end = script.span(value)
    swaps = [
        Splice(at[0] - start, at[1] - start, text)
        for node in script.nodes(value)
        if (text := _other(script, node, edit)) is not None
        for at in [script.span(node.attr if isinstance(node, cst.Attribute) else node)]
    ]
    if not swaps:
        raise CannotEdit(
            _(
                '"{old}" is not written in `{text}` on line {line}. Pass `{argument}` by hand.',
                old=edit.old,
                text=script.text(source.value),
                line=script.line(source.value),
                argument=edit.argument,
            )
        )
    return spliced(script.source[start:end], swaps)


def _spelled_out(script: Script, value: cst.BaseExpression) -> cst.BaseExpression:
    """What stands behind a variable, where its names are those of the call."""
    there = content(script, value)
    return there if script.scope(there) is script.scope(value) else value


def _other(script: Script, node: cst.CSTNode, edit: CopyArgument) -> str | None:
    if literal(node) == edit.old:
        return quoted(edit.new, quote_of(node) or '"')
    if isinstance(node, cst.Attribute) and node.attr.value == edit.old and edit.new.isidentifier():
        return edit.new
    if isinstance(node, cst.Name) and isinstance(script.parent(node), cst.Index):
        definition = script.definition(node)
        value = definition.value if definition is not None else None
        if value is not None and literal(value) == edit.old:
            return quoted(edit.new, quote_of(value) or '"')
    return None
