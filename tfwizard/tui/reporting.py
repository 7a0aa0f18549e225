"""The report on the session as it stands: gathered when something changed, and saved as it was shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfwizard.report.contents import Report
    from tfwizard.session import Session

BUSY = ("starting", "running", "probing", "training")


@dataclass(frozen=True, slots=True)
class Shown:
    """A report as it is on the screen: what would be saved, and its Markdown."""

    report: Report
    markdown: str


class Reports:
    """The last report that was shown; `saved` are the files that reports were written to."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stamp: tuple[object, ...] = ()
        self._shown: Shown | None = None
        self.saved: tuple[Path, ...] = ()

    def now(self) -> Shown:
        """The report as it stands."""
        stamp = self._what_counts()
        if self._shown is None or stamp != self._stamp:
            from tfwizard.report.gather import gather
            from tfwizard.report.markdown import markdown

            report = gather(self._session)
            self._stamp, self._shown = stamp, Shown(report, markdown(report))
        return self._shown

    def _what_counts(self) -> tuple[object, ...]:
        session = self._session
        problems = tuple((one.key, one.status, one.title) for one in session.casebook.ordered())
        # What the script prints while it runs would have it gathered anew four times a second.
        printed = 0 if session.worker in BUSY else session.log.total
        run = session.run_state
        return run.number, id(run.facts), problems, len(session.sources.steps), printed, session.worker

    def save(self, name: str) -> Path:
        """Write the report that is on the screen, in this format, beside where the wizard was started. Raises CannotSave."""
        from tfwizard.report.saving import free_name, save, written

        shown = self._shown or self.now()
        path = free_name(Path(os.getcwd()), shown.report.script, name)
        save(written(shown.report, name), path)
        self.saved = (*self.saved, path)
        return path
