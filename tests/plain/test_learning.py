"""`--teach` in text: a problem is a question, and nothing that is said gives its answer away before it is asked for."""

from __future__ import annotations

from typing import Any, cast

from tui.fakes import FakeSession, findings

from tfwizard.session import Session
from tfwizard.session.learner import LearnersSession
from tfwizard.session.teaching import Teaching

from .person import Person, told


def learner() -> FakeSession:
    def note(kind: str, **detail: Any) -> None:
        pass

    session = FakeSession()
    return cast("FakeSession", LearnersSession(cast("Session", session), Teaching(note)))


async def walked(*answers: str) -> Person:
    return await Person(list(answers)).walk(learner())


async def test_nothing_gives_the_answer_away() -> None:
    stages = [text for n in range(1, 11) for text in (f"stages {n}", "back")]
    person = await walked(
        "next", "back", "problems", "num-labels-too-small", "num_labels=3", "1", "evidence", "why", "back", "back", "fix", "back",
        "all", "script", "back", *stages, "?",
    )  # fmt: skip
    for one in findings():
        assert one.title not in person.flat
        assert f"{one.id}:" not in person.flat
        for remedy in one.remedies:
            assert remedy.title not in person.flat
    for verdict in ("✗", "no output", "only the model's own loss looks there", "lowest"):
        assert verdict not in person.flat
    assert "Next: next (1) asks you a question." in person.flat
    assert "This is still a question: its fix comes with the answer." in person.flat


async def test_hints_come_one_by_one_and_the_answer_when_it_is_asked_for_twice() -> None:
    person = await walked("problems", "3", "hint", "hint", "hint", "tell", "tell", "fix")
    assert "Hint 1: " in person.flat
    assert "Hint 2: " in person.flat
    assert "There are no more hints." in person.flat
    before, after = person.flat.split("Sure? Ask once more, and the answer is shown.")
    title = next(one.title for one in findings() if one.id == "num-labels-too-small")
    assert title not in before
    assert title in after
    assert "The fix: Give the model 3 classes: num_labels=3." in after


async def test_the_summary_tells_what_came_of_each() -> None:
    person = await walked("next", "hint", "summary")
    assert "still a question, 1 hint." in person.flat


async def test_the_summary_is_understood_in_every_menu_and_only_where_something_is_taught() -> None:
    person = await walked("summary", "next", "summary")
    assert person.flat.count("still a question.") >= 2 * len(findings())
    assert "is not possible now" not in person.flat
    assert "summary is not possible now" in (await told("summary")).flat
