"""The signs and words for a status. A sign never stands for itself alone: its word is beside it, and colour adds nothing new."""

from __future__ import annotations

from tfwizard.casebook import Problem, StageState
from tfwizard.language import _, ngettext
from tfwizard.session.teaching import QUESTION
from tfwizard.tui.lines import BAD, FAINT, GOOD, WARN

STAGE_SIGNS = {"waiting": "·", "running": "▶", "blocked": "⊘", "problems": "✗", "questions": "?", "passed": "✓"}
STAGE_STYLES = {
    "waiting": FAINT,
    "running": "bold",
    "blocked": WARN,
    "problems": BAD,
    "questions": WARN,
    "passed": GOOD,
}
SEVERITY_SIGNS = {"error": "✗", "warning": "!", "advice": "i"}
SEVERITY_STYLES = {"error": BAD, "warning": WARN, "advice": FAINT}


def stage_words(state: StageState, errors: int = 0, warnings: int = 0, questions: int = 0) -> str:
    """The status of a stage in a word or two."""
    match state.status:
        case "problems" if errors:
            return ngettext("{n} problem", "{n} problems", errors + warnings)
        case "problems":
            return ngettext("{n} warning", "{n} warnings", warnings)
        case "questions":
            return ngettext("{n} question", "{n} questions", questions)
        case "running":
            return _("running")
        case "blocked":
            return _("blocked")
        case "passed":
            return _("passed")
    return _("waiting")


def stage_sign(state: StageState, errors: int = 0) -> tuple[str, str]:
    """The sign of a stage and its style; a stage with nothing worse than a warning has the warning's."""
    if state.status == "problems" and not errors:
        return SEVERITY_SIGNS["warning"], SEVERITY_STYLES["warning"]
    return STAGE_SIGNS[state.status], STAGE_STYLES[state.status]


def severity_words(severity: str) -> str:
    """The severity as a word."""
    return {"error": _("ERROR"), "warning": _("WARNING"), "advice": _("ADVICE")}.get(severity, severity.upper())


def problem_sign(problem: Problem) -> str:
    """One character for the state of a problem."""
    if problem.id == QUESTION and problem.status == "open":
        return STAGE_SIGNS["questions"]
    if problem.status == "open":
        return SEVERITY_SIGNS.get(problem.severity, "✗")
    return {"fix applied": "…", "resolved": "✓", "waived": "–"}[problem.status]


def problem_style(problem: Problem) -> str:
    """The style that goes with `problem_sign`."""
    if problem.status == "open":
        return SEVERITY_STYLES.get(problem.severity, BAD)
    return {"fix applied": WARN, "resolved": GOOD, "waived": FAINT}[problem.status]


def problem_words(problem: Problem) -> str:
    """The state of a problem in words."""
    if problem.status == "open":
        return _("came back") if problem.regression else _("open")
    return {"fix applied": _("fixed, not yet proved"), "resolved": _("proved fixed"), "waived": _("waived")}[
        problem.status
    ]
