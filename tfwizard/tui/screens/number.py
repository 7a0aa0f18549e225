"""Ask for a line of text: another number than the proposed one, say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tfwizard.language import _
from tfwizard.tui import keymap
from tfwizard.tui.lines import BAD, OWN_KEY, Lines, blank, clean, heading, line, paragraph, phrase, wrapped
from tfwizard.tui.screens.once import ClosesOnce
from tfwizard.tui.widgets.drawn import Drawn


class Ask(ModalScreen[None], ClosesOnce[None]):
    """A field with the present text. `use` takes what was typed and gives why it cannot be, "" where it can.

    `does` is what enter does; with `same_too` also where nothing was changed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back")]

    def __init__(
        self,
        name: str,
        text: str,
        hint: str,
        use: Callable[[str], Awaitable[str]],
        does: str = "",
        same_too: bool = False,
    ) -> None:
        super().__init__()
        self._name, self._text, self._hint, self._use = name, text, hint, use
        self._does, self._same_too = does or _("shows the change with it"), same_too

    def compose(self) -> ComposeResult:
        """A box with a field, and room for what is wrong with it."""
        with Vertical(classes="dialog"):
            yield Drawn(lambda width: [heading(clean(self._name)), *paragraph(clean(self._hint), width), blank()])
            yield Input(value=self._text)
            yield Drawn(self._keys, classes="wrong")

    def _keys(self, width: int) -> Lines:
        keys = phrase(_("{enter} {does}   {esc} back"), enter=(keymap.named("enter"), OWN_KEY), does=self._does,
                      esc=("esc", OWN_KEY))  # fmt: skip
        return [blank(), *wrapped(keys, width)]

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter shows the change with this number; one that cannot be used is said here, and stays to be corrected."""
        if not self.is_active:
            return
        text = event.value.strip()
        why = await self._use(text) if text and (self._same_too or text != self._text) else ""
        if not why:
            self.dismiss()
            return
        wrong = line(("✗ ", BAD), clean(why))
        self.query_one(".wrong", Drawn).show(lambda width: [blank(), *wrapped(wrong, width, 0, 2), *self._keys(width)])


def hint_words(proposed: str, usual: str) -> str:
    """What the number was before anybody changed it, and what it is in most scripts."""
    if usual:
        return _("proposed {number}, usual {range}", number=proposed, range=usual)
    return _("proposed {number}", number=proposed)
