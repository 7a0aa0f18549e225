"""From "try" to the verdict, against a plain fresh run of the edited script to the same line."""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.row import Asked, Part, Row, python
from tests.benchmarks.start import LESSON
from tfwizard.session import Session

PATIENCE_S = 600.0


async def walk(folder: Path, plain: Callable[[str], float]) -> list[tuple[str, float, float]]:
    """Every fix of the script in `folder` as a person takes them: its preview is read until the standby is ready.

    Gives the problem, the seconds to the verdict, and those of `plain` (a file's name) on the same text to the same line.
    """
    os.chdir(folder)
    session = Session(folder / "train.py", standby=True)
    pairs: list[tuple[str, float, float]] = []
    try:
        await session.run()
        while (key := session.next_fixable(set())) is not None:
            preview = await session.preview(key)
            await _ready(session)
            started = time.monotonic()
            trial = await session.try_fix(key)
            seconds = time.monotonic() - started
            if not trial.verified:
                raise RuntimeError(f"{key}: {trial.why}")
            await session.rest()
            await _ready(session)  # nothing else may want the processors
            script = session.run_state.facts.script
            line = script.held.where.line if script and script.held and script.held.where else None
            text = next(iter(preview.files.values()))
            (folder / "edited.py").write_text(_ending_before(text, line))
            pairs.append((key, seconds, await asyncio.to_thread(plain, "edited.py")))
    finally:
        await session.close()
    return pairs


def _ending_before(text: str, line: int | None) -> str:
    """The script, left at its training call; one that fails before it ends by itself."""
    if line is None:
        return text
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line - 1], "import os\nos._exit(0)\n", *lines[line - 1 :]])


async def _ready(session: Session) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.sleep(0.5)
        while session.standby.status == "warming":  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def rows(folder: Path, asked: Asked) -> Iterator[Row]:
    """The fixes of the lesson, one after the other: each once, for the next one begins where it ended."""
    lesson = folder / "lesson"
    shutil.copytree(LESSON, lesson)
    pairs = asyncio.run(walk(lesson, lambda file: python(file, cwd=lesson, check=False).wall))
    ours, plain = (statistics.median(pair[side] for pair in pairs) for side in (1, 2))
    each = " ".join(f"{seconds / theirs:.2f}" for _, seconds, theirs in pairs)
    against = "plain python, edited, to that line"
    yield Row(f"try to verdict, {len(pairs)} fixes", ours, "s", 0.6, against, plain, f"one by one {each}")


PARTS = (Part("verification", "from “try” to the verdict on each fix of the lesson", 8, rows),)
