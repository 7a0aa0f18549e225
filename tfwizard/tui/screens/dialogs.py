"""Small questions over the screen: confirm, a reason, help."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from tfwizard.language import _
from tfwizard.tui.lines import FAINT, KEY, STRONG, Lines, blank, clean, facts_list, heading, line, paragraph, wrapped
from tfwizard.tui.widgets.drawn import Drawn


class Confirm(ModalScreen[str]):
    """A question with one key an answer; escape gives the empty string."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer('')", "Back")]

    def __init__(self, title: str, text: list[str], answers: list[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._answers = title, text, answers
        for key, words in answers:
            self._bindings.bind(key, f"answer({key!r})", words)

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
            lines += wrapped(line((f"{key:>3}", KEY), "  ", words), width, 0, 5)
        return lines

    def action_answer(self, key: str) -> None:
        """Close with this answer."""
        self.dismiss(key)


class Reason(ModalScreen[str]):
    """Ask for a sentence; escape gives the empty string."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Back")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text

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
    """The signs and the keys, on one page."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,f1", "app.pop_screen", "Back")]

    def __init__(self, keys: list[tuple[str, str]], about: str = "") -> None:
        super().__init__()
        self._keys, self._about = keys, about

    def compose(self) -> ComposeResult:
        """A box that scrolls."""
        with VerticalScroll(classes="dialog help"):
            yield Drawn(self._lines)

    def _lines(self, width: int) -> Lines:
        lines: Lines = [*paragraph(self._about, width), blank()] if self._about else []
        lines += [line((_("Keys"), STRONG), "   ", (_("esc closes"), FAINT)), *facts_list(self._keys, width)]
        lines += [blank(), heading(_("Signs")), *facts_list(sign_rows(), width), blank()]
        return [
            *lines,
            Content(
                _("Only a run of the script proves a problem fixed. Your file is written only by w, with a backup.")
            ),
        ]


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
