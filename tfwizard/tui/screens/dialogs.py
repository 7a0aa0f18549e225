"""Small pages over the screen: confirm, a reason, help, a fault explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from tfwizard.language import _
from tfwizard.tui import keymap
from tfwizard.tui.lines import (
    OWN_KEY,
    STRONG,
    Lines,
    blank,
    clean,
    facts_list,
    heading,
    line,
    paragraph,
    phrase,
    wrapped,
)
from tfwizard.tui.screens.once import ClosesOnce
from tfwizard.tui.terminal_app import TerminalApp
from tfwizard.tui.widgets.drawn import Drawn


class Confirm(ModalScreen[str], ClosesOnce[str]):
    """A question with one key an answer; escape gives the empty string."""

    def __init__(self, title: str, text: list[str], answers: list[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._answers = title, text, answers
        bind(self, "escape", "answer('')", _("Back"))
        for key, words in answers:
            bind(self, key, f"answer({key!r})", words)

    def compose(self) -> ComposeResult:
        """A box with the question and its keys."""
        with Vertical(classes="dialog"):
            yield Drawn(self._lines)

    def _lines(self, width: int) -> Lines:
        lines: Lines = [heading(self._title), blank()]
        for text in self._text:
            lines += paragraph(clean(text), width)
        lines.append(blank())
        for key, words in [*self._answers, ("esc", _("back"))]:
            lines += wrapped(line(" " * (3 - len(key)), (key, OWN_KEY), "  ", words), width, 0, 5)
        return lines

    def action_answer(self, key: str) -> None:
        """Close with this answer."""
        self.dismiss(key)


class Reason(ModalScreen[str], ClosesOnce[str]):
    """Ask for a sentence; escape gives the empty string."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text
        bind(self, "escape", "cancel", _("Back"))

    def compose(self) -> ComposeResult:
        """A box with a field."""
        with Vertical(classes="dialog"):
            yield Drawn(lambda width: [heading(self._title), *paragraph(clean(self._text), width), blank()])
            yield Input(placeholder=_("your reason, then enter"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter closes with the sentence."""
        self.dismiss(event.value.strip())

    def action_cancel(self) -> None:
        """Escape closes without."""
        self.dismiss("")


class Help(ModalScreen[None]):
    """Help for what has the focus, then every key and sign, on one page. `about` is what it is, `here` the keys that mean something now."""

    def __init__(self, about: str, here: list[tuple[str, str]], others: list[tuple[str, str]]) -> None:
        super().__init__()
        self._about, self._here, self._others = about, here, others
        bind(self, "escape,q,question_mark,f1", "app.pop_screen", _("Back"), "esc")

    def compose(self) -> ComposeResult:
        """A box that scrolls."""
        with VerticalScroll(classes="dialog help"):
            yield Drawn(self._lines)

    def _lines(self, width: int) -> Lines:
        lines: Lines = [*paragraph(self._about, width), blank()]
        lines += wrapped(phrase(_("{title}   {esc} closes, {down} scrolls"), title=(_("Keys here"), STRONG),
                                esc=("esc", OWN_KEY), down=("↓", OWN_KEY)), width)  # fmt: skip
        lines += [*facts_list(self._here, width), blank()]
        lines += [heading(_("Signs")), *facts_list(sign_rows(), width), blank()]
        if self._others:
            lines += [heading(_("Keys elsewhere")), *facts_list(self._others, width), blank()]
        proof = _(
            "Only a run of the script proves a problem fixed. Your file is written only when you say so, with a backup."
        )
        return [*lines, *paragraph(proof, width)]


class Explained(ModalScreen[None]):
    """One fault for a beginner: why it happens, and the Python that shows it by hand."""

    def __init__(self, lines: Callable[[int], Lines], python: str, keys_here: list[tuple[str, str]]) -> None:
        super().__init__()
        self._make, self._python, self._here = lines, python, keys_here
        bind(self, "escape,q,question_mark,f1", "app.pop_screen", _("Back"), "esc")
        if python:
            keys = keymap.chosen().get("copy", "k")
            bind(self, keys, "copy", _("Copy the Python"), keymap.named(keymap.first_shown(keys)))

    def compose(self) -> ComposeResult:
        """A box that scrolls."""
        with VerticalScroll(classes="dialog help"):
            yield Drawn(self._lines)

    def _lines(self, width: int) -> Lines:
        return [*self._make(width), blank(), heading(_("Keys of the page behind")), *facts_list(self._here, width)]

    def action_copy(self) -> None:
        """Copy the Python."""
        if isinstance(self.app, TerminalApp):
            self.app.copy_out(self._python, _("the Python"))


def bind(screen: Screen[Any], keys: str, action: str, label: str, shown: str | None = None) -> None:
    """Bind a key of a dialog, with its label in the language that is spoken now."""
    screen._bindings.bind(keys, action, label, key_display=shown)


def sign_rows() -> list[tuple[str, str]]:
    """What every sign means."""
    return [
        ("✗", _("problem, error")),
        ("!", _("warning")),
        ("i", _("advice: nothing fails because of it")),
        ("?", _("a question for you")),
        ("✓", _("passed, or proved fixed by a run")),
        ("…", _("fixed in the source, not yet proved")),
        ("–", _("waived: somebody said why it is no problem here")),
        ("▶", _("running")),
        ("⊘", _("blocked by an earlier stage; held, for a call")),
        ("·", _("waiting")),
    ]
