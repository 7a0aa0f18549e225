"""The stages at the left, each with its status as a sign and a word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from tfwizard.casebook import StageState
from tfwizard.language import N_, _
from tfwizard.tui.lines import FAINT, Lines, cell, line
from tfwizard.tui.signs import stage_sign, stage_words
from tfwizard.tui.widgets.drawn import Drawn

WIDTH = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One stage in the list."""

    digit: int
    title: str
    state: StageState
    errors: int = 0
    warnings: int = 0
    questions: int = 0


class StageList(Vertical, can_focus=True):
    """The stages; up and down move between them at once, as the app binds them."""

    DEFAULT_CSS = """
    StageList { width: 21; border-right: solid $line; }
    StageList:focus { border-right: solid $accent; }
    """

    @dataclass
    class Chosen(Message):
        """The person clicked on a stage."""

        position: int

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tall = True
        self._shown: tuple[tuple[Row, ...], int, tuple[str, ...]] | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, rows: tuple[Row, ...], shown: int, summary: tuple[str, ...] = ()) -> None:
        """Show the stages; `shown` is the position of the one on the screen, `summary` stands below."""
        self._shown = (rows, shown, summary)
        height = self.size.height
        self._tall = height >= 2 * len(rows) or not height
        room = height - 2 * len(rows) if height and self._tall else len(summary) + 1
        self.query_one(Drawn).show(partial(stage_rows, rows, shown, summary, self._tall, room))

    def on_resize(self) -> None:
        """The lines around it take more or less: what has room is other."""
        if self._shown is not None:
            self.show(*self._shown)

    def on_click(self, event: events.Click) -> None:
        """A click shows the stage."""
        self.post_message(self.Chosen(event.y // 2 if self._tall else event.y))


def stage_rows(rows: tuple[Row, ...], shown: int, summary: tuple[str, ...], tall: bool, room: int, width: int) -> Lines:
    """Two lines a stage, or one where the terminal is low. `room` is how many lines of the summary there is room for."""
    lines: Lines = []
    for position, row in enumerate(rows):
        here = position == shown
        sign, style = stage_sign(row.state, row.errors)
        words = stage_words(row.state, row.errors, row.warnings, row.questions)
        pointer = "▌" if here else " "
        name = "bold reverse" if here else ""
        if tall:
            lines.append(line((pointer, "bold"), (cell(f"{row.digit} {row.title}", width - 1), name)))
            lines.append(line((pointer, "bold"), "  ", (f"{sign} {words}", style)))
        else:
            lines.append(line((f"{sign} ", style), (cell(f"{row.digit} {row.title}", width - 2), name)))
    if summary and tall and room:
        lines += [line("")] if room > len(summary) else []
        lines += [line((cell(text, width), FAINT)) for text in summary[:room]]
    return lines


SHORT_TITLES = {"hyperparameters": N_("Hyperparameters")}


def short_title(stage: str, title: str) -> str:
    """A title that fits into the list."""
    return _(SHORT_TITLES.get(stage, title))
