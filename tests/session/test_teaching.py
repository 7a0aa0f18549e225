"""A finding is first a question: what a learner is told of it, step by step, and what came of it in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfwizard.casebook import Casebook, Journal, Problem, read_journal
from tfwizard.explanations import explanation
from tfwizard.facts import Place
from tfwizard.findings import Finding
from tfwizard.session.plain import SessionError
from tfwizard.session.teaching import Row, Teaching, all_hints, question

TITLE = "The model has 2 classes, the labels go up to 2"
KNOWN = "num-labels-too-small"
#: An id that nobody has written an explanation for.
OTHER = "an-id-without-words"


def problem(id: str = KNOWN, status: str = "open", regression: bool = False) -> Problem:
    return Problem(id, id, "labels", "error", TITLE, status, regression)  # type: ignore[arg-type]


def finding(id: str = KNOWN) -> Finding:
    return Finding(id, "labels", "error", TITLE, "", where=Place("/x/train.py", 14))


class Notes(list[tuple[str, dict[str, object]]]):
    def __call__(self, kind: str, **detail: object) -> None:
        self.append((kind, detail))


def test_a_problem_is_a_question_until_the_answer_is_asked_for_twice() -> None:
    teaching = Teaching(Notes())
    assert teaching.words(problem()) == explanation(KNOWN).question  # type: ignore[union-attr]
    assert teaching.ask(problem()) is False
    assert teaching.words(problem()) != TITLE
    assert teaching.ask(problem()) is True
    assert teaching.words(problem()) == TITLE
    assert teaching.problem(problem()) == problem()


def test_nothing_of_a_question_names_the_fault() -> None:
    for id in (KNOWN, OTHER):
        shown = Teaching(Notes()).problem(problem(id))
        assert (shown.id, shown.stage, shown.severity) == ("question", "labels", "error")
        assert TITLE not in shown.title
        assert id not in shown.title


def test_hints_come_one_by_one_and_end() -> None:
    teaching = Teaching(Notes())
    for id in (KNOWN, OTHER):
        every = all_hints(problem(id), finding(id))
        assert len(every) == 2
        assert [teaching.hint(problem(id), finding(id)) for _ in every] == list(every)
        assert teaching.hints(problem(id), finding(id)) == every
        with pytest.raises(SessionError, match="no more hints"):
            teaching.hint(problem(id), finding(id))


def test_without_words_of_its_own_the_hints_say_where_to_look() -> None:
    first, second = all_hints(problem(OTHER), finding(OTHER))
    assert "stage 6" in first
    assert "train.py, line 14" in second
    assert "num_labels" in question(problem(OTHER))
    assert len(all_hints(problem(OTHER), None)) == 1


@pytest.mark.parametrize(
    ("hints", "asks", "status", "outcome"),
    [
        (0, 0, "open", "question"),
        (2, 1, "open", "question"),
        (0, 0, "resolved", "alone"),
        (1, 0, "resolved", "with hints"),
        (1, 1, "resolved", "with hints"),  # asked once: not shown
        (1, 2, "resolved", "shown"),
        (0, 2, "open", "shown"),
        (0, 0, "waived", "question"),
    ],
)
def test_what_came_of_it(hints: int, asks: int, status: str, outcome: str) -> None:
    teaching = Teaching(Notes())
    for _ in range(hints):
        teaching.hint(problem(), finding())
    for _ in range(asks):
        teaching.ask(problem())
    assert teaching.outcome(problem(status=status)) == outcome


def test_what_was_proved_is_known_also_when_it_comes_back() -> None:
    teaching = Teaching(Notes())
    assert teaching.words(problem(status="resolved")) == TITLE
    assert teaching.words(problem(regression=True)) == TITLE
    with pytest.raises(SessionError, match="nothing to guess"):
        teaching.hint(problem(status="resolved"), finding())


def test_what_the_person_reported_is_no_question() -> None:
    mine = Problem("samples-rejected:samples.labels", "samples-rejected", "samples", "error", "You answered …")
    assert Teaching(Notes()).words(mine) == "You answered …"


def test_the_summary_counts_what_no_run_has_come_to() -> None:
    teaching = Teaching(Notes(), [KNOWN, "learning-rate-too-high", "no-collator"])
    teaching.hint(problem(), finding())
    assert teaching.rows([problem(status="resolved")]) == [Row(KNOWN, TITLE, "with hints", 1)]
    assert teaching.not_reached([problem()]) == 2


def test_a_resumed_session_knows_what_was_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    casebook = Casebook(journal)
    casebook.note("session")
    teaching = Teaching(casebook.note, [KNOWN])
    teaching.hint(problem(), finding())
    teaching.ask(problem())
    journal.close()
    again = Teaching.replay(read_journal(path), casebook.note)
    assert again is not None
    assert (again.told, again.faults) == (teaching.told, (KNOWN,))
    assert Casebook.replay(read_journal(path)).problems == {}  # they move no state


def test_a_session_that_was_not_taught_has_no_teaching(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    Casebook(journal).note("session")
    journal.close()
    assert Teaching.replay(read_journal(tmp_path / "journal.jsonl"), Notes()) is None
