"""The waiting worker, with a small library in TensorFlow's place: real processes all the same."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tfwizard.runner.log import Log
from tfwizard.runner.opening import opening
from tfwizard.runner.standby import Standby

PATIENCE_S = 120.0
SCRIPT = (
    "import os\nos.environ['SAID'] = 'ahead'\nimport click\nprint('click is', click.__name__, os.environ['SAID'])\n"
)
Make = Callable[..., Standby]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[Standby] = []

    def standby(text: str = SCRIPT, wanted: bool = True) -> Standby:
        script = tmp_path / "train.py"
        script.write_text(text)
        made.append(Standby(sys.executable, tmp_path, script, [str(script), "--fast"], lambda: None, wanted))
        return made[-1]

    yield standby
    for one in made:
        await one.close()


async def settled(standby: Standby) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while standby.status == "warming":  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def outcome(standby: Standby, text: str, script: Path) -> tuple[dict[str, Any], Log]:
    """Run the script in the standby's worker; what it came to, and what was printed."""
    taken = await standby.take(opening(text))
    assert taken is not None
    process, heard = taken
    log = Log()
    process.log_to(log)
    process.send("start", script=str(script), argv=[str(script), "--fast"], overlay={}, language="en")
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for message in process.messages():
                heard.append(message)
                if message["kind"] == "outcome":
                    break
    finally:
        await process.stop()
    assert heard[0]["kind"] == "hello"
    return heard[-1]["facts"], log


async def test_it_imports_ahead_says_what_it_takes_and_runs_the_script(make: Make, tmp_path: Path) -> None:
    standby = make()
    await standby.prepare(opening(SCRIPT))
    assert standby.status == "warming"
    await settled(standby)
    assert standby.status == "ready"
    assert standby.memory_mb
    assert standby.memory_mb > 5
    facts, log = await outcome(standby, SCRIPT, tmp_path / "train.py")
    assert facts.outcome == "no_training"
    assert [line.text for line in log.lines] == ["click is click ahead"]
    assert standby.status == "none"
    assert await standby.take(opening(SCRIPT)) is None


async def test_one_that_still_imports_is_taken_too(make: Make, tmp_path: Path) -> None:
    standby = make()
    await standby.prepare(opening(SCRIPT))
    facts, log = await outcome(standby, SCRIPT, tmp_path / "train.py")
    assert facts.outcome == "no_training"
    assert [line.text for line in log.lines] == ["click is click ahead"]


async def test_a_script_that_begins_otherwise_gets_a_fresh_worker(make: Make) -> None:
    standby = make()
    await standby.prepare(opening(SCRIPT))
    await settled(standby)
    assert await standby.take(opening(SCRIPT.replace("ahead", "behind"))) is None
    assert await standby.take(opening("import json\n" + SCRIPT)) is None
    assert standby.status == "ready"
    taken = await standby.take(opening("# another comment\n" + SCRIPT + "print(2)\n"))
    assert taken is not None
    await taken[0].stop()


async def test_another_opening_replaces_it_and_the_same_one_keeps_it(make: Make) -> None:
    standby = make()
    await standby.prepare(opening(SCRIPT))
    await settled(standby)
    assert standby._process
    first = standby._process.pid
    await standby.prepare(opening(SCRIPT + "x = 1\n"))
    assert standby._process.pid == first
    await standby.prepare(opening("import click\n"))
    assert standby._process.pid != first
    assert not exists(first)
    await standby.close()
    assert standby.status == "off"


async def test_the_users_own_modules_are_not_imported_ahead(make: Make, tmp_path: Path) -> None:
    (tmp_path / "network.py").write_text("open('imported', 'w').close()\n")
    text = "import click\nimport network\nimport textual\n"
    standby = make(text)
    await standby.prepare(opening(text))
    await settled(standby)
    assert standby.status == "ready"
    assert not (tmp_path / "imported").exists()


async def test_a_module_that_is_not_installed_is_left_to_the_script(make: Make) -> None:
    text = "import click\nimport surely_not_installed\n"
    standby = make(text)
    await standby.prepare(opening(text))
    await settled(standby)
    assert standby.status == "ready"


async def test_a_library_that_cannot_be_imported_makes_it_unusable(make: Make) -> None:
    text = "import click\nfrom click import surely_not_there\n"
    standby = make(text)
    await standby.prepare(opening(text))
    await settled(standby)
    assert standby.status == "none"
    assert "surely_not_there" in standby.why
    await standby.prepare(opening(text))
    assert standby.status == "none"
    assert await standby.take(opening(text)) is None


async def test_after_an_installation_it_is_out_of_date(make: Make) -> None:
    standby = make()
    await standby.prepare(opening(SCRIPT))
    await settled(standby)
    standby._started = 0.0  # as if every package had been installed since
    assert await standby.take(opening(SCRIPT)) is None


async def test_none_is_wanted(make: Make) -> None:
    standby = make(wanted=False)
    await standby.prepare(opening(SCRIPT))
    assert (standby.status, standby._process) == ("off", None)
