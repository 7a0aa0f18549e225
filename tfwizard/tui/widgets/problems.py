"""Every problem of the session with its state."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tfwizard.casebook import Problem
from tfwizard.findings import Finding
from tfwizard.language import _, ngettext
from tfwizard.session.teaching import QUESTION
from tfwizard.stages import BY_ID
from tfwizard.tui.lines import FAINT, OWN_KEY, STRONG, Lines, clean, heading, line, phrase, wrapped
from tfwizard.tui.part_keys import bindings_of, shown_here
from tfwizard.tui.signs import problem_sign, problem_style, problem_words, severity_words
from tfwizard.tui.view import where_words
from tfwizard.tui.widgets.drawn import Drawn

Which = Literal["all", "open", "error", "warning", "advice", "proved fixed", "waived"]
WHICH: tuple[Which, ...] = get_args(Which)


@dataclass(frozen=True, slots=True)
class Listed:
    """One problem of the list, and whether a fix exists."""

    problem: Problem
    finding: Finding | None = None


class ProblemsPanel(Vertical):
    """The problems, in the order of the stages. Enter explains the one that is marked; left, right and / choose which are shown."""

    KEYS_OF = "problems"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("problems")]
    DEFAULT_CSS = """
    ProblemsPanel { padding: 0 1; }
    ProblemsPanel OptionList { border: none; background: transparent; padding: 0; height: 1fr; scrollbar-size-vertical: 1; }
    ProblemsPanel OptionList:focus { border: none; }
    ProblemsPanel Input { display: none; height: 1; border: none; padding: 0; }
    ProblemsPanel Input.-shown { display: block; }
    """

    @dataclass
    class Chosen(Message):
        """The person wants this problem explained."""

        key: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._all: tuple[Listed, ...] = ()
        self._listed: tuple[Listed, ...] = ()
        self._which: Which = "all"
        self._words = ""

    def compose(self) -> ComposeResult:
        """A title, a field for words, and the list."""
        yield Drawn()
        yield Input(placeholder=_("words of the title, the stage, the line or the id"), select_on_focus=False)
        yield Options(markup=False)

    def show(self, listed: tuple[Listed, ...]) -> None:
        """Show these problems; the mark stays on the problem that it was on."""
        self._all = listed
        shown = chosen(listed, self._which, self._words)
        which, words, searches = self._which, self._words, self.query_one(Input).has_class("-shown")
        self.query_one(Drawn).show(
            lambda width: title_lines(listed, len(shown), which, "" if searches else words, width)
        )
        if shown == self._listed:
            return
        options = self.query_one(Options)
        key = self.key
        self._listed = shown
        options.clear_options()
        options.add_options([Option(problem_content(each), id=each.problem.key) for each in shown])
        keys = [each.problem.key for each in shown]
        if keys:
            options.highlighted = keys.index(key) if key in keys else 0

    @property
    def key(self) -> str | None:
        """The key of the problem that is marked."""
        at = self.query_one(Options).highlighted
        return self._listed[at].problem.key if at is not None and at < len(self._listed) else None

    @property
    def filters(self) -> bool:
        """Whether some problems may be left out."""
        return self._which != "all" or bool(self._words)

    def mark(self, key: str) -> None:
        """Put the mark on a problem, which is shown whatever was chosen."""
        if key not in [each.problem.key for each in self._listed]:
            self.clear()
        keys = [each.problem.key for each in self._listed]
        if key in keys:
            self.query_one(Options).highlighted = keys.index(key)

    def clear(self) -> None:
        """Show every problem again."""
        self._which, self._words = "all", ""
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = ""
        field.remove_class("-shown")
        self.show(self._all)

    def action_choose(self, step: int) -> None:
        """The next state or severity."""
        self._which = WHICH[(WHICH.index(self._which) + step) % len(WHICH)]
        self.show(self._all)

    def action_search(self) -> None:
        """Ask for words."""
        field = self.query_one(Input)
        field.add_class("-shown")
        field.focus()

    def leave_search(self) -> bool:
        """Escape: out of the field, then back to every problem. Whether there was something to leave."""
        if self.query_one(Input).has_focus or self.filters:
            self.clear()
            self.query_one(Options).focus()
            return True
        return False

    def on_input_changed(self, event: Input.Changed) -> None:
        """The list follows each letter."""
        event.stop()
        self._words = event.value
        self.show(self._all)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to what was found."""
        event.stop()
        self.query_one(Input).set_class(bool(self._words), "-shown")
        self.query_one(Options).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        event.stop()
        if event.option.id:
            self.post_message(self.Chosen(event.option.id))


class Options(OptionList):
    """The list itself. Left and right stay with the panel."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        with suppress(KeyError, IndexError):  # Textual turns the page of a list that has options, but no rows yet
            super()._move_page(direction)


def chosen(listed: Sequence[Listed], which: Which, words: str) -> tuple[Listed, ...]:
    """Those of this state or severity in which every word is found: in title, id, stage, line, severity or state."""
    asked = words.casefold().split()
    return tuple(each for each in listed if is_of(each.problem, which) and all(one in haystack(each) for one in asked))


def is_of(problem: Problem, which: Which) -> bool:
    """Whether a problem is of this state, or open with this severity."""
    if which in ("error", "warning", "advice"):
        return problem.severity == which and problem.status in ("open", "fix applied")
    wanted = {"open": ("open", "fix applied"), "proved fixed": ("resolved",), "waived": ("waived",)}
    return which == "all" or problem.status in wanted[which]


def haystack(listed: Listed) -> str:
    """Everything of a problem that words are looked for in."""
    problem, where = listed.problem, where_words(listed.finding.where if listed.finding else None)
    stage = BY_ID.get(problem.stage)
    parts = (problem.title, problem.key, problem.stage, _(stage.title) if stage else "", where,
             severity_words(problem.severity), problem_words(problem))  # fmt: skip
    return " ".join(clean(part) for part in parts).casefold()


def which_words(which: Which) -> str:
    """The name of a choice."""
    return {
        "all": _("all"), "open": _("open"), "error": _("errors"), "warning": _("warnings"), "advice": _("advice"),
        "proved fixed": _("proved fixed"), "waived": _("waived"),
    }[which]  # fmt: skip


def title_lines(listed: Sequence[Listed], shown: int, which: Which, words: str, width: int) -> Lines:
    """How many problems are open and how many are proved fixed; which of them are shown, and how to choose."""
    wanting = sum(each.problem.status in ("open", "fix applied") for each in listed)
    done = sum(each.problem.status == "resolved" for each in listed)
    if not listed:
        return [heading(_("Problems")), line((_("none known so far"), FAINT))]
    count = ngettext("{n} open, {done} proved fixed", "{n} open, {done} proved fixed", wanting, done=done)
    lines = [line((_("Problems"), STRONG), f"  {count}")]
    asked = f"{which_words(which)}, “{clean(words)}”" if words else which_words(which)
    left, right, slash = ((shown_here(f"problems_{name}"), OWN_KEY) for name in ("left", "right", "filter"))
    choice = phrase(
        _("{left} {asked} {right}  {slash} words"), left=left, right=right, slash=slash, asked=(asked, STRONG)
    )
    lines += wrapped(choice, width)
    if not shown:
        lines += wrapped(
            phrase(_("None of the {n} is of these. {esc} shows all."), n=len(listed), esc=("esc", OWN_KEY)), width
        )
    return lines


def problem_content(listed: Listed) -> Content:
    """Two lines: the title, then severity, state and line."""
    problem = listed.problem
    style = problem_style(problem)
    where = where_words(listed.finding.where if listed.finding else None)
    state = problem_words(problem)
    if problem.status == "open":
        by_hand = listed.finding is not None and not listed.finding.remedies and problem.id != QUESTION
        state = f"{severity_words(problem.severity)} {state}" + (_(", by hand") if by_hand else "")
    return line(
        (f"{problem_sign(problem)} ", style), clean(problem.title), "\n  ", (state, style), "  ", (where, FAINT)
    )
