"""Lines of the log that can be searched: a match is marked in the text and at its left."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tfwizard.language import ngettext
from tfwizard.runner.log import Line
from tfwizard.tui.lines import clean

#: The mark at the left of the match that was gone to, and of the others.
HERE, FOUND = "▸", "›"


class LogView(ScrollView, can_focus=True):
    """The lines, with those that hold `sought` marked; `at` is the row of the match that was gone to.

    They stay as they came: only those in sight are made ready to be shown, so a flood costs no more than a screenful of it.
    """

    sought = ""
    at: int | None = None
    #: Whether the end was in sight when somebody scrolled last: it stays there then, however the lines and their room change.
    follows = True

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._left_out = 0

    def take(self, lines: Sequence[Line], left_out: int) -> None:
        """Show these lines. `left_out` came before them and are not kept: a row at the top says so."""
        self._lines, self._left_out = lines, left_out
        widest = max((len(each.text) if each.text.isascii() else cell_len(each.text) for each in lines), default=0)
        self.virtual_size = Size(len(mark("")) + widest, self.line_count)
        self.refresh()
        self._keep_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Somebody scrolled."""
        super().watch_scroll_y(old_value, new_value)
        self.follows = self.is_vertical_scroll_end

    def on_resize(self) -> None:
        """The lines that are being written took a row, or gave one back."""
        self._keep_end()

    def _keep_end(self) -> None:
        if self.follows:
            self.call_after_refresh(self._to_end)

    def _to_end(self) -> None:
        if self.follows:
            self.scroll_end(animate=False, immediate=True)

    @property
    def line_count(self) -> int:
        """The rows there are, on the screen or off it."""
        return len(self._lines) + bool(self._left_out)

    def text(self, row: int) -> str:
        """What a row says."""
        if self._left_out and not row:
            return ngettext("… {n} line left out here", "… {n} lines left out here", self._left_out)
        each = self._lines[row - bool(self._left_out)]
        return mark(each.stream) + clean(each.text)

    def seek(self, text: str) -> None:
        """Search for this text from here on, upper and lower case alike; nothing with an empty one."""
        self.sought, self.at = text.lower(), None
        self.refresh()

    def rows(self) -> list[int]:
        """The rows with a match."""
        rows = range(self.line_count) if self.sought else ()
        return [row for row in rows if self.sought in self.text(row).lower()]

    def go(self, step: int) -> None:
        """To the next match (1) or the one before (-1), around at the ends; the first time from the top of the screen."""
        rows = self.rows()
        if not rows:
            return
        start = self.scroll_offset.y - 1 if self.at is None else self.at
        after = [row for row in rows if row > start] or rows
        before = [row for row in rows if row < start] or rows
        self.at = after[0] if step > 0 else before[-1]
        self.scroll_to(y=max(0, self.at - self.size.height // 3), animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        left, top = self.scroll_offset
        row, width = top + y, self.size.width
        if row >= self.line_count:
            return Strip.blank(width, self.rich_style)
        text = self.text(row)
        strip = Strip([Segment(text, self.rich_style)], cell_len(text))
        if self.text_selection and (span := self.text_selection.get_span(row)):
            start, end = (cell_len(text[: len(text) if at == -1 else at]) for at in span)
            strip = _styled(strip, [start, end], self.screen.get_component_rich_style("screen--selection"))
        strip = strip.crop_extend(left, left + width, self.rich_style).apply_offsets(left, row)
        return self._marked(strip, row) if self.sought and self.sought in text.lower() else strip

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that was selected with the mouse."""
        return selection.extract("\n".join(self.text(row) for row in range(self.line_count))), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self.refresh()

    def _marked(self, strip: Strip, row: int) -> Strip:
        here = row == self.at
        width, text = strip.cell_length, strip.text.lower()
        cuts, start = [], text.find(self.sought)
        while start >= 0:
            cuts += [cell_len(text[:start]), cell_len(text[: start + len(self.sought)])]
            start = text.find(self.sought, start + len(self.sought))
        marked = _styled(strip, cuts, Style(reverse=True, bold=here))
        sign = Segment(HERE if here else FOUND, Style(bold=True))
        return Strip.join([Strip([sign], 1), marked.crop(1)]).crop(0, width)


def mark(stream: str) -> str:
    """The sign of a stream: standard error has a bar."""
    return "│ " if stream == "err" else "  "


def _styled(strip: Strip, cuts: list[int], style: Style) -> Strip:
    """The strip with a style from each cell of even place in `cuts` to that behind it."""
    pieces = strip.divide([*cuts, strip.cell_length]) if cuts else [strip]
    return Strip.join([piece.apply_style(style) if n % 2 else piece for n, piece in enumerate(pieces)])
