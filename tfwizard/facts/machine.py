"""The machine and the terminal that tfwizard itself works on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FolderFacts:
    """A folder that is written to. `free` is in bytes, None where the system does not tell; `error` is why nothing can be written."""

    path: str
    free: int | None = None
    error: str = ""


@dataclass(frozen=True)
class TerminalFacts:
    """What stands before the person. `columns` and `lines` are None without a terminal; `encoding` is that of what is printed."""

    term: str = ""
    encoding: str = ""
    colours: str = ""
    multiplexer: str = ""
    columns: int | None = None
    lines: int | None = None


@dataclass(frozen=True)
class MachineFacts:
    """`state` keeps sessions, `temporary` what a trial needs; `shared_memory` is /dev/shm, None on systems that have none."""

    state: FolderFacts
    temporary: FolderFacts
    shared_memory: FolderFacts | None = None
    terminal: TerminalFacts = TerminalFacts()
