"""Probes leave everything as it was: the training that follows is the training that would have been."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from scripts import SOUND_KERAS, SOUND_TF_KERAS

from tfwizard.checks.comparison import rows_of
from tfwizard.session import Session
from tfwizard.session.comparing import Setting


def history(output: str) -> str:
    return next(line for line in output.splitlines() if line.startswith("HISTORY"))


@pytest.mark.parametrize("text", [SOUND_KERAS, SOUND_TF_KERAS], ids=["keras", "tf_keras"])
def test_the_history_is_the_same_with_all_probes_and_without(text: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(text)
    plain = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert asyncio.run(history_after_all_probes(script)) == history(plain.stdout)


async def history_after_all_probes(script: Path) -> str:
    session = Session(script)
    try:
        await session.run()
        assert session.run_state.facts.overfit is not None
        found = await session.compare(Setting("learning_rate", ("1e-4", "1e-2")), seeds=2, steps=20)
        assert [(run.value, run.seed) for run in found.runs] == [("1e-4", 0), ("1e-2", 0), ("1e-4", 1), ("1e-2", 1)]
        assert found.before is not None
        assert [row.best for row in rows_of(found)] == [False, True]
        assert "dropout" in found.varied
        assert len({run.losses[0] for run in found.runs}) > 1
        await session.go_on()
        assert session.run_state.facts.script is not None
        assert session.run_state.facts.script.outcome == "finished"
        # The last lines may still be in the pipe when the outcome has come over the socket.
        for _ in range(300):
            printed = "\n".join(line.text for line in session.log.lines)
            if "HISTORY" in printed:
                break
            await asyncio.sleep(0.1)
        return history(printed)
    finally:
        await session.close()
