"""A problem that is still a question: what is asked, the hints so far, and how to go on. For learners."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from tfwizard.casebook import Problem
from tfwizard.language import _, ngettext
from tfwizard.session.teaching import OUTCOMES, QUESTION, Row
from tfwizard.stages import BY_ID
from tfwizard.tui import keymap
from tfwizard.tui.lines import FAINT, KEY, STRONG, Lines, blank, clean, heading, line, paragraph, phrase, wrapped
from tfwizard.tui.signs import severity_words
from tfwizard.tui.view import digit


@dataclass(frozen=True, slots=True)
class Asked:
    """What was told of a question: the hints so far, of how many, and whether the answer was asked for once."""

    hints: tuple[str, ...] = ()
    of: int = 0
    answer: bool = False


def is_question(problem: Problem) -> bool:
    """Whether the problem is one that a learner is to find."""
    return problem.id == QUESTION


def question_lines(problem: Problem, asked: Asked, place: str, width: int) -> Lines:
    """The question, the hints, the keys."""
    stage = BY_ID.get(problem.stage)
    about = _("stage {digit} {title}", digit=digit(stage), title=_(stage.title)) if stage else problem.stage
    small = " · ".join(part for part in (place, severity_words(problem.severity), about) if part)
    lines = wrapped(line(("? ", STRONG), (clean(problem.title), STRONG)), width, 0, 2)
    lines += [*wrapped(line((small, FAINT)), width, 2), blank()]
    for number, hint in enumerate(asked.hints, 1):
        lead = _("Hint {n} of {of}: ", n=number, of=asked.of)
        lines += [*wrapped(line((lead, STRONG), clean(hint)), width, 0, 2), blank()]
    lines.append(heading(_("How to go on")))
    for name, words in ways(asked):
        lines += wrapped(line((name, KEY), f"  {words}"), width, 1, 3)
    return lines


def ways(asked: Asked) -> list[tuple[str, str]]:
    """The keys, and what each does for this question."""
    left = asked.of - len(asked.hints)
    rows = [("h", ngettext("a hint ({n} left)", "a hint ({n} left)", left))] if left else []
    words = _("mend it by hand in your editor; then {r} runs it again, and the run tells whether you found it")
    rows.append(("e", words.format(r=keymap.now("r"))))
    again = _("once more: show the answer") if asked.answer else _("show the answer (asks you to press it twice)")
    return [*rows, ("A", again)]


def keys_line() -> Content:
    """The keys below a question on the page of its stage."""
    words = _("{i} hints so far   {h} hint   {a} answer")
    return phrase(words, i=("i", KEY), h=("h", KEY), a=("A", KEY))


def summary_lines(rows: list[Row], not_reached: int, width: int) -> Lines:
    """What was found alone, with hints, or shown."""
    if not rows and not not_reached:
        return paragraph(_("Nothing was found so far."), width)
    lines: Lines = []
    for row in rows:
        sign = {"alone": "✓", "with hints": "✓", "shown": "i", "question": "?"}[row.outcome]
        lines += wrapped(line((f"{sign} ", STRONG), clean(row.words)), width, 0, 2)
        lines += wrapped(line((row_words(row), FAINT)), width, 2)
    if not_reached:
        lines += [blank(), *paragraph(not_reached_words(not_reached), width)]
    return lines


def row_words(row: Row) -> str:
    """How a problem was found, and with how many hints."""
    hints = ngettext("{n} hint", "{n} hints", row.hints) if row.hints else ""
    return ", ".join(part for part in (_(OUTCOMES[row.outcome]), hints) if part)


def not_reached_words(count: int) -> str:
    """What no run has come to yet."""
    return ngettext(
        "{n} fault of this lesson was not reached yet: it stands behind another.",
        "{n} faults of this lesson were not reached yet: they stand behind others.",
        count,
    )
