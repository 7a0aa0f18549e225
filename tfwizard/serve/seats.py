"""The seats of a server: one on a script of the person's own, or several on copies of a lesson."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfwizard.language import _, language
from tfwizard.lessons.lesson import Lesson
from tfwizard.lessons.shelf import copy_lesson
from tfwizard.serve import SEAT
from tfwizard.serve.bounds import share
from tfwizard.serve.seat import Seat
from tfwizard.serve.wizard import Start

SCHEMA = "tfwizard-serve/1"


@dataclass(frozen=True)
class Asked:
    """What was asked of every wizard: the Python that trains, --teach, colours, a bound of memory in GB (0: none)."""

    python: str
    teach: bool = False
    no_color: bool = False
    standby: bool = False
    memory: float = 0.0

    @property
    def arguments(self) -> list[str]:
        """As options of the commands that open a wizard."""
        flags = {"--teach": self.teach, "--no-color": self.no_color, "--no-standby": not self.standby}
        return [
            "--python", self.python, "--lang", language(), *(name for name, wanted in flags.items() if wanted)
        ]  # fmt: skip


def seat_on_script(
    script: Path, args: Sequence[str], session: Path, timeout: float, asked: Asked, say: Callable[[str], None]
) -> Seat:
    """One seat on a script. Its training outlives the wizard, as it does in a terminal."""
    begin = ["run", str(script), "--folder", str(session), "--timeout", str(timeout), *asked.arguments, "--", *args]
    start = Start(begin, session, asked.arguments, memory=asked.memory)
    return Seat(1, start, f"tfwizard {script.name}", shown=str(script), say=say)


def seats_on_lesson(lesson: Lesson, count: int, into: Path, asked: Asked, say: Callable[[str], None]) -> list[Seat]:
    """So many seats, each with its own copy of the lesson and its own session below `into`; those that exist go on.

    Raises NoLesson where another lesson or something else lies there, OSError where nothing can be written.
    """
    return [
        _lesson_seat(number, lesson, count, into.resolve() / f"seat-{number}", asked, say)
        for number in range(1, count + 1)
    ]


def _lesson_seat(
    number: int, lesson: Lesson, count: int, folder: Path, asked: Asked, say: Callable[[str], None]
) -> Seat:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy, _new = copy_lesson(lesson, folder / "lesson")
    sessions = folder / "sessions"
    begin = [
        "demo", str(lesson.folder), "--into", str(copy), "--folder", str(sessions / "lesson"), *asked.arguments
    ]  # fmt: skip
    environment = {**share(os.environ, count), SEAT: str(number)}
    start = Start(begin, sessions / "lesson", asked.arguments, environment, asked.memory)
    return Seat(
        number, start, f"tfwizard: {lesson.says('title')}", lesson.says("story").strip(), str(copy), sessions,
        lambda text: say(_("Seat {n}: {text}", n=number, text=text)),
    )  # fmt: skip


def url(base: str, seat: Seat) -> str:
    """The URL that opens this seat, once."""
    return f"{base}/{seat.number}/?token={seat.door.token}"


def table(base: str, seats: Sequence[Seat]) -> list[str]:
    """A line a seat: its number, its URL, its folder."""
    rows = [(str(seat.number), url(base, seat), seat.shown) for seat in seats]
    rows.insert(0, (_("seat"), "URL", _("folder")))
    widths = [max(len(row[at]) for row in rows) for at in range(2)]
    return [f"{one:<{widths[0]}}  {two:<{widths[1]}}  {three}" for one, two, three in rows]


def document(base: str, seats: Sequence[Seat]) -> dict[str, Any]:
    """The same for programs."""
    rows = [{"seat": seat.number, "url": url(base, seat), "folder": seat.shown} for seat in seats]
    return {"schema": SCHEMA, "seats": rows}
