"""The session's source text as screens need it: the text of a file, and which edits are not on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tfwizard.sources import CannotRead

if TYPE_CHECKING:
    from tfwizard.session import Session


def text_of(session: Session, path: Path) -> str:
    """A file's text with the session's edits, "" where it cannot be read."""
    try:
        return session.sources.text(path)
    except (OSError, CannotRead):
        return ""


def unwritten(session: Session) -> tuple[int, list[str]]:
    """How many edits are not on disk, and the names of the files that they change."""
    # While a fix is tried its edit is staged too, but it is not proved: it does not count, and must not be written.
    steps = len(session.sources.steps) - (session.trial_state is not None)
    return max(steps, 0), [Path(path).name for path in session.sources.overlay()] if steps > 0 else []
