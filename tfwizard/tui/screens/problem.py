"""One problem explained: what, how sure, why, the evidence, where, what mends it, and its history."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult

from tfwizard.casebook import Problem
from tfwizard.findings import Evidence, Finding
from tfwizard.language import _
from tfwizard.report.evidence import evidence_name, evidence_text
from tfwizard.stages import BY_ID
from tfwizard.tui.lines import (
    FAINT,
    KEY,
    STRONG,
    Lines,
    blank,
    clean,
    facts_list,
    heading,
    key,
    line,
    paragraph,
    phrase,
    wrapped,
)
from tfwizard.tui.screens.head import sure_words
from tfwizard.tui.screens.page import Page
from tfwizard.tui.screens.question import Asked, question_lines
from tfwizard.tui.signs import problem_sign, problem_style, problem_words, severity_words
from tfwizard.tui.view import digit, where_words
from tfwizard.tui.widgets.drawn import Drawn


class ProblemPage(Page):
    """The explanation of one problem."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, problem: Problem, finding: Finding | None, place: str = "") -> None:
        """Explain this problem. `place` says which one it is of how many."""
        self.query_one(Drawn).show(partial(problem_lines, problem, finding, place))

    def ask(self, problem: Problem, asked: Asked, place: str = "") -> None:
        """Show it as a question, for a learner who is to find it."""
        self.query_one(Drawn).show(partial(question_lines, problem, asked, place))


def problem_lines(problem: Problem, finding: Finding | None, place: str, width: int) -> Lines:
    """The whole explanation."""
    sign = line(
        (f"{problem_sign(problem)} {severity_words(problem.severity)}", problem_style(problem)),
        "  ",
        (clean(problem.title), STRONG),
    )
    lines = wrapped(sign, width, 0, 2) + state_lines(problem, finding, place, width)
    if finding is None:
        return lines
    lines += [blank(), *paragraph(clean(finding.why), width)]
    if problem.status == "open":
        lines += [blank(), *remedies_lines(finding, width)]
    if finding.evidence:
        lines += [blank(), heading(_("Evidence")), *facts_list(evidence_rows(finding.evidence), width)]
    if finding.where:
        where = line((f" {where_words(finding.where)}", STRONG), "  ", clean(finding.where.text))
        lines += [blank(), heading(_("Where")), *wrapped(where, width, 0, 3)]
    return [*lines, blank(), *history_lines(problem, width)]


def state_lines(problem: Problem, finding: Finding | None, place: str, width: int) -> Lines:
    """State, stage and how sure, in one line where it fits."""
    stage = BY_ID.get(problem.stage)
    title = _("stage {digit} {title}", digit=digit(stage), title=_(stage.title)) if stage else problem.stage
    parts = [part for part in (place, problem_words(problem), title) if part]
    lines = wrapped(line((" · ".join(parts), FAINT)), width, 2)
    if finding and problem.status == "open":
        lines += wrapped(
            line((_("sure: "), FAINT), (sure_words(finding.explains_failure, problem.severity).plain, FAINT)), width, 2
        )
    return lines


def remedies_lines(finding: Finding, width: int) -> Lines:
    """What mends it: the edits, or what to do by hand."""
    lines = [heading(_("What to do"))]
    for place, remedy in enumerate(finding.remedies):
        lead = line(("f", KEY), "  ") if not place else line((_("or "), FAINT))
        lines += wrapped(lead + clean(remedy.title), width, 1, 3)
        if remedy.consequence:
            lines += wrapped(line((clean(remedy.consequence), FAINT)), width, 4)
    if finding.advice:
        lines += wrapped(line(clean(finding.advice)), width, 1)
    if not finding.remedies and not finding.advice:
        words = _("Change the line shown below by hand, then press {r} to run again.")
        lines += wrapped(phrase(words, r=key("r")), width, 1)
    return lines


def evidence_rows(evidence: Evidence) -> list[tuple[str, str]]:
    """Plain JSON data as names and values."""
    return [(clean(evidence_name(name)), evidence_text(value)) for name, value in evidence.items() if value != ""]


def history_lines(problem: Problem, width: int) -> Lines:
    """When it was seen, and what the person decided."""
    rows = [
        (
            _("seen"),
            _("first in run {first}, last in run {last}", first=problem.first_run, last=problem.last_run),
        )
    ]
    if problem.regression:
        rows.append((_("came back"), _("it had been proved fixed before: a regression")))
    if problem.status == "waived":
        rows.append((_("waived"), clean(problem.reason)))
    rows.append(("id", clean(problem.key)))
    return [heading(_("History")), *facts_list(rows, width)]
