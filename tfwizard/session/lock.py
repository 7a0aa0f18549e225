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
        """Raises InUse."""
        self._handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(self._handle, 20).decode("ascii", "replace").strip()
            os.close(self._handle)
            raise InUse(
                _(
                    "The session {name} is open in another terminal (process {number}).",
                    name=folder.name,
                    number=owner or "?",
                )
            ) from None
        os.ftruncate(self._handle, 0)
        os.write(self._handle, str(os.getpid()).encode())

    def release(self) -> None:
        """Give it back; a second time does nothing."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


def in_use(folder: Path) -> bool:
    """Whether a process has this session open."""
    try:
        Lock(folder).release()
    except InUse:
        return True
    except OSError:
        pass  # not ours, or gone
    return False
