"""The top of every stage: what is wrong, how sure, what to press."""

from __future__ import annotations

from textual.content import Content

from tfwizard.casebook import Problem
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import FAINT, KEY, STRONG, Lines, blank, clean, cut, line, phrase, wrapped
from tfwizard.tui.screens.question import is_question, keys_line
from tfwizard.tui.signs import (
    problem_sign,
    problem_style,
    problem_words,
    severity_words,
    stage_sign,
)
from tfwizard.tui.view import View, digit, where_words


def head_lines(view: View, width: int) -> Lines:
    """Title and question, the verdict in one line, then the findings with the key to press."""
    title = line((_(view.stage.title), STRONG), "  ", (_(view.stage.question), FAINT))
    lines = wrapped(title, width)
    sign, style = stage_sign(view.state, sum(p.severity == "error" for p in view.open))
    lines += wrapped(line((f"{sign} {verdict(view)}", style)), width, 0, 2)
    for question, text in view.unanswered[:1] if view.state.status in ("questions", "problems", "passed") else ():
        total, asked = len(view.questions), [one[0] for one in view.questions].index(question) + 1
        lines += wrapped(
            phrase(
                _("{asked} {question}"), asked=(_("Question {k} of {n}:", k=asked, n=total), STRONG), question=_(text)
            ),
            width,
            2,
        )
        lines += wrapped(phrase(_("{y} yes   {n} no: this becomes a problem"), y=("y", KEY), n=("n", KEY)), width, 2)
    for place, problem in enumerate(view.problems):
        lines += finding_lines(problem, view, width, first=place == first_open(view))
    return [*lines, blank()]


def verdict(view: View) -> str:
    """The stage's state in one sentence."""
    why = clean(view.state.why)
    match view.state.status:
        case "waiting":
            if view.worker in ("none", "starting", "running", "held", "probing"):
                return _("Waiting for its turn.")
            return _("Not examined in this run.")
        case "running":
            return running_words(view)
        case "blocked":
            text = _("Blocked: {why}", why=why or _("an earlier stage did not get this far."))
            if view.unblocked_by:
                stage = view.unblocked_by
                hint = _("Press {digit}: {title}.", digit=digit(stage), title=_(stage.title))
                text = f"{text} {hint}"
            return text
        case "problems":
            errors = sum(p.severity == "error" for p in view.open)
            others = sum(p.severity == "warning" for p in view.open)
            parts = [ngettext("{n} error", "{n} errors", errors)] if errors else []
            parts += [ngettext("{n} warning", "{n} warnings", others)] if others else []
            return ", ".join(parts) or _("Problems")
        case "questions":
            return _("Nothing wrong found by itself; a person must look.")
    if view.elsewhere:
        places = ", ".join(f"{digit(stage)} {_(stage.title)}" for stage in view.elsewhere)
        return _("No problem of this stage's own. Open: {places}.", places=places)
    return why or _("Nothing wrong found.")


def running_words(view: View) -> str:
    """What the stage does just now."""
    progress = view.progress
    if progress is None:
        return _("Running …")
    label = clean(progress.label) or _("examining")
    if progress.total > 0:
        return _("Running: {label}, {done} of {total}", label=label, done=progress.done, total=progress.total)
    return _("Running: {label}", label=label)


def first_open(view: View) -> int:
    """The position of the first problem of the stage that is open, -1 if none is."""
    return next((place for place, problem in enumerate(view.problems) if problem.status == "open"), -1)


def finding_lines(problem: Problem, view: View, width: int, first: bool) -> Lines:
    """One finding: sign, severity, title, line; under the first open one the keys."""
    finding = view.findings.get(problem.key)
    style = problem_style(problem)
    state = severity_words(problem.severity) if problem.status == "open" else problem_words(problem)
    where = where_words(finding.where if finding else None)
    if problem.status in ("resolved", "waived"):
        return [line((cut(f"{problem_sign(problem)} {state}  {clean(problem.title)}", width), style))]
    text = line((f"{problem_sign(problem)} {state}", style), "  ", clean(problem.title), "  ", (where, FAINT))
    lines = wrapped(text, width, 0, 2)
    if first and is_question(problem):
        lines += wrapped(keys_line(), width, 4, 2)
    elif first and finding:
        if finding.remedies:
            words = _("{i} why   {f} fix: {title}")
            keys = phrase(words, i=("i", KEY), f=("f", KEY), title=clean(finding.remedies[0].title))
        else:
            keys = phrase(_("{i} why, and what to do by hand"), i=("i", KEY))
        lines += wrapped(keys, width, 4, 2)
    return lines


def sure_words(explains_failure: bool, severity: str) -> Content:
    """How sure the wizard is of a finding."""
    if explains_failure:
        return line(_("proved on this run's live objects; it is why the script fails"))
    if severity == "advice":
        return line(_("advice: nothing fails because of it"))
    return line(_("proved on this run's live objects"))
