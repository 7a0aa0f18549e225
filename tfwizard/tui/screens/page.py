"""What every page of the main pane shares, and the page of a stage without a module of its own."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from tfwizard.tui.lines import Lines
from tfwizard.tui.screens.head import head_lines
from tfwizard.tui.view import View
from tfwizard.tui.widgets.drawn import Drawn


class Page(VerticalScroll):
    """A page of the main pane: scrolls up and down; left and right mean what the page makes of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.turn(-1)", show=False),
        Binding("right", "app.turn(1)", show=False),
    ]
    DEFAULT_CSS = """
    Page { padding: 0 1; scrollbar-size-vertical: 1; }
    """

    def turn(self, step: int) -> None:
        """The person pressed left (-1) or right (1)."""

    def jump(self) -> None:
        """The person pressed the key that goes to what the page has to go to."""

    @property
    def can_jump(self) -> bool:
        """Whether the page has something to go to."""
        return False


class StagePage(Page):
    """One stage: its head, then the evidence."""

    def compose(self) -> ComposeResult:
        """Head, evidence as lines, and what else the stage has."""
        yield Drawn(classes="head")
        yield Drawn(classes="evidence")
        yield from self.extras()

    def extras(self) -> list[Widget]:
        """Widgets below the evidence."""
        return []

    def show(self, view: View) -> None:
        """Show the stage as it stands."""
        self.query_one(".head", Drawn).show(partial(head_lines, view))
        self.query_one(".evidence", Drawn).show(partial(self.evidence, view))

    def evidence(self, view: View, width: int) -> Lines:
        """The lines that prove what the head says."""
        return []
