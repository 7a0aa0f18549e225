"""Things between brackets, separated by commas: put one in or take one out in the layout that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from tfwizard.fixes.script import Script
from tfwizard.fixes.splice import NEWLINE, Splice, line_end, line_start, next_line

Separated = cst.Arg | cst.BaseElement | cst.BaseDictElement | cst.ImportAlias


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its text runs from `start` to `end`, and its comma, where it has one, ends at `comma`."""

    start: int
    end: int
    comma: int | None

    @property
    def last(self) -> int:
        """Where the item ends, its comma included."""
        return self.end if self.comma is None else self.comma


@dataclass(frozen=True, slots=True)
class Items:
    """The items between `open` and `close` in `source`; without brackets around them no new line may be begun."""

    source: str
    newline: str
    open: int
    close: int
    items: tuple[Item, ...]
    brackets: bool = True

    def append(self, text: str) -> list[Splice]:
        """Put `text` behind the last item."""
        if not self.items:
            return [Splice(self.open, self.open, text)]
        return self.insert_after(len(self.items) - 1, text)

    def insert_after(self, index: int, text: str) -> list[Splice]:
        """Put `text` behind the item at `index`: on a line of its own where the others stand so, else on the same."""
        item = self.items[index]
        indent = self._indent_of_own_lines(index)
        if indent is None:
            return self._insert_inline(index, text)
        begin = self.newline + indent
        if not self._line_ends_behind(item):
            return [Splice(item.last, item.last, f"{begin}{text}," if item.comma else f",{begin}{text}")]
        end = line_end(self.source, item.last)
        if item.comma is None:
            return [Splice(item.end, item.end, ","), Splice(end, end, begin + text)]
        return [Splice(end, end, f"{begin}{text},")]

    def insert_before(self, index: int, text: str) -> list[Splice]:
        """Put `text` in front of the item at `index`."""
        item = self.items[index]
        indent = self._indent_of_own_lines(index)
        glue = self._separator if indent is None else "," + self.newline + indent
        return [Splice(item.start, item.start, text + glue)]

    def remove(self, index: int) -> list[Splice]:
        """Take the item at `index` out, with its comma and with the line that would be left empty."""
        item = self.items[index]
        before = self.items[index - 1] if index else None
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        alone = before is None and after is None
        if alone and "#" not in self.source[self.open : item.start] + self.source[item.last : self.close]:
            return [Splice(self.open, self.close, "")]
        if self.brackets and self._starts_line(item) and self._line_ends_behind(item):
            whole = Splice(line_start(self.source, item.start), next_line(self.source, item.last), "")
            return [*self._drop_comma(before, item), whole]
        if after is not None:
            return [self._cut_to_next(item, before, after)]
        return self._cut_last(item, before)

    # --- layout -------------------------------------------------------------------------------------------------------

    def _insert_inline(self, index: int, text: str) -> list[Splice]:
        item = self.items[index]
        if len(self.items) == 1 and item.comma is not None and not self._line_ends_behind(item):
            return [Splice(item.end, item.comma, self._separator + text)]
        return [Splice(item.end, item.end, self._separator + text)]

    @property
    def _separator(self) -> str:
        for item, after in zip(self.items, self.items[1:], strict=False):
            if item.comma == after.start:
                return ","
        return ", "

    def _indent_of_own_lines(self, index: int) -> str | None:
        """The indentation for a line of its own, None where the items around `index` share lines."""
        if not self.brackets:
            return None
        lines = [line_start(self.source, item.start) for item in self.items]
        alone = [lines.count(line) == 1 for line in lines]
        neighbour = index - 1 if index else index + 1
        if not alone[index]:
            return None
        if len(self.items) == 1:
            item = self.items[0]
            ends = item.comma is not None and self._line_ends_behind(item)
            return self._indent(item) if ends and self._starts_line(item) else None
        if not alone[neighbour]:
            return None
        model = self.items[index] if self._starts_line(self.items[index]) else self.items[neighbour]
        return self._indent(model) if self._starts_line(model) else None

    def _indent(self, item: Item) -> str:
        return self.source[line_start(self.source, item.start) : item.start]

    def _starts_line(self, item: Item) -> bool:
        return not self._indent(item).strip()

    def _line_ends_behind(self, item: Item) -> bool:
        end = line_end(self.source, item.last)
        rest = self.source[item.last : end].strip()
        return end < self.close and (not rest or rest.startswith("#"))

    # --- taking out ---------------------------------------------------------------------------------------------------

    def _drop_comma(self, before: Item | None, item: Item) -> list[Splice]:
        if before is None or before.comma is None or item.comma is not None:
            return []
        return [Splice(before.comma - 1, before.comma, "")]

    def _cut_to_next(self, item: Item, before: Item | None, after: Item) -> Splice:
        between = self.source[item.last : after.start]
        if NEWLINE.search(between) is None:
            return Splice(item.start, after.start, "")
        if before is not None:
            return Splice(before.last, item.last, "")
        # A comment on lines of its own belongs to the next item and stays.
        own_lines = NEWLINE.split(between, maxsplit=1)[1]
        return Splice(item.start, line_end(self.source, item.last) if "#" in own_lines else after.start, "")

    def _cut_last(self, item: Item, before: Item | None) -> list[Splice]:
        if before is None:
            return [Splice(item.start, item.last, "")]
        if "#" in self.source[before.last : item.start]:
            return [*self._drop_comma(before, item), Splice(item.start, item.last, "")]
        return [Splice(before.end if item.comma is None else before.last, item.last, "")]


def items_of(script: Script, nodes: Sequence[Separated], open_: int, close: int, brackets: bool = True) -> Items:
    """The items that these nodes are, between the offsets behind the opening and in front of the closing bracket."""
    return Items(script.source, script.newline, open_, close, tuple(_item(script, node) for node in nodes), brackets)


def call_items(script: Script, call: cst.Call) -> Items:
    """The arguments of a call."""
    open_ = script.source.index("(", script.span(call.func)[1]) + 1
    return items_of(script, call.args, open_, script.inner_span(call)[1] - 1)


def element_items(script: Script, node: cst.List | cst.Tuple | cst.Dict) -> Items:
    """The elements of a list, a tuple or a dict."""
    start, end = script.span(node)
    brackets = not isinstance(node, cst.Tuple) or bool(node.lpar)
    edge = 1 if brackets else 0
    return items_of(script, node.elements, start + edge, end - edge, brackets)


def _item(script: Script, node: Separated) -> Item:
    start, end = script.span(node)
    return Item(start, end, script.span(node.comma)[1] if isinstance(node.comma, cst.Comma) else None)
