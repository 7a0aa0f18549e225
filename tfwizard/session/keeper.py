"""A training that a process of its own keeps, so that it outlives the terminal: begun, followed and stopped from elsewhere."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tfwizard.language import in_every_language, language
from tfwizard.runner.live_rows import latest
from tfwizard.session.lock import in_use
from tfwizard.session.plain import LOUD
from tfwizard.session.training import FILE, Training, load

#: What the keeper prints: the document of the contract, and its lines for people.
DOCUMENT, SAID = "watch.json", "watch.log"
#: How long a keeper may take to leave after each signal.
END_S = 5.0
#: So much of the end of a log is read.
TAIL_BYTES = 4000


def begin(
    script: Path,
    args: Sequence[str],
    folder: Path,
    *,
    python: str,
    cwd: Path,
    timeout: float,
    rehearse: bool,
    teach: bool = False,
) -> Following:
    """Start a keeper for this training, in a session of its own: no signal of this terminal reaches it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        # -P: a json.py of the user's in this folder is not the one that is meant.
        sys.executable, "-P", "-m", "tfwizard", "watch", str(script), "--json", "--folder", str(folder), "--python", python,
        "--timeout", str(timeout), "--rehearsal" if rehearse else "--no-rehearsal", *(["--teach"] if teach else []),
        "--lang", language(), "--", *args,
    ]  # fmt: skip
    with _written(folder / DOCUMENT) as out, _written(folder / SAID) as said:
        process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=said, start_new_session=True
        )
    return Following(folder, process)


def _written(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


class Following:
    """What the keeper of a session puts on the disk. `training` is None until the training begins."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
        self.folder = folder
        self.training: Training | None = None
        self._process = process
        self._seen: object = None
        self.look()

    def look(self) -> bool:
        """Read what is new; whether there was anything. Cheap: may be asked four times a second."""
        seen = (*(_stamp(self.folder / name) for name in (FILE, SAID, "script.log")), self.alive)
        if seen == self._seen:
            return False
        self._seen = seen
        self.training = load(self.folder) or self.training
        return True

    @property
    def pid(self) -> int:
        """The keeper's process id, 0 where it has not begun."""
        if self._process is not None:
            return self._process.pid
        try:
            return int((self.folder / "lock").read_text() or 0)
        except (OSError, ValueError):
            return 0

    @property
    def alive(self) -> bool:
        """Whether the keeper is there."""
        if self._process is not None:
            return self._process.poll() is None
        return in_use(self.folder)  # a process id alone may be another's by now

    @property
    def trains(self) -> bool:
        """Whether the training runs now."""
        return self.alive and self.training is not None and not self.training.over

    def stop(self) -> None:
        """Ask the training to end after its step; asked again, end it now. Before it begins, end the keeper."""
        if self.alive and self.pid > 0:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGINT)

    def end(self) -> None:
        """End the training and its keeper, and wait for that: asked twice, then by force."""
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGKILL):
            if self.alive and self.pid > 0:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)
            until = time.monotonic() + END_S
            while self.alive:
                if time.monotonic() > until:
                    break
                time.sleep(0.05)
            else:
                return

    @property
    def document(self) -> dict[str, Any] | None:
        """What the keeper found, once it has ended."""
        try:
            found = json.loads((self.folder / DOCUMENT).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def said(self) -> list[str]:
        """The keeper's last lines for people."""
        return _tail(self.folder / SAID)

    def early(self) -> list[str]:
        """What the keeper found before the training began."""
        announced = tuple(f"{word} " for one in LOUD.values() for word in in_every_language(one))
        return [text for text in self.said() if text.startswith(announced)]

    def printed(self) -> list[str]:
        """The script's last lines."""
        return _tail(self.folder / "script.log")


def end_trainings(sessions: Path) -> None:
    """End every training whose session lies in this folder."""
    for folder in sorted(sessions.iterdir()) if sessions.is_dir() else ():
        if trains(folder):
            Following(folder).end()


def trains(folder: Path) -> bool:
    """Whether a training of this session runs in another process."""
    return (folder / SAID).exists() and Following(folder).alive


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [latest(line) for line in text.split("\n") if line.strip()]
