"""`check`, `fix`, `compare` and `report`: the same session as the wizard's, without a screen."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tfwizard.facts import CompareFacts
from tfwizard.language import _
from tfwizard.report.contents import Report
from tfwizard.report.contract import report, shown_path
from tfwizard.session import Session, SessionError, Topic, Trial
from tfwizard.session.comparing import Refused, Setting
from tfwizard.sources import CannotWrite, ChangedOnDisk
from tfwizard.stages import BY_ID

Say = Callable[[str], None]


async def check(session: Session, say: Say) -> dict[str, Any]:
    """Examine every stage once; the document of the contract."""
    started = time.monotonic()
    with narrated(session, say):
        await session.run("check")
    diffs = await _proposals(session)
    return report(session, diffs, time.monotonic() - started)


async def report_on(session: Session, say: Say, examine: bool) -> Report:
    """The report on a session, examined first where that is asked for."""
    from tfwizard.report.gather import gather

    if examine:
        with narrated(session, say):
            await session.run("report")
    return gather(session)


async def standing(session: Session) -> dict[str, Any]:
    """A session as it stands, without running anything."""
    seconds = sum(session.run_state.seconds.values())
    return report(session, await _proposals(session), seconds, session.sources.diff())


async def fix(session: Session, say: Say, write: bool) -> dict[str, Any]:
    """Propose, verify, repeat; then the document with the whole diff. Files are written only with `write`."""
    started = time.monotonic()
    with narrated(session, say):
        await session.run("fix")
    proposed: dict[str, str] = {}
    tried: set[str] = set()
    proved: set[str] = set()
    while (key := session.next_fixable(tried)) is not None:
        if key in proved:  # it is back: two that bring each other back would have no end
            tried.add(key)
        for remedy in range(len(session.findings[key].remedies)):
            trial = await _try(session, key, remedy, say)
            if trial is not None:
                proposed[key] = trial.preview.diff
                if trial.verified:
                    proved.add(key)
                    break
        else:
            tried.add(key)
    whole = session.sources.diff()
    written = write_out(session, say) if write and whole else []
    document = report(session, {**await _proposals(session), **proposed}, time.monotonic() - started, whole)
    return {**document, "written": [shown_path(str(path)) for path in written]}


async def compare(session: Session, say: Say, setting: Setting, seeds: int, steps: int, budget_s: float) -> Compared:
    """Examine every stage, then compare; the first ctrl+c ends the comparison with what it has."""
    started = time.monotonic()
    with narrated(session, say):
        await session.run("compare")
    loop = asyncio.get_running_loop()
    stops: list[asyncio.Task[None]] = []
    task = asyncio.current_task()
    assert task is not None

    def stop() -> None:
        if stops:
            task.cancel()
        else:
            say(_("Stopping with what there is; ctrl+c again ends at once."))
        stops.append(loop.create_task(session.stop_probe()))

    loop.add_signal_handler(signal.SIGINT, stop)
    found = Compared()
    with _comparing(session, say):
        try:
            found = Compared(await session.compare(setting, seeds, steps, budget_s))
        except SessionError as why:
            found = Compared(None, str(why), isinstance(why, Refused), bool(stops))
    return replace(found, seconds=time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a comparison: its facts, or why there are none; `early` where something has to be mended first."""

    facts: CompareFacts | None = None
    why: str = ""
    early: bool = False
    interrupted: bool = False
    seconds: float = 0.0


def write_out(session: Session, say: Say) -> list[Path]:
    """Write the verified edits; where that is refused, say why and what to do, and give no file."""
    try:
        written = session.write()
    except (CannotWrite, ChangedOnDisk) as why:
        say(_("not written: {why} The diff is printed; `tfwizard resume` has the edits.", why=why))
        return []
    for path in written:
        say(_("written: {path}", path=path))
    return written


async def _try(session: Session, key: str, remedy: int, say: Say) -> Trial | None:
    from tfwizard.fixes import CannotEdit

    title = session.findings[key].remedies[remedy].title
    say(_("{id}: trying “{title}” …", id=session.findings[key].id, title=title))
    try:
        trial = await session.try_fix(key, remedy)
    except (CannotEdit, SessionError) as why:
        say("  " + _("not possible: {why}", why=why))
        return None
    await session.rest()
    told = _("verified in {s:.0f} s: {why}") if trial.verified else _("not verified in {s:.0f} s: {why}")
    say(f"  {told.format(s=trial.seconds, why=trial.why)}")
    return trial


async def _proposals(session: Session) -> dict[str, str]:
    """The diff of the first remedy of each open problem that has one."""
    from tfwizard.fixes import CannotEdit

    diffs: dict[str, str] = {}
    for problem in session.casebook.open():
        try:
            diffs[problem.key] = (await session.preview(problem.key)).diff
        except CannotEdit:
            continue
    return diffs


@contextlib.contextmanager
def _comparing(session: Session, say: Say) -> Iterator[None]:
    """Says on stderr which run is at it."""
    last = ""

    def heard(topic: Topic) -> None:
        nonlocal last
        progress = session.progress
        if topic != "progress" or progress is None:
            return
        if progress.label != last:
            last = progress.label
            say(_("{run} … ({done} of {total} steps)", run=last, done=progress.done, total=progress.total))

    end = session.subscribe(heard)
    try:
        yield
    finally:
        end()


class narrated:
    """Says on stderr which stage begins."""

    def __init__(self, session: Session, say: Say) -> None:
        self._session, self._say = session, say
        self._last = ""

    def __enter__(self) -> None:
        self._end = self._session.subscribe(self._heard)

    def __exit__(self, *_: object) -> None:
        self._end()

    def _heard(self, topic: Topic) -> None:
        running = next((stage for stage in BY_ID if self._session.casebook.stage(stage).status == "running"), "")
        if topic == "stage" and running and running != self._last:
            self._last = running
            self._say(f"{_(BY_ID[running].title)} …")
