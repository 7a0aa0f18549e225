"""Light, dark, high contrast, the terminal's sixteen colours, none at all; and never colour alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color
from textual.widgets import Log

from tfwizard.tui.config import Config, theme_of
from tfwizard.tui.terminal_app import TerminalApp
from tfwizard.tui.themes import THEMES, VARIABLE, contrast, textual_name

from .conftest import Open


@pytest.mark.parametrize("theme", THEMES)
async def test_each_theme_is_chosen_by_option_configuration_and_palette(
    wizard: Open, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wizard(config=Config(theme=theme)) as it:
        assert it.app.theme == textual_name(theme)
        offered = {command.title: command.callback for command in it.app.get_system_commands(it.app.screen)}
        for other in THEMES:
            offered[f"Theme: {other}"]()
            assert it.app.theme == textual_name(other)
    monkeypatch.setenv(VARIABLE, theme)  # what --theme sets comes before the configuration
    assert theme_of(Config(theme="light")) == theme


async def test_the_text_is_the_same_in_every_theme(wizard: Open) -> None:
    seen = set()
    for theme in THEMES:
        async with wizard(config=Config(theme=theme)) as it:
            seen.add(
                "\n".join(
                    [
                        it.screen(),
                        await it.press("6", "i"),
                        await it.press("f"),
                        await it.press("p"),
                        await it.press("4"),
                    ]
                )
            )
    assert len(seen) == 1  # so what a colour says, a sign or a word says as well


async def test_without_colour_none_can_be_chosen(wizard: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with wizard(config=Config(theme="light")) as it:
        it.app.action_use_theme("light")
        assert it.app.theme == "ansi-dark"
        assert "Theme" not in {command.title for command in it.app.get_system_commands(it.app.screen)}


def luminance(colour: Color) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [part / 255 for part in (colour.r, colour.g, colour.b)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def test_high_contrast_is_what_it_says(wizard: Open) -> None:
    """Text on its ground has a contrast of 7:1 or more (WCAG 2.2, level AAA)."""
    assert contrast().name == textual_name("contrast")
    async with wizard(config=Config(theme="contrast")) as it:
        for keys in ([], ["6", "i"], ["f"], ["p"], ["3"], ["l"]):
            await it.press(*keys)
            for strip in it.app.screen._compositor.render_strips():
                for each in it.app._filters:
                    strip = strip.apply_filter(each, Color(0, 0, 0))
                for text, style, _control in strip:
                    if style is None or style.color is None or style.bgcolor is None:
                        continue
                    if any(character.isalnum() for character in text):
                        assert not style.dim
                        low, high = sorted(
                            luminance(Color.from_rich_color(one)) for one in (style.color, style.bgcolor)
                        )
                        assert (high + 0.05) / (low + 0.05) >= 7, (text, style)


async def test_nothing_is_animated(wizard: Open) -> None:
    async with wizard() as it:
        assert it.app.animation_level == "none"
        await it.press("l")
        assert all(not log.auto_refresh for log in it.app.query(Log))


async def test_the_palette_takes_a_picture(wizard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    monkeypatch.setattr(TerminalApp, "deliver_screenshot", lambda self, *more: taken.append(True))
    async with wizard() as it:
        offered = {command.title: command.callback for command in it.app.get_system_commands(it.app.screen)}
        offered["Screenshot"]()
        await it.pilot.pause(0.3)
        assert taken == [True]
        assert "<svg" in it.app.export_screenshot()
