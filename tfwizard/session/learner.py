"""A session as a learner sees it: what would give an answer away is a question there.

It stands in front of the session, and whoever shows or reports a session shows no more than it gives: titles, evidence, places,
fixes, verdicts among the facts, refusals that name a problem, and keys, which hold the id. What the session itself decides stays
as it is; what it keeps on the disk is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from tfwizard.casebook import Casebook, Problem, StageState, read_journal
from tfwizard.facts import Facts
from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.session.mending import mend_all
from tfwizard.session.plain import Preview, RunState, Trial
from tfwizard.session.teaching import QUESTION, Row, Teaching, Told, all_hints

if TYPE_CHECKING:
    from tfwizard.session.session import Session


def taught(session: Session, faults: Sequence[str] = (), begins: bool = True) -> Session:
    """The session as a learner sees it. Without `begins` only where it was taught before; else it is given back as it is."""
    before = Teaching.replay(read_journal(session.folder / "journal.jsonl"), session.casebook.note)
    if before is None and not begins:
        return session
    session.seal()
    teaching = before or Teaching(session.casebook.note, faults)
    return cast("Session", LearnersSession(session, teaching))


def learner_of(session: object) -> LearnersSession | None:
    """The session as a learner's, with what only those have; None where nothing is taught."""
    return session if isinstance(session, LearnersSession) else None


class LearnersSession:
    """Forwards to the session, and hides what is still a question. `teaching` says what was told."""

    def __init__(self, session: Session, teaching: Teaching) -> None:
        self._session = session
        self.teaching = teaching
        self.names = Names(session.casebook)
        self.casebook = LearnersCasebook(session.casebook, teaching, self.names)
        self._veiled: tuple[Facts, Facts] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    # --- what is shown ---------------------------------------------------------------------------------------------------

    @property
    def hidden(self) -> list[Problem]:
        """The problems that are still questions, as they really are: never to be shown."""
        return [one for one in self._session.casebook.problems.values() if self.teaching.hides(one)]

    @property
    def findings(self) -> dict[str, Finding]:
        """The findings by key; of what is still a question only the question."""
        return self._of_learner(self._session.findings)

    @property
    def run_state(self) -> RunState:
        """The run, without the verdicts among its facts while anything is a question."""
        return self._run(self._session.run_state)

    @property
    def trial_state(self) -> RunState | None:
        """The trial that runs now."""
        state = self._session.trial_state
        return None if state is None else self._run(state)

    def stage_state(self, stage: str) -> StageState:
        """Where a stage stands."""
        state = self._session.stage_state(stage)
        if state.status == "blocked" and self._probes_know:
            return replace(state, why=_("an earlier stage did not get this far."))
        return replace(state, why=self.said(state.why))

    @property
    def _probes_know(self) -> bool:
        """Whether a probe that lacks something may say what is wrong: it does not know that this is a question.

        Of a script that fails, it says no more than the failure does.
        """
        return any(one.stage != "script" for one in self.hidden)

    def refuses_to_compare(self) -> str | None:
        """Why values cannot be compared yet."""
        why = self._session.refuses_to_compare()
        return None if why is None else self.said(why)

    def said(self, text: str) -> str:
        """A text of the session, without the titles and ids of what is still a question."""
        for problem in self.hidden:
            text = text.replace(problem.title, self.teaching.words(problem))
            for name in sorted({problem.key, problem.id}, key=len, reverse=True):
                text = text.replace(name, _("one of the questions"))
        return text

    # --- what the learner asks -------------------------------------------------------------------------------------------

    def hints(self, key: str) -> tuple[str, ...]:
        """The hints that were given for a problem."""
        return self.teaching.hints(*self._real(key))

    def hints_of(self, key: str) -> int:
        """How many hints there are for a problem."""
        return len(all_hints(*self._real(key)))

    def hint(self, key: str) -> str:
        """The next hint for a problem. Raises SessionError where there is none left."""
        return self.teaching.hint(*self._real(key))

    def ask(self, key: str) -> bool:
        """Ask for the answer; the second time it is shown. Returns whether it is."""
        return self.teaching.ask(self._real(key)[0])

    def told(self, key: str) -> Told:
        """What was told of a problem so far."""
        return self.teaching.of(self.names.key(key))

    def summary(self) -> tuple[list[Row], int]:
        """What came of every problem, and how many faults of the lesson no run has come to."""
        problems = self._session.casebook.ordered()
        return self.teaching.rows(problems), self.teaching.not_reached(problems)

    # --- what is locked until then ---------------------------------------------------------------------------------------

    async def preview(self, key: str, remedy: int = 0, value: str | None = None) -> Preview:
        """The change that mends a problem, once its answer was shown."""
        return replace(await self._session.preview(self._unlocked(key), remedy, value), key=key)

    async def try_fix(self, key: str, remedy: int = 0, value: str | None = None) -> Trial:
        """Try the change, once the answer was shown."""
        return self._trial(await self._session.try_fix(self._unlocked(key), remedy, value))

    async def fix_all(self, on_trial: Callable[[Trial], None] | None = None) -> list[Trial]:
        """Mend one problem after the other, until the next one is a question."""
        return await mend_all(cast("Session", self), on_trial)

    def next_fixable(self, tried: set[str]) -> str | None:
        """The first open problem that has a fix and is no question."""
        locked = {self.names.key(one) for one in tried} | {one.key for one in self.hidden}
        key = self._session.next_fixable(locked)
        return None if key is None else self.names.name(key)

    def waive(self, key: str, reason: str) -> None:
        """Set a problem aside, with a reason."""
        self._session.waive(self.names.key(key), reason)

    def reopen(self, key: str) -> None:
        """Take a waiver back."""
        self._session.reopen(self.names.key(key))

    def _unlocked(self, name: str) -> str:
        """The key of a problem whose answer is known. Raises CannotEdit for another."""
        from tfwizard.fixes.errors import CannotEdit

        problem, _finding = self._real(name)
        if self.teaching.hides(problem):
            raise CannotEdit(_("This is still a question: its fix comes with the answer."))
        return problem.key

    def _real(self, name: str) -> tuple[Problem, Finding | None]:
        key = self.names.key(name)
        return self._session.casebook.problems[key], self._session.findings.get(key)

    def _trial(self, trial: Trial) -> Trial:
        key, regressions, appeared = map(self.names.of, ((trial.key,), trial.regressions, trial.appeared))
        preview = replace(trial.preview, key=key[0])
        why = self.said(trial.why)
        return replace(trial, key=key[0], preview=preview, why=why, regressions=regressions, appeared=appeared)

    def _run(self, state: RunState) -> RunState:
        if not self.hidden:
            return state
        shown = replace(state, facts=self._facts(state.facts), findings=self._of_learner(state.findings))
        shown.undecided = {name: self.said(why) for name, why in state.undecided.items()}
        shown.lacking = {name: self.said(why) for name, why in state.lacking.items() if not self._probes_know}
        return shown

    def _facts(self, facts: Facts) -> Facts:
        """Veiled once: a page that is given the same facts again draws nothing."""
        from tfwizard.session.veil import veiled  # not before the first paint

        if self._veiled is None or self._veiled[0] is not facts:
            self._veiled = facts, veiled(facts)
        return self._veiled[1]

    def _of_learner(self, findings: Mapping[str, Finding]) -> dict[str, Finding]:
        problems = self._session.casebook.problems
        known = ((key, finding) for key, finding in findings.items() if key in problems)
        return {self.names.name(key): self._finding(finding, problems[key]) for key, finding in known}

    def _finding(self, finding: Finding, problem: Problem) -> Finding:
        if not self.teaching.hides(problem):
            return finding
        return Finding(QUESTION, finding.stage, finding.severity, self.teaching.words(problem), "")


class Names:
    """Keys hold the id of a fault: a learner's session has other ones, in the order in which the problems were found."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook

    def name(self, key: str) -> str:
        """What the learner's session calls the problem with this key."""
        return f"problem-{list(self._casebook.problems).index(key) + 1}"

    def of(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The names of those that are in the casebook."""
        return tuple(self.name(key) for key in keys if key in self._casebook.problems)

    def key(self, name: str) -> str:
        """The key that this name stands for. Raises KeyError for a name that is none."""
        for number, key in enumerate(self._casebook.problems, 1):
            if name == f"problem-{number}":
                return key
        raise KeyError(name)


class LearnersCasebook:
    """The casebook with questions for titles."""

    def __init__(self, casebook: Casebook, teaching: Teaching, names: Names) -> None:
        self._casebook, self._teaching, self._names = casebook, teaching, names

    def __getattr__(self, name: str) -> Any:
        return getattr(self._casebook, name)

    @property
    def problems(self) -> dict[str, Problem]:
        """Every problem by key."""
        return {one.key: one for one in self._of_learner(self._casebook.problems.values())}

    def open(self) -> list[Problem]:
        """The problems that are open or fixed without proof."""
        return self._of_learner(self._casebook.open())

    def ordered(self) -> list[Problem]:
        """Every problem in the order of the stages."""
        return self._of_learner(self._casebook.ordered())

    def _of_learner(self, problems: Iterable[Problem]) -> list[Problem]:
        return [replace(self._teaching.problem(one), key=self._names.name(one.key)) for one in problems]
