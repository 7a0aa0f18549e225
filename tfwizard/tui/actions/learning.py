"""Keys for learners: a hint, the answer, the summary. Nothing of it means anything where nothing is taught."""

from __future__ import annotations

from tfwizard.casebook import Problem
from tfwizard.language import _
from tfwizard.session.learner import LearnersSession, learner_of
from tfwizard.tui import keymap
from tfwizard.tui.actions.training import RealTraining
from tfwizard.tui.lines import Lines
from tfwizard.tui.screens.question import Asked, is_question, summary_lines


class Learning(RealTraining):
    """What a learner may ask."""

    @property
    def learner(self) -> LearnersSession | None:
        """The session as a learner's; None where nothing is taught."""
        return learner_of(self.session)

    def question(self) -> Problem | None:
        """The question that the keys mean: the problem of the screen, else the first one."""
        problem = self.current() or next((one for one in self.wanting() if is_question(one)), None)
        return problem if problem is not None and is_question(problem) else None

    def asked(self, key: str) -> Asked:
        """What was told of a question."""
        learner = self.learner
        if learner is None:
            return Asked()
        return Asked(learner.hints(key), learner.hints_of(key), learner.told(key).asked)

    def action_hint(self) -> None:
        """Give the next hint, and show the question with its hints."""
        learner, problem = self.learner, self.question()
        if learner is None or problem is None:
            self.say(_("There is no question here."))
            return
        self.attempt(lambda: learner.hint(problem.key))
        self.explain(problem.key)

    def action_show_answer(self) -> None:
        """Ask for the answer; the second time it is shown."""
        learner, problem = self.learner, self.question()
        if learner is None or problem is None:
            self.say(_("There is no question here."))
            return
        if not learner.ask(problem.key):
            words = _("{answer} once more shows the answer; {hint} gives a hint instead.")
            self.say(words.format(answer=keymap.now("A"), hint=keymap.now("h")))
        self.explain(problem.key)

    def action_summary(self) -> None:
        """What was found alone, with hints, or shown."""
        from tfwizard.tui.screens.summary import Summary

        if self.learner is not None:
            self.push_screen(Summary(self._summary_lines))

    def _summary_lines(self, width: int) -> Lines:
        learner = self.learner
        return summary_lines(*learner.summary(), width) if learner else []

    def action_fix_all(self) -> None:
        """Mend what is no question."""
        learner = self.learner
        if learner is not None and learner.hidden and learner.next_fixable(set()) is None:
            words = _(
                "These are still questions. {hint} gives a hint, {answer} the answer, and {edit} opens your editor."
            )
            self.say(words.format(hint=keymap.now("h"), answer=keymap.now("A"), edit=keymap.now("e")))
        else:
            super().action_fix_all()
