"""Where the session stands, in a few sentences: what is wrong, how sure that is, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.casebook import Problem
from tfwizard.language import _, ngettext
from tfwizard.plain.spoken import spoken
from tfwizard.tui.lines import clean
from tfwizard.tui.pending import unwritten
from tfwizard.tui.screens.head import sure_words
from tfwizard.tui.screens.question import is_question
from tfwizard.tui.screens.script import outcome_lines
from tfwizard.tui.signs import problem_words, severity_words
from tfwizard.tui.view import fixable, wanting, where_words

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk
    from tfwizard.session import Session

#: So many problems are named; the others are counted.
MOST_NAMED = 3


def greeting(session: Session) -> list[str]:
    """What this is, and how one answers."""
    return [
        _("tfwizard, {script}, in plain text.", script=clean(session.script.name)),
        _("Each choice is a number or a word, then Enter. ? lists the choices, and Ctrl+C stops what goes on."),
    ]


def standing(session: Session) -> list[str]:
    """How the run ended, the first problem with how sure it is, and how many more there are."""
    script = session.run_state.facts.script
    said = spoken(lambda width: outcome_lines(script, width)) if script else []
    if script and script.error:
        error = script.error
        said.append(f"{clean(error.type)}: {clean(error.useful or error.message)}")
    return [*said, *problems_sentences(session)]


def problems_sentences(session: Session) -> list[str]:
    """The open problems, the first with its evidence's weight, and how many are proved fixed."""
    open_now = wanting(session)
    resolved = sum(problem.status == "resolved" for problem in session.casebook.problems.values())
    said = []
    if resolved:
        said.append(ngettext("{n} problem is proved fixed.", "{n} problems are proved fixed.", resolved))
    if not open_now:
        examined = session.run_state.facts.script is not None
        return [*said, _("No problem is open.") if examined else _("Nothing was examined.")]
    said.append(ngettext("{n} problem is open.", "{n} problems are open.", len(open_now)))
    for problem in open_now[:MOST_NAMED]:
        said.append(problem_sentence(session, problem))
    first = session.findings.get(open_now[0].key)
    if first:
        sure = sure_words(first.explains_failure, open_now[0].severity).plain
        said.insert(len(said) - len(open_now[:MOST_NAMED]) + 1, _("How sure: {sure}.", sure=sure))
    if len(open_now) > MOST_NAMED:
        said.append(_("… and {n} more.", n=len(open_now) - MOST_NAMED))
    return said


def problem_sentence(session: Session, problem: Problem) -> str:
    """Severity, state where it is not simply open, title and line."""
    finding = session.findings.get(problem.key)
    where = where_words(finding.where) if finding else ""
    state = "" if problem.status == "open" and not problem.regression else f", {problem_words(problem)}"
    head, title = f"{severity_words(problem.severity)}{state}", clean(problem.title).rstrip(".")
    if where:
        return _("{head}: {title}, {place}.", head=head, title=title, place=where)
    return _("{name}: {value}", name=head, value=title if title.endswith(("?", "!")) else f"{title}.")


def next_step(walk: Walk) -> str:
    """The one thing to do next, with the word that does it."""
    session = walk.session
    open_now = [problem for problem in wanting(session) if problem.severity != "advice"]
    fixes = [problem for problem in wanting(session) if fixable(session, problem)]
    count = unwritten(session)[0]
    if session.run_state.facts.script is None:
        return _("Next: {run} runs the script.", run=walk.named("run"))
    if fixes:
        text = _("Next: {fix} shows the change that mends “{title}”; {next} explains it.")
        return text.format(fix=walk.named("fix"), next=walk.named("next"), title=clean(fixes[0].title))
    if open_now and is_question(open_now[0]):
        return _("Next: {next} asks you a question.", next=walk.named("next"))
    if open_now:
        text = _("Next: {next} explains “{title}”, which a person has to mend.")
        return text.format(next=walk.named("next"), title=clean(open_now[0].title))
    if count:
        text = ngettext(
            "Next: {write} writes the {n} proved edit to your file.",
            "Next: {write} writes the {n} proved edits to your files.",
            count,
            write=walk.named("write"),
        )
        return text
    if walk.stages.has_questions:
        return _("Next: {answer} asks what only a person can say of the samples.", answer=walk.named("answer"))
    return _("{quit} leaves; {stages} shows what was seen.", quit=walk.named("quit"), stages=walk.named("stages"))
