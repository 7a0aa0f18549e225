"""Text that is computed for the width it gets."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tfwizard.language import _
from tfwizard.tui.lines import WARN, Lines, clean, fit, line, wrapped

Make = Callable[[int], Lines]


def unshown(error: Exception) -> str:
    """What is said instead of what could not be drawn."""
    return _(
        "This cannot be shown: what the script's process sent makes no sense ({kind}: {error}).",
        kind=type(error).__name__,
        error=clean(error),
    )


def nothing(width: int) -> Lines:
    """No lines."""
    return []


class Drawn(Widget):
    """Lines made by a function of the width. Showing the same lines again sends no bytes."""

    DEFAULT_CSS = """
    Drawn { height: auto; width: 1fr; text-wrap: nowrap; }
    """

    def __init__(self, make: Make = nothing, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._make = make
        self._width = 0
        self._content = Content("")
        self._rows = 0

    def show(self, make: Make) -> None:
        """Show what `make` gives from now on."""
        self._make = make
        before, rows = self._content, self._rows
        if not self._width:
            if self.display:  # what is hidden is computed when it appears; a new layout would draw scrollbars again
                self.refresh(layout=True)
            return
        self._compute(self._width)
        if self._rows != rows:
            self.refresh(layout=True)
        elif not self._content.is_same(before):
            self.refresh()

    @property
    def plain(self) -> str:
        """The text as it was last shown."""
        return self._content.plain

    def _compute(self, width: int) -> Content:
        try:
            lines = fit(self._make(width), width)
        except Exception as error:  # facts that no worker of ours sends must not end the wizard
            lines = wrapped(line((unshown(error), WARN)), width)
        self._width, self._rows = width, len(lines)
        self._content = Content("\n").join(lines)
        return self._content

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at this width."""
        if width > 0:
            self._compute(width)
        return self._rows

    def render(self) -> Content:
        """The lines."""
        width = self.content_size.width
        return self._content if width == self._width or width <= 0 else self._compute(width)
