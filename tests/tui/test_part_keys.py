"""Keys of parts that have the focus: chosen by the person as those of the wizard are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tfwizard.tui import keymap
from tfwizard.tui.app import WizardApp
from tfwizard.tui.config import VARIABLE, of_table, read_config
from tfwizard.tui.gpus_app import GpusApp
from tfwizard.tui.key_table import key_table
from tfwizard.tui.keys import KEYS
from tfwizard.tui.part_keys import PART_OF, wrong_here
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.watch_app import WatchApp

from .conftest import Wizard
from .fakes import FakeFollowing, FakeSession

FILE = Path("config.toml")


@pytest.fixture(autouse=True)
def usual_keys() -> Iterator[None]:
    yield
    keymap.choose({}, {})


def test_no_id_is_also_one_of_the_wizards() -> None:
    assert not PART_OF.keys() & {key.id for key in KEYS}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"log_search": "nonsense"}, "is no key"),
        ({"log_search": "N"}, "N is the key of log_before as well"),
        ({"table_up": "tab"}, "tab cannot be had"),
        ({"gpus_stop": "q"}, "q cannot be had"),
        ({"watch_stop": "w"}, "w is the key of watch_wizard as well"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_the_reason(asked: dict[str, str], words: str) -> None:
    assert words in " ".join(wrong_here(asked).values())
    config = of_table(FILE, {"keys": asked})
    assert config.keys == {}
    assert words in " ".join(config.wrong)


def test_parts_may_have_the_keys_of_the_wizard_and_of_each_other() -> None:
    assert wrong_here({"log_search": "f", "table_up": "f", "table_down": "j", "table_not_finite": "down"}) == {}


async def test_the_chosen_key_works_is_shown_and_the_usual_one_does_not() -> None:
    config = of_table(FILE, {"keys": {"log_search": "f7", "log_next": "f8"}})
    assert config.wrong == ()
    assert "f7" in key_table(config)
    session = FakeSession()
    app = WizardApp(session, config=config)  # type: ignore[arg-type]
    async with app.run_test(size=(140, 45)) as pilot:
        it = Wizard(app, pilot, session)
        await it.settle()
        await it.press("l", "slash")
        assert "f7 searches" in it.flat()
        await it.press("f7", *"calling", "enter", "f8")
        assert "2 of 7 lines with “calling”; f8 next" in it.flat()
        assert "f8 Next match" in it.footer()


async def test_the_list_of_problems_the_gpus_and_the_view_of_a_training_have_chosen_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\nproblems_filter = "f7"\ngpus_stop = "f8"\nwatch_stop = "f9"\n')
    monkeypatch.setenv(VARIABLE, str(file))
    session = FakeSession()
    app = WizardApp(session, config=read_config(file))  # type: ignore[arg-type]
    async with app.run_test(size=(140, 45)) as pilot:
        it = Wizard(app, pilot, session)
        await it.settle()
        assert "f7 words" in (await it.press("p")).replace("  ", " ")
        assert "f7 Filter" in it.footer()
        await it.press("f7", *"mask")
        assert "Padding enters" in it.flat()
    following = FakeFollowing()
    view = WatchApp(following, "train.py")  # type: ignore[arg-type]
    async with view.run_test(size=(80, 24)) as pilot:
        await pilot.press("x")
        await pilot.pause()
        assert not isinstance(view.screen, Confirm)
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(view.screen, Confirm)
    panel = GpusApp()
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = [one.binding.key for one in panel.screen.active_bindings.values() if one.binding.action == "stop"]
        assert shown == ["f8"]
