"""A worker's beginning and end, whatever stands in its place: real processes."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tfwizard.runner.log import Log
from tfwizard.runner.process import WorkerProcess
from tfwizard.runner.standby import Standby

PATIENCE_S = 60.0
#: Stands for a worker that listens to nobody.
STUBBORN = "#!/bin/sh\ntrap '' INT TERM\nwhile :; do sleep 1; done\n"


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    def make(text: str) -> str:
        path = tmp_path / "python"
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return make


async def is_gone(pid: int) -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.mark.parametrize("text", ["no program at all", "#!/nowhere/python\n"])
async def test_what_cannot_be_started_is_an_oserror(program: Callable[[str], str], tmp_path: Path, text: str) -> None:
    for _ in range(5):  # what the warden says, and that it is over, may come together
        with pytest.raises(OSError, match=r"format|No such"):
            await WorkerProcess.start(program(text), tmp_path, Log())


NO_MORE = """
import os, resource, socket, sys
from tfwizard.runner import warden
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
if not os.getuid():
    os.setuid(65534)  # root may have any number
warden.main(socket.socket(fileno=int(sys.argv[1])), os.open(os.devnull, os.O_RDWR), ["/bin/true"])
"""


def test_where_no_more_processes_may_be_had_the_warden_says_so() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ran = subprocess.run(
            [sys.executable, "-c", NO_MORE, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),), capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        theirs.close()
        assert ran.stderr == ""
        assert ours.makefile().readline() == f"-{errno.EAGAIN}\n"


async def test_one_that_ends_before_anyone_looks_has_ended_by_itself(
    program: Callable[[str], str], tmp_path: Path
) -> None:
    starting = asyncio.create_task(WorkerProcess.start(program("#!/bin/sh\nexit 1\n"), tmp_path, Log()))
    while not starting.done():
        await asyncio.sleep(0)
        time.sleep(0.2)  # noqa: ASYNC251 - this process is busy with something else
    worker = await starting
    async with asyncio.timeout(PATIENCE_S):
        assert [message async for message in worker.messages()] == []
    assert worker.exit_code == 1
    await worker.stop()


async def test_a_stop_that_is_cancelled_leaves_nothing(program: Callable[[str], str], tmp_path: Path) -> None:
    worker = await WorkerProcess.start(program(STUBBORN), tmp_path, Log())
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0.1)
    stopping.cancel()
    await asyncio.gather(stopping, return_exceptions=True)
    assert await is_gone(worker.pid)
    await worker.stop()


async def test_a_standby_whose_taking_is_cancelled_can_still_be_ended(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    standby = Standby(sys.executable, tmp_path, script, [str(script)], lambda: None)
    await standby.prepare(("import time\ntime.sleep(600)",))
    assert standby._process is not None
    pid = standby._process.pid
    taking = asyncio.create_task(standby.take(("import time\ntime.sleep(600)",)))
    await asyncio.sleep(0)
    taking.cancel()
    assert isinstance((await asyncio.gather(taking, return_exceptions=True))[0], asyncio.CancelledError)
    await standby.close()
    assert await is_gone(pid)
