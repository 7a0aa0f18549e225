"""What Textual says by itself, in the language that is spoken: the command palette, its commands."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar

from rich.align import Align
from rich.text import Text
from textual import events, on
from textual.app import App, SystemCommand
from textual.command import CommandList, CommandPalette
from textual.screen import Screen
from textual.theme import ThemeProvider
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tfwizard.language import N_, _
from tfwizard.tui.screens.once import ClosesOnce

#: Textual's commands: what they are called, and what is said of them. Its "Keys" and "Quit" the wizard has itself.
COMMANDS: dict[str, tuple[str, str]] = {
    "Theme": (N_("Theme"), N_("Change the colours")),
    "Screenshot": (N_("Screenshot"), N_("Save a picture (SVG) of the screen")),
    "Maximize": (N_("Maximize"), N_("Give the whole screen to the part that has the focus")),
    "Minimize": (N_("Minimize"), N_("Give back the screen to the other parts")),
}


class Palette(CommandPalette, ClosesOnce[None]):
    """Textual's command palette, which says in our language that it found nothing, and does one command."""

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _stop_when_closed(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        if not self.is_active:  # enter came twice: what Textual does with it would do the command again
            event.stop()
            event.prevent_default()

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError, IndexError):  # Textual turns the page of a list that has options, but no rows yet
            super()._action_command_list(action)

    def _start_no_matches_countdown(self, search_value: str) -> None:
        self._stop_no_matches_countdown()

        def show() -> None:
            if search_value:
                words = Align.center(Text(_("No matches found"), style="not bold"))
                self.query_one(CommandList).add_option(Option(words, id=self._NO_MATCHES, disabled=True))
            self._list_visible = bool(search_value)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, show)


class WordedApp(App[int]):
    """An app that says what Textual says in the language that is spoken."""

    COMMAND_PALETTE: ClassVar[str] = "--command-palette"

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's commands."""
        for command in super().get_system_commands(screen):
            if command.title in COMMANDS:
                title, about = COMMANDS[command.title]
                yield SystemCommand(_(title), _(about), command.callback)

    def action_command_palette(self) -> None:
        """Search among the commands."""
        if self.use_command_palette and not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(id=self.COMMAND_PALETTE, placeholder=_("Search for commands…")))

    def search_themes(self) -> None:
        """Search among the themes."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder=_("Search for themes…")))

    @on(events.DeliveryComplete)
    def _picture_saved(self, event: events.DeliveryComplete) -> None:
        event.prevent_default()
        where = str(event.path) if event.path is not None else ""
        self.notify(_("Saved as {path}", path=where) if where else _("Saved"), title=_("Screenshot"), markup=False)

    @on(events.DeliveryFailed)
    def _picture_not_saved(self, event: events.DeliveryFailed) -> None:
        event.prevent_default()
        self.notify(_("The picture could not be saved"), title=_("Screenshot"), severity="error", markup=False)
