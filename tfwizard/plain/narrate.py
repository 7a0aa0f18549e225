"""What goes on, in sentences: each new one, but not faster than one can listen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tfwizard.language import _
from tfwizard.stages import BY_ID
from tfwizard.tui.fixing import doing
from tfwizard.tui.gather import examined_words
from tfwizard.tui.lines import clean, number
from tfwizard.tui.view import where_words

if TYPE_CHECKING:
    from tfwizard.session import Progress, Session

#: Between two sentences, in seconds; and after how long without a new one it is said that it goes on.
BETWEEN_S, STILL_S = 3.0, 20.0
LOOK_S = 0.2

Say = Callable[[str], None]


@asynccontextmanager
async def narrated(
    session: Session, say: Say, between_s: float = BETWEEN_S, still_s: float = STILL_S
) -> AsyncIterator[None]:
    """Within it, what the session does is said."""
    task = asyncio.create_task(_narrate(session, say, between_s, still_s))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _narrate(session: Session, say: Say, between_s: float, still_s: float) -> None:
    began = at = time.monotonic()
    last = ""
    while True:
        now = time.monotonic()
        sentence = sentence_of(session)
        if sentence and sentence != last and (not last or now - at >= between_s):
            last, at, began = sentence, now, now
            say(sentence)
        elif last and now - at >= still_s:
            at = now
            say(_("Still at it after {n} seconds.", n=round(now - began)))
        await asyncio.sleep(min(LOOK_S, between_s))


def sentence_of(session: Session) -> str:
    """What happens now, "" where nothing does."""
    if session.trial_state is not None:
        return _("Trying the fix: {what}.", what=clean(doing(session)))
    progress = session.progress
    match session.worker:
        case "starting":
            return _("Starting.")
        case "running":
            calls = session.run_state.calls
            if not calls:
                return _("The script runs.")
            return _(
                "The script runs: {call}, {where}.", call=clean(calls[-1].name), where=where_words(calls[-1].where)
            )
        case "probing" if progress is not None:
            return progress_words(progress)
        case "probing":
            return _("Examining: {what}.", what=examined_words(session)) if examined_words(session) else ""
    return ""


def progress_words(progress: Progress) -> str:
    """How far a probe is, with its loss where it has one."""
    title = _(BY_ID[progress.stage].title) if progress.stage in BY_ID else progress.stage
    label = clean(progress.label).strip()
    what = f"{title}, {label}" if label else title
    if not progress.total:
        return _("Examining: {what}.", what=what)
    if not progress.values:
        return _("Examining: {what}, {done} of {total}.", what=what, done=progress.done, total=progress.total)
    return _(
        "Examining: {what}, {done} of {total}, loss {loss}.",
        what=what,
        done=progress.done,
        total=progress.total,
        loss=number(progress.values[-1]),
    )
