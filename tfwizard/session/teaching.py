"""For learners: a finding is first a question. What was asked, hinted, shown and proved, and the words to show for a problem.

Decides nothing but that. `learner` hides behind it whatever would give an answer away; every face of the wizard can use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tfwizard.casebook import Event, Problem
from tfwizard.findings import Finding
from tfwizard.language import N_, _
from tfwizard.session.plain import SessionError
from tfwizard.stages import BY_ID, KEYS

#: What stands for the id of a problem that is still a question.
QUESTION = "question"
#: A problem that the person reported: nothing is hidden of it.
REPORTED = "samples-rejected"
#: The kinds of events in the journal.
BEGAN, HINTED, ASKED, SHOWN = "teaching", "hint given", "answer asked", "answer shown"

Outcome = Literal["question", "alone", "with hints", "shown"]
OUTCOMES: dict[Outcome, str] = {
    "alone": N_("found and mended without a hint"),
    "with hints": N_("found and mended with hints"),
    "shown": N_("the answer was shown"),
    "question": N_("still a question"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a learner was told of one problem: how many hints, whether the answer was asked for once, whether it was shown."""

    hints: int = 0
    asked: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One problem in the summary; `words` are its title, or its question while it is one."""

    key: str
    words: str
    outcome: Outcome
    hints: int


class Teaching:
    """What was told of each problem; each step is noted in the session's journal, so that `resume` has it.

    `faults` are the ids that the lesson is known to have, for the summary.
    """

    def __init__(self, note: Callable[..., None], faults: Sequence[str] = (), begins: bool = True) -> None:
        self.faults = tuple(faults)
        self.told: dict[str, Told] = {}
        self._note = note
        if begins:
            note(BEGAN, faults=list(faults))

    @classmethod
    def replay(cls, events: Iterable[Event], note: Callable[..., None]) -> Teaching | None:
        """The teaching that a journal tells of; None where nothing was taught."""
        teaching: Teaching | None = None
        for event in events:
            if event.kind == BEGAN:
                faults = event.detail.get("faults", ())
                teaching = cls(note, [str(one) for one in faults] if isinstance(faults, list) else (), begins=False)
            elif teaching is not None and event.kind in (HINTED, ASKED, SHOWN):
                teaching._apply(event.kind, str(event.detail["problem"]))
        return teaching

    # --- what is hidden --------------------------------------------------------------------------------------------------

    def of(self, key: str) -> Told:
        """What was told of this problem."""
        return self.told.get(key, Told())

    def hides(self, problem: Problem) -> bool:
        """Whether the problem is still a question: neither shown nor proved."""
        proved = problem.status == "resolved" or problem.regression
        return not (proved or self.of(problem.key).shown or problem.id == REPORTED)

    def words(self, problem: Problem) -> str:
        """The words to show for a problem, wherever it is shown: its title, or its question while it is one."""
        return question(problem) if self.hides(problem) else problem.title

    def problem(self, problem: Problem) -> Problem:
        """The problem as a learner may see it."""
        return replace(problem, id=QUESTION, title=question(problem)) if self.hides(problem) else problem

    # --- what the learner asks --------------------------------------------------------------------------------------------

    def hints(self, problem: Problem, finding: Finding | None) -> tuple[str, ...]:
        """The hints that were given so far."""
        return all_hints(problem, finding)[: self.of(problem.key).hints]

    def hint(self, problem: Problem, finding: Finding | None) -> str:
        """Give the next hint. Raises SessionError where there is none left, or nothing to guess."""
        if not self.hides(problem):
            raise SessionError(_("There is nothing to guess here: the answer is on the screen."))
        every, given = all_hints(problem, finding), self.of(problem.key).hints
        if given >= len(every):
            raise SessionError(_("There are no more hints. Mend it by hand and run it again, or ask for the answer."))
        self._record(HINTED, problem.key)
        return every[given]

    def ask(self, problem: Problem) -> bool:
        """Ask for the answer: the first time it is only noted, the second time it is shown. Returns whether it is."""
        if self.hides(problem):
            self._record(SHOWN if self.of(problem.key).asked else ASKED, problem.key)
        return not self.hides(problem)

    # --- the end ----------------------------------------------------------------------------------------------------------

    def outcome(self, problem: Problem) -> Outcome:
        """How the learner came to the answer, if they did."""
        told = self.of(problem.key)
        if told.shown:
            return "shown"
        if self.hides(problem):
            return "question"
        return "with hints" if told.hints else "alone"

    def rows(self, problems: Iterable[Problem]) -> list[Row]:
        """Every problem of the session with what came of it."""
        return [Row(one.key, self.words(one), self.outcome(one), self.of(one.key).hints) for one in problems]

    def not_reached(self, problems: Iterable[Problem]) -> int:
        """How many faults of the lesson no run has come to yet."""
        return len(set(self.faults) - {one.id for one in problems})

    def _record(self, kind: str, key: str) -> None:
        self._note(kind, problem=key)  # on disk before anyone is shown more
        self._apply(kind, key)

    def _apply(self, kind: str, key: str) -> None:
        told = self.of(key)
        match kind:
            case "hint given":
                told = replace(told, hints=told.hints + 1)
            case "answer asked":
                told = replace(told, asked=True)
            case "answer shown":
                told = replace(told, shown=True)
        self.told[key] = told


def question(problem: Problem) -> str:
    """What leads to the problem without naming it: its own question, else that of its stage."""
    from tfwizard.explanations import explanation  # not before the first paint

    known = explanation(problem.id)
    if known is not None and known.question:
        return _(known.question)
    stage = BY_ID.get(problem.stage)
    if stage is None:
        return _("Something here is not as it should be. What is it?")
    return _(
        "Stage {digit}, {title}, is not as it should be. {question}",
        digit=KEYS[stage.id], title=_(stage.title), question=_(stage.question),
    )  # fmt: skip


def all_hints(problem: Problem, finding: Finding | None) -> tuple[str, ...]:
    """The hints for a problem, each says a little more: its own, else where to look, and at which line."""
    from tfwizard.explanations import explanation  # not before the first paint

    known = explanation(problem.id)
    if known is not None and any(known.hints):
        return tuple(_(hint) for hint in known.hints if hint)
    stage = BY_ID.get(problem.stage)
    digit = KEYS[stage.id] if stage else KEYS["script"]
    first = _(
        "Read all that stage {digit} shows of your own run: which value would you not have expected there?", digit=digit
    )
    if finding is None or finding.where is None:
        return (first,)
    file = finding.where.file.rsplit("/", 1)[-1]
    second = _(
        "Look at {file}, line {line}: what is given there, and what is left out?", file=file, line=finding.where.line
    )
    return first, second
