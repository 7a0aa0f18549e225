"""What a seat and its server do where the machine refuses something."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tfwizard.serve import running
from tfwizard.serve.seat import Seat
from tfwizard.serve.wizard import Start

ALLOWED_LESS = """
import os, resource
from tfwizard.serve.bounds import GB, bound_memory
resource.setrlimit(resource.RLIMIT_DATA, (GB, GB))
if not os.getuid():
    os.setuid(65534)  # root may raise any limit
bound_memory(os.getpid(), 2)
print(resource.getrlimit(resource.RLIMIT_DATA) == (GB, GB))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no prlimit")
def test_a_bound_above_what_the_system_allows_leaves_that() -> None:
    ran = subprocess.run([sys.executable, "-c", ALLOWED_LESS], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("True\n", "")


async def test_a_terminal_that_is_not_ours_any_more_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = os.openpty()
    wrong: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, told: wrong.append(told))
    with os.fdopen(far) as stdin, os.fdopen(near, "wb", buffering=0) as keyboard:
        monkeypatch.setattr("sys.stdin", stdin)
        with running._asked([], "", wrong.append):
            keyboard.write(b"1\n")
            for _ in range(20):
                await asyncio.sleep(0.005)
            assert not loop.remove_reader(stdin.fileno())
    assert wrong == []


async def test_a_wizard_that_cannot_be_started_is_told_and_leaves_the_seat_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    seat = Seat(1, Start(["--version"], tmp_path / "session"), "a seat", say=said.append)

    async def visited(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await seat.visit(socket, (80, 24))
        return socket

    app = web.Application()
    app.add_routes([web.get("/", visited)])
    async with TestClient(TestServer(app)) as client:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", str(tmp_path / "python"))
            async with client.ws_connect("/") as page:
                kind, why = await page.receive_json(timeout=60)
            assert (kind, [why]) == ("ended", said)
            assert "No such file" in why
            assert not seat.runs
    await seat.close()
