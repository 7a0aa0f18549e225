"""Keys for the problems and the questions: next, explain, waive, yes and no."""

from __future__ import annotations

from tfwizard.casebook import Problem
from tfwizard.language import _
from tfwizard.stages import ORDER, STAGES
from tfwizard.tui.actions.going import Going
from tfwizard.tui.screens.dialogs import Reason
from tfwizard.tui.view import digit, fixable, questions_of, wanting
from tfwizard.tui.widgets.problems import ProblemsPanel


class Problems(Going):
    """The problem that the keys mean, and what the person says of it."""

    # --- problems --------------------------------------------------------------------------------------------------------

    def wanting(self) -> list[Problem]:
        """The open problems in the order of the stages; advice last."""
        return wanting(self.session)

    def current(self) -> Problem | None:
        """The problem that the keys mean: the one on the screen, the marked one, the first of the stage."""
        problems = self.session.casebook.problems
        panel = self.focused_panel
        if panel is not None and panel.display and panel.key in problems:
            return problems[panel.key]
        if self.place in ("problem", "fix") and self.selected in problems:
            return problems[self.selected]
        if self.place == "fix-all" and self.flow.stopped_at in problems:
            return problems[self.flow.stopped_at]
        if self.place.startswith("stage-"):
            stage = STAGES[self.stage_at].id
            mine = [p for p in self.wanting() if p.stage == stage]
            if self.selected in problems and problems[self.selected].stage == stage:
                return problems[self.selected]
            return next((p for p in mine if p.status == "open"), mine[0] if mine else None)
        return None

    def to_fix(self) -> Problem | None:
        """The problem that `f` means: the current one, else the first that has a fix."""
        problem = self.current()
        if problem and (fixable(self.session, problem) or (problem.status == "open" and self.place == "problem")):
            return problem
        return next((p for p in self.wanting() if fixable(self.session, p)), None)

    def explain(self, key: str) -> None:
        """Show one problem."""
        self.navigated = True
        self.selected = key
        self.stage_at = ORDER.get(self.session.casebook.problems[key].stage, self.stage_at)
        self.go("problem")

    def on_problems_panel_chosen(self, event: ProblemsPanel.Chosen) -> None:
        """Enter on a problem."""
        self.explain(event.key)

    def action_explain(self) -> None:
        """Explain the problem that the screen is about."""
        problem = self.current() or next(iter(self.wanting()), None)
        if problem:
            self.explain(problem.key)

    @property
    def can_go_to(self) -> bool:
        """Whether the page or the marked row is about a problem of some stage."""
        problem = self.current()
        about = self.focused_panel is not None or self.place in ("problem", "fix", "fix-all")
        return about and problem is not None and problem.stage in ORDER

    def action_go_to(self) -> None:
        """From a problem to its stage, beside which the script shows its line."""
        problem = self.current()
        if self.can_go_to and problem is not None:
            self.action_stage(ORDER[problem.stage])
            self.selected = problem.key
            self.refresh_now()

    def action_next_problem(self) -> None:
        """Explain the next open problem; after the last one comes the first."""
        keys = [p.key for p in self.wanting()]
        if not keys:
            self.say(_("No problem is open."))
            return
        at = keys.index(self.selected) + 1 if self.selected in keys and self.place in ("problem", "fix") else 0
        self.explain(keys[at % len(keys)])

    def action_waive(self) -> None:
        """Ask for the reason and waive, or take a waiver back."""
        problem = self.current()
        if problem is None or problem.status not in ("open", "waived"):
            return
        if problem.status == "waived":
            self.attempt(lambda: self.session.reopen(problem.key), _("Open again."))
            return

        def answered(reason: str | None) -> None:
            if reason:
                self.attempt(lambda: self.session.waive(problem.key, reason), _("Waived."))

        self.push_screen(Reason(_("Why is this no problem here?"), problem.title), answered)

    # --- questions -------------------------------------------------------------------------------------------------------

    def unanswered(self) -> list[str]:
        """The questions of the stage on the screen that wait for the person."""
        if not self.place.startswith("stage-"):
            return []
        stage = STAGES[self.stage_at].id
        examined = self.session.run_state.facts.samples is not None
        if not examined or self.session.stage_state(stage).status in ("waiting", "running", "blocked"):
            return []
        return [question for question, _text in questions_of(stage) if question not in self.answered_here]

    def asking_stage(self) -> str:
        """The digit of the first stage that waits for an answer, "" where none does."""
        asks = [stage for stage in STAGES if self.session.stage_state(stage.id).status == "questions"]
        return digit(asks[0]) if asks else ""

    @property
    def answered_here(self) -> set[str]:
        """The questions that need no answer now."""
        return set(self.session.casebook.answers) - self.asked_again

    def action_answer(self, yes: bool) -> None:
        """Answer the first open question of the stage."""
        questions = self.unanswered()
        if questions:
            self.asked_again.discard(questions[0])
            self.attempt(lambda: self.session.answer(questions[0], yes))

    def action_ask_again(self) -> None:
        """Ask the questions of the stage again."""
        self.asked_again |= {question for question, _text in questions_of(STAGES[self.stage_at].id)}
        self.refresh_now()
