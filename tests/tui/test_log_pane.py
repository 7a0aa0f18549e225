"""The log: search, pause, and the lines that are still being written."""

from __future__ import annotations

import asyncio
import time

import pytest
from rich.cells import cell_len

from tfwizard.runner.log import KEPT_LINES, Line, Log
from tfwizard.tui.widgets.log_pane import LogPane
from tfwizard.tui.widgets.log_view import LogView

from .conftest import EVERY_SIZE, SIZES, Open, Wizard
from .fakes import HOSTILE

BOTH = pytest.mark.parametrize("size", SIZES, ids=["80x24", "140x45"])


async def opened(it: Wizard, lines: list[str]) -> LogView:
    log = Log()
    log.lines.extend(Line(n, "out", text) for n, text in enumerate(lines, 1))
    log.total = len(lines)
    it.session.log = log
    await it.press("l")
    return it.app.screen.query_one(LogView)


async def typed(it: Wizard, text: str) -> None:
    await it.press("slash", *text, "enter")


@EVERY_SIZE
async def test_a_search_goes_from_match_to_match_and_around(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        lines = [f"line {n}" for n in range(200)]
        lines[20], lines[90], lines[150] = "an Error here", f"error {HOSTILE}", "the last error"
        view = await opened(it, lines)
        await typed(it, "error")
        assert "1 of 3 lines with “error”" in it.flat()
        assert "▸ an Error here" in it.screen()
        await it.press("n")
        assert "2 of 3 lines" in it.flat()
        assert "▸ error [/device:GPU:0]" in it.screen()
        await it.press("N", "N")
        assert "3 of 3 lines" in it.flat()
        assert "▸ the last error" in it.screen()
        await it.press("n")
        assert view.at == 20


async def test_the_keys_of_a_search_are_in_the_footer_while_they_mean_something(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await opened(it, ["an error", "no more"])
        assert "/ Search" in it.footer()
        assert "Match before" not in it.footer()
        await typed(it, "error")
        assert "n Next match" in it.footer()
        assert "N Match before" in it.footer()
        await it.press("escape")
        assert "with “error”" not in it.flat()
        assert it.app.place == "log"
        await it.press("escape")
        assert it.app.place.startswith("stage-")


async def test_no_key_puts_the_whole_log_together_but_the_one_that_copies_it(
    wizard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wizard() as it:
        await opened(it, [f"line {n}" for n in range(200)])
        made: list[str] = []
        real = it.app.to_copy
        monkeypatch.setattr(it.app, "to_copy", lambda: made.append("") or real())
        await it.press("space", "pageup", "space", "f1", "escape")
        assert not made
        await it.press("k")
        assert len(made) == 1
        it.session.log.lines.clear()
        assert not it.app.can_copy


async def test_the_palette_leads_into_the_search(wizard: Open) -> None:
    async with wizard() as it:
        await it.app.run_action("search_log")
        await it.press("z", "z", "enter")
        assert "“zz” is not in the log" in it.flat()


async def test_letters_that_are_typed_are_no_keys(wizard: Open) -> None:
    async with wizard() as it:
        await opened(it, ["quiet", "nothing"])
        await it.press("slash", *"qn 1")
        assert "qn 1" in it.screen()
        await it.press("enter")
        assert "“qn 1” is not in the log" in it.flat()
        assert it.app.place == "log"


async def test_a_search_stands_still_until_the_end_is_followed_again(wizard: Open) -> None:
    async with wizard() as it:
        await opened(it, [f"line {n}" for n in range(100)])
        await typed(it, "line 5")
        it.session.log.feed("out", b"something new\n")
        await it.settle()
        assert "something new" not in it.flat()
        await it.press("end")
        assert "something new" in it.flat()


async def test_a_progress_bar_is_one_line_that_is_replaced(wizard: Open) -> None:
    async with wizard() as it:
        await opened(it, ["Epoch 1"])
        for step in range(0, 101, 10):
            it.session.log.feed("err", f"\r{step:3}%|{'#' * (step // 10):10}|".encode())
        it.session.log.feed("out", b"step 7")
        await it.settle()
        seen = it.flat()
        assert "▶ step 7" in seen
        assert "▶ │100%|##########|" in seen
        assert seen.count("%|") == 1
        assert it.session.log.total == 1
        it.session.log.feed("err", b"\n")
        await it.settle()
        assert it.session.log.total == 2
        assert it.screen().count("100%|##########|") == 1


async def test_a_flood_is_shown_twice_a_second_and_its_end_by_itself(wizard: Open) -> None:
    async with wizard() as it:
        view = await opened(it, ["the first line"])
        pane = it.app.query_one(LogPane)
        pane._wrote_at = time.monotonic()
        it.session.log.feed("out", b"".join(b"line %d\n" % n for n in range(400)))
        it.app.refresh_now()
        assert view.line_count == 1
        for _ in range(100):
            await asyncio.sleep(0.05)
            if "line 399" in it.flat():
                break
        assert "line 399" in it.flat()
        assert view.line_count == it.session.log.total


@BOTH
async def test_the_end_stays_in_sight_when_a_bar_takes_a_row_and_nothing_says_paused(
    wizard: Open, size: tuple[int, int]
) -> None:
    async with wizard(size) as it:
        await opened(it, [f"line {n}" for n in range(100)])
        assert "following" in it.flat()
        it.session.log.feed("err", b"outer 1\n\rinner 1\x1b[A")
        await it.settle()
        await it.settle()
        assert "line 99" in it.screen()
        assert "▶ │outer 1" in it.flat()
        assert "▶ │inner 1" in it.flat()
        assert "PAUSED" not in it.flat()
        it.session.log.feed("err", b"\router 2\n\n")
        it.session.log.feed("out", b"the last line\n")
        await it.settle()
        assert "the last line" in it.screen()
        assert "following" in it.flat()
        await it.press("pageup")
        it.session.log.feed("out", b"news\n" * 3)
        await it.settle()
        assert "PAUSED, 3 new lines" in it.flat()
        await it.press("end")
        assert "following" in it.flat()


async def test_a_full_ring_of_wide_signs_is_scrolled_searched_and_selected(wizard: Open) -> None:
    async with wizard(SIZES[0]) as it:
        view = await opened(it, [])
        text = "训练 {n} " + "损失" * 80 + " {n} the end"
        it.session.log.feed("out", "".join(text.format(n=n) + "\n" for n in range(KEPT_LINES + 7)).encode())
        await it.settle()
        await it.press("end")
        assert f"训练 {KEPT_LINES + 6} 损失" in it.screen()
        await it.press("home")
        assert "lines left out here" in it.flat()
        assert it.session.log.total - KEPT_LINES == view._left_out
        await typed(it, "the END")
        assert view.at == 1
        view.scroll_to(x=view.max_scroll_x, animate=False, immediate=True)
        await it.settle()
        rows = [row for row in it.screen().split("\n") if "the end" in row]
        assert len(rows) > 3
        assert all(cell_len(row) == SIZES[0][0] for row in it.screen().split("\n"))
        await it.pilot.mouse_down(view, (0, 1))
        await it.pilot.mouse_up(view, (view.size.width - 1, 2))
        await it.settle()
        selected = it.app.screen.get_selected_text() or ""
        assert selected.count("the end") >= 1
        assert "\n" in selected
