"""Help is about what has the focus; a problem is explained to a beginner, and copied as text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tfwizard.explanations import explanation
from tfwizard.tui.clipboard import LONGEST, keep, osc52
from tfwizard.tui.screens.explained import explained_lines

from .conftest import Open, Wizard
from .fakes import HOSTILE, FakeSession, finding


def words(it: Wizard) -> str:
    """What is on the screen, without frames, as one line."""
    return " ".join(it.screen().replace("│", " ").split())


def said(it: Wizard) -> str:
    """What was said in a corner."""
    return "\n".join(note.message for note in it.app._notifications)


@pytest.mark.parametrize(
    ("keys", "about"),
    [
        (["4"], "Run one batch: What comes out"),
        (["s"], "Your script, with the edits that were proved so far."),
        (["l"], "What your script printed."),
        (["F"], "One fix after the other"),
    ],
)
async def test_a_page_says_what_it_is_for_and_which_keys_it_has(wizard: Open, keys: list[str], about: str) -> None:
    async with wizard() as it:
        await it.press(*keys, "f1")
        assert about in words(it)
        assert "Keys here" in words(it)
        await it.press("escape")
        assert about not in words(it)


@pytest.mark.parametrize("keys", [["6", "i"], ["6", "f"], ["p", "down", "down"]], ids=["problem", "fix", "panel"])
async def test_a_problem_is_explained_to_a_beginner(
    wizard: Open, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = explanation("num-labels-too-small")
    assert text
    copied: list[tuple[str, str]] = []
    async with wizard() as it:
        monkeypatch.setattr(it.app, "copy_out", lambda text, what: copied.append((text, what)))
        await it.press(*keys, "question_mark")
        assert "A classifier has one output for each class" in words(it)
        assert text.by_hand.split("\n")[0] in words(it)
        await it.press("k")
        assert copied == [(text.by_hand, "the Python")]
        await it.press("escape")
        assert "A classifier has one output" not in words(it)


def test_without_an_explanation_what_the_finding_says_is_shown() -> None:
    one = finding("no-such-fault", "data", "error", HOSTILE, 3, "Because of this.", advice="Do that.")
    shown = "\n".join(row.plain for row in explained_lines(one.title, one, None, 60))
    assert "Because of this." in shown
    assert "Do that." in shown
    assert "[bold]x[/bold]" in shown  # as text
    assert "\x1b" not in shown


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_python_by_hand_loses_no_character_at_any_width(width: int) -> None:
    text = explanation("num-labels-too-small")
    assert text
    rows = [row.plain for row in explained_lines("title", None, text, width)]
    assert all(len(row) <= width for row in rows)
    assert "".join(text.by_hand.split()) in "".join("".join(rows).split())


@pytest.mark.parametrize(
    ("keys", "what", "part"),
    [
        (["6", "i"], "the problem, as text", "The model has 2 classes"),
        (["6"], "the problem, as text", "The model has 2 classes"),
        (["6", "f"], "the change, as a diff", "+model = TFAutoModelForSequenceClassification"),
        (["l"], "the log", "calling Dataset.map"),
    ],
)
async def test_what_is_looked_at_is_copied(
    wizard: Open, keys: list[str], what: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[tuple[str, str]] = []
    async with wizard() as it:
        monkeypatch.setattr(it.app, "copy_out", lambda text, what: copied.append((text, what)))
        await it.press(*keys, "k")
    ((text, name),) = copied
    assert name.startswith(what)
    assert part in text


async def test_a_copy_is_kept_in_a_file_that_is_named(
    wizard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tfwizard.tui.terminal_app.copy_path", lambda: tmp_path / "a" / "copied.txt")
    async with wizard((140, 45)) as it:
        await it.press("6", "i", "k")
        assert "Copied: the problem, as text." in said(it)
        assert "copied.txt" in said(it)
    assert "The model has 2 classes" in (tmp_path / "a" / "copied.txt").read_text()


async def test_a_file_that_cannot_be_written_is_said(
    wizard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("no folder")
    monkeypatch.setattr("tfwizard.tui.terminal_app.copy_path", lambda: tmp_path / "a" / "copied.txt")
    async with wizard((140, 45)) as it:
        await it.press("6", "i", "k")
        assert "It is in no file" in said(it)


def test_the_file_is_for_the_person_alone(tmp_path: Path) -> None:
    keep("text", tmp_path / "copied.txt")
    assert os.stat(tmp_path / "copied.txt").st_mode & 0o077 == 0


def test_screen_gets_the_sequence_in_pieces_and_what_is_too_long_is_not_sent() -> None:
    plain = osc52("x" * 2000, {"TERM": "xterm"})
    wrapped = osc52("x" * 2000, {"TERM": "screen-256color", "STY": "1.pts"})
    assert plain.startswith("\x1b]52;c;")
    assert wrapped.startswith("\x1bP\x1b]52;c;")
    assert wrapped.replace("\x1bP", "").replace("\x1b\\", "") == plain
    assert max(map(len, wrapped.split("\x1b\\"))) < 768
    assert osc52("x" * LONGEST, {}) == ""


async def test_from_a_problem_to_its_stage_and_from_there_to_its_line(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("p", "down", "down", "j")
        assert it.app.place == "stage-labels"
        await it.press("s")
        assert it.app.place == "source"
        assert "14 ✗ model = TFAuto" in it.screen()
        await it.press("escape")
        assert it.app.place == "stage-labels"


async def test_hostile_text_in_help_is_text(wizard: Open) -> None:
    session = FakeSession()
    session._left = {
        key: type(one)(**{**{n: getattr(one, n) for n in one.__slots__}, "title": HOSTILE})
        for key, one in session._left.items()
    }
    async with wizard(session=session) as it:
        await it.press("6", "i", "question_mark")
        assert "oom [bold]x[/bold]" in words(it)
        assert "\x1b" not in it.screen()
