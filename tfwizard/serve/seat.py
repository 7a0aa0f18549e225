"""A seat: one visitor's place, with the wizard that works for it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from textual_serve.download_manager import DownloadManager

from tfwizard.language import _, ngettext
from tfwizard.serve.door import Door
from tfwizard.serve.wizard import Start, WizardProcess
from tfwizard.session.keeper import end_trainings

#: A page that takes nothing for so long is let go, so that the wizard does not wait for it.
STALLED_S = 5.0
#: Close codes for the page, in the range that the protocol leaves to applications.
ENDED, TAKEN = 4000, 4001
WIDTHS, HEIGHTS = range(10, 501), range(5, 301)


class Seat:
    """One visitor's place. The wizard begins at the first visit, and stays while the page is away, until `end`.

    `trainings` is the folder whose trainings end with the wizard; None where they are to go on.
    """

    def __init__(
        self, number: int, start: Start, title: str, story: str = "", shown: str = "", trainings: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.number, self.title, self.story, self.shown = number, title, story, shown
        self.door = Door()
        self.downloads = DownloadManager()
        self.touched = time.monotonic()
        self._start, self._trainings, self._say = start, trainings, say
        self._process: WizardProcess | None = None
        self._visitor: web.WebSocketResponse | None = None
        self._changing = asyncio.Lock()
        self._closed = False
        self._why = ""

    @property
    def runs(self) -> bool:
        """Whether its wizard is there."""
        return self._process is not None

    async def visit(self, socket: web.WebSocketResponse, size: tuple[int, int]) -> None:
        """A page's connection, from its beginning to its end. A newer one takes the seat over from an older one."""
        async with self._changing:
            if self._closed:
                return
            before, self._visitor = self._visitor, socket
            if before is not None:
                await _let_go(before, TAKEN, "taken")
            self.touched = time.monotonic()
            if self._process is None:
                process = WizardProcess(self._start, self.downloads, self._write, self._tell, self._ended)
                try:
                    await process.start(*size)
                except OSError as error:  # too many processes or open files, say: the next visit may have more luck
                    await self._cannot_start(socket, error)
                    return
                self._process = process
            else:
                await self._process.attach(*size)
        try:
            async for message in socket:
                await self._heard(message, socket)
        finally:
            if self._visitor is socket:
                self._visitor = None

    async def _cannot_start(self, socket: web.WebSocketResponse, error: OSError) -> None:
        why = _("{python} could not be started: {error}", python=sys.executable, error=error.strerror)
        self._visitor = None
        self._say(why)
        await _let_go(socket, ENDED, "ended", why)

    async def _heard(self, message: WSMessage, socket: web.WebSocketResponse) -> None:
        """What the page sends; what it would never send means nothing."""
        process = self._process
        try:
            kind, body = [*json.loads(message.data), None][:2] if message.type == WSMsgType.TEXT else ("", None)
        except (ValueError, TypeError, RecursionError):
            return
        if process is None or self._visitor is not socket:
            return
        if kind == "stdin" and isinstance(body, str):
            self.touched = time.monotonic()
            await process.send_bytes(body.encode("utf-8", "ignore"))
        elif kind == "resize" and isinstance(body, dict):
            await process.set_terminal_size(*size_of(body.get("width"), body.get("height")))
        elif kind == "blur":
            await process.blur()
        elif kind == "focus":
            await process.focus()
        elif kind == "ping":
            await self._tell("pong", body)

    async def _write(self, data: bytes) -> None:
        await self._send(lambda visitor: visitor.send_bytes(data))

    async def _tell(self, kind: str, body: object) -> None:
        await self._send(lambda visitor: visitor.send_str(json.dumps([kind, body])))

    async def _send(self, sending: Callable[[web.WebSocketResponse], Any]) -> None:
        visitor = self._visitor
        if visitor is None:
            return
        try:
            async with asyncio.timeout(STALLED_S):
                await sending(visitor)
        except (TimeoutError, ConnectionError, RuntimeError):
            if self._visitor is visitor:
                self._visitor = None
            _later(_let_go(visitor, WSCloseCode.TRY_AGAIN_LATER))

    async def _ended(self, process: WizardProcess) -> None:
        """The wizard is gone: the page is told why, in the wizard's own words."""
        if self._process is not process:
            return
        self._process = None
        visitor, self._visitor = self._visitor, None
        why, self._why = self._why, ""
        if process.said and (self._trainings is None or process.code not in (0, 1)):
            self._say(process.said)
        if visitor is not None:
            await _let_go(visitor, ENDED, "gone" if self._closed else "ended", why or process.said)
        if self._trainings is not None:
            await asyncio.to_thread(end_trainings, self._trainings)

    async def end(self, why: str = "") -> None:
        """End the wizard, and what it began. What it found is on the disk, and the next visit goes on from there."""
        async with self._changing:
            if self._process is not None:
                self._why = why
                await self._process.end()

    async def close(self) -> None:
        """End it for good: no visit begins another wizard."""
        self._closed = True
        await self.end()

    async def renew(self) -> None:
        """Another URL, for whoever lost the cookie: who had the seat until now loses it."""
        self.door.renew()
        visitor, self._visitor = self._visitor, None
        if visitor is not None:
            await _let_go(visitor, WSCloseCode.POLICY_VIOLATION)

    async def end_if_idle(self, minutes: float) -> None:
        """End it where its visitor has pressed nothing for so long."""
        if self.runs and time.monotonic() - self.touched > minutes * 60:
            await self.end(idle_words(minutes))
            self._say(_("Nobody used it for a while: it was ended. Its visitor can go on at any time."))


def idle_words(minutes: float) -> str:
    """Why a page has lost its wizard."""
    return ngettext("No key was pressed for {n} minute.", "No key was pressed for {n} minutes.", max(1, round(minutes)))


def size_of(width: object, height: object) -> tuple[int, int]:
    """The columns and rows that a page asks for, if they are those of a terminal."""

    def one(value: object, fits: range, usual: int) -> int:
        try:
            number = int(str(value))
        except ValueError:
            return usual
        return min(max(number, fits[0]), fits[-1])

    return one(width, WIDTHS, 80), one(height, HEIGHTS, 24)


async def _let_go(visitor: web.WebSocketResponse, code: int, kind: str = "", body: object = None) -> None:
    try:
        async with asyncio.timeout(STALLED_S):
            if kind:
                await visitor.send_str(json.dumps([kind, body]))
            await visitor.close(code=code)
    except (TimeoutError, ConnectionError, RuntimeError):
        pass  # it is gone


_running: set[asyncio.Task[None]] = set()


def _later(work: Any) -> None:
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
