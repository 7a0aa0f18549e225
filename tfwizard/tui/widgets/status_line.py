"""The top line: which script, where, what the worker does, what happens now."""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import dataclass

from rich.cells import cell_len

from tfwizard.language import _, ngettext
from tfwizard.tui import keymap
from tfwizard.tui.lines import BAD, FAINT, GOOD, STRONG, WARN, Lines, Part, clean, cut, line


@dataclass(frozen=True, slots=True)
class Status:
    """What the top line says. `now` is what happens now, `unwritten` the number of edits that are not on disk.

    `says` stands for the worker's words where there is something better to say; `seconds` is how long it takes already.
    `failed`: the script itself did.
    """

    script: str
    worker: str
    now: str = ""
    open: int = 0
    unwritten: int = 0
    examined: bool = False
    says: str = ""
    seconds: int | None = None
    failed: bool = False


WORKER_STYLES = {"lost": BAD, "held": GOOD, "ended": "", "none": FAINT}


def status_lines(status: Status, width: int) -> Lines:
    """One line; the middle gives way where it is too long."""
    where = place()
    counts = ngettext("{n} problem", "{n} problems", status.open) if status.open else ""
    if not status.open and status.examined:
        counts = _("no problem open")
    unsaved = ngettext("{n} edit unwritten", "{n} edits unwritten", status.unwritten) if status.unwritten else ""
    right: list[Part] = []
    for text, style in ((counts, BAD if status.open else GOOD), (unsaved, WARN)):
        if text:
            right += [" │ ", (text, style)]
    room = width - cell_len(line(*right).plain)
    script = cut(clean(status.script), max(8, room // 3))
    left = f"{script} │ "
    middle = cut(worker_words(status), max(6, room - cell_len(left)))
    spare = room - cell_len(left) - cell_len(middle)
    host = f"{where} │ " if spare >= cell_len(where) + 3 else ""
    gap = " " * max(0, spare - cell_len(host))
    style = BAD if status.failed else WORKER_STYLES.get(status.worker, STRONG)
    return [line((script, STRONG), " │ ", (host, FAINT), (middle, style), gap, *right).truncate(width, ellipsis=True)]


def worker_words(status: Status) -> str:
    """The worker's state, then what happens now."""
    words = status.says or {
        "none": _("· not started"),
        "starting": _("▶ starting"),
        "running": _("▶ running"),
        "held": _("⊘ held"),
        "probing": _("▶ examining"),
        "ended": _("· run ended"),
        "lost": _("✗ WORKER LOST, {r} restarts", r=keymap.now("r")),
    }.get(status.worker, status.worker)
    if status.seconds is not None:
        words = f"{words} {status.seconds} s"
    return _("{name}: {value}", name=words, value=clean(status.now)) if status.now else words


def place() -> str:
    """user@host: over SSH, one must see which machine this is."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid()) if hasattr(os, "getuid") else "?"
    return clean(f"{user}@{socket.gethostname().split('.')[0]}")
