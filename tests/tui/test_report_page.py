"""The page of the report: seen before it is saved, saved as it was seen, and always there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tfwizard.casebook import StageState
from tfwizard.facts import ScriptFacts
from tfwizard.tui.widgets.stage_list import Row, said_in_words, stage_rows

from .conftest import Open
from .fakes import FakeSession

SECRET = "password=hunter2-0f"


@pytest.mark.parametrize("size", [(50, 20), (140, 45)])
async def test_the_report_is_on_its_page_with_what_was_masked(wizard: Open, size: tuple[int, int]) -> None:
    session = FakeSession()
    session.args = ("--api-key", "kk-12ab34cd")
    async with wizard(size, session) as it:
        session.log.feed("out", f"{SECRET}\n".encode())
        seen = await it.whole("R", 1)
        assert "Ask for help" in seen
        assert "key: 1 time, in the command" in seen
        assert "password: 1 time, in the output" in seen
        assert seen.index("Masked in it") < seen.index("## What happened")
        assert "hunter2" not in seen + it.app.reports.now().markdown
        assert "kk-12ab34cd" not in seen


async def test_it_is_saved_as_it_was_seen_after_a_question(
    wizard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with wizard() as it:
        await it.press("6", "E")
        assert list(tmp_path.iterdir()) == []  # nothing that was not on the screen
        assert "Save the report as" in await it.press("R", "E")
        await it.press("escape")
        assert list(tmp_path.iterdir()) == []
        for key in ("m", "h", "j"):
            await it.press("E", key)
        files = {path.suffix: path.read_text() for path in tmp_path.iterdir()}
        assert files.keys() == {".md", ".html", ".json"}
        assert files[".md"] == it.app.reports.now().markdown
        assert json.loads(files[".json"])["schema"] == "tfwizard-report/1"
        assert "Saved: " in it.flat()
        assert ".json" in it.flat()
        await it.press("k")
        assert it.app.clipboard == files[".md"]


async def test_where_nothing_can_be_written_it_is_said(
    wizard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    async with wizard() as it:
        await it.press("R", "E")
        monkeypatch.setattr("tfwizard.report.saving.tempfile.mkstemp", _full)
        assert "No space left" in await it.press("m")
        assert list(folder.iterdir()) == []


def _full(**_names: object) -> None:
    raise OSError(28, "No space left on device")


async def test_it_is_there_also_when_the_script_died(wizard: Open) -> None:
    session = FakeSession()
    session.lose_worker = True
    async with wizard(session=session) as it:
        session.run_state.facts = replace(
            session.run_state.facts,
            script=ScriptFacts("died", "/tmp/lesson/train.py", death="killed by SIGKILL", seconds=3.0),
        )
        seen = await it.press("R")
        assert "killed by SIGKILL" in it.flat()
        assert "blocked" not in next(row for row in seen.split("\n") if "R Ask for help" in row)


async def test_it_follows_what_changes(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await it.press("R")
        assert "4 problems are open." in it.flat()
        it.session.waive("learning-rate-high", "it is meant")
        await it.settle()
        assert "3 problems are open." in it.flat()


def row(state: str, title: str = "x", gathers: bool = False) -> Row:
    return Row("1", title, StageState(state), gathers=gathers)  # type: ignore[arg-type]


STAGES = (*(row(state) for state in ("passed", "problems", "questions", "passed", "passed", "problems", "problems", "passed", "passed", "passed")), row("passed", "Ask", True))  # fmt: skip


@pytest.mark.parametrize(
    ("height", "summary", "silent"),
    [
        (30, True, []),
        (21, False, []),
        (21, True, [0]),
        (20, True, [0]),
        (19, False, [0, 3]),
        (18, False, [0, 3, 4]),
        (0, False, []),
    ],
)
def test_in_a_low_list_stages_that_passed_give_their_words_up_first(
    height: int, summary: bool, silent: list[int]
) -> None:
    said = said_in_words(STAGES, height, summary)
    assert [at for at, each in enumerate(said) if not each] == [*silent, 10]
    lines = stage_rows(STAGES, 0, (), said, 0, 20)
    assert len(lines) == 11 + sum(said) <= (height or 99)
    assert all("✓" in lines[at].plain for at in (silent[:1] or ()))  # its sign stays


def test_in_a_very_low_list_every_stage_has_one_line() -> None:
    assert not any(said_in_words(STAGES, 15, True))
    assert len(stage_rows(STAGES, 0, ("run 1",), (False,) * 11, 4, 20)) == 11


async def test_a_click_finds_its_stage_where_some_have_one_line(wizard: Open) -> None:
    async with wizard() as it:
        rows = it.screen().split("\n")
        at = next(number for number, text in enumerate(rows) if "R Ask for help" in text)
        await it.pilot.click(offset=(4, at))
        await it.settle()
        assert "Masked in it" in it.flat()
