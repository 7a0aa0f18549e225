"""A fix: why, what would change, try it on a copy, the verdict, then keep or write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult

from tfwizard.findings import Finding, Number, Remedy
from tfwizard.language import _
from tfwizard.tui.lines import FAINT, KEY, STRONG, Lines, Part, blank, clean, line, paragraph, wrapped
from tfwizard.tui.screens.change import change_lines
from tfwizard.tui.screens.page import Page
from tfwizard.tui.screens.verdict import verdict_lines
from tfwizard.tui.signs import SEVERITY_SIGNS, SEVERITY_STYLES
from tfwizard.tui.view import where_words
from tfwizard.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from tfwizard.tui.fixing import FixView


class FixPage(Page):
    """The fix of one problem."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, fix: FixView) -> None:
        """Show the fix as it stands; what is new is seen from its top."""
        shown = (fix.key, fix.remedy, fix.step)
        if shown != self._shown:
            self._shown = shown
            self.scroll_home(animate=False)
        self.query_one(Drawn).show(partial(fix_lines, fix))

    def turn(self, step: int) -> None:
        """Choose another remedy."""
        self.app.call_later(self.app.run_action, f"remedy({step})")


def fix_lines(fix: FixView, width: int) -> Lines:
    """Why, which way, what to press next, and what would change."""
    chosen_already = fix.step in ("trying", "verdict")
    lines = reason_lines(fix.finding, "" if chosen_already else fix.finding.why, width) + ways_lines(fix, width)
    lines += [blank(), *step_lines(fix, width)]
    if fix.preview:
        lines += [blank(), *change_lines(fix.preview.before, fix.preview.files, width)]
    return lines


def reason_lines(finding: Finding, why: str, width: int) -> Lines:
    """The problem, and the reason in one sentence."""
    severity = (f"{SEVERITY_SIGNS.get(finding.severity, '✗')} ", SEVERITY_STYLES.get(finding.severity, ""))
    where = (f"  {where_words(finding.where)}", FAINT)
    lines = wrapped(line(severity, (clean(finding.title), STRONG), where), width, 0, 2)
    return lines + (paragraph(first_sentence(clean(why)), width, 2) if why else [])


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    return re.split(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)\s+", text, maxsplit=1)[0]


def ways_lines(fix: FixView, width: int) -> Lines:
    """What mends it and what that means for the training; all the ways, as long as one can choose."""
    remedies = fix.finding.remedies
    if not remedies:
        return []
    if len(remedies) == 1 or fix.step in ("trying", "verdict"):
        return way_lines(chosen(fix), _("Fix: "), STRONG, width)
    lines = [line((_("Fix, one of {n} ways: ", n=len(remedies)), STRONG), ("← →", KEY), _(" chooses"))]
    for place, remedy in enumerate(remedies):
        here = place == fix.remedy
        lines += way_lines(chosen(fix) if here else remedy, "▸ " if here else "  ", STRONG if here else "", width)
    return lines


def chosen(fix: FixView) -> Remedy:
    """The remedy on the screen, with the person's own number in its title where there is one."""
    remedy = fix.finding.remedies[fix.remedy]
    if fix.preview is None:
        return remedy
    return Remedy(fix.preview.title, remedy.edits, fix.preview.consequence, fix.preview.number)


def way_lines(remedy: Remedy, lead: str, style: str, width: int) -> Lines:
    """One way: its title, then its consequence."""
    lines = wrapped(line((lead, STRONG), (clean(remedy.title), style)), width, 0, 2)
    return lines + wrapped(line((clean(remedy.consequence), FAINT)), width, 4) if remedy.consequence else lines


def step_lines(fix: FixView, width: int) -> Lines:
    """The state of the fix, and the keys that lead on."""
    match fix.step:
        case "loading":
            return [line(_("Preparing the edit …"))]
        case "by hand":
            return by_hand_lines(fix, width)
        case "preview":
            lines = number_lines(fix.preview.number, width) if fix.preview and fix.preview.number else []
            return lines + try_lines(fix.standby, width)
        case "trying":
            text = _("Trying it in a fresh worker: {doing}", doing=clean(fix.doing) or "…")
            return wrapped(line(("▶ ", STRONG), text, "   ", ("x", KEY), _(" stop")), width, 0, 2)
    message = clean(fix.message) or _("The trial did not end.")
    return verdict_lines(fix.trial, message, fix.appeared, fix.regressed, fix.rest, len(fix.finding.remedies), width)


def by_hand_lines(fix: FixView, width: int) -> Lines:
    """Why there is no edit, what to do instead, and the key that opens the line."""
    lines = wrapped(line((_("! No safe edit: "), STRONG), clean(fix.message)), width, 0, 2)
    if fix.finding.advice and clean(fix.finding.advice) not in clean(fix.message):
        lines += paragraph(clean(fix.finding.advice), width)
    where = where_words(fix.finding.where)
    opens = _(" opens {where} in your editor", where=where) if where else _(" opens the script in your editor")
    return [*lines, *wrapped(line(("e", KEY), opens, _(", then "), ("r", KEY), _(" runs it again")), width)]


def number_lines(number: Number, width: int) -> Lines:
    """The number that the person may want otherwise."""
    usual: list[Part] = [(_("  (usual {range})", range=clean(number.usual)), FAINT)] if number.usual else []
    parts: list[Part] = [f"{clean(number.name)}  ", (clean(number.text), STRONG), *usual]
    return wrapped(line(("c", KEY), _(" change  "), *parts), width, 0, 2)


def try_lines(standby: Sequence[str], width: int) -> Lines:
    """The key that tries it, and how ready the worker is."""
    lines = wrapped(line(("t", KEY), _(" try it on a copy; your file stays as it is")), width, 0, 2)
    if not standby:
        return lines
    words = next((words for words in standby if cell_len(words) <= width - 2), standby[-1])
    return lines + wrapped(line((words, FAINT)), width, 2)
