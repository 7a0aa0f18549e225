"""When one batch is run again on the CPU by itself: on a GPU, where something is wrong and nothing says what."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from pathlib import Path

import pytest

from tfwizard.facts import BatchFacts, ErrorFacts, Facts, LibrariesFacts, ScriptFacts, StepFacts, TwinFacts
from tfwizard.findings import Finding
from tfwizard.session import Session
from tfwizard.session.twin import helps

NAN = BatchFacts((2, 3), 3, (1.0, math.nan))
SOUND = BatchFacts((2, 3), 3, (1.0, 1.1), step=StepFacts(True, 1.0, 1.0))
FAILS = BatchFacts((2, 3), 3, (1.0, 1.1), step=StepFacts(True, error=ErrorFacts("InternalError", "x", "x")))


def run(batch: BatchFacts | None, gpus: int | None = 1, **more: object) -> Facts:
    script = ScriptFacts("held_at_fit", libraries=LibrariesFacts(tensorflow_gpus=gpus))
    return replace(Facts(script=script, batch=batch), **more)  # type: ignore[arg-type]


def found(id: str, severity: str = "error") -> dict[str, Finding]:
    return {id: Finding(id, "nan", severity, "", "")}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        (run(NAN), {}),
        (run(NAN), found("nan-loss")),
        (run(NAN), found("inputs-not-scaled", "warning")),
        (run(FAILS), found("script-error")),
        (run(replace(SOUND, finite_logits=False)), {}),
    ],
)
def test_it_helps(facts: Facts, findings: dict[str, Finding]) -> None:
    assert helps(facts, findings)


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        (run(NAN, gpus=0), {}),  # this is the CPU
        (run(NAN, gpus=None), {}),
        (run(SOUND), {}),
        (run(None), {}),
        (run(NAN), found("num-labels-too-small")),
        (run(NAN, cpu_twin=TwinFacts()), {}),
        (Facts(batch=NAN), {}),
    ],
)
def test_it_would_only_cost_time(facts: Facts, findings: dict[str, Finding]) -> None:
    assert not helps(facts, findings)


async def test_it_can_be_stopped(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        "import os, time\nif os.environ.get('CUDA_VISIBLE_DEVICES') == '-1':\n    print('twin')\n    time.sleep(600)\n"
    )
    session = Session(script, cwd=tmp_path)
    try:
        await session.run()
        running = asyncio.create_task(session.cpu_twin())
        await asyncio.sleep(1)
        await session.stop_probe()
        await asyncio.wait_for(running, 60)
        twin = session.run_state.facts.cpu_twin
        assert twin is not None
        assert twin.why == "it was stopped by you"
        assert session.progress is None
    finally:
        await session.close()


async def test_where_it_helps_it_is_run_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfwizard.session.twin.helps", lambda facts, findings: facts.cpu_twin is None)
    script = tmp_path / "train.py"
    script.write_text("import os\nprint(os.environ.get('CUDA_VISIBLE_DEVICES'))\n")
    session = Session(script, cwd=tmp_path)
    try:
        state = await session.run()
        assert state.facts.cpu_twin is not None
        assert state.facts.cpu_twin.why == "The script ended before it trained."
        assert not (session.folder / "runs" / "twin.jsonl").exists()
    finally:
        await session.close()
