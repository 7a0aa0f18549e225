"""From 50×20 to 200×60: the problem, how to go on and the keys are there at every size, and nothing is lost on the way."""

from __future__ import annotations

import pytest

from .conftest import Open, Wizard

SIZES = [(50, 20), (64, 22), (80, 24), (100, 30), (140, 45), (200, 60)]


def words(it: Wizard) -> str:
    return " ".join(it.screen().split())


@pytest.mark.parametrize(
    "way",
    [["6"], ["6", "i"], ["6", "f"], ["p"], ["3"], ["l"]],
    ids=["stage", "problem", "fix", "problems", "samples", "log"],
)
async def test_every_size_shows_the_problem_and_comes_back_without_loss(wizard: Open, way: list[str]) -> None:
    async with wizard((80, 24)) as it:
        await it.press(*way)
        before = it.screen()
        for width, height in [*SIZES, *reversed(SIZES)]:
            await it.pilot.resize_terminal(width, height)
            await it.settle()
            rows = it.screen().split("\n")
            assert len(rows) == height
            assert all(len(row) <= width for row in rows)
            assert "4 problems" in rows[0]
            assert "Quit" in words(it) or "Help" in words(it)  # the footer
            assert it.app.query_one("#guide").size.height >= 1
            assert it.app.query_one(f"#{it.app.place}").size.height >= height // 3
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert it.screen() == before


async def test_at_the_smallest_size_the_way_of_a_fix_can_be_gone(wizard: Open) -> None:
    async with wizard((50, 20)) as it:
        for key, said in (("6", "f shows"), ("f", "t tries"), ("t", "goes on"), ("w", "Write to disk?"), ("y", "f")):
            await it.press(key)
            assert said in words(it)
        assert "write" in it.session.said
