"""What to do next, in one sentence with its key: somebody who never saw the wizard gets to the end by it alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual.content import Content

from tfwizard.casebook import Problem
from tfwizard.language import _, ngettext
from tfwizard.serve import outlives
from tfwizard.tui.lines import OWN_KEY, key, phrase
from tfwizard.tui.part_keys import shown_here
from tfwizard.tui.pending import unwritten
from tfwizard.tui.screens.question import is_question
from tfwizard.tui.view import fixable

if TYPE_CHECKING:
    from tfwizard.session import Session
    from tfwizard.tui.showing import Showing


@dataclass(frozen=True, slots=True)
class Guide:
    """What the next step hangs on. `step` is that of the fix page, `sure` how sure the problem is that the keys mean, `left` how
    many are open.

    `question` is whether a learner is to find that problem.
    `edits` is whether an editor can be opened here, `outlives` whether a training goes on without the wizard.
    `asks` is whether the stage on the screen has a question, `asks_at` the digit of a stage that has one.
    """

    worker: str = "none"
    runs: bool = False
    tries: bool = False
    trains: bool = False
    place: str = ""
    step: str = ""
    proved: bool = False
    sure: Literal["", "proved", "failure"] = ""
    fixable: bool = False
    question: bool = False
    left: int = 0
    unwritten: int = 0
    file: str = ""
    edits: bool = True
    outlives: bool = True
    asks: bool = False
    asks_at: str = ""


def guide_line(at: Guide) -> Content:
    """The next step."""
    if at.tries:
        return phrase(_("The change runs on a copy; your file stays as it is. {x} stops it."), x=key("x"))
    if at.runs and at.worker in ("none", "starting", "running"):
        return Content(_("Your script runs up to its training call; what is wrong then shows by itself."))
    if at.runs:
        return Content(_("Your script is examined: what is wrong shows by itself."))
    if at.worker == "lost":
        return phrase(_("{r} runs the script again."), r=key("r"))
    if at.place == "fix" and (line := _of_fix(at)):
        return line
    if at.asks:
        return phrase(_("Look at the sample, then answer: {y} yes, {n} no. {right} shows another."),
                      y=key("y"), n=key("n"), right=key("→"))  # fmt: skip
    if at.place == "stage-report":
        words = _("{save} saves this report where you started the wizard, {copy} copies it.")
        return phrase(words, save=key("E"), copy=key("k"))
    return _of_problems(at) if at.left else _at_the_end(at)


def _of_fix(at: Guide) -> Content | None:
    if at.step == "preview":
        return phrase(_("{t} tries this change on a copy: your file stays as it is."), t=key("t"))
    if at.step == "by hand" and not at.edits:
        return phrase(_("Change the file elsewhere; then {r} runs it again."), r=key("r"))
    if at.step == "by hand":
        return phrase(
            _("{e} opens your editor at the line; after your change {r} runs it again."), e=key("e"), r=key("r")
        )
    if at.step == "verdict" and not at.proved and not at.edits:
        return phrase(_("Nothing was kept. {right} shows another way if there is one."), right=key("→"))
    if at.step == "verdict" and not at.proved:
        return phrase(_("Nothing was kept. {right} shows another way if there is one; {e} opens your editor."),
                      right=key("→"), e=key("e"))  # fmt: skip
    if at.proved and at.left:
        return phrase(
            ngettext(
                "Proved, and kept for later. {f} goes on with the next: {n} is open.",
                "Proved, and kept for later. {f} goes on with the next: {n} are open.",
                at.left, f="{f}",
            ),
            f=key("f" if at.fixable else "i"),
        )  # fmt: skip
    return None


def _of_problems(at: Guide) -> Content:
    if at.question and not at.edits:
        return phrase(_("{h} gives a hint, {answer} the answer; it can be tried then."), h=key("h"), answer=key("A"))
    if at.question:
        return phrase(_("{h} gives a hint; {e} opens your editor, {r} then tells whether you found it."),
                      h=key("h"), e=key("e"), r=key("r"))  # fmt: skip
    if at.place == "problem":
        if at.fixable:
            return phrase(
                _("{f} shows the change that mends it. {help} explains it to a beginner."), f=key("f"), help=key("?")
            )
        if not at.edits:
            return phrase(_("Change the file elsewhere; then {r} runs it again. {help} explains it to a beginner."),
                          r=key("r"), help=key("?"))  # fmt: skip
        return phrase(_("{e} opens your editor at the line, {r} then runs it again. {help} explains it to a beginner."),
                      e=key("e"), r=key("r"), help=key("?"))  # fmt: skip
    if at.place == "problems":
        return phrase(_("{enter} explains a problem, {slash} and {right} filter them."),
                      enter=key("enter"), slash=own("problems_filter"), right=own("problems_right"))  # fmt: skip
    parts = {"f": key("f"), "i": key("i"), "all": key("F"), "e": key("e")}
    if not at.fixable and not at.edits:
        return phrase(_("{i} says why, and what to do by hand."), **parts)
    if not at.fixable:
        return phrase(_("{i} says why, and what to do by hand. {e} opens your editor at the line."), **parts)
    if at.sure == "failure":
        return phrase(_("This is why it fails: {f} shows the fix, {i} says why, {all} fixes all one by one."), **parts)
    if at.sure == "proved":
        return phrase(_("Proved on your run: {f} shows the fix, {i} says why, {all} fixes all one by one."), **parts)
    return phrase(_("{f} shows the fix, {i} says why; {all} fixes all, one by one, each proved by a run."), **parts)


def _at_the_end(at: Guide) -> Content:
    if at.unwritten:
        return phrase(_("No problem is open. {w} writes what was proved into {file}."), w=key("w"), file=at.file)
    if at.worker == "none":
        return phrase(_("{r} runs the script."), r=key("r"))
    if at.asks_at:
        return phrase(
            _("No problem is open. Press {digit}: there it asks what only a person can see."), digit=key(at.asks_at)
        )
    if at.trains and not at.outlives:
        return phrase(_("It trains. {x} stops it; it ends when you quit with {q}."), x=key("x"), q=key("q"))
    if at.trains:
        return phrase(_("It trains. {x} stops it; it goes on when you quit with {q}."), x=key("x"), q=key("q"))
    if at.place == "stage-train":
        return phrase(_("No problem is open. {m} lets it train, {q} quits."), m=key("m"), q=key("q"))
    return phrase(_("No problem is open. {zero} goes to the training, {q} quits."), zero=key("0"), q=key("q"))


def _sure(session: Session, problem: Problem | None) -> Literal["", "proved", "failure"]:
    """A question's answer and advice are no proofs."""
    finding = session.findings.get(problem.key) if problem else None
    if problem is None or finding is None or problem.severity == "advice" or not finding.evidence:
        return ""
    return "failure" if finding.explains_failure else "proved"


def guide_of(app: Showing) -> Guide:
    """What the next step hangs on, as the wizard stands."""
    session, view = app.session, app.flow.view
    count, files = unwritten(session)
    wanting = app.wanting()
    problem = app.current() or next(iter(wanting), None)
    to_fix = app.to_fix()
    return Guide(
        worker=str(session.worker),
        runs=app.script_runs or session.finishing,
        tries=app.is_trying,
        trains=app.trains,
        place=app.place,
        step=view.step if view else "",
        proved=app.flow.verified,
        sure=_sure(session, problem),
        fixable=problem is not None and fixable(session, problem) if app.place == "problem" else to_fix is not None,
        question=problem is not None and is_question(problem),
        left=len([one for one in wanting if one.severity != "advice"]),
        unwritten=count,
        file=", ".join(files),
        edits=not app.is_web,
        outlives=outlives(os.environ),
        asks=bool(app.unanswered()),
        asks_at=app.asking_stage(),
    )


def own(name: str) -> tuple[str, str]:
    """The key that an action of a part has now."""
    return shown_here(name), OWN_KEY
