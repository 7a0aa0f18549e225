"""What Textual says by itself is in our language as well."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandList
from textual.pilot import Pilot
from textual.widgets import Input

from tfwizard.language import N_, use
from tfwizard.tui.textual_words import COMMANDS, WordedApp
from tfwizard.tui.widgets.key_footer import KeyFooter


class Small(WordedApp):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "quit", N_("Stop the training"))]

    def compose(self) -> ComposeResult:
        yield Input()
        yield KeyFooter()


async def palette(pilot: Pilot[int]) -> list[str]:
    for _ in range(100):
        await pilot.pause(0.05)
        shown = pilot.app.screen.query_one(CommandList)
        rows = [
            str(getattr(shown.get_option_at_index(n).prompt, "renderable", shown.get_option_at_index(n).prompt))
            for n in range(shown.option_count)
        ]
        if rows:
            return rows
    raise AssertionError("nothing in the palette")


@pytest.fixture
def french() -> None:
    use("fr")


@pytest.mark.usefixtures("french")
async def test_the_palette_speaks_french() -> None:
    async with Small().run_test() as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).placeholder == "Chercher une commande…"
        rows = "\n".join(await palette(pilot))
        assert "Thème" in rows and "Enregistrer une image" in rows and "Agrandir" in rows
        assert not any(word in rows for word in ("Quit", "Keys", "Theme", "colours", "Save"))


@pytest.mark.usefixtures("french")
async def test_a_search_without_result_is_told_in_french() -> None:
    async with Small().run_test() as pilot:
        await pilot.press("ctrl+p")
        await palette(pilot)
        await pilot.press(*"zqzq")
        for _ in range(100):
            rows = await palette(pilot)
            if "Rien trouvé" in "".join(rows):
                break
        assert rows == ["Rien trouvé"]


@pytest.mark.usefixtures("french")
async def test_the_themes_are_searched_for_in_french() -> None:
    async with Small().run_test() as pilot:
        pilot.app.action_change_theme()
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).placeholder == "Chercher un thème…"


async def test_the_footer_translates_what_is_a_constant_of_a_class() -> None:
    async with Small().run_test() as pilot:
        await pilot.pause()
        assert [one.words for one in pilot.app.query_one(KeyFooter).keys] == ["Stop the training"]
        use("fr")
        pilot.app.refresh_bindings()
        await pilot.pause(0.2)
        assert [one.words for one in pilot.app.query_one(KeyFooter).keys] == ["Arrêter l'entraînement"]


async def test_textual_has_the_commands_that_we_have_words_for() -> None:
    async with Small().run_test() as pilot:
        app = pilot.app
        titles = {one.title for one in super(WordedApp, app).get_system_commands(app.screen)}
        app.screen.maximize(app.query_one(Input))
        titles |= {one.title for one in super(WordedApp, app).get_system_commands(app.screen)}
        assert titles == {*COMMANDS, "Quit", "Keys"}
