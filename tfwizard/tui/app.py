"""The wizard's one screen: stages at the left, what the person looks at in the middle, problems and script beside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Footer

from tfwizard.stages import STAGES
from tfwizard.tui import keys
from tfwizard.tui.actions.every import Actions
from tfwizard.tui.fixing import FixFlow, doing
from tfwizard.tui.gather import banner_of, listed, marks, stage_row_list, status_of, summary
from tfwizard.tui.lines import Lines, paragraph
from tfwizard.tui.pending import text_of, unwritten
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.script import ScriptPage
from tfwizard.tui.signals import Signals
from tfwizard.tui.view import view_of
from tfwizard.tui.widgets.banner import banner_lines
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.log_pane import LogPane
from tfwizard.tui.widgets.problems import ProblemsPanel
from tfwizard.tui.widgets.script_pane import ScriptPane
from tfwizard.tui.widgets.stage_list import StageList
from tfwizard.tui.widgets.status_line import status_lines
from tfwizard.tui.words import _

if TYPE_CHECKING:
    from tfwizard.session import Session

#: At most four refreshes a second, whatever the script does.
TICK = 0.25
SMALLEST = (50, 15)
WIDE = 120
#: Below this the side gives way to a change: it needs the room to show before and after beside each other.
WIDE_FOR_CHANGE = 170
#: How often the script's files are looked at, in seconds.
LOOK_S = 1.0


class WizardApp(Actions):
    """The wizard over one session. Ends with the session's exit code."""

    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.KEYS
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, session: Session, title: str = "", start: bool = True) -> None:
        no_color = "NO_COLOR" in os.environ  # before Textual takes it out of the environment
        super().__init__(ansi_color=True if no_color else None)
        self.session = session
        self.title = title or f"tfwizard {session.script.name}"
        self.animation_level = "none"
        if no_color:
            self.theme = "ansi-dark"  # the only theme that then emits no colour at all (measured)
        self.flow = FixFlow(session, self.mark_dirty)
        self.place = f"stage-{STAGES[0].id}"
        self.stage_at = 0
        self.selected: str | None = None
        self.navigated = False
        self.notice = ""
        self.said = "" if start else session.notice
        self.changed = ()
        self.signals = None
        self.asked_again: set[str] = set()
        self._start = start
        self._dirty = True
        self._since: float | None = None
        self._second = 0
        self._logged: tuple[int, str] = (0, "")
        self._enabled: tuple[object, ...] = ()
        self._give_back: list[Callable[[], None]] = []

    # --- what is on the screen -------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Status line, stages, main pane, side, keys."""
        yield Drawn(id="status")
        yield Drawn(id="banner")
        with Horizontal(id="body"):
            yield StageList(id="stages")
            with ContentSwitcher(initial=self.place, id="main"):
                yield ScriptPage(id=self.place)
            with Vertical(id="side"):
                yield ProblemsPanel(id="side-problems")
                yield ScriptPane(id="side-source")
        yield Drawn(self._tiny_lines, id="tiny")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Paint, then start the script."""
        self.signals = Signals(self._ended_by_signal)
        self._give_back = [
            self.signals.release,
            self.session.subscribe(lambda _topic: self.mark_dirty()),
        ]
        self.query_one(StageList).focus()
        self.set_interval(TICK, self._tick)
        self.set_interval(LOOK_S, self.look_at_disk)
        self.refresh_now()
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        await self._mount_other_pages()
        if self._start:
            self.start_run(_("the wizard was opened"))
        elif not self.navigated:
            self.go_to_first()

    async def _mount_other_pages(self) -> None:
        """Everything but the first page comes after the first paint."""
        from tfwizard.tui.pages import PAGES
        from tfwizard.tui.screens.fix import FixPage
        from tfwizard.tui.screens.fix_all import FixAllPage
        from tfwizard.tui.screens.problem import ProblemPage

        main = self.query_one("#main", ContentSwitcher)
        pages: list[Widget] = [PAGES.get(stage.id, StagePage)(id=f"stage-{stage.id}") for stage in STAGES[1:]]
        pages += [ProblemPage(id="problem"), FixPage(id="fix"), FixAllPage(id="fix-all")]
        pages += [ProblemsPanel(id="problems"), ScriptPane(id="source"), LogPane(id="log")]
        for page in pages:
            page.display = False
        await main.mount_all(pages)

    async def on_unmount(self) -> None:
        """End the workers, give the signals back."""
        for give_back in self._give_back:
            give_back()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.session.close(), 10)

    def on_resize(self, event: events.Resize) -> None:
        """Too small is told, not drawn."""
        self.screen_stack[0].set_class(event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1], "-tiny")
        self.mark_dirty()

    def _ended_by_signal(self, code: int) -> None:
        self.exit(code, return_code=code)

    def _tiny_lines(self, width: int) -> Lines:
        text = _("This terminal is {w}×{h}. The wizard needs 50×15 or more: enlarge it. q quits.")
        return paragraph(text.format(w=self.size.width, h=self.size.height), width)

    # --- refreshing ------------------------------------------------------------------------------------------------------

    def mark_dirty(self) -> None:
        """Something changed; it is shown with the next tick."""
        self._dirty = True

    def _tick(self) -> None:
        if self.place == "log":
            logged = (self.session.log.total, self.session.log.live)
            self._dirty = self._dirty or logged != self._logged
            self._logged = logged
        second = int(time.monotonic() - self._since) if self._since else 0
        if self._dirty or second != self._second or (self._since and not self.is_busy):
            self._second = second
            self.refresh_now()

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
        self._show_banner(base)
        at = self.stage_at if self.place.startswith("stage-") else -1
        base.query_one(StageList).show(stage_row_list(session), at, summary(session))
        self._show_main(base.query_one(f"#{self.place}"), trying)
        if self.has_side:
            base.query_one("#side-problems", ProblemsPanel).show(listed(session))
            self._show_source(base.query_one("#side-source", ScriptPane))
        enabled = tuple(
            self.check_action(name, ())
            for name in (
                "answer",
                "try_fix",
                "change_number",
                "fix",
                "explain",
                "next_problem",
                "stop",
                "write",
                "to_stage",
                "edit",
                "run_again",
            )
        )
        if enabled != self._enabled:
            self._enabled = enabled
            self.refresh_bindings()

    def _show_main(self, page: Widget, trying: str) -> None:
        session = self.session
        if isinstance(page, StagePage):
            page.show(view_of(session, STAGES[self.stage_at], self.asked_again))
            return
        from tfwizard.tui.screens.fix import FixPage
        from tfwizard.tui.screens.fix_all import FixAllPage
        from tfwizard.tui.screens.problem import ProblemPage

        if isinstance(page, ProblemPage) and self.selected in session.casebook.problems:
            problem = session.casebook.problems[self.selected]
            page.show(problem, session.findings.get(self.selected), self.place_of(self.selected))
        elif isinstance(page, FixPage) and (fix := self.flow.shown(trying)):
            page.show(fix)
        elif isinstance(page, FixAllPage):
            left = sum(p.severity != "advice" for p in session.casebook.open())
            page.show(self.flow.all or [], self.flow.title, self.flow.trying_title(), trying, left)
        elif isinstance(page, ProblemsPanel):
            page.show(listed(session))
        elif isinstance(page, ScriptPane):
            self._show_source(page)
        elif isinstance(page, LogPane):
            page.show(session.log)

    def _show_source(self, pane: ScriptPane) -> None:
        session = self.session
        finding = session.findings.get(self.selected) if self.selected else None
        path = session.script
        if finding and finding.where and Path(finding.where.file).name != path.name:
            path = Path(finding.where.file)
        found = marks(session, path)
        at = finding.where.line if finding and finding.where else next((mark.line for mark in found), None)
        edited = path.name in unwritten(session)[1]
        pane.show(path.name, text_of(session, path), found, edited, at)

    def _show_banner(self, base: Screen[object]) -> None:
        banner = banner_of(self.session, self.notice, self.said, self.changed)
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
        return _("{k} of {n}").format(k=wanting.index(key) + 1, n=len(wanting)) if key in wanting else ""

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action by name, then what Textual offers."""
        for position, stage in enumerate(STAGES):
            yield SystemCommand(stage.title, _(stage.question), lambda at=position: self.action_stage(at))
        for title, about, action in keys.commands():
            if self.check_action(action.split("(")[0], ()):
                yield SystemCommand(title, about, lambda run=action: self.call_later(self.run_action, run))
        yield from super().get_system_commands(screen)


def run_wizard(session: Session, start: bool = True) -> int:
    """Run the wizard until the person leaves; without `start` it shows the session as it was, and `r` runs the script.

    Returns 0 when no problem is open, 1 otherwise, 128 + n for signal n.
    """
    app = WizardApp(session, start=start)
    app.run()
    return app.return_code or session.exit_code()
