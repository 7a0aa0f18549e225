"""A run that the person stops: no worker goes on with it, and the next run begins anew."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tfwizard.facts import DeviceFacts, Facts, MemoryFacts, ScriptFacts
from tfwizard.session import RunState, Session

#: Says which process it is in, and goes on for long.
WAITS = "import os, time\nopen('pid.new', 'w').write(str(os.getpid()))\nos.rename('pid.new', 'pid')\ntime.sleep(600)\n"


async def printed(session: Session) -> None:
    """The script has said something."""
    for _ in range(3000):
        if session.log.total:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the script says nothing")


async def test_a_run_that_is_stopped_leaves_no_worker_and_can_be_run_again(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("import time\nprint('here', flush=True)\ntime.sleep(600)\n")
    session = Session(script, python=sys.executable, cwd=tmp_path, folder=tmp_path / "session")
    running = asyncio.create_task(session.run("test"))
    await printed(session)
    assert session.worker_pid is not None
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert session.worker_pid is None
    assert session.worker == "ended"
    assert session.stage_state("script").status == "blocked"
    script.write_text("1 / 0\n")
    await asyncio.wait_for(session.run("again"), 60)
    assert [problem.id for problem in session.casebook.open()] == ["script-error"]
    await session.close()


async def test_a_session_that_is_closed_while_it_runs_says_nothing_more(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("import time\nprint('here', flush=True)\ntime.sleep(600)\n")
    session = Session(script, python=sys.executable, cwd=tmp_path, folder=tmp_path / "session")
    running = asyncio.create_task(session.run("test"))
    await printed(session)
    journal = (tmp_path / "session" / "journal.jsonl").read_bytes()
    running.cancel()
    await session.close()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (tmp_path / "session" / "journal.jsonl").read_bytes() == journal


async def test_a_session_may_be_closed_while_nobody_stops_its_run(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("import time\nprint('here', flush=True)\ntime.sleep(600)\n")
    session = Session(script, python=sys.executable, cwd=tmp_path, folder=tmp_path / "session")
    running = asyncio.create_task(session.run("test"))
    await printed(session)
    await session.close()
    state = await asyncio.wait_for(running, 60)
    assert state.facts.script is not None
    assert state.facts.script.outcome == "died"
    assert session.worker_pid is None


@pytest.mark.parametrize("turns", [1, 40, 400])
async def test_a_session_that_is_closed_while_its_worker_starts_leaves_none(tmp_path: Path, turns: int) -> None:
    script = tmp_path / "train.py"
    script.write_text(WAITS)
    session = Session(script, python=sys.executable, cwd=tmp_path, folder=tmp_path / "session")
    running = asyncio.create_task(session.run("test"))
    for _ in range(turns):
        await asyncio.sleep(0)
    await session.close()
    done, _ = await asyncio.wait({running}, timeout=60)
    assert done
    assert session.worker_pid is None
    if (tmp_path / "pid").exists():  # on a machine that is busy with something else
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("work", [Session.cpu_twin, Session.fit_batch], ids=["twin", "search"])
async def test_a_closed_session_leaves_no_throw_away_worker(
    tmp_path: Path, work: Callable[[Session], Awaitable[None]]
) -> None:
    script = tmp_path / "train.py"
    script.write_text(WAITS)
    session = Session(script, python=sys.executable, cwd=tmp_path, folder=tmp_path / "session")
    session.show_run(
        RunState(0, facts=Facts(script=ScriptFacts("held_at_fit"), memory=MemoryFacts(8, DeviceFacts("CPU"))))
    )
    working = asyncio.ensure_future(work(session))
    async with asyncio.timeout(60):
        while not (tmp_path / "pid").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await session.close()
    done, _ = await asyncio.wait({working}, timeout=60)
    assert done
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert session.worker != "probing"
