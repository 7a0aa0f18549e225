"""The state machine: no illegal transition is possible, and replaying a journal gives the same state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tfwizard.casebook import Casebook, IllegalTransition, Journal, read_journal

IDS = ("num-labels-too-small", "no-collator", "hidden-defaults")
SEVERITY = {"num-labels-too-small": "error", "no-collator": "error", "hidden-defaults": "advice"}
STAGE = {"num-labels-too-small": "labels", "no-collator": "script", "hidden-defaults": "hyperparameters"}


def seen(*ids: str) -> dict[str, dict[str, object]]:
    return {id: {"id": id, "stage": STAGE[id], "severity": SEVERITY[id], "title": id} for id in ids}


def statuses(casebook: Casebook) -> dict[str, str]:
    return {key: problem.status for key, problem in casebook.problems.items()}


def test_only_evidence_of_a_run_that_could_decide_resolves() -> None:
    casebook = Casebook()
    casebook.start_run()
    casebook.examined(seen("no-collator"), IDS)
    casebook.fix_applied("no-collator")
    casebook.start_run()
    casebook.examined({}, ["hidden-defaults"])
    assert statuses(casebook) == {"no-collator": "fix applied"}
    casebook.examined({}, IDS)
    assert statuses(casebook) == {"no-collator": "resolved"}
    assert casebook.exit_code() == 0


def test_a_problem_that_comes_back_is_a_regression_until_it_is_resolved_again() -> None:
    casebook = Casebook()
    for found in (seen("num-labels-too-small"), {}, seen("num-labels-too-small")):
        casebook.start_run()
        casebook.examined(found, IDS)
    assert casebook.problems["num-labels-too-small"].regression
    assert statuses(casebook) == {"num-labels-too-small": "open"}
    casebook.start_run()
    casebook.examined({}, IDS)
    assert not casebook.problems["num-labels-too-small"].regression


def test_a_fix_that_did_not_help_leaves_the_problem_open() -> None:
    casebook = Casebook()
    casebook.start_run()
    casebook.examined(seen("no-collator"), IDS)
    casebook.fix_applied("no-collator")
    casebook.start_run()
    casebook.examined(seen("no-collator"), IDS)
    assert statuses(casebook) == {"no-collator": "open"}
    assert not casebook.problems["no-collator"].regression


def test_a_waiver_needs_a_reason_and_outlives_the_next_run() -> None:
    casebook = Casebook()
    casebook.start_run()
    casebook.examined(seen("no-collator"), IDS)
    with pytest.raises(ValueError, match="reason"):
        casebook.waive("no-collator", "  ")
    casebook.waive("no-collator", "known")
    casebook.start_run()
    casebook.examined(seen("no-collator"), IDS)
    assert statuses(casebook) == {"no-collator": "waived"}
    casebook.reopen("no-collator")
    assert statuses(casebook) == {"no-collator": "open"}


@pytest.mark.parametrize("move", ["fix_applied", "fix_withdrawn", "reopen"])
def test_unknown_problems_cannot_be_moved(move: str) -> None:
    with pytest.raises(IllegalTransition):
        getattr(Casebook(), move)("no-collator")


def test_advice_does_not_count_for_the_exit_code() -> None:
    casebook = Casebook()
    casebook.start_run()
    casebook.examined(seen("hidden-defaults"), IDS)
    assert casebook.exit_code() == 0
    casebook.examined(seen("no-collator"), IDS)
    assert casebook.exit_code() == 1


def test_the_status_of_a_stage_follows_from_its_problems_and_questions() -> None:
    casebook = Casebook()
    casebook.start_run()
    assert casebook.stage("labels").status == "waiting"
    casebook.stage_moved("labels", "blocked", "no data")
    assert (casebook.stage("labels").status, casebook.stage("labels").why) == ("blocked", "no data")
    casebook.examined(seen("num-labels-too-small"), IDS)
    assert casebook.stage("labels").status == "problems"
    casebook.stage_moved("samples", "passed")
    assert casebook.stage("samples", ["readable"]).status == "questions"
    casebook.answer("readable", True)
    assert casebook.stage("samples", ["readable"]).status == "passed"


#: An event that lacks its end alone.
WHOLE = json.dumps({"kind": "fix applied", "key": "no-collator", "run": 1, "detail": {}, "at": 0}).encode()


@pytest.mark.parametrize("torn", [b'{"kind": "fix appl', WHOLE, b"base64 eyJraW5kIj", b"base6"])
def test_a_torn_last_line_is_left_out_and_writing_goes_on(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    casebook = Casebook(Journal(path))
    casebook.start_run()
    casebook.examined(seen("no-collator"), IDS)
    with path.open("ab") as file:
        file.write(torn)
    events = list(read_journal(path))
    again = Casebook.replay(events, Journal(path))
    assert statuses(again) == {"no-collator": "open"}
    again.fix_applied("no-collator")
    assert statuses(Casebook.replay(read_journal(path))) == {"no-collator": "fix applied"}


def test_a_journal_may_be_sealed_from_a_line_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    casebook = Casebook(journal)
    casebook.start_run()
    journal.sealed = True
    casebook.examined(
        {"no-collator": {**seen("no-collator")["no-collator"], "title": "Rien ne complète\nles lots"}}, IDS
    )
    data = journal.path.read_bytes()
    assert data.count(b"\n") == 2
    assert b"no-collator" not in data
    assert Casebook.replay(read_journal(journal.path)).problems == casebook.problems


def test_a_journal_broken_in_the_middle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(
        "nonsense\n" + json.dumps({"kind": "run started", "key": "", "run": 1, "detail": {}, "at": 0}) + "\n"
    )
    with pytest.raises(ValueError, match="line 1"):
        list(read_journal(path))


class Walk(RuleBasedStateMachine):
    """Any order of calls: each either moves along MOVES or raises and changes nothing."""

    @initialize()
    def begin(self) -> None:
        self.events: list[object] = []
        self.casebook = Casebook(self)  # type: ignore[arg-type]
        self.resolved_once: set[str] = set()

    def append(self, event: object) -> None:
        self.events.append(event)

    @rule()
    def start_run(self) -> None:
        self.casebook.start_run()

    @rule(found=st.sets(st.sampled_from(IDS)), decided=st.sets(st.sampled_from(IDS)))
    def examine(self, found: set[str], decided: set[str]) -> None:
        before = statuses(self.casebook)
        self.casebook.examined(seen(*found), decided)
        for id, status in statuses(self.casebook).items():
            if status == "resolved" and before.get(id) != "resolved":
                assert id in decided - found
                self.resolved_once.add(id)

    @rule(id=st.sampled_from(IDS), move=st.sampled_from(["fix_applied", "fix_withdrawn", "waive", "reopen"]))
    def move(self, id: str, move: str) -> None:
        before, events = statuses(self.casebook), len(self.events)
        try:
            getattr(self.casebook, move)(id, *(["because"] if move == "waive" else []))
        except IllegalTransition:
            assert statuses(self.casebook) == before
            assert len(self.events) == events

    @rule(id=st.sampled_from(IDS))
    def answer(self, id: str) -> None:
        self.casebook.answer(id, True)

    @invariant()
    def replaying_gives_the_same(self) -> None:
        again = Casebook.replay(self.events)  # type: ignore[arg-type]
        assert again.problems == self.casebook.problems
        assert (again.run, again.answers) == (self.casebook.run, self.casebook.answers)

    @invariant()
    def only_a_resolved_problem_can_regress(self) -> None:
        assert {key for key, problem in self.casebook.problems.items() if problem.regression} <= self.resolved_once


Walk.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestWalk = Walk.TestCase


def test_the_stage_that_gathers_waits_for_the_script_alone() -> None:
    casebook = Casebook()
    assert casebook.stage("report").status == "waiting"
    casebook.start_run()
    casebook.stage_moved("script", "running")
    assert casebook.stage("report").status == "waiting"
    for status in ("passed", "blocked"):  # there is something to report of a script that died, too
        casebook.stage_moved("script", status)  # type: ignore[arg-type]
        casebook.stage_moved("report", "blocked", "The script's process is gone: run it again.")
        assert casebook.stage("report").status == "passed"
