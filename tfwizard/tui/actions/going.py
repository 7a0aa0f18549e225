"""Keys that go somewhere: stages, problems, panels."""

from __future__ import annotations

from textual.widgets import ContentSwitcher, OptionList

from tfwizard.stages import STAGES
from tfwizard.tui.actions.base import Base
from tfwizard.tui.screens.page import Page
from tfwizard.tui.widgets.log_pane import LogPane
from tfwizard.tui.widgets.log_view import LogView
from tfwizard.tui.widgets.problems import ProblemsPanel
from tfwizard.tui.widgets.script_pane import ScriptPane
from tfwizard.tui.widgets.stage_list import StageList


class Going(Base):
    """Stages, panels, and the way back."""

    def go(self, place: str) -> None:
        """Show a page of the main pane and give it the focus that its keys need."""
        self.place = place
        with self.batch_update():  # one drawing, not one for each of these
            base = self.screen_stack[0]
            base.query_one("#main", ContentSwitcher).current = place
            self.refresh_now()
            page = base.query_one(f"#{place}")
            if isinstance(page, ProblemsPanel):
                if self.selected:
                    page.mark(self.selected)
                page.query_one(OptionList).focus()
            elif place.startswith("stage-"):
                base.query_one(StageList).focus()
            elif isinstance(page, LogPane):
                page.query_one(LogView).focus()
            else:
                page.focus()

    def action_stage(self, position: int) -> None:
        """Show the stage at this position."""
        if 0 <= position < len(STAGES):
            self.navigated = True
            self.stage_at = position
            self.selected = None
            self.go(f"stage-{STAGES[position].id}")

    def action_step(self, step: int) -> None:
        """The stage before or after."""
        self.action_stage((self.stage_at + step) % len(STAGES))

    def on_stage_list_chosen(self, event: StageList.Chosen) -> None:
        """A click on a stage."""
        self.action_stage(event.position)

    def action_panel(self, name: str) -> None:
        """Problems, script or log; the same key again goes back."""
        self.navigated = True
        if self.is_wide and name in ("problems", "source"):
            if not self.has_side:
                self.action_to_stage()
            side = self.screen_stack[0].query_one(f"#side-{name}")
            (side.query_one(OptionList) if isinstance(side, ProblemsPanel) else side).focus()
            return
        if self.place == name:
            self.action_to_stage()
        else:
            self.go(name)

    def action_search_log(self) -> None:
        """To the log, and into its search."""
        self.go("log")
        self.screen_stack[0].query_one(LogPane).action_search()

    def action_gpus(self) -> None:
        """The GPUs, live, over whatever is on the screen."""
        from tfwizard.tui.screens.gpus import GpusScreen

        self.push_screen(GpusScreen())

    @property
    def focused_panel(self) -> ProblemsPanel | None:
        """The list of problems that has the focus. It is asked for many times a key: a search in all parts would be felt."""
        focused = self.screen_stack[0].focused
        parts = focused.ancestors_with_self if focused is not None else ()
        return next((part for part in parts if isinstance(part, ProblemsPanel)), None)

    def action_to_stage(self) -> None:
        """Back: out of a search among the problems, else to the stage."""
        if self.focused_panel is not None and self.focused_panel.leave_search():
            return
        self.go(f"stage-{STAGES[self.stage_at].id}")

    def action_turn(self, step: int) -> None:
        """Left and right mean what the page makes of them."""
        page = self.screen_stack[0].query_one(f"#{self.place}")
        if isinstance(page, Page):
            page.turn(step)

    def action_jump(self, stage: str) -> None:
        """To what the page of this stage has to go to."""
        if self.place == f"stage-{stage}":
            page = self.screen_stack[0].query_one(f"#{self.place}")
            if isinstance(page, Page):
                page.jump()

    def can_jump(self, stage: str) -> bool:
        """Whether the page on the screen is that of `stage`, and has something to go to."""
        if self.place != f"stage-{stage}":
            return False
        pages = self.screen_stack[0].query(f"#{self.place}").results(Page)
        return any(page.can_jump for page in pages)

    def action_scroll_page(self, step: int) -> None:
        """Scroll the page, wherever the focus is."""
        page = self.screen_stack[0].query_one(f"#{self.place}")
        if isinstance(page, (Page, ScriptPane)):
            (page.scroll_page_down if step > 0 else page.scroll_page_up)(animate=False)
