"""What a worker said and nobody has taken yet: bounded, whatever it says."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from tfwizard import protocol
from tfwizard.session.training import fewer_epochs, fewer_points

#: So many bytes of messages wait at most; what came first goes first.
MOST_BYTES = 2 * protocol.LONGEST_MESSAGE
#: So many messages.
MOST = 2000

Message = dict[str, Any]


class Inbox:
    """The messages of one worker. Of live updates that wait, one is left: the last, with what those before it had to add.

    `lost` counts the messages that had no room.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[Message, int]] = deque()
        self._bytes = 0
        self._closed = False
        self._news = asyncio.Event()
        self.lost = 0

    def put(self, message: Message, size: int) -> None:
        """One message, of so many bytes."""
        before = self._waiting[-1][0] if self._waiting else None
        if before is not None and _is_replaced(before, message):
            before, old = self._waiting.pop()
            self._bytes -= old
            message = _joined(before, message)
        self._waiting.append((message, size))
        self._bytes += size
        while len(self._waiting) > 1 and (len(self._waiting) > MOST or self._bytes > MOST_BYTES):
            self._bytes -= self._waiting.popleft()[1]
            self.lost += 1
        self._news.set()

    def close(self) -> None:
        """The worker has gone away."""
        self._closed = True
        self._news.set()

    async def get(self) -> Message | None:
        """The next message; None once there is none left and the worker has gone away."""
        while not self._waiting and not self._closed:
            self._news.clear()
            await self._news.wait()
        if not self._waiting:
            return None
        message, size = self._waiting.popleft()
        self._bytes -= size
        return message


def _is_replaced(before: Message, message: Message) -> bool:
    kind = message["kind"]
    if before["kind"] != kind:
        return False
    return bool(kind == "progress" or (kind == "training" and before["fit"] == message["fit"]))


def _joined(before: Message, message: Message) -> Message:
    """One message for two: where the second only adds, what the first had is kept."""
    if message["kind"] == "progress":
        return message
    points, done = (before[name] + message[name] for name in ("points", "done"))
    return {**message, "points": fewer_points(points), "done": fewer_epochs(done)}
