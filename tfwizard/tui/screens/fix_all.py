"""Fix all: one problem after the other, each proved before the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from tfwizard.tui.lines import BAD, GOOD, KEY, STRONG, Lines, blank, clean, heading, line, paragraph, wrapped
from tfwizard.tui.screens.page import Page
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.words import _, ngettext

if TYPE_CHECKING:
    from tfwizard.session import Trial


class FixAllPage(Page):
    """The trials so far."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, trials: Sequence[Trial], title: Callable[[str], str], doing: str, left: int) -> None:
        """Show the trials; `doing` is empty when it has ended, `left` counts the problems still open."""
        titles = [title(trial.key) for trial in trials]
        self.query_one(Drawn).show(partial(fix_all_lines, tuple(trials), titles, doing, left))


def fix_all_lines(trials: Sequence[Trial], titles: Sequence[str], doing: str, left: int, width: int) -> Lines:
    """What happens now or what to press, then a line a trial."""
    lines: Lines = [heading(_("Fix all"))]
    if doing:
        lines += wrapped(line(("▶ ", STRONG), clean(doing), "   ", ("x", KEY), _(" stop")), width, 0, 2)
    else:
        lines += end_lines(any(trial.verified for trial in trials), left, width)
    lines.append(blank())
    for trial, title in zip(trials, titles, strict=True):
        sign, style, word = ("✓", GOOD, _("VERIFIED")) if trial.verified else ("✗", BAD, _("NOT VERIFIED"))
        lines += wrapped(line((f"{sign} {word}", style), "  ", clean(title)), width, 0, 2)
        lines += wrapped(line(clean(trial.preview.title)), width, 4)
        if not trial.verified:
            lines += wrapped(line(clean(trial.why)), width, 4)
    return lines


def end_lines(mended: bool, left: int, width: int) -> Lines:
    """What is left, and what to press."""
    if left:
        left_words = ngettext(
            "{n} problem is still open: n explains it.", "{n} problems are still open: n explains the next.", left
        )
        lines = paragraph(left_words.format(n=left), width)
    else:
        lines = paragraph(_("No problem is open."), width)
    if mended:
        lines.append(line(("w", KEY), _(" write to your file   "), ("u", KEY), _(" undo the last one")))
    return lines
