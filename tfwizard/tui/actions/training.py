"""Keys for the real training, which a process of its own keeps."""

from __future__ import annotations

import os
from abc import abstractmethod

from tfwizard.language import _
from tfwizard.serve import outlives
from tfwizard.tui.actions.editing import Editing
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.widgets.live_training import stop_question


class RealTraining(Editing):
    """Begin the training, stop it, or leave it running."""

    @property
    def trains(self) -> bool:
        """Whether a training that was begun from here runs."""
        following = self.session.following
        return following is not None and following.alive

    def action_train(self) -> None:
        """Ask, then let the script train."""
        if self.trains or self.script_runs or self.is_trying:
            return
        text = [
            _("The script runs from its beginning to its end, as it does by itself: it writes its files."),
            _("It goes on when the wizard is closed. What is held now is let go.")
            if outlives(os.environ)
            else _("It ends with the wizard. What is held now is let go."),
        ]
        dialog = Confirm(_("Let it train for real?"), text, [("y", _("train, under watch"))])

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.run_worker(self._guard(self.session.train_apart()), group="train", exit_on_error=False)

        self.push_screen(dialog, answered)

    def action_stop(self) -> None:
        """Stop the training that runs, after a question; else what Stop means elsewhere."""
        if not self.trains:
            super().action_stop()
        elif not isinstance(self.screen, Confirm):
            title, text, answer = stop_question(self.session.following.training if self.session.following else None)
            self.push_screen(Confirm(title, [text], [("y", answer)]), self._stop_answered)

    def _stop_answered(self, answer: str | None) -> None:
        if answer == "y" and self.session.following is not None:
            self.session.following.stop()

    def ask_before_leaving_training(self) -> None:
        """Leave it running, or stop it: asked twice."""
        if outlives(os.environ):
            text = _("It goes on without the wizard; `tfwizard watch --attach` shows it again.")
            answers = [("l", _("leave it running")), ("s", _("stop it"))]
        else:
            text = _("It ends with the wizard.")
            answers = [("l", _("end both")), ("s", _("stop it"))]

        def answered(answer: str | None) -> None:
            if answer == "l":
                self.leave()
            elif answer == "s":
                self.action_stop()

        self.push_screen(Confirm(_("A training runs"), [text], answers), answered)

    @abstractmethod
    def leave(self) -> None:
        """Quit the wizard."""
