"""The key that copies what is looked at, and the key for help: both are about what has the focus."""

from __future__ import annotations

from tfwizard.language import _
from tfwizard.tui.actions.reporting import Reporting
from tfwizard.tui.lines import clean
from tfwizard.tui.screens.problem import problem_lines
from tfwizard.tui.screens.question import is_question, question_lines
from tfwizard.tui.widgets.log_pane import LogPane

#: A problem as text is as wide as a mail.
WIDTH = 100


class Copying(Reporting):
    """Out as plain text."""

    def action_copy(self) -> None:
        """Copy the change, the problem or the log, whichever is looked at."""
        text, what = self.to_copy()
        if text:
            self.copy_out(text, what)
        else:
            self.say(_("There is nothing here to copy: a problem, a change or the log can be."))

    @property
    def can_copy(self) -> bool:
        """Whether there is anything to copy. It is asked for at each key: putting a whole log together would be felt."""
        return bool(self.session.log.lines) if self.place == "log" else bool(self.to_copy()[0])

    def to_copy(self) -> tuple[str, str]:
        """The text that the key means now, and what it is."""
        if self.shows_report:
            return self.reports.now().markdown, _("the report, as Markdown")
        view = self.flow.view
        if self.place == "fix" and view is not None and view.preview is not None:
            return view.preview.diff, _("the change, as a diff")
        base = self.screen_stack[0]
        if self.place == "log" and isinstance(base.query_one("#log"), LogPane):
            return "\n".join(clean(one.text) for one in self.session.log.lines), _("the log, as far as it is kept here")
        problem = self.current()
        if problem is None:
            return "", ""
        if is_question(problem):
            lines = question_lines(problem, self.asked(problem.key), "", WIDTH)
        else:
            lines = problem_lines(problem, self.session.findings.get(problem.key), "", WIDTH)
        return "\n".join(row.plain.rstrip() for row in lines), _("the problem, as text")
