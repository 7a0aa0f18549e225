"""Stage 11: the report for those who are asked for help, with what was masked in it: seen before it is saved."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.content import Content

from tfwizard.language import _
from tfwizard.report.sections import masked_words
from tfwizard.tui.clipboard import short
from tfwizard.tui.lines import (
    FAINT,
    GOOD,
    STRONG,
    Lines,
    blank,
    clean_lines,
    heading,
    key,
    line,
    paragraph,
    phrase,
    wrapped,
)
from tfwizard.tui.reporting import Shown
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import View
from tfwizard.tui.widgets.drawn import Drawn


class ReportPage(StagePage):
    """The report as it would be saved."""

    def show(self, view: View) -> None:
        """Title, question, and whether all is known by now."""
        self.query_one(".head", Drawn).show(partial(head_lines, view))

    def show_report(self, shown: Shown, saved: tuple[Path, ...]) -> None:
        """Show this report. One that is on the screen already costs nothing."""
        self.query_one(".evidence", Drawn).show(partial(report_lines, shown, saved))


def head_lines(view: View, width: int) -> Lines:
    """What the page is for, and its keys."""
    lines = wrapped(line((_(view.stage.title), STRONG), "  ", (_(view.stage.question), FAINT)), width)
    if view.state.status == "waiting":
        lines += paragraph(_("The script has not come to its end: this is what is known so far."), width)
    keys = _("{save} saves it as Markdown, HTML or JSON   {copy} copies it")
    return [*lines, *wrapped(phrase(keys, save=key("E"), copy=key("k")), width), blank()]


def report_lines(shown: Shown, saved: tuple[Path, ...], width: int) -> Lines:
    """What was masked, where it was saved, and all of it."""
    masked = masked_words(shown.report.masked)
    lines: Lines = [heading(_("Masked in it"))]
    for words in masked or [_("nothing: no token, key or password was found")]:
        lines += wrapped(Content(words), width, 1, 2)
    lines += wrapped(line((_("Read it before you publish it."), FAINT)), width, 1)
    for path in saved:
        lines += wrapped(line((_("Saved: {path}", path=short(path)), GOOD)), width, 0, 2)
    return [*lines, blank(), *(Content(text) for text in clean_lines(shown.markdown.rstrip("\n")))]
