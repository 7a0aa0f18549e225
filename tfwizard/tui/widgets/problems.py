"""Every problem of the session with its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tfwizard.casebook import Problem
from tfwizard.findings import Finding
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import FAINT, STRONG, Lines, clean, heading, line
from tfwizard.tui.signs import problem_sign, problem_style, problem_words, severity_words
from tfwizard.tui.view import where_words
from tfwizard.tui.widgets.drawn import Drawn


@dataclass(frozen=True, slots=True)
class Listed:
    """One problem of the list, and whether a fix exists."""

    problem: Problem
    finding: Finding | None = None


class ProblemsPanel(Vertical):
    """The problems, in the order of the stages. Enter explains the one that is marked."""

    DEFAULT_CSS = """
    ProblemsPanel { padding: 0 1; }
    ProblemsPanel OptionList { border: none; background: transparent; padding: 0; height: 1fr; scrollbar-size-vertical: 1; }
    ProblemsPanel OptionList:focus { border: none; }
    """

    @dataclass
    class Chosen(Message):
        """The person wants this problem explained."""

        key: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._listed: tuple[Listed, ...] = ()

    def compose(self) -> ComposeResult:
        """A title and the list."""
        yield Drawn()
        yield Options(markup=False)

    def show(self, listed: tuple[Listed, ...]) -> None:
        """Show these problems; the mark stays on the problem that it was on."""
        self.query_one(Drawn).show(lambda width: title_lines(listed))
        if listed == self._listed:
            return
        options = self.query_one(Options)
        key = self.key
        self._listed = listed
        options.clear_options()
        options.add_options([Option(problem_content(each), id=each.problem.key) for each in listed])
        keys = [each.problem.key for each in listed]
        if keys:
            options.highlighted = keys.index(key) if key in keys else 0

    @property
    def key(self) -> str | None:
        """The key of the problem that is marked."""
        at = self.query_one(Options).highlighted
        return self._listed[at].problem.key if at is not None and at < len(self._listed) else None

    def mark(self, key: str) -> None:
        """Put the mark on a problem."""
        keys = [each.problem.key for each in self._listed]
        if key in keys:
            self.query_one(Options).highlighted = keys.index(key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        event.stop()
        if event.option.id:
            self.post_message(self.Chosen(event.option.id))


class Options(OptionList):
    """The list itself. Left and right stay with the page."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]


def title_lines(listed: tuple[Listed, ...]) -> Lines:
    """How many problems are open and how many are proved fixed."""
    wanting = sum(each.problem.status in ("open", "fix applied") for each in listed)
    done = sum(each.problem.status == "resolved" for each in listed)
    if not listed:
        return [heading(_("Problems")), line((_("none known so far"), FAINT))]
    count = ngettext("{n} open", "{n} open", wanting)
    return [line((_("Problems"), STRONG), f"  {count}, ", _("{n} proved fixed", n=done))]


def problem_content(listed: Listed) -> Content:
    """Two lines: the title, then severity, state and line."""
    problem = listed.problem
    style = problem_style(problem)
    where = where_words(listed.finding.where if listed.finding else None)
    state = problem_words(problem)
    if problem.status == "open":
        by_hand = listed.finding is not None and not listed.finding.remedies
        state = f"{severity_words(problem.severity)} {state}" + (_(", by hand") if by_hand else "")
    return line(
        (f"{problem_sign(problem)} ", style), clean(problem.title), "\n  ", (state, style), "  ", (where, FAINT)
    )
