"""esc goes back, wherever one is."""

from __future__ import annotations

import pytest

from .conftest import Open

#: The keys that lead somewhere from the stage of the labels, and how often esc is pressed to be on a stage again.
PLACES = {
    "problem": (["i"], 1),
    "fix": (["f"], 1),
    "fix all": (["F"], 1),
    "problems": (["p"], 1),
    "problems, searched": (["p", "slash", "x"], 2),
    "problems, chosen": (["p", "right"], 2),
    "script": (["s"], 1),
    "log": (["l"], 1),
    "help": (["question_mark"], 1),
    "an explanation": (["i", "question_mark"], 2),
    "palette": (["colon"], 1),
    "GPUs": (["g"], 1),
    "waive": (["v"], 1),
    "quit, asked": (["f", "t", "q"], 2),
    "write, asked": (["f", "t", "w"], 2),
}


@pytest.mark.parametrize("place", PLACES)
async def test_esc_goes_back_from_everywhere(wizard: Open, place: str) -> None:
    keys, times = PLACES[place]
    async with wizard() as it:
        await it.press("6", *keys)
        assert it.app.screen is not it.app.screen_stack[0] or not it.app.place.startswith("stage-")
        await it.press(*["escape"] * times)
        assert it.app.screen is it.app.screen_stack[0]
        assert it.app.place.startswith("stage-")
        assert it.app.return_value is None
