"""Which kept sessions go when a new one begins: the old ones, where there are many of them."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tfwizard.casebook import Event, read_journal
from tfwizard.session.lock import InUse, Lock

#: So many sessions are kept, of so many bytes together, each for so many days.
MOST, MOST_BYTES, MOST_DAYS = 50, 2_000_000_000, 90
#: The name of a session's folder: when it began, its kind, the process that began it.
NAME = re.compile(r"\d{8}-\d{6}-[a-z]+-\d+")
#: That of one that is to leave nothing behind.
TEMPORARY = re.compile(r"tfwizard-[a-z0-9_]{8}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A session on the disk. `at` is when its journal was written last, in seconds since 1970; `size` is in bytes."""

    folder: Path
    at: float
    size: int


def prune(sessions: Path, now: float | None = None) -> list[Path]:
    """Remove what is too old or too much of the sessions in this folder; gives the folders that are gone.

    Never the latest one, nor one that a process has open. What holds proved edits that are not written, or the text before a
    write, is only ever too old.
    """
    found = sorted(kept(sessions), key=lambda one: one.at, reverse=True)
    gone = []
    for one, old in too_many(found, time.time() if now is None else now):
        if (old or not holds_edits(one.folder)) and _remove(one.folder):
            gone.append(one.folder)
    return gone


def prune_temporary(folder: Path) -> None:
    """Remove from this folder what sessions that were to leave nothing left behind, since something killed them."""
    try:
        found = [
            one for one in os.scandir(folder) if TEMPORARY.fullmatch(one.name) and one.is_dir(follow_symlinks=False)
        ]
    except OSError:
        return
    for one in found:
        with suppress(OSError):
            status = one.stat(follow_symlinks=False)
            ours = status.st_uid == os.getuid() and os.path.exists(os.path.join(one.path, "lock"))
            if ours and time.time() - status.st_mtime > 86400:
                _remove(Path(one.path))


def kept(sessions: Path) -> list[Kept]:
    """The sessions in a folder; what is no session of ours is left out."""
    found = []
    with suppress(OSError), os.scandir(sessions) as entries:
        for entry in entries:
            if NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):  # somebody removes it right now
                    at, size = _weighed(entry.path)
                    found.append(Kept(Path(entry.path), max(at, entry.stat().st_mtime), size))
    return found


def _weighed(folder: str) -> tuple[float, int]:
    """When the last of the files in a folder was written, and how many bytes they have together."""
    at, size = 0.0, 0
    with os.scandir(folder) as entries:  # this is done before the first paint: pathlib takes five times as long
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                inner, more = _weighed(entry.path)
            else:
                status = entry.stat(follow_symlinks=False)
                inner, more = status.st_mtime, status.st_size
            at, size = max(at, inner), size + more
    return at, size


def too_many(found: Iterable[Kept], now: float) -> list[tuple[Kept, bool]]:
    """Those of the sessions, the latest first, that may go, the oldest first; and whether it is for their age."""
    going: list[tuple[Kept, bool]] = []
    size = 0
    for number, one in enumerate(found, 1):
        size += one.size
        old = now - one.at > MOST_DAYS * 86400
        if number > 1 and (old or number > MOST or size > MOST_BYTES):
            going.append((one, old))
    return going[::-1]


def holds_edits(folder: Path) -> bool:
    """Whether this session holds something of the person's work: proved edits to be written, or what a write replaced."""
    try:
        return edits_left(read_journal(folder / "journal.jsonl"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True  # it cannot be said


def edits_left(events: Iterable[Event]) -> bool:
    """Whether after these events edits are staged, or a write can be undone."""
    staged = written = 0
    for event in events:
        match event.kind:
            case "edit staged":
                staged += 1
            case "edit dropped":
                staged -= 1
            case "written":
                staged, written = 0, written + 1
            case "write undone":
                staged, written = staged + 1, written - 1
    return staged > 0 or written > 0


def _remove(folder: Path) -> bool:
    """Remove a session that nobody has open; whether it is gone."""
    try:
        lock = Lock(folder)
    except (InUse, OSError):
        return False
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()
    return not folder.exists()
