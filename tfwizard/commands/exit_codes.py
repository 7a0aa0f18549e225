"""The exit codes of every command."""

from __future__ import annotations

import enum


class Exit(enum.IntEnum):
    """What each exit code says."""

    CLEAN = 0  # nothing is open, advice aside
    FINDINGS = 1  # findings are open
    USAGE = 2  # wrong usage, or a file that could not be written as was asked
    NOT_EXAMINED = 3  # the script died or timed out before anything was captured
    INTERRUPTED = 130
