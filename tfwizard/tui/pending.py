"""The session's source text as screens need it: the text of a file, and which edits are not on disk."""

from __future__ import annotations

import difflib
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


def line_on_disk(session: Session, path: Path, line: int) -> int:
    """Where a line of the session's text stands in the file itself, which may lack edits above it."""
    try:
        known = session.sources.read(path).text.splitlines()
    except CannotRead:
        return line
    matcher = difflib.SequenceMatcher(None, text_of(session, path).splitlines(), known, autojunk=False)
    for _tag, start, end, disk_start, disk_end in matcher.get_opcodes():
        if start <= line - 1 < end:
            return min(disk_start + (line - 1 - start), max(disk_end - 1, disk_start)) + 1
    return line


def place_to_edit(session: Session, key: str) -> tuple[Path, int] | None:
    """The file and the line of a problem, None where it has none or the file is not there."""
    finding = session.findings.get(key)
    if finding is None or finding.where is None:
        return None
    path = session.script.parent / finding.where.file  # an absolute one stays as it is
    return (path, finding.where.line) if path == session.script or path.exists() else None


def unwritten(session: Session) -> tuple[int, list[str]]:
    """How many edits are not on disk, and the names of the files that they change."""
    # While a fix is tried its edit is staged too, but it is not proved: it does not count, and must not be written.
    steps = len(session.sources.steps) - (session.trial_state is not None)
    return max(steps, 0), [Path(path).name for path in session.sources.overlay()] if steps > 0 else []
