"""What tfwizard needs of this machine, measured: folders that it writes to, shared memory, the terminal."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tfwizard.facts import FolderFacts, MachineFacts, TerminalFacts

SHARED_MEMORY = Path("/dev/shm")


def look() -> MachineFacts:
    """The machine as it is now. Nothing is left behind: what is written to see whether it can be is removed at once."""
    import platformdirs

    return MachineFacts(
        _folder(platformdirs.user_state_path("tfwizard")),
        _temporary(),
        _folder(SHARED_MEMORY) if SHARED_MEMORY.exists() else None,
        _terminal(),
    )


def _temporary() -> FolderFacts:
    try:
        return _folder(Path(tempfile.gettempdir()))
    except OSError as error:  # none of those that it tries can be written to
        return FolderFacts(os.environ.get("TMPDIR", "/tmp"), None, str(error.strerror))


def _folder(path: Path) -> FolderFacts:
    """A folder, or where it will be made: the first folder above it that there is."""
    there = next((one for one in (path, *path.parents) if one.exists()), path)
    error = ""
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as refused:
        error = refused.strerror or type(refused).__name__
    try:
        free = shutil.disk_usage(there).free
    except OSError:
        free = None
    return FolderFacts(str(path), free, error)


def _terminal() -> TerminalFacts:
    """The terminal that stdout goes to; without one only what the environment says."""
    multiplexer = "tmux" if "TMUX" in os.environ else ("screen" if "STY" in os.environ else "")
    colours = "NO_COLOR" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM", "")
    encoding = getattr(sys.stdout, "encoding", "") or ""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return TerminalFacts(os.environ.get("TERM", ""), encoding, colours, multiplexer)
    return TerminalFacts(os.environ.get("TERM", ""), encoding, colours, multiplexer, size.columns, size.lines)
