"""A session as a learner sees it: what would give an answer away is a question there.

It stands in front of the session, and whoever shows or reports a session shows no more than it gives: titles, evidence, places,
fixes, verdicts among the facts, refusals that name a problem. What the session itself decides and writes stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from tfwizard.casebook import Casebook, Problem, StageState, read_journal
from tfwizard.facts import Facts
from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.session.plain import Preview, RunState, Trial
from tfwizard.session.teaching import QUESTION, Teaching
from tfwizard.session.veil import veiled

if TYPE_CHECKING:
    from tfwizard.session.session import Session


def taught(session: Session, faults: Sequence[str] = (), begins: bool = True) -> Session:
    """The session as a learner sees it. Without `begins` only where it was taught before; else it is given back as it is."""
    before = Teaching.replay(read_journal(session.folder / "journal.jsonl"), session.casebook.note)
    teaching = before or (Teaching(session.casebook.note, faults) if begins else None)
    return cast("Session", LearnersSession(session, teaching)) if teaching else session


def learner_of(session: object) -> LearnersSession | None:
    """The session as a learner's, with what only those have; None where nothing is taught."""
    return session if isinstance(session, LearnersSession) else None


class LearnersSession:
    """Forwards to the session, and hides what is still a question. `teaching` says what was told."""

    def __init__(self, session: Session, teaching: Teaching) -> None:
        self._session = session
        self.teaching = teaching
        self.casebook = LearnersCasebook(session.casebook, teaching)
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
        return replace(state, why=self.said(state.why))

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
        return self.teaching.hints(self._session.casebook.problems[key], self._session.findings.get(key))

    def hint(self, key: str) -> str:
        """The next hint for a problem. Raises SessionError where there is none left."""
        return self.teaching.hint(self._session.casebook.problems[key], self._session.findings.get(key))

    def ask(self, key: str) -> bool:
        """Ask for the answer; the second time it is shown. Returns whether it is."""
        return self.teaching.ask(self._session.casebook.problems[key])

    # --- what is locked until then ---------------------------------------------------------------------------------------

    async def preview(self, key: str, remedy: int = 0, value: str | None = None) -> Preview:
        """The change that mends a problem, once its answer was shown."""
        self._unlocked(key)
        return await self._session.preview(key, remedy, value)

    async def try_fix(self, key: str, remedy: int = 0, value: str | None = None) -> Trial:
        """Try the change, once the answer was shown."""
        self._unlocked(key)
        return self._trial(await self._session.try_fix(key, remedy, value))

    async def fix_all(self, on_trial: Callable[[Trial], None] | None = None) -> list[Trial]:
        """Mend one problem after the other, until the next one is a question."""
        trials: list[Trial] = []
        while (key := self.next_fixable(set())) is not None:
            trials.append(await self.try_fix(key))
            if on_trial:
                on_trial(trials[-1])
            if not trials[-1].verified:
                break
            await self._session.rest()
        return trials

    def next_fixable(self, tried: set[str]) -> str | None:
        """The first open problem that has a fix and is no question."""
        return self._session.next_fixable(tried | {one.key for one in self.hidden})

    def _unlocked(self, key: str) -> None:
        from tfwizard.fixes.errors import CannotEdit

        if any(one.key == key for one in self.hidden):
            raise CannotEdit(_("This is still a question: its fix comes with the answer."))

    def _trial(self, trial: Trial) -> Trial:
        return replace(trial, why=self.said(trial.why))

    def _run(self, state: RunState) -> RunState:
        if not self.hidden:
            return state
        shown = replace(state, facts=self._facts(state.facts), findings=self._of_learner(state.findings))
        shown.undecided = {name: self.said(why) for name, why in state.undecided.items()}
        shown.lacking = {name: self.said(why) for name, why in state.lacking.items()}
        return shown

    def _facts(self, facts: Facts) -> Facts:
        """Veiled once: a page that is given the same facts again draws nothing."""
        if self._veiled is None or self._veiled[0] is not facts:
            self._veiled = facts, veiled(facts)
        return self._veiled[1]

    def _of_learner(self, findings: Mapping[str, Finding]) -> dict[str, Finding]:
        problems = self._session.casebook.problems
        return {key: self._finding(finding, problems[key]) for key, finding in findings.items() if key in problems}

    def _finding(self, finding: Finding, problem: Problem) -> Finding:
        if not self.teaching.hides(problem):
            return finding
        return Finding(QUESTION, finding.stage, finding.severity, self.teaching.words(problem), "")


class LearnersCasebook:
    """The casebook with questions for titles."""

    def __init__(self, casebook: Casebook, teaching: Teaching) -> None:
        self._casebook, self._teaching = casebook, teaching

    def __getattr__(self, name: str) -> Any:
        return getattr(self._casebook, name)

    @property
    def problems(self) -> dict[str, Problem]:
        """Every problem by key."""
        return {key: self._teaching.problem(one) for key, one in self._casebook.problems.items()}

    def open(self) -> list[Problem]:
        """The problems that are open or fixed without proof."""
        return [self._teaching.problem(one) for one in self._casebook.open()]

    def ordered(self) -> list[Problem]:
        """Every problem in the order of the stages."""
        return [self._teaching.problem(one) for one in self._casebook.ordered()]
