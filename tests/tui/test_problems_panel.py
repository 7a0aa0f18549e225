"""The problems: chosen by state, severity and words."""

from __future__ import annotations

import pytest

from tfwizard.tui.widgets.problems import ProblemsPanel

from .conftest import Open, Wizard

TITLES = ("The labels are inside", "Padding enters", "The model has 2 classes", "The learning rate")


def shown(it: Wizard) -> set[str]:
    """The titles in the panel that has the focus."""
    panel = next(one for one in it.app.screen.query(ProblemsPanel) if one.has_focus_within).region
    rows = [row[panel.x : panel.right] for row in it.screen().split("\n")[panel.y : panel.bottom]]
    return {title for title in TITLES if title in " ".join(" ".join(rows).split())}


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
async def test_left_and_right_choose_a_state_or_a_severity(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("0", "p")
        assert shown(it) == set(TITLES)
        await it.press("right")
        assert "← open →" in it.screen()
        assert shown(it) == set(TITLES)
        await it.press("right")
        assert shown(it) == {TITLES[0], TITLES[2]}
        await it.press("right")
        assert "← warnings →" in it.screen()
        assert shown(it) == {TITLES[1], TITLES[3]}
        await it.press("left", "left", "left", "left")
        assert "← waived →" in it.screen()
        assert "None of the 4 is of these. esc shows all." in " ".join(it.screen().split())
        await it.press("escape")
        assert shown(it) == set(TITLES)


async def test_words_are_looked_for_in_title_stage_line_and_state(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("p", "slash", *"learn", "space", *"warn")
        assert shown(it) == {TITLES[3]}
        await it.press("enter")
        assert it.app.place == "problems"
        await it.press("enter")
        assert "20 times what pretrained" in it.flat()
        await it.press("p")
        assert shown(it) == {TITLES[3]}  # what was chosen stays, and is said
        assert "“learn warn”" in it.screen() or "learn warn" in it.screen()
        await it.press("escape")
        assert shown(it) == set(TITLES)
        await it.press("slash", *"train.py:14")
        assert shown(it) == {TITLES[2]}
        await it.press("escape", "escape")
        assert it.app.place.startswith("stage-")


async def test_letters_in_the_field_are_no_keys_of_the_wizard(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("p", "slash", *"quit")
        assert it.app.return_value is None
        assert it.app.place == "problems"
        assert shown(it) == set()


async def test_a_problem_that_is_left_out_can_still_be_explained(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("p", "right", "right", "escape", "escape", "7", "i", "p")
        panel = it.app.query_one("#problems")
        assert panel.key == "learning-rate-high"
