"""Help for what has the focus: a problem is explained to a beginner, a page says what it is for and which keys it has."""

from __future__ import annotations

from functools import partial

from textual.actions import parse

from tfwizard.casebook import Problem
from tfwizard.language import N_, _
from tfwizard.stages import STAGES
from tfwizard.tui.actions.copying import Copying
from tfwizard.tui.keymap import all_named, chosen
from tfwizard.tui.keys import KEYS, STAGE_KEYS, keys_of
from tfwizard.tui.part_keys import PARTS
from tfwizard.tui.screens.dialogs import Explained, Help
from tfwizard.tui.screens.question import is_question

#: What each place is for. A stage has its own question besides.
ABOUT = {
    "stage": N_("At the left are the stages of the examination, each with a sign and a word. This page shows what was found, "
                "and below it what proves it."),
    "problems": N_("Every problem that was found, with its state: open, proved fixed, or waived. Left and right choose a state "
                   "or a severity, a slash looks for words, enter explains the marked one."),
    "source": N_("Your script, with the edits that were proved so far. Lines with a sign are those that a problem is about."),
    "log": N_("What your script printed. Space holds it still while you read, and end follows it again."),
    "fix": N_("What would change in your file, and why. Nothing is changed before it was tried on a copy and proved, "
              "and written at your word."),
    "fix-all": N_("One fix after the other, each tried on a copy and proved, until one is not."),
    "compare": N_("Short trainings that differ in one hyperparameter, beside each other."),
    "problem": N_("One problem, with what proves it."),
}  # fmt: skip


class Helping(Copying):
    """What the help key shows."""

    def action_help(self) -> None:
        """A problem for a beginner where one is looked at, else what the page is for, with its keys."""
        problem = self.looked_at()
        if problem is not None:
            self.show_explanation(problem)
        else:
            self.push_screen(Help(self.about_words(), *self.key_rows()))

    def looked_at(self) -> Problem | None:
        """The problem that the page or the marked row is about; a stage is more than its problem."""
        return self.current() if self.focused_panel is not None or self.place in ("problem", "fix") else None

    def show_explanation(self, problem: Problem) -> None:
        """The explanation of this problem, over the screen; a question is not answered by it."""
        if is_question(problem):
            self.explain(problem.key)
            return
        from tfwizard.explanations import explanation
        from tfwizard.tui.screens.explained import explained_lines

        text = explanation(problem.id)
        finding = self.session.findings.get(problem.key)
        make = partial(explained_lines, problem.title, finding, text)
        self.push_screen(Explained(make, text.by_hand if text else "", self.key_rows()[0]))

    def about_words(self) -> str:
        """What the page is for."""
        if not self.place.startswith("stage-"):
            return _(ABOUT[self.place])
        stage = STAGES[self.stage_at]
        return _(
            "{title}: {question} {about}", title=_(stage.title), question=_(stage.question), about=_(ABOUT["stage"])
        )

    def key_rows(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The keys that mean something now, and the others."""
        here = [
            *self.own_rows(),
            (f"{STAGE_KEYS[0][0]} – {STAGE_KEYS[-2][0]}, {STAGE_KEYS[-1][0]}", _("go to a stage")),
        ]
        others: list[tuple[str, str]] = []
        for key in KEYS:
            _where, action, parameters = parse(key.action)
            means = self.check_action(action, parameters)
            (here if means else others).append((all_named(keys_of(key)), _(key.about)))
        here += [("tab", _("go from part to part; then ↑ and ↓ scroll")), ("ctrl+q", _("quit, as well"))]
        return here, others

    def own_rows(self) -> list[tuple[str, str]]:
        """The keys that only what has the focus has, and that mean something now."""
        rows = []
        focused = self.screen_stack[0].focused
        for part in focused.ancestors_with_self if focused is not None else ():
            for key in PARTS.get(getattr(part, "KEYS_OF", ""), ()):
                _where, action, parameters = parse(key.action)
                if part.check_action(action, parameters):
                    rows.append((all_named(chosen().get(key.id, key.keys)), _(key.about)))
        return rows
