"""The script with the lines concerned marked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tfwizard.language import N_, _
from tfwizard.tui.lines import FAINT, STRONG, Lines, clean, clean_lines, cut, line
from tfwizard.tui.widgets.drawn import Drawn


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign beside a line of the script, and the text below it."""

    line: int
    sign: str
    style: str
    text: str = ""


class ScriptPane(VerticalScroll):
    """Source with line numbers; problems stand below the lines that they are about."""

    DEFAULT_CSS = """
    ScriptPane { padding: 0 1; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._at: int | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, name: str, source: str, marks: tuple[Mark, ...], edited: bool, at: int | None = None) -> None:
        """Show the source; `at` is the line to have in sight, moved to only when it changes."""
        self.query_one(Drawn).show(partial(source_lines, name, source, marks, edited, at))
        if at != self._at:
            self._at = at
            if at is not None:
                row = row_of(at, marks)
                self.call_after_refresh(lambda: self.scroll_to(y=max(0, row - self.size.height // 3), animate=False))


#: What the signs of calls mean.
CALL_SIGNS = {"✓": N_("✓ returned"), "▶": N_("▶ runs"), "⊘": N_("⊘ held here"), "✗": N_("✗ failed")}


def row_of(number: int, marks: tuple[Mark, ...]) -> int:
    """The row on which a line of the source is drawn, when no line is wrapped."""
    return number + bool(legend(marks)) + sum(1 for mark in marks if mark.text and mark.line < number)


def legend(marks: tuple[Mark, ...]) -> str:
    """What the signs at the lines with calls mean; only those that are there."""
    signs = {mark.sign for mark in marks if not mark.text}
    return "  ".join(_(words) for sign, words in CALL_SIGNS.items() if sign in signs)


def source_lines(name: str, source: str, marks: tuple[Mark, ...], edited: bool, at: int | None, width: int) -> Lines:
    """The text with numbers and marks, ▌ at the line `at`. Long lines are cut: the line numbers must stay readable."""
    state = _("with the edits of this session, not written to disk") if edited else _("as on disk")
    lines = [line((clean(name), STRONG), "  ", (state, FAINT)).truncate(width, ellipsis=True)]
    if signs := legend(marks):
        lines.append(line((cut(_("calls: {signs}", signs=signs), width), FAINT)))
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        by_line.setdefault(mark.line, []).append(mark)
    for number, text in enumerate(clean_lines(source.rstrip("\n")), 1):
        here = by_line.get(number, [])
        sign, style = (here[0].sign, here[0].style) if here else (" ", "")
        pointer = ("▌", STRONG) if number == at else " "
        weight = STRONG if number == at or any(mark.text for mark in here) else ""
        row = line(pointer, (f"{number:>3} ", FAINT), (f"{sign} ", style), (text, weight))
        lines.append(row.truncate(width, ellipsis=True))
        for mark in here:
            if mark.text:
                lines.append(
                    line("     ", (f"└ {mark.sign} {clean(mark.text)}", mark.style)).truncate(width, ellipsis=True)
                )
    return lines
