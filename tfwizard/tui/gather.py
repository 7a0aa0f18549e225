"""What the panels beside the stage show, gathered from the session."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tfwizard.findings import Finding
from tfwizard.language import _, ngettext
from tfwizard.stages import BY_ID, STAGES
from tfwizard.tui import keymap
from tfwizard.tui.following import call_marks, place_of_stage, problem_marks, same_file
from tfwizard.tui.lines import clean
from tfwizard.tui.pending import unwritten
from tfwizard.tui.standby import short_words
from tfwizard.tui.view import digit, questions_of, where_words
from tfwizard.tui.widgets.banner import Banner
from tfwizard.tui.widgets.problems import Listed
from tfwizard.tui.widgets.script_pane import Mark
from tfwizard.tui.widgets.stage_list import Row, short_title
from tfwizard.tui.widgets.status_line import Status

if TYPE_CHECKING:
    from tfwizard.session import Session

BUSY = ("starting", "running", "probing")


def stage_row_list(session: Session) -> tuple[Row, ...]:
    """The stages with their counts."""
    open_problems = session.casebook.open()
    rows = []
    for stage in STAGES:
        mine = [p for p in open_problems if p.stage == stage.id]
        asked = sum(question not in session.casebook.answers for question, _text in questions_of(stage.id))
        rows.append(
            Row(
                digit(stage),
                short_title(stage.id, stage.title),
                session.stage_state(stage.id),
                sum(p.severity == "error" for p in mine),
                sum(p.severity == "warning" for p in mine),
                asked,
                not stage.section,
            )
        )
    return tuple(rows)


def summary(session: Session) -> tuple[str, ...]:
    """What stands below the stages: the first of it has room at 80×24."""
    problems = session.casebook.ordered()
    done = sum(p.status == "resolved" for p in problems)
    lines = [ngettext("{n} proved fixed", "{n} proved fixed", done)] if done else []
    if standby := short_words(session):
        lines.append(standby)
    if session.run_state.number:
        lines.append(_("run {n}", n=session.run_state.number))
    return tuple(lines)


def listed(session: Session) -> tuple[Listed, ...]:
    """Every problem: what is open first."""
    ordered = session.casebook.ordered()
    open_first = sorted(ordered, key=lambda p: p.status not in ("open", "fix applied"))
    return tuple(Listed(p, session.findings.get(p.key)) for p in open_first)


def status_of(session: Session, trying: str = "", seconds: int | None = None) -> Status:
    """The top line. `trying` says what a trial does now, `seconds` how long that or the run takes already."""
    count, _files = unwritten(session)
    wanting = sum(p.severity != "advice" for p in session.casebook.open())
    script = session.run_state.facts.script
    examined = session.worker in ("held", "ended") and script is not None
    failed = session.worker == "held" and script is not None and script.outcome == "failed" and not trying
    return Status(
        session.script.name,
        str(session.worker),
        now_words(session, trying),
        wanting,
        count,
        examined,
        says_of(session, trying),
        seconds,
        failed,
    )


def says_of(session: Session, trying: str) -> str:
    """What the top line says instead of the worker's status: a trial, or how the script ended."""
    if trying:
        return _("▶ trying a fix")
    if session.worker == "none" and session.run_state.number:
        return _("· as it was, {r} runs it", r=keymap.now("r"))
    script = session.run_state.facts.script
    if session.worker != "held" or script is None:
        return ""
    return {"failed": _("✗ script failed"), "finished": _("· script ended"), "no_training": _("· ended untrained")}.get(
        script.outcome, ""
    )


def now_words(session: Session, trying: str) -> str:
    """What happens just now."""
    if trying:
        return trying
    if session.worker == "probing":
        return examined_words(session)
    if session.worker == "running" and session.run_state.calls:
        return session.run_state.calls[-1].name
    if session.worker == "held":
        script = session.run_state.facts.script
        if script and script.error:
            return where_words(script.error.where)
        return _("at {call}", call=script.held.name) if script and script.held else ""
    return ""


def examined_words(session: Session) -> str:
    """The stage that is examined now, and how far."""
    progress = session.progress
    if progress:
        title = _(BY_ID[progress.stage].title) if progress.stage in BY_ID else progress.stage
        return f"{title} {progress.done}/{progress.total}" if progress.total else title
    return next((_(stage.title) for stage in STAGES if session.stage_state(stage.id).status == "running"), "")


def banner_of(session: Session, error: str, said: str, changed: Sequence[Path], warned: str = "") -> Banner:
    """What stands above everything. `changed` are the files that are other on disk than in the session."""
    names = tuple(path.name for path in changed)
    edited = {Path(path).name for path in session.sources.overlay()}
    dropped = unwritten(session)[0] if edited & set(names) else 0
    error = error or clean(session.not_kept)
    return Banner(session.worker_message if session.worker == "lost" else None, error, names, dropped, said, warned)


def marks(session: Session, path: Path) -> tuple[Mark, ...]:
    """The lines of `path` that open problems are about, then those of the captured calls."""
    state = session.run_state
    held = state.facts.script.held if state.facts.script else None
    problems = problem_marks(session.casebook.open(), session.findings, path)
    return (*problems, *call_marks(state.calls, held, path, session.worker in BUSY))


def line_in_sight(session: Session, stage: str, selected: Finding | None, path: Path) -> int | None:
    """The line of `path` to have in sight: the problem on the screen, else the first of the stage, else the stage's call."""
    mine = (session.findings.get(p.key) for p in session.casebook.open() if p.stage == stage)
    shown = selected or next((one for one in mine if one and same_file(one.where, path)), None)
    place = shown.where if shown else place_of_stage(stage, session.run_state.facts, session.run_state.calls)
    return place.line if place and same_file(place, path) else None
