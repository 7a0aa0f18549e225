"""A problem that is a question first (`--teach`): its hints, one at a time, and the answer for whoever asks twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.language import N_, _
from tfwizard.plain.menu import Choice
from tfwizard.session import SessionError
from tfwizard.session.learner import learner_of
from tfwizard.stages import BY_ID
from tfwizard.tui.lines import clean
from tfwizard.tui.screens.question import is_question, not_reached_words, row_words

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk


def asked(walk: Walk, key: str) -> list[str]:
    """The question, where to look, the hints so far."""
    problem, learner = walk.session.casebook.problems[key], learner_of(walk.session)
    stage = BY_ID.get(problem.stage)
    said = [_("A question: {question}", question=clean(problem.title))]
    if stage is not None:
        said.append(_("It is about the stage {title}.", title=_(stage.title)))
    hints = learner.hints(key) if learner else ()
    said += [_("Hint {n}: {hint}", n=number, hint=clean(hint)) for number, hint in enumerate(hints, 1)]
    return [*said, _("Mend it by hand, and {run} proves it; or ask for a hint.", run=_("run"))]


class Learning:
    """What a learner may ask of the question that was read last."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def choices(self) -> list[Choice]:
        """Hint and answer; none where nothing is taught."""
        if learner_of(self.walk.session) is None:
            return []
        problem = self.walk.session.casebook.problems.get(self.walk.current or "")
        open_question = problem is not None and is_question(problem)
        return [
            Choice(N_("hint"), _("a hint; each says a little more"), self._hint, "h", open_question),
            Choice(N_("tell"), _("the answer; it is shown when you ask for it twice"), self._tell, "", open_question),
        ]

    def summary_choice(self) -> Choice:
        """What came of every question; for the main menu, whose words are understood in every other."""
        taught = learner_of(self.walk.session) is not None
        return Choice(
            N_("summary"), _("what you have found alone, with hints, or were shown"), self._summary, "S", taught
        )

    async def _summary(self, _rest: str) -> None:
        learner = learner_of(self.walk.session)
        if learner is not None:
            rows, not_reached = learner.summary()
            self.walk.say(*(f"{clean(row.words)} {row_words(row)}." for row in rows))
            if not_reached:
                self.walk.say(not_reached_words(not_reached))

    async def _hint(self, _rest: str) -> None:
        learner, key = learner_of(self.walk.session), self.walk.current or ""
        if learner is None:
            return
        try:
            hint = learner.hint(key)
        except SessionError as why:  # there are no more
            self.walk.say(clean(why))
        else:
            self.walk.say(_("Hint {n}: {hint}", n=len(learner.hints(key)), hint=clean(hint)))

    async def _tell(self, _rest: str) -> None:
        learner, key = learner_of(self.walk.session), self.walk.current or ""
        if learner is None:
            return
        if learner.ask(key):
            self.walk.problems.say_problem(key)
        else:
            self.walk.say(_("Sure? Ask once more, and the answer is shown."))
