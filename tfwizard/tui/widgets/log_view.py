"""Lines of the log that can be searched: a match is marked in the text and at its left."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import Log

#: The mark at the left of the match that was gone to, and of the others.
HERE, FOUND = "▸", "›"


class LogView(Log):
    """The lines, with those that hold `sought` marked; `at` is the row of the match that was gone to."""

    sought = ""
    at: int | None = None

    def seek(self, text: str) -> None:
        """Search for this text from here on, upper and lower case alike; nothing with an empty one."""
        self.sought, self.at = text.lower(), None
        self.refresh()

    def rows(self) -> list[int]:
        """The rows with a match."""
        return [row for row, text in enumerate(self.lines) if self.sought in text.lower()] if self.sought else []

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
        strip = super().render_line(y)
        row = self.scroll_offset.y + y
        if not self.sought or row >= len(self.lines) or self.sought not in self.lines[row].lower():
            return strip
        here = row == self.at
        width, text = strip.cell_length, strip.text.lower()
        cuts, start = [], text.find(self.sought)
        while start >= 0:
            cuts += [cell_len(text[:start]), cell_len(text[: start + len(self.sought)])]
            start = text.find(self.sought, start + len(self.sought))
        style = Style(reverse=True, bold=here)
        pieces = strip.divide([*cuts, width]) if cuts else [strip]
        marked = Strip.join([piece.apply_style(style) if n % 2 else piece for n, piece in enumerate(pieces)])
        sign = Segment(HERE if here else FOUND, Style(bold=True))
        return Strip.join([Strip([sign], 1), marked.crop(1)]).crop(0, width)
