"""What every screen of tfwizard's does with the terminal it is in: its colours, ctrl+c, ctrl+z."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from rich.segment import Segment
from textual.app import App, SuspendNotSupported
from textual.binding import Binding
from textual.color import Color
from textual.content import Content
from textual.filter import NO_DIM, LineFilter

from tfwizard.language import _, held
from tfwizard.tui.clipboard import copy_path, keep, osc52, short
from tfwizard.tui.handover import suspend_to_shell
from tfwizard.tui.lines import wrapped
from tfwizard.tui.textual_words import WordedApp
from tfwizard.tui.themes import COLOURLESS, LINE, THEMES, all_themes, textual_name

#: How wide Textual makes a short message at most, in cells, and what its frame takes of that.
TOAST_WIDTH, TOAST_FRAME = 60, 3


class Undimmed(LineFilter):
    """In high contrast nothing is faint: dim text would have less contrast than the theme promises."""

    def __init__(self, app: App[Any]) -> None:
        super().__init__()
        self._app = app

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, none of them dim where the theme is that of high contrast."""
        if self._app.theme != textual_name("contrast"):
            return segments
        return [
            Segment(text, style + NO_DIM if style is not None and style.dim else style, control)
            for text, style, control in segments
        ]


class TerminalApp(WordedApp):
    """An app without animation, in the theme that was asked for, or without any colour."""

    def __init__(self, theme: str = "") -> None:
        # An empty NO_COLOR asks for nothing (no-color.org); Textual would take it for a yes.
        if os.environ.get("NO_COLOR") == "":
            del os.environ["NO_COLOR"]
        colourless = "NO_COLOR" in os.environ  # Textual takes it out of the environment
        super().__init__(ansi_color=True if colourless else None)
        self.animation_level = "none"
        for one in all_themes():
            self.register_theme(one)
        self._filters.insert(0, Undimmed(self))  # before Textual turns dim into a darker colour
        self.colourless = colourless
        self.theme = COLOURLESS if colourless else textual_name(theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Textual's variables, and ours for a theme of Textual's own."""
        return {**super().get_theme_variable_defaults(), LINE: "ansi_default"}

    def notify(self, message: str, **more: Any) -> None:
        """A short message in a corner. It is broken here into lines that fit, as its language wants it, and not by Textual."""
        room = min(TOAST_WIDTH, self.size.width // 2) - TOAST_FRAME
        rows = wrapped(Content(message), room) if held(message) != message and room > 0 else [Content(message)]
        super().notify("\n".join(row.plain for row in rows), **more)

    def bind_now(self, bindings: Iterable[Binding]) -> None:
        """Bind keys that are not known before a person's configuration was read."""
        for binding in Binding.make_bindings(bindings):
            self._bindings.key_to_bindings.setdefault(binding.key, []).append(binding)

    def action_use_theme(self, name: str) -> None:
        """Another theme; without colour there is only one."""
        if self.colourless:
            self.notify(_("NO_COLOR is set: there are no colours to choose."), markup=False, timeout=4)
        elif name in THEMES:
            self.theme = textual_name(name)

    def copy_to_clipboard(self, text: str) -> None:
        """Ask the terminal to take it, in a way that goes through GNU screen as well."""
        self._clipboard = text
        if self._driver is not None and (sequence := osc52(text, os.environ)):
            self._driver.write(sequence)

    def copy_out(self, text: str, what: str) -> None:
        """To the terminal's clipboard and into a file: whether a terminal took it cannot be known."""
        self.copy_to_clipboard(text)
        if self.is_web:  # a file would lie where the browser is not
            if osc52(text, os.environ):
                words = _("Copied: {what}. Where the browser refuses, it shows the text.", what=what)
            else:
                words = _("This is too long for the browser's clipboard.")
            self.notify(words, markup=False, timeout=8)
            return
        path = copy_path()
        try:
            keep(text, path)
        except OSError as error:
            words = _("The terminal was asked to take {what}. It is in no file: {why}", what=what, why=error)
        else:
            words = _("Copied: {what}. A terminal may refuse: it is in {file} as well.", what=what, file=short(path))
        self.notify(words, markup=False, timeout=8)

    def action_suspend_process(self) -> None:
        """What ctrl+z does in every program: back to the shell, where fg returns."""
        if self.is_web:
            words = _("Behind a browser there is no shell to go back to. The page can be closed: the wizard stays.")
            self.notify(words, markup=False, timeout=6)
            return
        try:
            why = suspend_to_shell(self)
        except SuspendNotSupported:
            why = _("This terminal has no shell to go back to.")
        if why:
            self.notify(why, markup=False, timeout=4)
