"""Light, dark, high contrast, the terminal's sixteen colours, none at all; and never colour alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.filter import ANSIToTruecolor
from textual.widgets import Log

from tfwizard.tui.config import Config, theme_of
from tfwizard.tui.terminal_app import TerminalApp
from tfwizard.tui.themes import THEMES, VARIABLE, textual_name

from .conftest import Open, Wizard
from .fakes import learning_rate


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
        assert it.app.theme == textual_name("ansi")
        assert "Theme" not in {command.title for command in it.app.get_system_commands(it.app.screen)}


def luminance(colour: Color) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [part / 255 for part in (colour.r, colour.g, colour.b)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def legible(it: Wizard, least: float) -> list[str]:
    """What is on the screen with less contrast than that; a mark or a curve needs 3:1 (WCAG 2.2)."""
    poor = []
    for strip in it.app.screen._compositor.render_strips():
        for each in it.app._filters:
            strip = strip.apply_filter(each, Color(0, 0, 0))
        for text, style, _control in strip:
            if style is None or style.color is None or style.bgcolor is None:
                continue
            low, high = sorted(luminance(Color.from_rich_color(one)) for one in (style.color, style.bgcolor))
            words = any(character.isalnum() for character in text)
            if text.strip() and (high + 0.05) / (low + 0.05) < (least if words else 3):
                poor.append(f"{text!r} {style}")
    return poor


@pytest.mark.parametrize(("theme", "least"), [("dark", 4.5), ("light", 4.5), ("contrast", 7)])
async def test_every_text_and_mark_is_legible_on_its_ground(wizard: Open, theme: str, least: float) -> None:
    """Text has a contrast of 4.5:1 or more (WCAG 2.2, level AA); where contrast is promised, of 7:1 (level AAA)."""
    async with wizard(config=Config(theme=theme)) as it:
        it.session._left["learning-rate-high"] = learning_rate()
        for keys in (
            [],
            ["6", "i"],
            ["f"],
            ["p"],
            ["down"],
            ["escape", "3"],
            ["4"],
            ["7", "pagedown"],
            ["8"],
            ["l"],
        ):
            await it.press(*keys)
            assert legible(it, least) == [], keys


@pytest.mark.parametrize("colourless", [False, True])
async def test_the_sixteen_colours_are_on_the_ground_of_the_terminal(
    wizard: Open, colourless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal may be dark or light: what is marked is underlined, and a plot has no ground of its own."""
    if colourless:
        monkeypatch.setenv("NO_COLOR", "1")
    async with wizard(config=Config(theme="ansi")) as it:
        it.session._left["learning-rate-high"] = learning_rate()
        await it.press("p")
        marked = [(text, style) for text, style, _control in segments(it) if style is not None and style.underline]
        assert "The labels are inside the inputs" in " ".join(text for text, _style in marked)
        assert "loss after the steps" in await it.press("7", "pagedown")
        axes = [style for text, style, _control in segments(it) if "┤" in text and style is not None]
        assert axes
        assert all((style.color is None or style.color.is_default) for style in axes)
        curves = [style.color for text, style, _control in segments(it) if "⠒" in text and style is not None]
        assert curves
        assert all((color is None or color.is_default) == colourless for color in curves)


def segments(it: Wizard) -> list[Segment]:
    """What goes to the terminal, before the test's own screen turns the terminal's colours into others."""
    found = []
    for strip in it.app.screen._compositor.render_strips():
        for each in it.app._filters:
            if not isinstance(each, ANSIToTruecolor):
                strip = strip.apply_filter(each, Color(0, 0, 0))
        found += list(strip)
    return found


async def test_another_theme_colours_the_curves_anew(wizard: Open) -> None:
    async with wizard(config=Config(theme="dark")) as it:
        it.session._left["learning-rate-high"] = learning_rate()
        await it.press("7", "pagedown")
        it.app.action_use_theme("light")
        await it.settle()
        assert legible(it, 4.5) == []


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
        async with asyncio.timeout(60):
            while not taken:
                await it.pilot.pause(0.1)
        assert "<svg" in it.app.export_screenshot()
