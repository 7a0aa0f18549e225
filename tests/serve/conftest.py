"""A real server with real wizards behind it, and visitors who speak to it as a browser does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pyte
import pytest

#: Generous: the machine is shared.
PATIENCE_S = 180.0
#: Fails at once, and needs no TensorFlow.
SCRIPT = "import json\n\nprint('a line of the script')\njson.loads('[bold')\n"


class Served:
    """`tfwizard serve` as a person starts it."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder = folder
        self.errors = folder / "stderr.txt"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tfwizard", "serve", "--port", "0", "--json", *arguments],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True,
                env={**os.environ, "TFWIZARD_CONFIG": os.devnull, **environment},
            )  # fmt: skip
        self.seats: list[dict[str, Any]] = self._document()["seats"]

    def _document(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        text = ""
        while line := self.process.stdout.readline():
            text += line
            with contextlib.suppress(ValueError):
                found: dict[str, Any] = json.loads(text)
                return found
        raise AssertionError(f"the server did not begin: {self.errors.read_text()}")

    def url(self, seat: int = 1) -> str:
        url: str = self.seats[seat - 1]["url"]
        return url

    def page(self, seat: int = 1) -> str:
        return self.url(seat).partition("?")[0]

    @property
    def family(self) -> list[int]:
        """Every process that the server began, and those that these began."""
        return descendants(self.process.pid)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


class Visitor:
    """Somebody at a browser: cookies, a connection, and what the terminal in the page shows."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.screen = pyte.Screen(80, 24)
        self.told: list[list[Any]] = []
        self.copied: list[str] = []
        self._stream = pyte.ByteStream(self.screen)
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def get(self, url: str, **more: Any) -> tuple[int, str]:
        async with self.session.get(url, **more) as answer:
            return answer.status, await answer.text()

    async def sit_down(self, served: Served, seat: int = 1) -> None:
        status, _text = await self.get(served.url(seat))
        assert status == 200
        await self.connect(served, seat)

    async def connect(self, served: Served, seat: int = 1, columns: int = 80, rows: int = 24) -> None:
        page = served.page(seat)
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._socket = await self.session.ws_connect(
            f"{page.replace('http', 'ws', 1)}ws?width={columns}&height={rows}", headers={"Origin": origin(page)}
        )

    async def read(self, seconds: float = 0.3) -> str:
        assert self._socket is not None
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                message = await self._socket.receive(left)
            except TimeoutError:
                break
            if message.type == aiohttp.WSMsgType.BINARY:
                self._stream.feed(message.data)
            elif message.type == aiohttp.WSMsgType.TEXT:
                self.told.append(json.loads(message.data))
            else:
                await asyncio.sleep(0.1)  # it is closed
                break
        return "\n".join(self.screen.display)

    async def wait(self, *words: str) -> str:
        return await self.wait_until(lambda shown: all(word in shown for word in words), " and ".join(words))

    async def wait_until(self, true: Callable[[str], bool], what: str) -> str:
        until = time.monotonic() + PATIENCE_S
        while not true(shown := await self.read()):
            assert time.monotonic() < until, f"no {what}:\n{shown}\n{self.told}"
        return shown

    async def wait_told(self, kind: str) -> Any:
        """What the page was told, the picture aside."""
        until = time.monotonic() + PATIENCE_S
        while not (found := [body for one, body in self.told if one == kind]):
            assert time.monotonic() < until, f"never told: {kind}"
            await self.read()
            await asyncio.sleep(0.05)
        return found[-1]

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.send("stdin", key)
            await self.read(0.5)

    async def send(self, kind: str, body: object = None) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps([kind, body]))

    async def leave(self) -> None:
        assert self._socket is not None
        await self._socket.close()


def origin(page: str) -> str:
    return f"http://{urlsplit(page).netloc}"


def descendants(pid: int) -> list[int]:
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*children, *(one for child in children for one in descendants(child))]


def gone(pids: list[int]) -> bool:
    """Whether none of these processes is there, within a while."""
    until = time.monotonic() + PATIENCE_S
    while any(exists(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def exists(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def lesson(folder: Path, name: str = "letters", script: str = SCRIPT) -> Path:
    """A teacher's own lesson, on a shelf of its own."""
    here = folder / "shelf" / name
    here.mkdir(parents=True)
    (here / "lesson.toml").write_text(
        'title = "Letters"\nfaults = ["script-error"]\nstory = "Read <letters> & more."\n'
    )
    (here / "train.py").write_text(script)
    return here.parent


Serve = Callable[..., Served]


@pytest.fixture
def serve() -> Iterator[Serve]:
    started: list[Served] = []

    def start(folder: Path, *arguments: str, **environment: str) -> Served:
        started.append(Served(folder, *arguments, **environment))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
async def visitors() -> AsyncIterator[Callable[[], Visitor]]:
    """Visitors, each with a browser of its own."""
    sessions: list[aiohttp.ClientSession] = []

    def another() -> Visitor:
        sessions.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))  # of an address, not a name
        return Visitor(sessions[-1])

    yield another
    for session in sessions:
        await session.close()
