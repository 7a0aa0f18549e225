"""A worker that lies: it answers each request with the bytes that it was given, through the real reading and examining."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfwizard import protocol
from tfwizard.reading import read_line
from tfwizard.runner.messages import LineReader
from tfwizard.session import examiner

#: What it says to "start" and to each probe.
Answer = Callable[[str, int], Sequence[bytes]]


class LyingProcess:
    """Stands for a WorkerProcess in this process: what `answer` gives goes through the stream and its reader."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._stream = asyncio.StreamReader()
        self._lines = LineReader(self._stream)
        self.pid, self.exit_code, self.last_size = 0, None, 0
        self.expected_to_end = False
        self.alive = True

    async def messages(self) -> Any:
        while True:
            try:
                line = await self._lines.next()
            except EOFError:
                return
            self.last_size = len(line.data)
            yield read_line(line.data, line.size)

    def send(self, kind: str, **body: Any) -> None:
        if kind in ("start", "probe", "go_on") and self.alive:
            for data in self._answer(body.get("stage", kind), body.get("request", 0)):
                self._stream.feed_data(data)

    def log_to(self, log: Any) -> None:
        self.log = log

    def kill(self) -> None:
        if self.alive:
            self.alive, self.exit_code = False, -9
            self._stream.feed_eof()

    async def stop(self) -> None:
        self.kill()

    @property
    def death(self) -> str | None:
        return None if self.alive else "killed"


@contextmanager
def lying(answer: Answer) -> Iterator[None]:
    """Within it, every worker that a session starts is one that lies."""

    class Start:
        @staticmethod
        async def start(*_arguments: Any) -> LyingProcess:
            return LyingProcess(answer)

    real, examiner.WorkerProcess = examiner.WorkerProcess, Start  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        examiner.WorkerProcess = real  # type: ignore[misc]


def plain(kind: str, **body: Any) -> bytes:
    """A message that does not lie."""
    return protocol.encode(kind, **body)
