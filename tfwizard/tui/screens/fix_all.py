"""Fix all: one problem after the other, each proved before the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from tfwizard.language import _, ngettext
from tfwizard.tui.lines import (
    BAD,
    GOOD,
    KEY,
    STRONG,
    Lines,
    blank,
    clean,
    heading,
    key,
    line,
    paragraph,
    phrase,
    wrapped,
)
from tfwizard.tui.screens.page import Page
from tfwizard.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from tfwizard.session import Trial


class FixAllPage(Page):
    """The trials so far."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, trials: Sequence[Trial], title: Callable[[str], str], trying: str, doing: str, left: int) -> None:
        """Show the trials.

        `trying` is the title of the problem on trial, `doing` what that does (empty when all has ended), `left` the
        number of problems still open.
        """
        titles = [title(trial.key) for trial in trials]
        self.query_one(Drawn).show(partial(fix_all_lines, tuple(trials), titles, trying, doing, left))


def fix_all_lines(
    trials: Sequence[Trial], titles: Sequence[str], trying: str, doing: str, left: int, width: int
) -> Lines:
    """What happens now or what to press, then a line a trial."""
    lines: Lines = [heading(_("Fix all"))]
    if doing:
        lines += wrapped(line(("▶ ", STRONG), (clean(trying) or _("the next problem"), STRONG)), width, 0, 2)
        lines += wrapped(line(clean(doing), "   ", ("x", KEY), _(" stop")), width, 2)
    elif trials and not trials[-1].verified:
        lines += stopped_lines(trials[-1], titles[-1], width)
    else:
        lines += end_lines(left, width)
    if not doing and any(trial.verified for trial in trials):
        lines.append(line(("w", KEY), _(" write to your file   "), ("u", KEY), _(" undo the last one")))
    lines.append(blank())
    for trial, title in zip(trials, titles, strict=True):
        sign, style, word = ("✓", GOOD, _("VERIFIED")) if trial.verified else ("✗", BAD, _("NOT VERIFIED"))
        lines += wrapped(line((f"{sign} {word}", style), "  ", clean(title)), width, 0, 2)
        lines += wrapped(line(clean(trial.preview.title)), width, 4)
    return lines


def stopped_lines(trial: Trial, title: str, width: int) -> Lines:
    """Which fix was not verified, why, and what to press."""
    lines = wrapped(line((_("✗ Stopped at: "), BAD), clean(title)), width, 0, 2)
    lines += paragraph(clean(trial.why), width, 2)
    keys = line(
        ("f", KEY), _(" see this fix   "), ("i", KEY), _(" why   "), ("e", KEY), _(" edit by hand   "),
        ("v", KEY), _(" waive it"),
    )  # fmt: skip
    return lines + wrapped(keys, width, 2)


def end_lines(left: int, width: int) -> Lines:
    """What is left, and what to press."""
    if not left:
        return paragraph(_("No problem is open."), width)
    left_words = ngettext(
        "{n} problem is still open: {next} explains it.",
        "{n} problems are still open: {next} explains the next.",
        left,
        next="{next}",
    )
    return wrapped(phrase(left_words, next=key("n")), width)
