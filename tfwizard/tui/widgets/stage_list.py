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
#: So many stages may go without their words; with less room all do, and the list is even.
MOST_SILENT = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One stage in the list. One that `gathers` what the others found has no state of its own to tell."""

    digit: str
    title: str
    state: StageState
    errors: int = 0
    warnings: int = 0
    questions: int = 0
    gathers: bool = False


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
        self._said: tuple[bool, ...] = ()
        self._shown: tuple[tuple[Row, ...], int, tuple[str, ...]] | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, rows: tuple[Row, ...], shown: int, summary: tuple[str, ...] = ()) -> None:
        """Show the stages; `shown` is the position of the one on the screen, `summary` stands below."""
        self._shown = (rows, shown, summary)
        height = self.size.height
        self._said = said_in_words(rows, height, bool(summary))
        room = height - len(rows) - sum(self._said) if height else len(summary) + 1
        self.query_one(Drawn).show(partial(stage_rows, rows, shown, summary, self._said, room))

    def on_resize(self) -> None:
        """The lines around it take more or less: what has room is other."""
        if self._shown is not None:
            self.show(*self._shown)

    def on_click(self, event: events.Click) -> None:
        """A click shows the stage."""
        lines = [position for position, said in enumerate(self._said) for _line in range(1 + said)]
        if event.y < len(lines):
            self.post_message(self.Chosen(lines[event.y]))


def said_in_words(rows: tuple[Row, ...], height: int, summary: bool) -> tuple[bool, ...]:
    """Which stages have a second line, with their state in words: as many as there is room for, those that passed give way first.

    Where there is room for few, none has one.
    """
    wanting = [position for position, row in enumerate(rows) if not row.gathers]
    if not height:
        return tuple(not row.gathers for row in rows)
    # The first line of the summary says what was proved: more than that one stage more has passed.
    spare = height - len(rows) - int(summary and height >= len(rows) + len(wanting))
    if spare < len(wanting) - MOST_SILENT:
        return (False,) * len(rows)
    importance = ("passed", "waiting", "questions", "blocked", "running", "problems")

    def weight(position: int) -> tuple[int, bool]:
        """Those that passed first, and of them those whose title leaves room for the sign."""
        row = rows[position]
        return importance.index(row.state.status), len(f"{row.digit} {row.title}") > WIDTH - 3

    silent = sorted(wanting, key=weight)[: max(0, len(wanting) - spare)]
    return tuple(position in wanting and position not in silent for position in range(len(rows)))


def stage_rows(
    rows: tuple[Row, ...], shown: int, summary: tuple[str, ...], said: tuple[bool, ...], room: int, width: int
) -> Lines:
    """A line or two for each stage. `room` is how many lines of the summary there is room for."""
    lines: Lines = []
    tall = any(said)
    for position, row in enumerate(rows):
        here = position == shown
        sign, style = stage_sign(row.state, row.errors)
        words = stage_words(row.state, row.errors, row.warnings, row.questions)
        pointer = ("▌" if here else " ", "bold")
        name = "bold reverse" if here else ""
        title = f"{row.digit} {row.title}"
        if said[position]:
            lines.append(line(pointer, (cell(title, width - 1), name)))
            lines.append(line(pointer, "  ", (f"{sign} {words}", style)))
        elif tall and row.gathers:
            lines.append(line(pointer, (cell(title, width - 1), name)))
        elif tall:
            lines.append(line(pointer, (cell(title, width - 3), name), " ", (sign, style)))
        else:
            lines.append(line((f"{sign} ", style), (cell(title, width - 2), name)))
    if summary and tall and room > 0:
        lines += [line("")] if room > len(summary) else []
        lines += [line((cell(text, width), FAINT)) for text in summary[:room]]
    return lines


SHORT_TITLES = {"hyperparameters": N_("Hyperparameters")}


def short_title(stage: str, title: str) -> str:
    """A title that fits into the list."""
    return _(SHORT_TITLES.get(stage, title))
