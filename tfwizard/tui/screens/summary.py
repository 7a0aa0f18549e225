"""What a learner found alone, with hints, or was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from tfwizard.language import _
from tfwizard.tui.lines import FAINT, STRONG, Lines, blank, line
from tfwizard.tui.widgets.drawn import Drawn


class Summary(ModalScreen[None]):
    """The problems of the session with what came of each."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,S", "app.pop_screen", "Back")]

    def __init__(self, lines: Callable[[int], Lines]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """A box that scrolls."""
        with VerticalScroll(classes="dialog help"):
            yield Drawn(self._all)

    def _all(self, width: int) -> Lines:
        title = line((_("What you have found"), STRONG), "   ", (_("esc closes"), FAINT))
        return [title, blank(), *self._lines(width)]
