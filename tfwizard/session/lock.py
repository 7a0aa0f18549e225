"""One process for one session's folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from tfwizard.language import _


class InUse(Exception):
    """Another process has this session open; the message says which."""


class Lock:
    """Held from the beginning to the end of a session; the system gives it back when the process ends, however that is."""

    def __init__(self, folder: Path) -> None:
        """Raises InUse; OSError where nothing can be written there, or locked."""
        self._handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(self._handle, 20).decode("ascii", "replace").strip()
            os.close(self._handle)
            raise InUse(
                _(
                    "The session {name} is open in another terminal (process {number}).",
                    name=folder.name,
                    number=owner or "?",
                )
            ) from None
        except OSError:  # some network file systems know no locks
            os.close(self._handle)
            raise
        os.ftruncate(self._handle, 0)
        os.write(self._handle, str(os.getpid()).encode())

    def release(self) -> None:
        """Give it back; a second time does nothing."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


def in_use(folder: Path) -> bool:
    """Whether a process has this session open. Looking writes nothing: by its files one knows when it was used last."""
    try:
        handle = os.open(folder / "lock", os.O_RDONLY)
    except OSError:
        return False  # not ours, or gone
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False
