"""The lines that a stream is still writing, as a terminal would show them: progress bars go up and write over themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

#: What moves between rows or empties one: a new line, up and down, "erase the row", "erase from here".
MOVES = re.compile(r"\n|\x1b\[(\d*)([ABF])|\x1b\[(?:2K|0?K)")
#: The beginning of one that is not all there yet.
BEGUN = re.compile(r"\x1b(?:\[\d*)?\Z")
#: No terminal has more rows to go up to.
MOST_ROWS = 200


class LiveRows:
    """The rows of one stream that are not finished; one of them is written to.

    A new line below the last of them finishes them all (`finish`, for each). Where a program goes up further than to the first
    of them, it writes over what was finished: `take_back` gives the last finished line back, or None where there is none.
    """

    def __init__(self, finish: Callable[[str], None], take_back: Callable[[], str | None], longest: int) -> None:
        self.rows = [""]
        self._finish, self._take_back, self._longest = finish, take_back, longest
        self._at = 0
        self._begun = ""

    def feed(self, text: str) -> None:
        """Take text as it came."""
        if len(self.rows) == 1 and not self._begun and "\x1b" not in text:  # a flood is that, and has to be fast
            *done, rest = (self.rows[0] + text).split("\n")
            for each in done:
                self._finish(each)
            self.rows[0] = self._bounded(rest)
            return
        text, self._begun = self._begun + text, ""
        if begun := BEGUN.search(text):
            text, self._begun = text[: begun.start()], begun[0]
        start = 0
        for move in MOVES.finditer(text):
            self._write(text[start : move.start()])
            self._move(move)
            start = move.end()
        self._write(text[start:])

    def end(self) -> None:
        """The stream has ended: what is left of it is finished."""
        if any(self.rows):
            self._finish_all()
        self.rows, self._at, self._begun = [""], 0, ""

    def _move(self, move: re.Match[str]) -> None:
        count, way = int(move[1] or 1), move[2]
        if move[0] == "\n":
            self._at += 1
            if self._at == len(self.rows):
                self._finish_all()
            else:
                self._write("\r")
        elif way == "B":
            self._at = min(self._at + count, len(self.rows) - 1)
        elif way:
            self._go_up(count)
            if way == "F":
                self._write("\r")
        elif move[0] == "\x1b[2K" or self.rows[self._at].endswith("\r"):
            self.rows[self._at] = ""

    def _go_up(self, count: int) -> None:
        while count > self._at and len(self.rows) < MOST_ROWS and (above := self._take_back()) is not None:
            self.rows.insert(0, above)
            self._at += 1
        self._at = max(0, self._at - count)

    def _finish_all(self) -> None:
        several = len(self.rows) > 1
        for row in self.rows:
            if not several or latest(row).strip():  # a bar that ended may have left its row empty
                self._finish(row)
        self.rows, self._at = [""], 0

    def _write(self, text: str) -> None:
        self.rows[self._at] = self._bounded(self.rows[self._at] + text)

    def _bounded(self, row: str) -> str:
        # An endless line without a newline must not grow for ever; only its visible end matters.
        return row if len(row) <= 4 * self._longest else row[-2 * self._longest :]


def latest(row: str) -> str:
    """What of a row is there once it was written over: the text behind its last carriage return that has any."""
    return row.rstrip("\r").rpartition("\r")[2]
