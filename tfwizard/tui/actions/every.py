"""All the actions together, and which keys mean something now."""

from __future__ import annotations

from tfwizard.language import _, ngettext
from tfwizard.tui import keymap
from tfwizard.tui.actions.helping import Helping
from tfwizard.tui.pending import unwritten
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.screens.page import Page
from tfwizard.tui.screens.question import is_question
from tfwizard.tui.widgets.stage_list import StageList


class Actions(Helping):
    """All the actions of `WizardApp`, and which of them mean something now."""

    def action_help_quit(self) -> None:
        """What ctrl+c says."""
        words = _("Press {q} to quit. To stop a test or a trial, press {x}.", q=keymap.now("q"), x=keymap.now("x"))
        self.say(words)

    async def action_quit(self) -> None:
        """Quit, after a question if a training runs, or edits are not written."""
        if self.trains and not isinstance(self.screen, Confirm):
            self.ask_before_leaving_training()
        elif not self.trains:
            self.leave()

    def leave(self) -> None:
        """Quit, after a question if edits are not written."""
        count, files = unwritten(self.session)
        if not count:
            self.exit(self.session.exit_code())
            return
        if isinstance(self.screen, Confirm):
            return
        text = ngettext(
            "{n} proved edit is not in your file yet:", "{n} proved edits are not in your files yet:", count
        )
        answers = [("w", _("write and quit")), ("q", _("quit without writing"))]
        self.push_screen(Confirm(_("Quit?"), [text, *(f"  {name}" for name in files)], answers), self._quit_answered)

    def _quit_answered(self, answer: str | None) -> None:
        if answer == "q" or (answer == "w" and self.write_now()):
            self.exit(self.session.exit_code())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which keys mean something now; the others leave the footer."""
        match action:
            case "answer":
                return bool(self.unanswered())
            case "ask_again":
                return self.place == "stage-samples" and bool(self.session.casebook.answers)
            case "try_fix":
                return self.place == "fix" and self.flow.can_try and not self.is_trying
            case "remedy":
                return self.place == "fix" and self.flow.can_turn
            case "change_number":
                return self.place == "fix" and self.flow.can_change and not self.is_trying
            case "jump":
                return any(self.can_jump(str(stage)) for stage in parameters or ("data", "samples"))
            case "edit":
                return not self.is_trying
            case "fix":
                problem = self.to_fix()
                return (
                    problem is not None
                    and not is_question(problem)
                    and not (self.place == "fix" and not self.flow.verified)
                )
            case "hint" | "show_answer":
                return self.question() is not None
            case "summary":
                return self.learner is not None
            case "explain":
                return self.place != "problem" and bool(self.wanting())
            case "next_problem":
                return bool(self.wanting()) and self.place != "fix"
            case "train":
                return self.place == "stage-train" and not self.trains and not self.script_runs and not self.is_trying
            case "stop":
                probing = self.session.worker == "probing" and self.script_runs
                return probing or self.session.finishing or self.is_trying or self.trains
            case "write":
                return unwritten(self.session)[0] > 0 and not self.is_trying
            case "undo":
                return not self.is_trying
            case "copy":
                return self.can_copy
            case "go_to":
                return self.can_go_to
            case "compare":
                return self.place in ("stage-train", "compare") and not self.script_runs and not self.is_trying
            case "run_again":
                return not self.script_runs and not self.is_trying
            case "save_report":
                return self.shows_report
            case "to_stage":
                return not self.place.startswith("stage-") or not self.has_stage_focus
        return True

    @property
    def has_stage_focus(self) -> bool:
        """Whether the focus is where the stage keys work."""
        return self.focused is None or isinstance(self.focused, (StageList, Page))
