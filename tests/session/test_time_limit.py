"""The time limit of a wait: kept while the process runs, and not spent while it is stopped."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time

import pytest

from tfwizard.session.time_limit import TimeLimit

STOPPED_S = 4.5
WAITS = """
import asyncio, sys
from tfwizard.session.time_limit import TimeLimit

async def main():
    queue = asyncio.Queue()
    asyncio.get_running_loop().add_reader(0, lambda: queue.put_nowait(sys.stdin.readline()))
    print("waits", flush=True)
    print("came:", await TimeLimit(3).wait(queue.get), flush=True)

asyncio.run(main())
"""


async def test_a_wait_ends_at_its_limit_over_several_waits() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()
    limit = TimeLimit(1.5)
    queue.put_nowait(1)
    assert await limit.wait(queue.get) == 1
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await limit.wait(queue.get)
    assert time.monotonic() - began > 1.0
    queue.put_nowait(2)
    with pytest.raises(TimeoutError):
        await limit.wait(queue.get)
    limit.left += 60
    assert await limit.wait(queue.get) == 2


def test_time_for_which_the_process_was_stopped_does_not_count() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stdout.readline() == "waits\n"
        child.send_signal(signal.SIGSTOP)
        child.stdin.write("a message\n")  # it is there when the process goes on, and was not read before
        child.stdin.flush()
        time.sleep(STOPPED_S)
        child.send_signal(signal.SIGCONT)
        assert "came: a message" in child.communicate(timeout=60)[0]
