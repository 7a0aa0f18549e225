"""Any order of edits, verdicts, writes, undos, changes from outside and sudden ends: what was shown is there again."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tfwizard.casebook import Casebook, IllegalTransition, read_journal
from tfwizard.session import SessionError
from tfwizard.session.resume import resume
from tfwizard.session.session import Session
from tfwizard.sources import CannotWrite, ChangedOnDisk

KEYS = ("no-collator", "two-kerases", "num-labels-too-small")
FOUND = {
    key: {"id": key, "stage": "labels", "severity": "error", "title": key, "where": None, "evidence": {}}
    for key in KEYS
}


class Life(RuleBasedStateMachine):
    """A session without a worker, over a script and one module of its own."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tfwizard-life-"))
        self.files = [self.folder / "train.py", self.folder / "network.py"]
        for file in self.files:
            file.write_text("start\n")
        #: Every content that a person or an agreed write gave a file: nothing else may ever stand in it.
        self.agreed = {file: {"start\n"} for file in self.files}
        self.number = 0
        self.session = Session(self.files[0], folder=self.folder / "session", python=sys.executable)
        self.examine(set())

    def teardown(self) -> None:
        asyncio.run(self.session.close())
        shutil.rmtree(self.folder, ignore_errors=True)

    def examine(self, gone: set[str]) -> None:
        book = self.session.casebook
        book.start_run()
        fixed = gone | {key for key, one in book.problems.items() if one.status == "resolved"}
        book.examined({key: facts for key, facts in FOUND.items() if key not in fixed}, gone)

    @rule(key=st.sampled_from(KEYS), both=st.booleans(), verified=st.booleans())
    def try_fix(self, key: str, both: bool, verified: bool) -> None:
        book = self.session.casebook
        try:
            book.fix_applied(key, key)
        except IllegalTransition:
            assert book.problems[key].status != "open"
            return
        self.number += 1
        files = self.files if both else self.files[:1]
        self.session.edits.stage(
            key, f"edit {self.number}", {str(f): self.session.sources.text(f) + f"{key} {self.number}\n" for f in files}
        )
        if verified:
            self.examine({key})
        else:
            self.session.edits.drop_last("not verified")

    @rule()
    def undo(self) -> None:
        try:
            self.session.undo()
        except (ChangedOnDisk, CannotWrite):
            last = self.session.sources.writes[-1]
            assert any(path.read_bytes() != data for path, data in last.after.items())
        except SessionError:
            assert not self.session.sources.steps
            assert not self.session.sources.writes

    @rule()
    def write(self) -> None:
        texts = {file: self.session.sources.text(file) for file in self.files}
        try:
            written = self.session.write()
        except ChangedOnDisk:
            assert self.session.changed_on_disk()
            return
        for file in written:
            self.agreed[file].add(texts[file])
            assert file.read_text() == texts[file]

    @rule(which=st.integers(0, 1))
    def change_outside(self, which: int) -> None:
        self.number += 1
        text = f"mine {self.number}\n"
        self.files[which].write_text(text)
        self.agreed[self.files[which]].add(text)
        edited = any(self.files[which] in step.texts for step in self.session.sources.steps)
        assert self.files[which] in self.session.changed_on_disk() or not edited

    @rule()
    def run_again(self) -> None:
        self.session.edits.reread()
        assert self.session.changed_on_disk() == []
        self.examine(set())

    @precondition(lambda self: not self.session.changed_on_disk())
    @rule()
    def end_and_resume(self) -> None:
        steps = [(step.title, step.texts) for step in self.session.sources.steps]
        writes = len(self.session.sources.writes)
        problems, answers = dict(self.session.casebook.problems), dict(self.session.casebook.answers)
        self.session._lock.release()  # as the system does for a process that is gone
        self.session._journal.close()
        self.session.log.close()
        self.session = resume(self.folder / "session")
        assert [(step.title, step.texts) for step in self.session.sources.steps] == steps
        assert len(self.session.sources.writes) == writes
        assert (self.session.casebook.problems, self.session.casebook.answers) == (problems, answers)

    @invariant()
    def files_hold_what_was_agreed(self) -> None:
        for file in self.files:
            assert file.read_text() in self.agreed[file]

    @invariant()
    def the_journal_gives_the_same_state(self) -> None:
        again = Casebook.replay(read_journal(self.folder / "session" / "journal.jsonl"))
        assert (again.problems, again.run) == (self.session.casebook.problems, self.session.casebook.run)

    @invariant()
    def an_unwritten_edit_is_that_of_a_problem_that_is_proved_fixed(self) -> None:
        for step in self.session.sources.steps:
            assert self.session.casebook.problems[step.key].status in ("resolved", "open")


Life.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
