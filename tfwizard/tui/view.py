"""What one screen is given to show: plain data, gathered from the session in one place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tfwizard.casebook import Problem, StageState
from tfwizard.facts import Facts
from tfwizard.findings import Finding
from tfwizard.foreign import clean
from tfwizard.language import _
from tfwizard.session.learner import learner_of
from tfwizard.stages import BY_ID, KEYS, STAGES, Stage

if TYPE_CHECKING:
    from tfwizard.facts import Call, HyperparametersFacts, Place
    from tfwizard.session import Progress, Session, Training


@dataclass(frozen=True, slots=True)
class View:
    """One stage as it stands now. `unblocked_by` is the stage to look at when this one is blocked or waits.

    `elsewhere` are the other stages with open errors: what this one shows may be the symptom of one of them. `training` is
    the real one, begun from here, and `trains` whether it runs now. `before` are the hyperparameters of the last run. While
    `veiled`, no verdict is drawn from the facts.
    """

    stage: Stage
    state: StageState
    problems: tuple[Problem, ...] = ()
    findings: dict[str, Finding] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    calls: tuple[Call, ...] = ()
    progress: Progress | None = None
    unblocked_by: Stage | None = None
    elsewhere: tuple[Stage, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    answers: dict[str, bool] = field(default_factory=dict)
    worker: str = "none"
    seconds: float | None = None
    training: Training | None = None
    trains: bool = False
    before: HyperparametersFacts | None = None
    veiled: bool = False

    @property
    def open(self) -> tuple[Problem, ...]:
        """The problems of this stage that want something."""
        return tuple(p for p in self.problems if p.status in ("open", "fix applied"))

    @property
    def unanswered(self) -> tuple[tuple[str, str], ...]:
        """The questions of this stage that the person has not answered."""
        return tuple(question for question in self.questions if question[0] not in self.answers)


def view_of(session: Session, stage: Stage, asked_again: Collection[str] = ()) -> View:
    """The view of one stage. Answers to the questions in `asked_again` do not count."""
    run = session.run_state
    state = session.stage_state(stage.id)
    # While a fix is tried, the progress is that of the trial, not of the run on the screen.
    progress = session.progress if session.trial_state is None else None
    progress = progress if progress and progress.stage == stage.id else None
    errors = {problem.stage for problem in session.casebook.open() if problem.severity == "error"}
    return View(
        stage,
        state,
        tuple(p for p in session.casebook.ordered() if p.stage == stage.id),
        dict(session.findings),
        run.facts,
        tuple(run.calls),
        progress,
        unblocker(session, stage) if state.status in ("blocked", "waiting") else None,
        tuple(other for other in STAGES if other != stage and other.id in errors),
        questions_of(stage.id) if run.facts.samples else (),
        {question: yes for question, yes in session.casebook.answers.items() if question not in asked_again},
        str(session.worker),
        run.seconds.get(stage.id),
        following.training if (following := session.following) else None,
        following is not None and following.alive,
        session.facts_before.hyperparameters,
        (learner := learner_of(session)) is not None and bool(learner.hidden),
    )


def questions_of(stage: str) -> tuple[tuple[str, str], ...]:
    """The questions that this stage asks the person."""
    from tfwizard.session import QUESTIONS

    return tuple((id, _(question)) for id, question in QUESTIONS if id.startswith(stage + "."))


def unblocker(session: Session, stage: Stage) -> Stage | None:
    """The first of the stages that this one builds upon that has not passed."""
    for need in stage.needs:
        earlier = BY_ID[need]
        status = session.stage_state(need).status
        if status in ("blocked", "waiting"):
            return unblocker(session, earlier) or earlier
        if status in ("problems", "running"):
            return earlier
    return None


def digit(stage: Stage) -> str:
    """The key of a stage: the tenth has 0, and the one behind it a letter."""
    return KEYS[stage.id]


def first_with_problems(session: Session) -> Stage | None:
    """The stage to look at first: problems before questions."""
    states = {stage.id: session.stage_state(stage.id).status for stage in STAGES}
    for wanted in ("problems", "questions"):
        for stage in STAGES:
            if states[stage.id] == wanted:
                return stage
    return None


def wanting(session: Session) -> list[Problem]:
    """The open problems in the order of the stages; advice last."""
    return sorted(session.casebook.open(), key=lambda problem: problem.severity == "advice")


def fixable(session: Session, problem: Problem) -> bool:
    """Whether there is a source edit for an open problem."""
    finding = session.findings.get(problem.key)
    return problem.status == "open" and finding is not None and bool(finding.remedies)


def where_words(place: Place | None) -> str:
    """A place as `train.py:30`."""
    return f"{clean(place.file.rsplit('/', 1)[-1])}:{place.line}" if place else ""
