"""The values of a batch in a table that scrolls both ways. Padding is hatched, and what is not finite has a ✗ before it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tfwizard.facts import DataFacts, TensorFacts
from tfwizard.language import _
from tfwizard.tui.lines import STRONG, Lines, cell, clean, cut, flow, line, wrapped
from tfwizard.tui.part_keys import bindings_of

#: The longest name and the longest value that are not cut; what is cut ends in …, and the line below shows it whole.
NAME, VALUE = 14, 12
NOT_FINITE = ("nan", "inf", "-inf")
PADDING, BAD, REAL = "padding", "bad", "real"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of one tensor: its values as text, and where its padding is."""

    name: str
    row: int
    shape: tuple[int, ...]
    values: tuple[str, ...]
    real: tuple[int, int] | None = None

    def kind(self, position: int) -> str:
        """Padding, not finite, or neither."""
        if self.values[position] in NOT_FINITE:
            return BAD
        padded = self.real is not None and not self.real[0] <= position < self.real[1]
        return PADDING if padded else REAL


def table_rows(facts: DataFacts) -> tuple[TableRow, ...]:
    """Every row of every tensor that was sent, tensor by tensor."""
    return tuple(row for tensor in facts.tensors for row in tensor_rows(tensor, facts))


def tensor_rows(tensor: TensorFacts, facts: DataFacts) -> Iterator[TableRow]:
    """The rows of one tensor. Those of the ids' shape (the mask, say) are padded where the ids are."""
    padding = facts.padding
    ids = next((one for one in facts.tensors if padding and one.name in (padding.column, "inputs")), None)
    alike = padding is not None and ids is not None and tensor.shape == ids.shape
    for number, values in enumerate(tensor.preview):
        real = padding.real[number] if alike and padding and number < len(padding.real) else None
        yield TableRow(clean(tensor.name), number, tensor.shape, tuple(clean(value) for value in values), real)


class BatchTable(ScrollView, can_focus=True):
    """The values, with a cursor. Names and positions stay in sight while the rest scrolls."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"batch-table--head", "batch-table--padding", "batch-table--bad"}
    DEFAULT_CSS = """
    BatchTable { height: auto; max-height: 12; scrollbar-size: 1 1; overflow: auto; }
    .-wide BatchTable { max-height: 20; }
    BatchTable .batch-table--head { text-style: dim; }
    BatchTable .batch-table--padding { color: $text-warning; }
    BatchTable .batch-table--bad { color: $text-error; text-style: bold; }
    """
    KEYS_OF = "table"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("table")]

    @dataclass
    class Moved(Message):
        """The cursor, or the focus, is elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[TableRow, ...] = ()
        self.at = (0, 0)
        self._left = self._wide = 0
        self.display = False

    def show(self, rows: tuple[TableRow, ...]) -> None:
        """Show these rows; the cursor stays where it is as far as that is there."""
        rows = tuple(row for row in rows if row.values)
        if rows == self.rows:
            return
        self.rows = rows
        self.display = bool(rows)
        if not rows:
            return
        names = min(NAME, max(len(row.name) for row in rows))
        self._left = names + 5
        longest = max(len(text) for row in rows for text in row.values)
        self._wide = min(VALUE, max(4, longest)) + 2
        most = max(len(row.values) for row in rows)
        self.virtual_size = Size(self._left + most * self._wide, len(rows) + 1)
        self._move(*self.at)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All the rows, the line of the positions, and the scrollbar below."""
        return len(self.rows) + 2

    # --- the cursor ------------------------------------------------------------------------------------------------------

    def _move(self, row: int, position: int) -> None:
        row = min(max(row, 0), len(self.rows) - 1)
        position = min(max(position, 0), len(self.rows[row].values) - 1)
        self.at = (row, position)
        # The names at the left and the positions on top cover what lies under them.
        target = Region(position * self._wide, row, self._wide + self._left, 2)
        self.scroll_to_region(target, animate=False, immediate=True, force=True)
        self.refresh()
        self.post_message(self.Moved())

    def action_move(self, down: int, right: int) -> None:
        """One row or one position on."""
        row, position = self.at
        self._move(row + down, position + right)

    def action_page(self, step: int) -> None:
        """As many rows on as are in sight."""
        self._move(self.at[0] + step * max(1, self.scrollable_content_region.height - 2), self.at[1])

    def action_edge(self, place: int) -> None:
        """To the first or the last position."""
        row = self.rows[self.at[0]]
        self._move(self.at[0], len(row.values) - 1 if place else 0)

    def action_tensor(self, step: int) -> None:
        """To the first row of the next tensor, or of the one before; around at the ends."""
        first = [n for n, row in enumerate(self.rows) if not n or row.name != self.rows[n - 1].name]
        here = max(n for n, start in enumerate(first) if start <= self.at[0])
        self._move(first[(here + step) % len(first)], self.at[1])

    def action_not_finite(self) -> None:
        """To the next value that is not finite, around at the end."""
        found = [(n, at) for n, row in enumerate(self.rows) for at in range(len(row.values)) if row.kind(at) == BAD]
        if found:
            self._move(*next((place for place in found if place > self.at), found[0]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Jumping needs somewhere to jump to."""
        if action == "tensor":
            return len({row.name for row in self.rows}) > 1
        if action == "not_finite":
            return any(set(row.values) & set(NOT_FINITE) for row in self.rows)
        return bool(self.rows)

    def on_focus(self) -> None:
        """The cursor appears."""
        self.post_message(self.Moved())

    def on_blur(self) -> None:
        """The cursor goes away."""
        self.post_message(self.Moved())

    # --- drawing ---------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The positions, or one row; the names stay at the left."""
        head = self.get_component_rich_style("batch-table--head")
        shift, width = self.scroll_offset.x, self.scrollable_content_region.width
        number = self.scroll_offset.y + y - 1
        # Only the cells in sight are put together: a row may have thousands.
        first = shift // self._wide
        sight = range(first, first + width // self._wide + 2)
        if y == 0:
            left = [Segment(cell(_("row"), self._left - 1, right=True) + " ", head)]
            most = max((len(row.values) for row in self.rows), default=0)
            cells = [Segment(cell(str(at), self._wide - 1, right=True) + " ", head) for at in sight if at < most]
        elif 0 <= number < len(self.rows):
            row = self.rows[number]
            left = [Segment(cell(row.name, self._left - 5)), Segment(f"{row.row:>4} ", head)]
            cells = [self._cell(row, at, (number, at) == self.at) for at in sight if at < len(row.values)]
        else:
            return Strip.blank(width)
        start = shift - first * self._wide
        body = Strip(cells).crop(start, start + max(0, width - self._left))
        return Strip.join([Strip(left), body]).adjust_cell_length(width)

    def _cell(self, row: TableRow, position: int, here: bool) -> Segment:
        kind, size = row.kind(position), self._wide - 1
        text = cut(row.values[position], size - 1)
        space = size - cell_len(text)
        filled = {PADDING: "░" * space + text, BAD: " " * (space - 1) + "✗" + text}.get(kind, " " * space + text)
        style = Style() if kind == REAL else self.get_component_rich_style(f"batch-table--{kind}")
        return Segment(filled + " ", style + Style(reverse=here and self.has_focus))


def cursor_lines(table: BatchTable, width: int) -> Lines:
    """The value under the cursor in words, then what the signs mean, and what is left out."""
    if not table.rows:
        return []
    number, position = table.at
    row = table.rows[number]
    lines: Lines = []
    if table.has_focus:
        value = {
            PADDING: _("{name}, row {row}, {place}: {value}, which is padding"),
            BAD: _("{name}, row {row}, {place}: {value}, which is not finite"),
            REAL: _("{name}, row {row}, {place}: {value}"),
        }[row.kind(position)]
        place, shown = position_words(row, position), row.values[position]
        lines += wrapped(line((value.format(name=row.name, row=row.row, place=place, value=shown), STRONG)), width)
    notes = [*legend(table.rows), left_out(row)]
    return lines + flow([note for note in notes if note], width)


def position_words(row: TableRow, position: int) -> str:
    """Where in its row a value stands: by all its indices where a row has several axes."""
    index = []
    for size in reversed(row.shape[2:]):
        position, rest = divmod(position, size)
        index.append(rest)
    if not index:
        return _("position {n}", n=position)
    return _("position {n}", n=", ".join(str(n) for n in [position, *reversed(index)]))


def legend(rows: tuple[TableRow, ...]) -> list[str]:
    """What the signs mean; only those that are there."""
    kinds = {row.kind(at) for row in rows for at in range(len(row.values))}
    words = {PADDING: _("░ padding"), BAD: _("✗ not finite")}
    return [text for kind, text in words.items() if kind in kinds]


def left_out(row: TableRow) -> str:
    """How much of the tensor under the cursor the table has, where that is not all."""
    values = math.prod(row.shape[1:])
    if values > len(row.values):
        return _("{name}: the first {shown} of {n} values a row", name=row.name, shown=len(row.values), n=values)
    return ""
