"""A learner's session: whatever is read of it, nothing tells the answer to what is still a question."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from tui.fakes import FakeSession, findings

from tfwizard.fixes.errors import CannotEdit
from tfwizard.report.contract import dumps, report
from tfwizard.session import Session
from tfwizard.session.learner import LearnersSession, learner_of, taught
from tfwizard.session.plain import words
from tfwizard.session.resume import resume
from tfwizard.session.teaching import Teaching
from tfwizard.session.veil import veiled
from tfwizard.tui.screens.scan import seen_words


@pytest.fixture
async def session() -> LearnersSession:
    fake = FakeSession()
    await fake.run()
    return LearnersSession(fake, Teaching(fake.casebook.note))  # type: ignore[arg-type]


def name_of(session: LearnersSession, id: str) -> str:
    return session.names.name(id)


def everything(session: LearnersSession) -> str:
    """All that a shower can reach: problems with their keys, findings, the facts, the stages."""
    book = session.casebook
    parts = [book.problems, book.open(), book.ordered(), session.findings, session.run_state.findings]
    return " ".join(map(repr, parts))


async def test_nothing_that_can_be_reached_names_a_fault(session: LearnersSession) -> None:
    told = everything(session)
    for one in findings():
        for answer in (one.id, one.title, one.why, *(way.title for way in one.remedies)):
            assert answer not in told


async def test_the_document_for_programs_holds_questions(session: LearnersSession) -> None:
    document = json.loads(dumps(report(session, {}, 1.0)))  # type: ignore[arg-type]
    told = json.dumps(document["findings"])
    assert [one["id"] for one in document["findings"]] == ["question"] * 4
    assert [one["severity"] for one in document["findings"]].count("error") == 2
    assert not [one.title for one in findings() if one.title in told]


async def test_a_fix_is_locked_until_the_answer_was_shown(session: LearnersSession) -> None:
    name = name_of(session, "num-labels-too-small")
    for work in (session.preview(name), session.try_fix(name)):
        with pytest.raises(CannotEdit, match="still a question"):
            await work
    assert await session.fix_all() == []
    session.ask(name)
    session.ask(name)
    assert "num_labels=3" in (await session.preview(name)).diff
    assert session.next_fixable(set()) == name
    trial = await session.try_fix(name)
    assert trial.verified
    assert (trial.key, trial.preview.key) == (name, name)
    # What stood behind it is a question like the others.
    assert [session.casebook.problems[key].id for key in trial.appeared] == ["question"]


async def test_one_answer_tells_nothing_of_the_others(session: LearnersSession) -> None:
    for _ in range(2):
        session.ask(name_of(session, "num-labels-too-small"))
    told = everything(session)
    assert "The model has 2 classes, the labels go up to 2" in told
    assert not [one.title for one in findings() if one.id != "num-labels-too-small" and one.title in told]


async def test_a_refusal_does_not_name_a_problem(session: LearnersSession) -> None:
    assert "num-labels-too-small" in (FakeSession().refuses_to_compare() or "")
    assert "num-labels-too-small" not in (session.refuses_to_compare() or "")
    assert "one of the questions" in (session.refuses_to_compare() or "")


async def test_a_probe_that_lacks_something_does_not_say_what_is_wrong(session: LearnersSession) -> None:
    why = "The batch has labels that are no class of the model: its loss cannot be computed."
    session.casebook.stage_moved("overfit", "blocked", why)
    assert session.stage_state("overfit").status == "blocked"
    assert session.stage_state("overfit").why == "an earlier stage did not get this far."
    for name in list(session.casebook.problems):
        session.ask(name)
        session.ask(name)
    assert session.stage_state("overfit").why == why


async def test_facts_keep_what_was_measured_and_lose_what_was_concluded(session: LearnersSession) -> None:
    facts = session.run_state.facts
    assert facts.labels is not None
    assert (facts.labels.classes, facts.labels.counts) == (2, {"0": 201, "1": 199, "2": 200})
    assert facts.nan is not None
    assert facts.nan.rows
    assert (facts.nan.shared, {row.why for row in facts.nan.rows}) == ((), {None})
    assert facts.layers is not None
    assert facts.layers.gradients
    assert (facts.layers.non_finite, facts.layers.bad_weights) == (None, ())
    assert facts.scan is not None
    assert (facts.scan.rows, facts.scan.non_finite) == (600, ())
    assert "all finite" not in seen_words(facts.scan)  # neither the one nor the other
    # Other learning rates were only tried because of the script's own, and a gradient that is missing is the fault itself.
    assert facts.rates is not None
    assert facts.rates.sweep is None
    assert facts.overfit is not None
    assert (facts.overfit.retried, len(facts.overfit.losses)) == ((), 60)
    assert facts.loop is not None
    assert [(one.sources, one.missing) for one in facts.loop.gradients] == [(4, ())]
    assert session.run_state.facts is facts  # veiled once: nothing is drawn anew


async def test_once_nothing_is_a_question_everything_is_shown(session: LearnersSession) -> None:
    before = session.run_state.facts
    for name in list(session.casebook.problems):
        session.ask(name)
        session.ask(name)
    assert not session.hidden
    after = session.run_state.facts
    assert after.nan is not None
    assert after.nan.shared
    assert veiled(after) == before


def test_who_is_no_learner() -> None:
    assert learner_of(FakeSession()) is None


@pytest.mark.parametrize("teach", [True, False])
async def test_a_session_that_is_resumed_is_taught_as_it_was(tmp_path: Path, teach: bool) -> None:
    script, folder = tmp_path / "train.py", tmp_path / "session"
    script.write_text("print(1)\n")
    session = taught(Session(script, folder=folder), ["not-shuffled"], begins=teach)
    session.casebook.examined({"not-shuffled": words(findings()[0])}, ())
    if learner := learner_of(session):
        learner.hint(learner.names.name("not-shuffled"))
    await session.close()
    again = taught(resume(folder), begins=False)
    learner = learner_of(again)
    assert (learner is not None) is teach
    if learner:
        assert learner.teaching.faults == ("not-shuffled",)
        assert learner.told("problem-1").hints == 1
        assert [one.id for one in again.casebook.ordered()] == ["question"]
    await again.close()


def kept(folder: Path) -> bytes:
    """Every byte that is in a session's folder, and every name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return b"\n".join([path.read_bytes() + path.name.encode() for path in files])


@pytest.mark.parametrize("teach", [True, False])
async def test_who_opens_the_files_of_a_session_does_not_read_the_answer_by_chance(tmp_path: Path, teach: bool) -> None:
    script, folder = tmp_path / "train.py", tmp_path / "session"
    script.write_text("import nothing_of_this_name\n")
    session = taught(Session(script, folder=folder), ["not-shuffled"], begins=teach)
    await session.run()
    [problem] = session.casebook.ordered()
    await session.close()
    told = kept(folder)
    for answer in (b"script-error", b'"outcome"'):
        assert (answer in told) is not teach
    assert b"not-shuffled" not in told
    again = taught(resume(folder), begins=False)
    assert again.casebook.ordered() == [problem]
    assert again.run_state.facts.script == session.run_state.facts.script
    await again.run()
    await again.close()
    assert (b"script-error" in kept(folder)) is not teach


async def test_a_resumed_session_is_sealed_before_it_writes_anything(tmp_path: Path) -> None:
    script, folder = tmp_path / "train.py", tmp_path / "session"
    script.write_text("print(1)\n")
    session = taught(Session(script, folder=folder))
    session.casebook.examined({"not-shuffled": words(findings()[0])}, ())
    session.edits.stage("not-shuffled", "Shuffle it", {str(script): "print(2)\n"})
    await session.close()
    script.write_text("print(3)\n")  # the edit was made on another text: to resume drops it
    again = resume(folder)
    assert not again.sources.steps
    assert again.is_sealed
    await again.close()
    assert b"not-shuffled" not in kept(folder)


async def test_a_training_that_is_begun_by_a_learner_tells_no_answer_either(tmp_path: Path) -> None:
    script, folder = tmp_path / "train.py", tmp_path / "sessions" / "one"
    script.write_text("import nothing_of_this_name\n")
    session = taught(Session(script, folder=folder, cwd=tmp_path))
    following = await session.train_apart()
    await asyncio.to_thread(os.waitid, os.P_PID, following.pid, os.WEXITED | os.WNOWAIT)
    await session.close()
    assert following.document is not None
    assert [one["id"] for one in following.document["findings"]] == ["question"]
    assert b"script-error" not in kept(following.folder)
