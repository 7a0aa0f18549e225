"""The way of a fix, as a person goes it: compare, change a number, try, go on meanwhile, edit by hand, see the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input

from tfwizard.facts import Place
from tfwizard.session import RunState
from tfwizard.tui.app import WizardApp
from tfwizard.tui.screens.fix import first_sentence
from tfwizard.tui.widgets.banner import Banner, banner_lines

from .conftest import SIZES, Open, Wizard
from .fakes import HOSTILE, SCRIPT, FakeSession, FakeStandby, learning_rate

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "140x45"])


def with_number() -> FakeSession:
    session = FakeSession()
    session._left["learning-rate-high"] = learning_rate()
    return session


def words(it: Wizard) -> str:
    """The whole screen as one line of words: banners and dialogs lie outside of the main pane."""
    return " ".join(it.screen().split())


def toasts(it: Wizard) -> str:
    """What was said in passing; on the screen it is wrapped beside other text."""
    return " ".join(one.message for one in it.app._notifications)


# --- the preview ---------------------------------------------------------------------------------------------------------


@both_sizes
async def test_the_preview_says_why_what_that_means_and_what_to_press(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("6", "f")
        seen = it.flat()
        order = ["The model has 2 classes", "Label 2 has no output", "Fix: Give the model 3", "The new head starts", "t try it",
                 "train.py, line 14"]  # fmt: skip
        assert sorted(order, key=seen.index) == order


async def test_where_it_is_wide_before_and_after_stand_beside_each_other(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await it.press("6", "f")
        row = next(row for row in it.screen().split("\n") if "14 - model" in row)
        assert "│  14 + model" in row
        await it.press("p")  # the side had given way
        assert "4 open, 0 proved fixed" in it.screen()
        assert it.app.focused is not None


async def test_the_side_comes_back_where_there_is_room_for_both(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await it.press("6", "f")
        assert "as on disk" not in it.screen()
        await it.pilot.resize_terminal(200, 45)
        await it.settle()
        assert "as on disk" in it.screen()
        assert any("14 - model" in row and "14 + model" in row for row in it.screen().split("\n"))


async def test_where_it_is_narrow_they_stand_below_each_other(wizard: Open) -> None:
    async with wizard((80, 24)) as it:
        await it.press("6", "f")
        assert not any("14 - " in row and "14 + " in row for row in it.screen().split("\n"))
        assert it.screen().index("14 - model") < it.screen().index("14 + model")


def test_the_reason_is_one_sentence() -> None:
    assert first_sentence("Loss is 0.5 e.g. here. The rest is more.") == "Loss is 0.5 e.g. here."
    assert first_sentence("They do not mix. transformers has its own.") == "They do not mix."
    assert first_sentence("") == ""


# --- the number ----------------------------------------------------------------------------------------------------------


@both_sizes
async def test_the_number_of_a_fix_can_be_changed_and_is_tried(wizard: Open, size: tuple[int, int]) -> None:
    session = with_number()
    async with wizard(size, session) as it:
        await it.press("7", "f")
        assert "c change learning rate 5e-5 (usual 1e-5 to 1e-4)" in it.flat()
        assert "c Change" in it.footer()
        await it.press("c")
        assert "proposed 5e-5, usual 1e-5 to 1e-4" in words(it)
        it.app.screen.query_one(Input).value = "lots"
        await it.press("enter")
        assert "✗ “lots” is not a number." in words(it)
        it.app.screen.query_one(Input).value = "3e-5"
        await it.press("enter")
        assert "learning rate 3e-5" in it.flat()
        assert "Fix: Train with Adam(3e-5)" in it.flat()
        assert "optimizer=Adam(3e-5)" in it.flat()
        await it.press("n", "7", "f")
        assert "learning rate 3e-5" in it.flat()  # it is still there
        await it.press("t")
        assert session.said[-1] == "try: learning-rate-high 0 3e-5"
        assert "✓ VERIFIED" in it.flat()


async def test_a_fix_without_a_number_has_nothing_to_change(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("6", "f")
        assert "Change" not in it.footer()
        await it.press("c")
        assert len(it.app.screen_stack) == 1


# --- the standby worker --------------------------------------------------------------------------------------------------


@both_sizes
@pytest.mark.parametrize(
    ("standby", "page", "below"),
    [
        (FakeStandby("ready", 640), "a worker with your imports stands ready (640 MB", "standby 640 MB"),
        (FakeStandby("warming"), "a worker with your imports is getting ready", "standby starting"),
        (FakeStandby("none", None, HOSTILE), "no worker stands ready: [/device:GPU:0] oom", ""),
        (FakeStandby("off"), "", ""),
    ],
    ids=["ready", "warming", "none", "off"],
)
async def test_the_standby_worker_is_shown_with_what_it_costs(
    wizard: Open, size: tuple[int, int], standby: FakeStandby, page: str, below: str
) -> None:
    session = FakeSession()
    session.standby = standby
    async with wizard(size, session) as it:
        await it.press("6", "f")
        assert page in it.flat()
        assert below in it.screen()
        assert below or "standby" not in it.screen()


# --- going on while the rest is examined ---------------------------------------------------------------------------------


@both_sizes
async def test_after_the_verdict_one_goes_on_while_the_rest_is_examined(wizard: Open, size: tuple[int, int]) -> None:
    session = FakeSession()
    async with wizard(size, session) as it:
        session.examines_late = True
        await it.press("6", "f", "t")
        assert not it.app.is_trying
        assert "✓ VERIFIED" in it.flat()
        assert "still examined: Overfit one batch 20/60. Go on meanwhile." in it.flat()
        assert "▶ examining" in it.screen().split("\n")[0]
        assert "x Stop" in it.footer()
        await it.press("f")
        assert "Fix: Drop the loss" in it.flat() or "▸ Drop the loss" in it.flat()
        session.examines_late = False
        await asyncio.wait_for(_until_waiting(it), 10)
        assert "first the last run is examined to its end: Overfit one batch" in it.flat()
        assert len([said for said in session.said if said.startswith("try:")]) == 1
        session.end_rest()
        await it.settle()
        assert "✓ VERIFIED" in it.flat()


async def _until_waiting(it: Wizard) -> None:
    await it.pilot.press("t")
    while not it.app.is_trying:
        await it.pilot.pause()
    it.app.refresh_now()
    await it.pilot.pause()


async def test_x_stops_the_test_that_goes_on_and_not_the_verdict(wizard: Open) -> None:
    session = FakeSession()
    async with wizard(session=session) as it:
        session.examines_late = True
        await it.press("6", "f", "t", "u")
        assert "is still examined" in toasts(it)
        assert "undo" not in session.said
        await it.press("x")
        assert session.said[-1] == "stop"
        assert "✓ VERIFIED" in it.flat()
        assert "still examined:" not in it.flat()


async def test_what_stood_behind_grows_while_the_rest_is_examined(wizard: Open) -> None:
    session = FakeSession()
    async with wizard((140, 45), session) as it:
        session.examines_late = True
        await it.press("6", "f", "t")
        assert "Behind it stood 1 more problem:" in it.flat()
        late = {"id": "loss-flat", "stage": "overfit", "severity": "error", "title": "The loss does not move"}
        session.casebook.examined({"loss-flat": late}, ())
        await it.settle()
        assert "Behind it stood 2 more problems:" in it.flat()
        assert "! The loss does not move" in it.flat()


# --- fix all -------------------------------------------------------------------------------------------------------------


@both_sizes
async def test_fix_all_stops_at_what_is_not_verified_and_says_which_why_and_what_to_press(
    wizard: Open, size: tuple[int, int]
) -> None:
    session = FakeSession()
    async with wizard(size, session) as it:
        session.verifies = False
        await it.press("F")
        seen = it.flat()
        assert "✗ Stopped at: The labels are inside the inputs" in seen
        assert "The problem is still there." in seen
        assert "f see this fix i why e edit by hand v waive it" in seen
        await it.press("i")
        assert "Keras looks for labels beside the inputs." in it.flat()
        await it.press("F", "f")
        assert "▸ Drop the loss" in it.flat()


async def test_fix_all_says_what_it_tries_now(wizard: Open) -> None:
    async with wizard() as it:
        it.session.gate.clear()
        await it.press("F")
        assert "▶ The labels are inside the inputs" in it.flat()
        assert "running datasets.load_dataset x stop" in it.flat()
        await it.press("x")


# --- by hand -------------------------------------------------------------------------------------------------------------


async def test_e_opens_the_file_of_the_problem_on_the_screen(wizard: Open, tmp_path: Path) -> None:
    helper = tmp_path / "helper.py"
    helper.write_text("x = 1\n")
    async with wizard() as it:
        assert it.app.to_edit() == (SCRIPT, 15)
        await it.press("6", "i")
        assert it.app.to_edit() == (SCRIPT, 14)
        old = it.session.findings["num-labels-too-small"]
        it.session.findings[old.key] = type(old)(
            **{name: getattr(old, name) for name in old.__slots__} | {"where": Place(str(helper), 1)}
        )
        assert it.app.to_edit() == (helper, 1)


async def test_a_terminal_that_cannot_be_lent_is_said(wizard: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "vim")
    async with wizard() as it:
        await it.press("e")
        assert "cannot be lent to an editor" in toasts(it)


async def test_an_editor_that_cannot_be_read_or_found_is_said(wizard: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "vim '")
    async with wizard() as it:
        await it.press("e")
        assert "$VISUAL" in toasts(it)
        monkeypatch.setenv("VISUAL", "")
        monkeypatch.setenv("EDITOR", "")
        monkeypatch.setenv("PATH", "")
        await it.press("e")
        assert "Set $EDITOR to your editor." in toasts(it)


@both_sizes
async def test_unwritten_edits_are_asked_about_before_the_editor(
    wizard: Open, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "vim")
    async with wizard(size) as it:
        opened: list[tuple[Path, int]] = []
        monkeypatch.setattr(it.app, "open_editor", lambda command, path, at: opened.append((path, at)))
        await it.press("6", "f", "t", "e")
        assert "Edit train.py?" in it.screen()
        assert "1 proved edit is not written to train.py yet." in words(it)
        await it.press("escape")
        assert not opened
        await it.press("e", "e")
        assert opened == [(SCRIPT, 14)]
        assert "write" not in it.session.said
        await it.press("e", "w")
        assert "write" in it.session.said
        assert len(opened) == 2
        await it.press("e")
        assert len(opened) == 3  # nothing to ask any more


async def test_during_a_trial_the_editor_is_refused_in_words(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("f")
        it.session.gate.clear()
        await it.press("t")
        it.app.action_edit()
        await it.settle()
        assert "A trial goes on: x stops it" in toasts(it)
        await it.press("x")


# --- the disk ------------------------------------------------------------------------------------------------------------


@both_sizes
async def test_a_change_on_disk_is_said_until_it_is_run_or_gone(wizard: Open, size: tuple[int, int]) -> None:
    session = FakeSession()
    async with wizard(size, session) as it:
        session.changed_files = [Path("/tmp/lesson/train.py")]
        await asyncio.wait_for(_until(it, "train.py changed on disk: r runs it again"), 30)
        session.changed_files = []
        await asyncio.wait_for(_until(it, "changed on disk", False), 30)


async def _until(it: Wizard, text: str, there: bool = True) -> None:
    while (text in words(it)) != there:
        await it.pilot.pause(0.1)


async def test_a_change_of_a_text_that_is_no_longer_on_disk_is_not_tried(wizard: Open, tmp_path: Path) -> None:
    file = tmp_path / "train.py"
    file.touch()
    session = FakeSession()
    async with wizard(session=session) as it:
        await it.press("6", "f")
        session.changed_files = [file]
        await it.press("t")
        assert "train.py changed on disk: r runs it again first." in toasts(it)
        await it.press("F")
        assert not any(said.startswith("try:") for said in session.said)
        file.unlink()  # what is gone for good must not stand in the way for good
        await it.press("t")
        assert any(said.startswith("try:") for said in session.said)


def test_the_banner_names_the_edits_that_would_be_dropped_and_takes_no_markup() -> None:
    lines = banner_lines(Banner(changed=("train.py", HOSTILE), dropped=2), 200)
    text = " ".join(line.plain for line in lines)
    assert "changed on disk: r runs it again and drops the 2 unwritten edits" in text
    assert "[bold]x[/bold]" in text
    assert not Banner()
    assert Banner(lost="")


@both_sizes
async def test_a_resumed_session_is_shown_as_it_was_and_says_so(size: tuple[int, int]) -> None:
    session = FakeSession()
    await session.run("before")
    session.worker, session.notice = "none", "Resumed as it was at 05:31."
    session.said.clear()
    app = WizardApp(session, start=False)  # type: ignore[arg-type]
    async with app.run_test(size=size, notifications=True) as pilot:
        it = Wizard(app, pilot, session)
        await it.settle()
        assert "i Resumed as it was at 05:31." in words(it)
        assert "✗ ERROR The labels are inside the inputs" in it.flat()
        assert "as it was, r runs it" in it.screen().split("\n")[0]
        assert session.said == []
        await it.press("r")
        assert "Resumed" not in it.screen()
        assert session.said == ["run: asked by the person"]


async def test_every_key_of_the_fix_loop_is_on_the_help_page_and_in_the_palette(wizard: Open) -> None:
    async with wizard((140, 45), with_number()) as it:
        await it.press("7", "f")
        titles = {command.title for command in it.app.get_system_commands(it.app.screen)}
        assert {"Change the number", "Edit", "Try the fix", "Undo"} <= titles
        await it.press("question_mark", "end")
        assert "change the number that the fix proposes" in it.screen()
        assert "your $EDITOR at the line" in it.screen()


def test_run_states_of_a_fresh_and_a_resumed_session_differ() -> None:
    from tfwizard.tui.gather import says_of

    session = FakeSession()
    assert says_of(session, "") == ""  # type: ignore[arg-type]
    session.run_state = RunState(3)
    assert "as it was" in says_of(session, "")  # type: ignore[arg-type]
