"""Shows the session as it stands: the lines around the main pane, the page in it, the side."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widget import Widget

from tfwizard.language import _
from tfwizard.stages import STAGES
from tfwizard.tui.actions.every import Actions
from tfwizard.tui.fixing import FixFlow, doing
from tfwizard.tui.garbage import Garbage
from tfwizard.tui.gather import banner_of, line_in_sight, listed, marks, stage_row_list, status_of, summary
from tfwizard.tui.guide import guide_line, guide_of
from tfwizard.tui.lines import wrapped
from tfwizard.tui.pending import text_of, unwritten
from tfwizard.tui.reporting import Reports
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.question import is_question
from tfwizard.tui.view import view_of
from tfwizard.tui.widgets.banner import banner_lines
from tfwizard.tui.widgets.drawn import Drawn, unshown
from tfwizard.tui.widgets.log_pane import LogPane
from tfwizard.tui.widgets.problems import ProblemsPanel
from tfwizard.tui.widgets.script_pane import ScriptPane
from tfwizard.tui.widgets.stage_list import StageList
from tfwizard.tui.widgets.status_line import status_lines

if TYPE_CHECKING:
    from tfwizard.session import Session

WIDE = 120
#: Below this the side gives way to a change: it needs the room to show before and after beside each other.
WIDE_FOR_CHANGE = 170
#: The keys in the footer that mean something at times only.
CHANGING = ("hint", "show_answer", "answer", "try_fix", "change_number", "fix", "explain", "next_problem", "stop", "write", "to_stage",
            "edit", "run_again", "compare", "train", "jump", "save_report")  # fmt: skip


class Showing(Actions):
    """What is on the screen, and what of the session it shows."""

    def __init__(self, session: Session, theme: str = "") -> None:
        super().__init__(theme)
        self.session = session
        self.flow = FixFlow(session, self.mark_dirty)
        self.reports = Reports(session)
        self.place = f"stage-{STAGES[0].id}"
        self.stage_at = 0
        self.selected: str | None = None
        self.navigated = False
        self.notice = ""
        self.said = self.warned = ""
        self.changed = ()
        self.signals = None
        self.asked_again: set[str] = set()
        self._dirty = True
        self._since: float | None = None
        self._second = 0
        self._logged: tuple[object, ...] = ()
        self._enabled: tuple[object, ...] = ()
        self.garbage: Garbage | None = None

    def mark_dirty(self) -> None:
        """Something changed; it is shown with the next tick."""
        self._dirty = True

    def tick(self) -> None:
        """Show what changed since the last tick."""
        session = self.session
        if session.look_at_training():
            self._dirty = True
        if self.place == "log":
            logged = (session.log.total, *session.log.unfinished)
            self._dirty = self._dirty or logged != self._logged
            self._logged = logged
        second = int(time.monotonic() - self._since) if self._since else 0
        if self._dirty or second != self._second or (self._since and not self.is_busy):
            self._second = second
            self.refresh_now()
        if self.garbage:
            self.garbage.look((session.worker, self.is_busy), time.monotonic())

    def refresh_now(self) -> None:
        """Show the session as it stands, in what is visible."""
        self._dirty = False
        if not self.screen_stack or not self.is_running:  # the wizard is closing: its parts go one by one
            return
        base = self.screen_stack[0]
        base.set_class(self.has_side, "-side")
        session = self.session
        trying = doing(session) if self.is_trying else ""
        self._since = self._since or time.monotonic() if self.is_busy else None
        status = status_of(session, trying, int(time.monotonic() - self._since) if self._since else None)
        base.query_one("#status", Drawn).show(lambda width: status_lines(status, width))
        guide = guide_of(self)
        base.query_one("#guide", Drawn).show(lambda width: wrapped(guide_line(guide), width))
        at = self.stage_at if self.place.startswith("stage-") else -1
        base.query_one(StageList).show(stage_row_list(session), at, summary(session))
        try:
            self._show_main(base.query_one(f"#{self.place}"), trying)
            wrong = ""
        except Exception as error:  # facts that no worker of ours sends must not end the wizard
            wrong = unshown(error)
        self._show_banner(base, wrong)
        if self.has_side:
            base.query_one("#side-problems", ProblemsPanel).show(listed(session))
            self._show_source(base.query_one("#side-source", ScriptPane))
        enabled = tuple(self.check_action(name, ()) for name in CHANGING)
        if enabled != self._enabled:
            self._enabled = enabled
            self.refresh_bindings()

    def _show_main(self, page: Widget, trying: str) -> None:
        session = self.session
        if isinstance(page, StagePage):
            page.show(view_of(session, STAGES[self.stage_at], self.asked_again))
            if self.shows_report:
                self._show_report(page)
            return
        from tfwizard.tui.screens.compare import ComparePage
        from tfwizard.tui.screens.fix import FixPage
        from tfwizard.tui.screens.fix_all import FixAllPage
        from tfwizard.tui.screens.problem import ProblemPage

        if isinstance(page, ProblemPage) and self.selected in session.casebook.problems:
            problem = session.casebook.problems[self.selected]
            if is_question(problem):
                page.ask(problem, self.asked(self.selected), self.place_of(self.selected))
            else:
                page.show(problem, session.findings.get(self.selected), self.place_of(self.selected))
        elif isinstance(page, FixPage) and (fix := self.flow.shown(trying)):
            page.show(fix)
        elif isinstance(page, FixAllPage):
            left = sum(p.severity != "advice" for p in session.casebook.open())
            page.show(self.flow.all or [], self.flow.title, self.flow.trying_title(), trying, left)
        elif isinstance(page, ComparePage):
            progress = session.progress if self.script_runs else None
            page.show(session.run_state.facts, progress, session.run_state.lacking.get("compare", ""))
        elif isinstance(page, ProblemsPanel):
            page.show(listed(session))
        elif isinstance(page, ScriptPane):
            self._show_source(page)
        elif isinstance(page, LogPane):
            page.show(session.log)

    def _show_report(self, page: Widget) -> None:
        from tfwizard.tui.screens.report import ReportPage

        if isinstance(page, ReportPage):
            page.show_report(self.reports.now(), self.reports.saved)

    def _show_source(self, pane: ScriptPane) -> None:
        session = self.session
        finding = session.findings.get(self.selected) if self.selected else None
        path = session.script
        if finding and finding.where and Path(finding.where.file).name != path.name:
            path = Path(finding.where.file)
        at = line_in_sight(session, STAGES[self.stage_at].id, finding, path)
        edited = path.name in unwritten(session)[1]
        pane.show(path.name, text_of(session, path), marks(session, path), edited, at)

    def _show_banner(self, base: Screen[object], wrong: str) -> None:
        warned = "" if self.navigated else self.warned
        banner = banner_of(self.session, wrong or self.notice, self.said, self.changed, warned)
        drawn = base.query_one("#banner", Drawn)
        drawn.set_class(bool(banner), "-shown")
        drawn.show(lambda width: banner_lines(banner, width))

    # --- small facts about the screen ------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether anything runs that takes time."""
        return self.script_runs or self.is_trying or self.session.finishing

    @property
    def is_wide(self) -> bool:
        """Whether the terminal has room for problems and script beside the stage."""
        return self.size.width >= WIDE

    @property
    def has_side(self) -> bool:
        """Whether problems and script stand beside the page."""
        return self.is_wide and (self.place not in ("fix", "fix-all") or self.size.width >= WIDE_FOR_CHANGE)

    def place_of(self, key: str) -> str:
        """Which of the open problems this is."""
        wanting = [each.problem.key for each in listed(self.session) if each.problem.status in ("open", "fix applied")]
        return _("{k} of {n}", k=wanting.index(key) + 1, n=len(wanting)) if key in wanting else ""
