"""The training as it runs: its page in the wizard, its own view, and what stops it or leaves it running."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tfwizard.facts import BadStep
from tfwizard.session import Training
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.watch_app import OPEN_WIZARD, WatchApp
from tfwizard.tui.widgets.live_training import loss_series, rows, stop_question, time_words, training_lines

from .conftest import SIZES, Open
from .fakes import FakeFollowing, live_training


def words(training: Training) -> str:
    return "\n".join(line.plain for line in training_lines(training, 78))


def test_a_training_says_where_it_is_and_how_it_goes() -> None:
    shown = words(live_training())
    assert "epoch 2/3, step 40/100" in shown
    assert "chance 1.099" in shown
    assert "val_loss 0.8" in shown
    assert re.search(r"480 samples/s +41 % of the time waiting for data \(prefetch", shown)
    assert "about 1 min 15 s" in shown
    assert "812 MB now, 1630 MB at most" in shown


def test_what_is_not_known_has_no_row() -> None:
    assert rows(Training(epoch=1, epochs=1, step=1)) == []
    assert loss_series(Training()) == () == loss_series(None)


def test_a_training_of_fast_steps_does_not_wait_for_its_data() -> None:
    assert "prefetch" not in words(replace(live_training(), steps_per_s=900.0))


def test_a_step_that_is_no_number_is_named() -> None:
    bad = BadStep("weights", 137, 37, 2, 136, weights=("dense/kernel",), of=1)
    assert "✗ step 137: dense/kernel is no number" in words(replace(live_training(), bad=bad, ended="nan"))


def test_loss_validation_and_chance_are_curves_over_the_steps() -> None:
    loss, validation, chance = loss_series(live_training())
    assert (loss.steps[-1], validation.steps, chance.steps) == (130, (99,), (0, 130))


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "0 s"), (59, "59 s"), (3599, "59 min 59 s"), (7260, "2 h 1 min")])
def test_times(seconds: float, told: str) -> None:
    assert time_words(seconds) == told


def test_a_stop_is_asked_for_twice_before_anything_is_lost() -> None:
    first, second = stop_question(live_training()), stop_question(replace(live_training(), stopping=1))
    assert "saves" in first[1]
    assert "lost" in second[1]


# --- in the wizard ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_m_lets_the_script_train_after_a_question(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        assert "Train" in (await it.press("0")).split("\n")[-1]
        assert "writes its files" in " ".join((await it.press("m")).replace("│", " ").split())
        assert "train" not in it.session.said
        shown = await it.press("y")
        assert "train" in it.session.said
        assert "epoch 2/3, step 40/100" in shown
        assert "m Train" not in it.footer()


async def test_quitting_leaves_a_training_running_or_asks_to_stop_it(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("0", "m", "y")
        assert "goes on without the wizard" in " ".join((await it.press("q")).split())
        await it.press("s")
        assert it.session.following.stops == 0
        await it.press("y")
        assert it.session.following.stops == 1
        await it.press("q", "l")
        assert it.app.return_code is not None
    assert it.session.following.stops == 1


async def test_x_stops_the_training_that_runs(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("0", "m", "y", "x", "escape")
        assert it.session.following.stops == 0
        await it.press("x", "y")
        assert it.session.following.stops == 1
        assert "stopping after this step" in it.screen()


# --- the view of its own ---------------------------------------------------------------------------------------------------


def screen(app: WatchApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", SIZES)
async def test_the_view_shows_the_training_and_closing_it_stops_nothing(size: tuple[int, int]) -> None:
    following = FakeFollowing()
    app = WatchApp(following, "train.py")  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = screen(app)
        assert "epoch 2/3, step 40/100" in shown
        assert "goes on without this view" in shown
        assert "ERROR evaluation-fails" in shown
        assert "oom [bold]x[/bold]" in " ".join(shown.split()) or size == SIZES[0]
        await pilot.press("q")
    assert following.stops == 0
    assert app.return_value == 0


async def test_the_view_stops_after_a_question_and_then_at_once() -> None:
    following = FakeFollowing()
    app = WatchApp(following, "train.py")  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "y")
        await pilot.pause()
        assert following.stops == 1
        await pilot.press("x")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        assert "at once" in screen(app)
        await pilot.press("y")
        await pilot.pause()
    assert following.stops == 2


async def test_the_view_shows_what_was_found_and_opens_the_wizard_on_it() -> None:
    following = FakeFollowing()
    following.alive = False
    following.document = {"findings": [{"severity": "error", "title": "The loss is no number from step 137 on [b]"}]}
    assert following.training
    following.training.over, following.training.message = True, "The training was stopped at a step that is no number."
    app = WatchApp(following, "train.py")  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "✗ The loss is no number from step 137 on [b]" in screen(app)
        await pilot.press("w")
    assert app.return_value == OPEN_WIZARD


async def test_before_the_training_the_view_says_what_is_looked_at() -> None:
    following = FakeFollowing()
    following.training = None
    app = WatchApp(following, "train.py")  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Run the script …" in screen(app)
