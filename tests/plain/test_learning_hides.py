"""The walk in text while learning: questions, hints, and the answer when it is asked for twice."""

from __future__ import annotations

from tui.fakes import FakeSession, findings

from tfwizard.session.learner import LearnersSession
from tfwizard.session.teaching import Teaching

from .person import FOR_THE_EYE, Person

MENUS = ("next", "problems", "fix", "all", "stages", "log", "script", "compare", "report", "?")


def learning() -> LearnersSession:
    session = FakeSession()
    return LearnersSession(session, Teaching(session.casebook.note, ["num-labels-too-small", "no-collator"]))  # type: ignore[arg-type]


async def told(*answers: str) -> Person:
    person = Person(list(answers))
    await person.walk(learning())  # type: ignore[arg-type]
    return person


async def test_nothing_tells_an_answer_before_it_is_asked_for() -> None:
    walks = [(one,) for one in MENUS] + [("next", "?", "hint", "hint", "waive"), *(("next",) * n for n in range(2, 5))]
    walks += [("stages", str(number), "facts", "?") for number in range(1, 11)]
    for walk in walks:
        heard = (await told(*walk)).flat
        for one in findings():
            for answer in (one.id, one.title, one.why, *(way.title for way in one.remedies)):
                assert answer not in heard, (walk, answer)
        assert "ERROR: " in heard


async def test_hints_then_the_answer() -> None:
    person = await told("next", "hint", "hint", "hint", "answer", "answer")
    heard = person.flat
    assert heard.count("Hint: ") == 2
    assert "answer once more shows the answer" in heard
    assert heard.index("answer once more") < heard.index(
        "The labels are inside the inputs, and compile was given a Keras loss"
    )
    assert not FOR_THE_EYE.search(person.heard)


async def test_the_summary_is_told() -> None:
    person = await told("next", "hint", "summary")
    assert "still a question, 1 hint." in person.flat
    assert "1 fault of this lesson was not reached yet" in person.flat
    assert not FOR_THE_EYE.search(person.heard)
