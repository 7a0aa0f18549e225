"""What the script printed: follows the end, or stands still while the person reads."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Log as LogView

from tfwizard.language import _, ngettext
from tfwizard.runner.log import KEPT_LINES
from tfwizard.runner.log import Log as Output
from tfwizard.tui.lines import FAINT, STRONG, Lines, clean, cut, line
from tfwizard.tui.widgets.drawn import Drawn


class LogPane(Vertical):
    """The log. Nothing is written into it while it is paused, so what the person reads stays where it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause", show=False),
        Binding("end", "follow", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    LogPane { padding: 0 1; }
    LogPane Log { height: 1fr; background: transparent; scrollbar-size: 1 1; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.paused = False
        self._output: Output | None = None
        self._written = 0

    def compose(self) -> ComposeResult:
        """State, the lines, the line that is being written."""
        yield Drawn(classes="state")
        yield LogView(auto_scroll=False, max_lines=KEPT_LINES)
        yield Drawn(classes="live")

    def show(self, output: Output) -> None:
        """Take over the lines that are new, all at once."""
        view = self.query_one(LogView)
        if output is not self._output or output.total < self._written:
            self._output, self._written = output, 0
            view.clear()
        reading = self.paused or (self._written > 0 and not view.is_vertical_scroll_end)
        if not reading and output.total > self._written:
            new = output.total - self._written
            lines = list(output.lines)[-new:]
            missed = new - len(lines)
            if missed:
                lines_left_out = ngettext("… {n} line left out here", "… {n} lines left out here", missed)
                view.write_line(lines_left_out)
            view.write_lines([mark(each.stream) + clean(each.text) for each in lines], scroll_end=False)
            self._written = output.total
            view.call_after_refresh(lambda: view.scroll_end(animate=False))
        waiting = output.total - self._written
        self.query_one(".state", Drawn).show(lambda width: state_lines(output, waiting, reading, width))
        live = clean(output.live)
        self.query_one(".live", Drawn).show(lambda width: [line((cut(f"▶ {live}", width), STRONG))] if live else [])

    def action_pause(self) -> None:
        """Stand still, or follow again."""
        if self.paused or not self.query_one(LogView).is_vertical_scroll_end:
            self.action_follow()
        else:
            self.paused = True
            self._refresh()

    def action_follow(self) -> None:
        """Follow the end of the log."""
        self.paused = False
        self.query_one(LogView).scroll_end(animate=False, immediate=True)
        self._refresh()

    def _refresh(self) -> None:
        if self._output:
            self.show(self._output)


def mark(stream: str) -> str:
    """The sign of a stream: standard error has a bar."""
    return "│ " if stream == "err" else "  "


def state_lines(output: Output, waiting: int, reading: bool, width: int) -> Lines:
    """Following or paused, how many lines, where the whole log is."""
    if reading:
        new = ngettext("{n} new line", "{n} new lines", waiting)
        state = _("PAUSED, {new}; space follows again", new=new)
    else:
        state = _("following; space pauses; │ is standard error")
    where = f"  {clean(output.path)}" if output.path else ""
    text = _("{n} lines", n=output.total)
    return [line((cut(f"{_('Log')}  {text}  {state}{where}", width), FAINT))]
