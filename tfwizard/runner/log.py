"""What the script printed: all of it on disk, the last lines in memory."""

from __future__ import annotations

import codecs
import contextlib
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tfwizard.foreign import without_escapes
from tfwizard.language import _
from tfwizard.runner.live_rows import LiveRows, latest

KEPT_LINES = 5000
LONGEST_LINE = 2000
#: So many bytes of an earlier session's output are read back.
RECALLED = 500_000
#: With less than this free on the disk no more is kept there, in bytes: other programs need some. So much is kept in any case.
LEAST_FREE, KEPT_IN_ANY_CASE = 500_000_000, 10_000_000
#: The disk is looked at each time that so many bytes were written.
LOOK_EACH = 4_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of output. `stream` is "out" or "err"; `number` counts all lines from 1."""

    number: int
    stream: str
    text: str


class Log:
    """A bounded ring of lines over an unbounded file. Text is foreign: never parse it as markup.

    A carriage return starts the line anew, as a terminal would show a progress bar, and what goes up writes over the lines
    above. So the last lines may become unfinished again: `total` counts those that are finished. Where
    the disk is nearly full, what comes is not kept there until there is room again: `full` says so, and the file itself.
    """

    def __init__(self, path: Path | None = None, kept: int = KEPT_LINES) -> None:
        self.path = path
        self.lines: deque[Line] = deque(maxlen=kept)
        self.total = 0
        # Unbuffered: what was shown has to be there if this process is killed.
        self._file: BinaryIO | None = _append_to(path) if path else None
        self.full = ""
        self._written = self._left_out = self._looked = 0
        self._own = 0  # the number of the last line that is the wizard's own: no script goes up to it
        self._live = {name: self._rows_of(name) for name in ("out", "err")}
        self._decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in self._live}

    @property
    def unfinished(self) -> tuple[Line, ...]:
        """The lines that each stream is still writing, as a terminal would show them now: several progress bars, say."""
        written = ((stream, shown(row)) for stream, live in self._live.items() for row in live.rows)
        return tuple(Line(self.total + 1, stream, text) for stream, text in written if text.strip())

    def feed(self, stream: str, data: bytes) -> None:
        """Take what came out of one stream, as it came."""
        self._write(data)
        self._live[stream].feed(self._decoders[stream].decode(data))

    def say(self, text: str) -> None:
        """A line of the wizard's own, between those of the script."""
        self._write(f"{text}\n".encode())
        self._add("err", text)
        self._own = self.total

    def end(self, stream: str) -> None:
        """The stream is closed: what is left is its last line. What it broke off in is not the beginning of the next one."""
        self._live[stream].feed(self._decoders[stream].decode(b"", final=True))
        self._live[stream].end()
        if self._file:
            self._file.flush()

    def recall(self) -> None:
        """Take the end of the file into memory: what an earlier process showed."""
        if self.path is None:
            return
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - RECALLED))
            whole, newline, _torn = file.read().decode("utf-8", "replace").rpartition("\n")
            self._live["out"].feed(whole + newline)
            self._live["out"].end()

    def close(self) -> None:
        """Close the file on disk."""
        if self._file:
            if self._left_out:
                with contextlib.suppress(OSError):
                    self._file.write(_left_out(self._left_out))
            self._file.close()
            self._file = None

    def _write(self, data: bytes) -> None:
        """Keep it on the disk. One that is full must not stop the draining, and so the script."""
        if self._file is None:
            return
        try:
            if self._has_room(len(data)):
                self._file.write(data)
                self._written += len(data)
                return
        except OSError as error:
            self._stop_keeping(error.strerror or str(error))
        self._left_out += len(data)

    def _has_room(self, size: int) -> bool:
        """Whether to go on; looks at the disk now and then."""
        assert self._file is not None
        self._looked += size
        if self._looked >= LOOK_EACH:
            self._looked = 0
            disk = os.statvfs(self._file.fileno())
            free = disk.f_bavail * disk.f_frsize
            if not self.full and free < LEAST_FREE and self._written > KEPT_IN_ANY_CASE:
                self._stop_keeping(_("only {n} MB are free", n=free // 1_000_000))
            elif self.full and free > 2 * LEAST_FREE:
                self._file.write(_left_out(self._left_out))
                self.full, self._left_out = "", 0
        return not self.full

    def _stop_keeping(self, why: str) -> None:
        if not self.full:
            self.full = _("The disk is full ({why}): what the script prints is not kept there any more.", why=why)
            self._add("err", f"tfwizard: {self.full}")
            self._own = self.total

    def _add(self, stream: str, text: str) -> None:
        self.total += 1
        self.lines.append(Line(self.total, stream, shown(text)))

    def _rows_of(self, stream: str) -> LiveRows:
        def take_back() -> str | None:
            if not self.lines or self.lines[-1].stream != stream or self.total == self._own:
                return None
            self.total -= 1
            return self.lines.pop().text

        return LiveRows(lambda text: self._add(stream, text), take_back, LONGEST_LINE)


def _left_out(size: int) -> bytes:
    return (_("tfwizard: {n} MB are left out here; the disk was full.", n=max(1, size // 1_000_000)) + "\n").encode()


def _append_to(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", buffering=0)


class Held:
    """Takes what a process prints before it is known whether anyone wants to read it: the first megabyte."""

    MOST = 1_000_000

    def __init__(self) -> None:
        self.data: list[tuple[str, bytes]] = []
        self._size = 0

    def feed(self, stream: str, data: bytes) -> None:
        """Keep it, up to the limit."""
        if self._size < self.MOST:
            self.data.append((stream, data))
            self._size += len(data)

    def end(self, stream: str) -> None:
        """The stream is closed; there is nothing to do."""


def shown(text: str) -> str:
    """What a terminal would leave visible of a line: after the last carriage return, without control characters."""
    visible = without_escapes(latest(text))
    if not visible.isprintable():  # a flood has ten thousand lines a second, and nearly all of them are
        visible = "".join(character for character in visible if character.isprintable() or character == "\t")
    return visible[:LONGEST_LINE]
