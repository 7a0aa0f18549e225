"""The losses of one batch, row by row, beside chance."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tfwizard.facts import BatchFacts
from tfwizard.tui.screens.batch import loss_rows
from tfwizard.tui.widgets.bars import CHANCE

from .conftest import EVERY_SIZE, Open
from .fakes import HOSTILE, NAN, facts

LOSSES = BatchFacts(
    classes=3, losses=(0.2, 3.3, NAN, 1.1), raised=(False, False, False, False), labels=("0", "1", "2", HOSTILE),
    predictions=(0, 2, None, 1), logits=((0.1, 0.2, 0.3),) * 4, chance=math.log(3),
)  # fmt: skip


@pytest.mark.parametrize("width", [28, 57, 110])
def test_each_row_has_a_bar_and_the_line_of_chance_runs_through_all_of_them(width: int) -> None:
    lines = loss_rows(LOSSES, width)
    assert all(line.cell_length <= width for line in lines)
    rows = [line.plain for line in lines[1:5]]
    assert len({row.index(CHANCE) for row in rows if "✗" not in row}) == 1
    assert rows[2].count("NaN ✗") == 1
    assert rows[1].count("█") > rows[3].count("█") > rows[0].count("█")
    notes = " ".join(line.plain for line in lines[5:])
    assert "│ chance: 1.099" in notes
    assert "✗ no finite loss" in notes
    assert "\x1b" not in "".join(rows)


def test_without_chance_there_is_no_line() -> None:
    text = "".join(line.plain for line in loss_rows(replace(LOSSES, chance=None), 57))
    assert CHANCE not in text


def test_without_losses_there_are_no_rows() -> None:
    assert loss_rows(BatchFacts(), 57) == []


@EVERY_SIZE
async def test_the_bars_are_on_the_page(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        seen = await it.whole("4")
        assert "refused ✗" in seen
        assert "│ chance: 0.6931" in seen
        shown = facts().batch
        assert shown
        assert seen.count("refused ✗") >= sum(shown.raised)
