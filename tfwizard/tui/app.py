"""The wizard's one screen: stages at the left, what the person looks at in the middle, problems and script beside it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.actions import parse
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from tfwizard.language import _
from tfwizard.stages import STAGES
from tfwizard.tui import keymap, keys
from tfwizard.tui.config import Config, config_path, read_config, theme_of, use_keys, wrong_words
from tfwizard.tui.garbage import Garbage
from tfwizard.tui.lines import Lines, paragraph
from tfwizard.tui.part_keys import chosen_here
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.script import ScriptPage
from tfwizard.tui.showing import WIDE, Showing
from tfwizard.tui.signals import Signals
from tfwizard.tui.themes import THEMES
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.key_footer import KeyFooter
from tfwizard.tui.widgets.log_pane import LogPane
from tfwizard.tui.widgets.problems import ProblemsPanel
from tfwizard.tui.widgets.script_pane import ScriptPane
from tfwizard.tui.widgets.stage_list import StageList

if TYPE_CHECKING:
    from tfwizard.session import Session

#: At most four refreshes a second, whatever the script does.
TICK = 0.25
SMALLEST = (50, 15)
#: How often the script's files are looked at, in seconds.
LOOK_S = 1.0
NO_CONFIG = Config()


class WizardApp(Showing):
    """The wizard over one session. Ends with the session's exit code."""

    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, session: Session, title: str = "", start: bool = True, config: Config = NO_CONFIG) -> None:
        super().__init__(session, theme_of(config))
        use_keys(config)
        self._bindings.key_to_bindings.pop(
            self.COMMAND_PALETTE_BINDING, None
        )  # ours has a name that the person can bind
        self.bind_now(keys.bindings())
        self.set_keymap(chosen_here())
        self.title = title or f"tfwizard {session.script.name}"
        self.warned = wrong_words(config)
        self.said = "" if start else session.notice
        self._start = start
        self._give_back: list[Callable[[], None]] = []
        self._has_pages = False
        self._typed_ahead: list[events.InputEvent] = []

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
        yield Drawn(id="guide")
        yield Drawn(self._tiny_lines, id="tiny")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Paint, then start the script."""
        self.signals = Signals(self._ended_by_signal)
        self.garbage = Garbage()
        self._give_back = [
            self.signals.release,
            self.garbage.release,
            self.session.subscribe(lambda _topic: self.mark_dirty()),
        ]
        self.query_one(StageList).focus()
        self.set_interval(TICK, self.tick)
        self.set_interval(LOOK_S, self.look_at_disk)
        self.refresh_now()
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        await self._mount_other_pages()
        self._has_pages = True
        for event in self._typed_ahead:
            self.post_message(event)
        if self._start:
            self.start_run(_("the wizard was opened"))
        elif not self.navigated:
            self.go_to_first()

    async def _mount_other_pages(self) -> None:
        """Everything but the first page comes after the first paint."""
        from tfwizard.tui.pages import PAGES
        from tfwizard.tui.screens.compare import ComparePage
        from tfwizard.tui.screens.fix import FixPage
        from tfwizard.tui.screens.fix_all import FixAllPage
        from tfwizard.tui.screens.problem import ProblemPage

        main = self.query_one("#main", ContentSwitcher)
        pages: list[Widget] = [PAGES.get(stage.id, StagePage)(id=f"stage-{stage.id}") for stage in STAGES[1:]]
        pages += [ProblemPage(id="problem"), FixPage(id="fix"), FixAllPage(id="fix-all"), ComparePage(id="compare")]
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

    async def on_event(self, event: events.Event) -> None:
        """Every event of the app's; a key says that someone looks at the screen now. Before the pages are there, it waits."""
        if isinstance(event, events.InputEvent) and not self._has_pages:
            self._typed_ahead.append(event)
            return
        if self.garbage and isinstance(event, events.Key):
            self.garbage.key_at = time.monotonic()
        await super().on_event(event)

    def _ended_by_signal(self, code: int) -> None:
        self.exit(code, return_code=code)

    def _tiny_lines(self, width: int) -> Lines:
        text = _(
            "This terminal is {w}×{h}. The wizard needs {wide}×{high} or more: enlarge it. {q} quits.",
            w=self.size.width, h=self.size.height, wide=SMALLEST[0], high=SMALLEST[1], q=keymap.now("q"),
        )  # fmt: skip
        return paragraph(text, width)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action by name, then what Textual offers."""
        for position, stage in enumerate(STAGES):
            yield SystemCommand(_(stage.title), _(stage.question), lambda at=position: self.action_stage(at))
        for title, about, action in keys.commands():
            if self.check_action(*parse(action)[1:]):
                yield SystemCommand(title, about, lambda run=action: self.call_later(self.run_action, run))
        for name, (_textual, about) in THEMES.items():
            title = _("Theme: {name}", name=name)
            yield SystemCommand(title, _(about), lambda theme=name: self.action_use_theme(theme))
        for command in super().get_system_commands(screen):
            if not (self.colourless and command.title == _("Theme")):
                yield command


def run_wizard(session: Session, start: bool = True) -> int:
    """Run the wizard until the person leaves; without `start` it shows the session as it was, and `r` runs the script.

    Returns 0 when no problem is open, 1 otherwise, 128 + n for signal n.
    """
    app = WizardApp(session, start=start, config=read_config(config_path()))
    app.run()
    return app.return_code or session.exit_code()
