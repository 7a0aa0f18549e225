"""The script beside the stages: marks at calls and findings, and the line of the stage in sight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tfwizard.facts import Call, Facts, PipelineFacts, PipelinesFacts, Place
from tfwizard.stages import STAGES
from tfwizard.tui.following import call_marks, place_of_stage
from tfwizard.tui.widgets.script_pane import Mark, row_of, source_lines

from .conftest import EVERY_SIZE, Open
from .fakes import SCRIPT, calls, facts, place

#: The line of the script that each stage is about, in the facts of the fake session.
LINES = {"data": 13, "samples": 13, "batch": 15, "labels": 15, "hyperparameters": 15, "memory": 13, "overfit": 16}


def test_calls_are_marked_by_how_they_ended() -> None:
    made = [*calls()[:3], replace(calls()[3], failed=True), replace(calls()[4], seconds=None)]
    signs = {mark.line: mark.sign for mark in call_marks(made, None, SCRIPT, runs=True)}
    assert signs == {4: "✓", 5: "✓", 12: "✓", 13: "✗", 14: "▶"}
    assert 14 not in {mark.line for mark in call_marks(made, None, SCRIPT, runs=False)}
    held = calls()[-1]
    assert {mark.line: mark.sign for mark in call_marks(calls(), held, SCRIPT, runs=False)}[16] == "⊘"


def test_calls_of_other_files_are_not_marked() -> None:
    elsewhere = Call(0, "load_dataset", Place("/tmp/lesson/loading.py", 3), seconds=1.0)
    assert call_marks([elsewhere], None, SCRIPT, runs=False) == []
    assert call_marks([elsewhere], None, Path("/tmp/lesson/loading.py"), runs=False)[0].line == 3


@pytest.mark.parametrize("stage", LINES)
def test_a_stage_is_about_the_line_of_its_call(stage: str) -> None:
    found = place_of_stage(stage, facts(), calls())
    assert found is not None
    assert found.line == LINES[stage]


def test_what_the_facts_know_comes_before_the_name_of_a_call() -> None:
    known = Facts(pipelines=PipelinesFacts((PipelineFacts(Call(1, "f", place(12)), feeds_training=True),), load_call=Call(2, "g", place(14))))  # fmt: skip
    assert [found.line for stage in ("data", "batch") if (found := place_of_stage(stage, known, calls()))] == [12, 14]


def test_a_stage_without_a_call_is_about_no_line() -> None:
    assert all(place_of_stage(stage.id, Facts(), ()) is None for stage in STAGES)


@EVERY_SIZE
async def test_the_pane_follows_the_stage(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        for stage, line in (("8", "▌ 16 ⊘"), ("6", "▌ 14 ✗"), ("2", "▌ 15 ✗"), ("9", "▌ 13 !")):
            await it.press("escape", stage, "s")
            assert line in it.screen()


def test_a_line_keeps_its_row_below_marks_and_legend() -> None:
    source = "\n".join(f"line {n}" for n in range(1, 30))
    marks = (Mark(3, "✗", "", "a problem"), Mark(5, "✓", ""), Mark(20, "!", "", "another"))
    drawn = [row.plain for row in source_lines("train.py", source, marks, False, 20, 60)]
    for number in (1, 4, 20, 21):
        assert f" {number} " in drawn[row_of(number, marks)]
    assert drawn[1] == "calls: ✓ returned"
    assert drawn[row_of(20, marks)].startswith("▌ 20 !")
    assert all(len(row) <= 60 for row in drawn)
