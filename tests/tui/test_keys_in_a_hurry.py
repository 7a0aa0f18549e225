"""Keys that come at once, as over a slow line or from a key that is held down: each question is answered once."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.command import CommandList

from tfwizard.tui.app import WizardApp
from tfwizard.tui.screens.gpus import GpusScreen
from tfwizard.tui.textual_words import Palette
from tfwizard.tui.widgets.problems import Options

from .conftest import Open, Wizard
from .fakes import FakeSession


async def at_once(it: Wizard, *keys: str) -> None:
    for key in keys:
        it.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await it.settle()


#: Where escape overtakes enter, nothing is done.
TWICE = pytest.mark.parametrize(("second", "times"), [("enter", {1}), ("escape", {0, 1})], ids=["enter", "escape"])


@TWICE
async def test_a_reason_is_taken_once(wizard: Open, second: str, times: set[int]) -> None:
    async with wizard() as it:
        await it.press("i", "v", *"known")
        await at_once(it, "enter", second)
        assert len(it.app.screen_stack) == 1
        assert [problem.reason for problem in it.session.casebook.ordered() if problem.status == "waived"] in [
            ["known"] * n for n in times
        ]
        assert len(it.app._notifications) in times


@TWICE
async def test_a_field_is_used_once(wizard: Open, second: str, times: set[int]) -> None:
    session = FakeSession()
    session.may_compare = True
    async with wizard(session=session) as it:
        await it.press("0", "C")
        await at_once(it, "enter", second)
        assert len(it.app.screen_stack) == 1
        assert len([one for one in session.said if one.startswith("compare")]) in times


@TWICE
async def test_a_command_of_the_palette_is_done_once(wizard: Open, second: str, times: set[int]) -> None:
    async with wizard() as it:
        await it.press("ctrl+p", *"Log")
        await it.pilot.pause(0.5)
        await at_once(it, "down", "enter", second)
        assert len(it.app.screen_stack) == 1
        assert (it.app.place == "log") in times


async def test_a_key_may_come_before_the_panel_is_drawn() -> None:
    app = WizardApp(FakeSession())  # type: ignore[arg-type]
    async with app.run_test():
        panel = GpusScreen()
        app.push_screen(panel)
        panel.action_page(1)


async def test_a_page_may_be_turned_before_a_list_is_drawn(wizard: Open) -> None:
    async with wizard() as it:
        it.app.action_panel("problems")
        for options in it.app.query(Options):
            options.action_page_down()
            options.action_page_up()
        it.app.action_command_palette()
        commands = it.app.screen
        assert isinstance(commands, Palette)
        while not commands.query(CommandList) or not commands.query_one(CommandList).option_count:
            await asyncio.sleep(0)
            for _ in commands.query(CommandList):
                commands._action_command_list("page_down")
        commands._action_command_list("page_down")
        await it.press("pagedown")
        assert it.app.screen is commands
