"""What the script printed: follows the end, or stands still while the person reads or searches."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tfwizard.language import _, ngettext
from tfwizard.runner.log import Line
from tfwizard.runner.log import Log as Output
from tfwizard.tui.lines import FAINT, STRONG, Lines, clean, cut, line, wrapped
from tfwizard.tui.part_keys import bindings_of, shown_here
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.log_view import LogView, mark

#: Where more is printed than the screen holds nobody reads along: it is shown so seldom, in seconds, to save bytes.
FLOOD_S = 0.5
#: Of the lines that are being written so many are shown, the last ones.
MOST_LIVE = 6


class LogPane(Vertical):
    """The log. Nothing is written into it while it is paused, so what the person reads stays where it is."""

    KEYS_OF = "log"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("log", first="log_follow")]
    DEFAULT_CSS = """
    LogPane { padding: 0 1; }
    LogPane LogView { height: 1fr; background: transparent; scrollbar-size: 1 1; overflow-y: scroll; }
    LogPane Input { display: none; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.paused = False
        self._output: Output | None = None
        self._written = 0
        self._last: Line | None = None
        self._wrote_at = 0.0
        self._put_off = False

    def compose(self) -> ComposeResult:
        """State, the lines, the lines that are being written, the text that is searched for."""
        yield Drawn(classes="state")
        yield LogView()
        yield Drawn(classes="live")
        yield Input(placeholder=_("search the log, then enter"), select_on_focus=True, compact=True)

    # --- what is shown ---------------------------------------------------------------------------------------------------

    def show(self, output: Output) -> None:
        """Take over the lines that are new, all at once."""
        view = self.query_one(LogView)
        if output is not self._output:
            self._output, self._written, self._last = output, 0, None
            view.take((), 0)
        reading = self.paused or not view.follows
        last = output.lines[-1] if output.lines else None
        # Lines may become unfinished again, so the last one tells as well whether there is anything new.
        if not reading and (output.total, last) != (self._written, self._last):
            new = output.total - self._written
            if self._too_soon(new, view.size.height):
                return
            view.take(tuple(output.lines), output.total - len(output.lines))
            self._written, self._last, self._wrote_at = output.total, last, time.monotonic()
        waiting = max(0, output.total - self._written)
        state = search_words(view) or state_words(output.total, waiting, reading)
        where = clean(output.path or "")
        self.query_one(".state", Drawn).show(lambda width: state_lines(state, where, width))
        unfinished = output.unfinished[-MOST_LIVE:]
        self.query_one(".live", Drawn).show(lambda width: live_lines(unfinished, width))

    def _too_soon(self, new: int, rows: int) -> bool:
        """Whether so many new lines, on so many rows, wait until a flood is shown again; then a clock shows them."""
        if not 0 < rows < new or time.monotonic() - self._wrote_at >= FLOOD_S:
            return False
        if not self._put_off:
            self._put_off = True
            self.set_timer(FLOOD_S, self._show_put_off)
        return True

    def _show_put_off(self) -> None:
        self._put_off = False
        if self._output and self.display:
            self.show(self._output)

    def _refresh(self) -> None:
        if self._output:
            self.show(self._output)
        self.refresh_bindings()

    # --- keys ------------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a text is typed its letters are no keys; matches can be gone to where there is a search."""
        typing = self.query_one(Input).has_focus
        if action == "end_search":
            return typing or bool(self.query_one(LogView).sought)
        if action == "match":
            return not typing and bool(self.query_one(LogView).sought)
        return not typing

    def action_pause(self) -> None:
        """Stand still, or follow again."""
        if self.paused or not self.query_one(LogView).follows:
            self.action_follow()
        else:
            self.paused = True
            self._refresh()

    def action_follow(self) -> None:
        """Follow the end of the log."""
        self.paused = False
        view = self.query_one(LogView)
        view.seek("")
        view.follows = True
        view.scroll_end(animate=False, immediate=True)
        self._refresh()

    def action_search(self) -> None:
        """Ask for a text."""
        field = self.query_one(Input)
        field.display = True
        field.focus()
        self.refresh_bindings()

    def action_match(self, step: int) -> None:
        """To the next match, or the one before."""
        self.query_one(LogView).go(step)
        self._refresh()

    def action_end_search(self) -> None:
        """Leave the search, and stay where it led to."""
        self._left()
        self.query_one(LogView).seek("")
        self._refresh()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search; the log stands still meanwhile."""
        event.stop()
        self._left()
        self.paused = self.paused or bool(event.value)
        view = self.query_one(LogView)
        view.seek(event.value)
        view.go(1)
        self._refresh()

    def _left(self) -> None:
        self.query_one(Input).display = False
        self.query_one(LogView).focus()


def state_words(total: int, waiting: int, reading: bool) -> str:
    """Following or paused, and how many lines."""
    lines = ngettext("Log, {n} line", "Log, {n} lines", total)
    keys = {"space": shown_here("log_pause"), "slash": shown_here("log_search")}
    if not reading:
        return _("{log}: following; {space} pauses, {slash} searches; │ is standard error", log=lines, **keys)
    new = ngettext("{n} new line", "{n} new lines", waiting)
    return _("{log}: PAUSED, {new}; {space} follows again, {slash} searches", log=lines, new=new, **keys)


def search_words(view: LogView) -> str:
    """Which match of how many; nothing while nothing is searched for."""
    if not view.sought:
        return ""
    rows = view.rows()
    if not rows:
        return _(
            "“{text}” is not in the log; {esc} ends the search",
            text=clean(view.sought),
            esc=shown_here("log_end_search"),
        )
    at = rows.index(view.at) + 1 if view.at in rows else 0
    found = ngettext(
        "{k} of {n} line with “{text}”", "{k} of {n} lines with “{text}”", len(rows), k=at, text=clean(view.sought)
    )
    return _("{found}; {next} next, {before} the one before, {esc} ends the search", found=found, next=shown_here("log_next"),
             before=shown_here("log_before"), esc=shown_here("log_end_search"))  # fmt: skip


def state_lines(state: str, where: str, width: int) -> Lines:
    """What the pane does now, and where the whole log is on the disk."""
    return [*wrapped(line((state, FAINT)), width), *([line((cut(where, width), FAINT))] if where else [])]


def live_lines(unfinished: tuple[Line, ...], width: int) -> Lines:
    """The lines that are still being written, each replaced as it changes: a progress bar stays one line."""
    return [line((cut(f"▶ {mark(each.stream).strip()}{clean(each.text)}", width), STRONG)) for each in unfinished]
