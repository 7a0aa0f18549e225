"""The bytes of a worker's socket, message by message: whatever they are, they take no memory and no time from the screen."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from tfwizard import protocol

#: So much is read at a time.
CHUNK = 1 << 16
#: So much is kept of a line that is too long: enough to see what it answers.
HEAD = 200
#: After so many seconds of messages that come faster than they are taken, everyone else gets a turn.
TURN_S = 0.01


class Line(NamedTuple):
    """One line without its mark and newline: `data` is only its beginning where `size`, in bytes, is more than a message may have."""

    data: bytes
    size: int


class Splitter:
    """Cuts a stream of bytes into lines. Of a line that is too long only the beginning is kept.

    With a `mark`, a line begins behind it: what stands before it, and lines without it, are passed over and take no memory.
    """

    def __init__(self, longest: int = protocol.LONGEST_MESSAGE, mark: bytes = b"") -> None:
        self._longest = longest
        self._mark = mark
        self._begun = not mark
        self._before = b""  # what may be the beginning of a mark
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> Iterator[Line]:
        """The lines that end in `data`."""
        *ended, rest = data.split(b"\n")
        for part in ended:
            self._take(part)
            if self._begun:
                yield Line(b"".join(self._parts), self._size)
            self._parts, self._size = [], 0
            self._begun, self._before = not self._mark, b""
        self._take(rest)

    def _take(self, part: bytes) -> None:
        if not self._begun:
            before, mark, part = (self._before + part).partition(self._mark)
            if not mark:
                self._before = before[1 - len(self._mark) :]
                return
            self._begun = True
        if self._size <= self._longest:
            self._parts.append(part)
            if self._size + len(part) > self._longest:
                self._parts = [b"".join(self._parts)[:HEAD]]
        self._size += len(part)


class LineReader:
    """The lines of a worker that have its `mark`, one after the other. What one reader has not taken is there for the next."""

    def __init__(self, reader: asyncio.StreamReader, mark: bytes = b"") -> None:
        self._reader = reader
        self._splitter = Splitter(mark=mark)
        self._lines: deque[Line] = deque()
        self._turn = time.monotonic()

    async def next(self) -> Line:
        """Raises EOFError where the worker has gone away; what it had begun to say then is left out."""
        while True:
            if time.monotonic() - self._turn > TURN_S:
                # Reading what is there already does not let the loop go: a flood would leave the screen no turn.
                await asyncio.sleep(TURN_S / 4)
                self._turn = time.monotonic()
            if self._lines:
                return self._lines.popleft()
            began = time.monotonic()
            try:
                data = await self._reader.read(CHUNK)
            except ConnectionError:
                data = b""
            if not data:
                raise EOFError
            self._lines.extend(self._splitter.feed(data))
            if time.monotonic() - began > TURN_S / 10:  # it was waited for: everyone else had a turn
                self._turn = time.monotonic()
