"""While learning nothing gives an answer away before it is asked for: every page and panel is read for words of the findings."""

from __future__ import annotations

import pytest

from tfwizard.findings import Finding
from tfwizard.session.learner import LearnersSession
from tfwizard.session.teaching import Teaching

from .conftest import SIZES, Open, Wizard
from .fakes import FakeSession, findings

STAGES = "1234567890R"


def learning(faults: tuple[str, ...] = ()) -> LearnersSession:
    session = FakeSession()
    return LearnersSession(session, Teaching(session.casebook.note, faults))  # type: ignore[arg-type]


def answers(one: Finding) -> list[str]:
    """What tells the fault: its title, why, fixes, advice, id, and the lines of its evidence that are no bare number."""
    told = [one.title, one.why, one.id, one.advice, *(str(name) for name in one.evidence)]
    told += [text for way in one.remedies for text in (way.title, way.consequence)]
    return [" ".join(text.split()) for text in told if " " in text or "-" in text]


def flat(screen: str) -> str:
    """The rows as one text without the borders, so that a sentence over two rows is found."""
    return " ".join("".join(" " if sign in "│▏▕▁▂▃▄▅▆▇█▌" else sign for sign in screen).split())


def columns(it: Wizard) -> list[str]:
    """The whole screen, and what stands beside each other alone: a sentence that is wrapped in its column is whole there."""
    rows = it.screen().split("\n")
    base = it.app.screen_stack[0]
    regions = [base.query_one(name).region for name in ("#main", "#stages", "#side-problems", "#side-source")]
    parts = ["\n".join(row[one.x : one.right - 1] for row in rows[one.y : one.bottom]) for one in regions if one.width]
    return [flat("\n".join(rows)), *map(flat, parts)]


async def every_screen(it: Wizard, session: LearnersSession) -> list[str]:
    """What the keys show: every stage scrolled to its end, every panel, every problem, help, palette, summary, the locked keys."""
    seen: list[str] = []

    async def look(*keys: str) -> None:
        await it.press(*keys)
        seen.extend(columns(it))

    for stage in STAGES:
        await look(stage)
        for _ in range(8):
            await look("pagedown")
        for key in ("f", "t", "F", "c", "right"):
            await look(key)
            await look("escape")
    for panel in ("p", "s", "l"):
        await look(panel)
        await look("down", "down")
        await look("escape", "escape")
    await look("1")
    for _ in session.casebook.problems:
        await look("n")
        await look("f")
        await look("pagedown")
        await look("v")
        await look("escape")
    await look("question_mark")
    await look("pagedown", "pagedown")
    await look("escape")
    await look("S")
    await look("escape")
    return seen


@pytest.mark.parametrize("size", SIZES)
async def test_no_screen_tells_an_answer_before_it_is_asked_for(wizard: Open, size: tuple[int, int]) -> None:
    session = learning()
    async with wizard(size, session) as it:
        texts = await every_screen(it, session)
        assert len(texts) > 300
        for one in findings():
            for answer in answers(one):
                assert not [text for text in texts if answer in text], (answer, [t for t in texts if answer in t][:1])
        # The same walk would have seen them: the questions stand where the titles would.
        assert any("How many different labels does the training set hold" in text for text in texts)


@pytest.mark.parametrize("size", SIZES)
async def test_hints_one_by_one_then_the_answer_when_asked_twice(wizard: Open, size: tuple[int, int]) -> None:
    session = learning()
    async with wizard(size, session) as it:
        await it.press("6", "i")
        assert "h gives a hint; e opens your editor" in flat(it.screen())
        assert "How many different labels" in it.flat()
        assert "Hint" not in it.flat()
        await it.press("h")
        assert "Hint 1 of 2:" in it.flat()
        await it.press("h")
        assert "Hint 2 of 2:" in it.flat()
        screen = await it.press("h")
        assert "no more hints" in flat(screen)
        await it.press("A")
        assert "The model has 2 classes" not in it.flat()
        await it.press("A")
        assert "The model has 2 classes, the labels go up to 2" in it.flat()
        await it.press("f")
        assert "num_labels=3" in it.flat()


async def test_a_question_is_copied_with_the_hints_so_far(wizard: Open) -> None:
    async with wizard((80, 24), learning()) as it:
        await it.press("6", "h", "k")
        text, _what = it.app.to_copy()
        assert "How many different labels" in text
        assert "Hint 1 of 2:" in text
        assert "line shown below" not in text  # none is
        assert not [one.title for one in findings() if one.title in text]


async def test_the_fix_is_locked_until_then(wizard: Open) -> None:
    session = learning()
    async with wizard((80, 24), session) as it:
        await it.press("6")
        await it.press("f")
        assert "Fix" not in it.footer()
        assert (it.app.place, it.app.flow.view) == ("stage-labels", None)
        assert "These are still questions" in flat(await it.press("F"))
        await it.press("A", "A", "f", "t")
        tried = [said for said in session._session.said if said.startswith("try")]  # type: ignore[attr-defined]
        assert tried == ["try: num-labels-too-small 0"]


async def test_what_is_mended_by_hand_is_proved_and_told(wizard: Open) -> None:
    session = learning(("num-labels-too-small", "attention-mask-missing", "two-kerases"))
    async with wizard((80, 24), session) as it:
        await it.press("6", "h")
        session._session._left.pop("num-labels-too-small")  # type: ignore[attr-defined]
        await it.press("2", "A", "A")
        await it.press("r")
        await it.settle()
        summary = flat(await it.press("S"))
        assert "The model has 2 classes, the labels go up to 2 found and mended with hints, 1 hint" in summary
        assert "The labels are inside the inputs, and compile was given a Keras loss the answer was shown" in summary
        assert "1 fault of this lesson was not reached yet" in summary


async def test_without_teaching_the_keys_mean_nothing(wizard: Open) -> None:
    async with wizard((80, 24)) as it:
        await it.press("6", "h", "A")
        assert "Hint" not in it.footer()
        assert "The model has 2 classes" in it.flat()
        await it.press("S")
        assert "What you have found" not in it.screen()
