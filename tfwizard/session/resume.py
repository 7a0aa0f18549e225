"""A session taken up again from its folder: the same problems, edits and facts, whatever ended it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfwizard.casebook import Casebook, Event, IllegalTransition, read_journal
from tfwizard.facts import Place
from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.session.absorb import absorb, read_record
from tfwizard.session.lock import in_use
from tfwizard.session.plain import PROBES, RunState
from tfwizard.session.runs import examine_state
from tfwizard.session.session import Session, rejected
from tfwizard.session.teaching import BEGAN

#: What the first event of a journal tells.
BEGUN_WITH = frozenset({"script", "args", "python", "cwd", "timeout"})


class CannotResume(Exception):
    """There is nothing to take up in this folder; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A session on the disk, for a list. `at` is the time of its last event, in seconds since 1970."""

    folder: Path
    script: str
    at: float
    open: int
    resolved: int
    in_use: bool


def saved(sessions: Path) -> list[Saved]:
    """The sessions below a folder that can be resumed, the latest first."""
    found = []
    for folder in sessions.iterdir() if sessions.is_dir() else ():
        try:
            events, casebook = _told(folder)
        except CannotResume:
            continue
        resolved = sum(one.status == "resolved" for one in casebook.problems.values())
        script = str(events[0].detail["script"])
        found.append(Saved(folder, script, events[-1].at, len(casebook.open()), resolved, in_use(folder)))
    return sorted(found, key=lambda one: one.at, reverse=True)


def resume(folder: Path, *, python: str | None = None, standby: bool = False) -> Session:
    """The session of this folder as it was. Its worker is gone: `run` starts another.

    Raises CannotResume, InUse, or NoInterpreter where the Python of that time is gone and `python` names no other.
    """
    events, _casebook = _told(folder)
    began: Mapping[str, Any] = events[0].detail
    session = Session(
        Path(began["script"]), began["args"], python=python or began["python"], cwd=Path(began["cwd"]), folder=folder,
        timeout=began["timeout"], standby=standby, events=events,
    )  # fmt: skip
    if any(event.kind == BEGAN for event in events):
        session.seal()
    session.edits.restore(events)
    _restore_runs(session)
    for question, yes in session.casebook.answers.items():
        if not yes:
            session.findings[rejected(question).key] = rejected(question)
    for event in events:
        if event.kind == "found" and event.key not in session.findings:
            session.findings[event.key] = _from_words(event.detail)
    # Findings are made anew, in the language of now; the journal has that of then.
    session.casebook.retitle({key: finding.title for key, finding in session.findings.items()})
    for stage, state in session.casebook.progress.items():
        if state.status == "running":
            session.casebook.stage_moved(stage, "blocked", _("The wizard ended while this was examined: run it again."))
    session.log.recall()
    session.resumed(_("Resumed as it was at {time}.", time=_clock(events[-1].at)))
    return session


def _told(folder: Path) -> tuple[list[Event], Casebook]:
    """What a journal tells, and the casebook that it leads to. Raises CannotResume."""
    try:
        events = list(read_journal(folder / "journal.jsonl"))
    except OSError as error:
        raise CannotResume(
            _(
                "{folder} holds no session ({error}). `tfwizard resume --list` names those there are.",
                folder=folder,
                error=error.strerror,
            )
        ) from error
    except ValueError as error:
        raise CannotResume(_("The journal is damaged: {error}.", error=error)) from error
    if not events or events[0].kind != "session":
        raise CannotResume(_("The journal of {name} does not say which script it is about.", name=folder.name))
    try:
        if lacking := BEGUN_WITH - events[0].detail.keys():
            raise IllegalTransition(f"line 1: no {min(lacking)!r}")
        return events, Casebook.replay(events)
    except (IllegalTransition, KeyError, TypeError, ValueError, AttributeError) as error:  # another version's, say
        why = error if isinstance(error, IllegalTransition) else repr(error)
        raise CannotResume(_("The journal is damaged: {error}.", error=why)) from error


def _restore_runs(session: Session) -> None:
    """The facts of every run, judged again: findings hang on nothing else."""
    last = session.casebook.run
    for number in range(1, last + 1):
        state = RunState(number)
        complete = False
        for message in read_record(session.folder / "runs" / f"{number:04}.jsonl"):
            try:
                absorb(state, message)
            except ValueError:
                continue
            complete = complete or message["kind"] == "gone" or message.get("stage") == PROBES[-1][0]
        examine_state(state, complete or number < last)
        session.findings.update(state.findings)
        session.show_run(state)


def _from_words(detail: Mapping[str, Any]) -> Finding:
    """What the journal itself kept of a finding: its run's record is gone."""
    where = detail.get("where")
    place = Place(where["file"], where["line"]) if where else None
    return Finding(detail["id"], detail["stage"], detail["severity"], detail["title"], "", detail["evidence"], place)


def _clock(at: float) -> str:
    moment = time.localtime(at)
    today = moment[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", moment)
