"""The key that saves the report."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tfwizard.language import _
from tfwizard.tui.actions.learning import Learning
from tfwizard.tui.clipboard import short
from tfwizard.tui.reporting import Reports
from tfwizard.tui.screens.dialogs import Confirm

#: The formats by the keys of the question.
KEYS = {"m": "markdown", "h": "html", "j": "json"}


class Reporting(Learning):
    """The report, out into a file."""

    reports: Reports

    @property
    def shows_report(self) -> bool:
        """Whether the report is on the screen: nothing is saved that was not seen."""
        return self.place == "stage-report"

    def action_save_report(self) -> None:
        """Ask for the format, then save it beside where the wizard was started."""
        if not self.shows_report or isinstance(self.screen, Confirm):
            return
        from tfwizard.report.sections import masked_words

        masked = masked_words(self.reports.now().report.masked)
        text = [_("It goes into {folder}, and is sent nowhere.", folder=short(Path.cwd()))]
        text += [_("Masked: {what}", what=words) for words in masked]
        answers = [
            ("m", _("Markdown, for an issue")),
            ("h", _("HTML, one page with its curves")),
            ("j", _("JSON, for programs")),
        ]
        self.push_screen(Confirm(_("Save the report as"), text, answers), self._report_answered)

    def _report_answered(self, answer: str | None) -> None:
        if answer in KEYS:
            self.attempt(partial(self._save_report, KEYS[answer]))

    def _save_report(self, name: str) -> None:
        from tfwizard.report.saving import CannotSave

        try:
            path = self.reports.save(name)
        except CannotSave as error:
            self.say(str(error), bad=True)
        else:
            self.say(_("Saved: {path}", path=short(path)))
