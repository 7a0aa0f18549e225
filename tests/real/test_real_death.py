"""kill -9 of the worker in the middle of a probe."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from scripts import SLOW_KERAS

from tfwizard.session import Session


async def test_a_worker_killed_during_the_overfit_test_is_named_and_can_be_restarted(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SLOW_KERAS)
    session = Session(script)

    def kill_once(topic: str) -> None:
        progress = session.progress
        if topic == "progress" and progress and progress.stage == "overfit" and progress.done >= 2 and not killed:
            killed.append(session.worker_pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    killed: list[int] = []
    session.subscribe(kill_once)  # type: ignore[arg-type]
    try:
        first = await session.run()
        assert killed
        assert session.worker == "lost"
        assert "SIGKILL" in session.worker_message
        assert session.stage_state("overfit").status == "blocked"
        assert "SIGKILL" in session.stage_state("overfit").why
        assert first.facts.batch is not None  # what was seen is kept
        assert session.stage_state("batch").status == "passed"

        task = asyncio.create_task(session.run("again"))
        while not (session.progress and session.progress.stage == "overfit"):
            assert not task.done()
            await asyncio.sleep(0.1)
        await session.stop_probe()
        await task
        assert session.run_state.facts.overfit is not None
        assert session.run_state.facts.overfit.stopped == "stopped by you"
        assert session.worker == "held"
    finally:
        await session.close()
