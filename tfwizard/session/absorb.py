"""The worker's messages become the facts of a run: live, or read back from the disk."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from tfwizard import protocol
from tfwizard.language import _
from tfwizard.reading import read_message
from tfwizard.sealed import sealed, unsealed
from tfwizard.session.plain import RunState

KEPT = ("hello", "call", "returned", "outcome", "facts", "broken", "gone")


def absorb(state: RunState, message: Mapping[str, Any]) -> None:
    """Take one message, read with its types, into the state of its run. Raises ValueError for what makes no sense there.

    "gone" is the session's own word for a worker that ended before its script came to an end.
    """
    match message["kind"]:
        case "hello":
            state.environment = message["environment"]
        case "call":
            if len(state.calls) >= protocol.MOST_CALLS:
                raise ValueError(_("more than {n} calls", n=protocol.MOST_CALLS))
            state.calls.append(message["call"])
        case "returned":
            index = message["index"]
            if not 0 <= index < len(state.calls):
                raise ValueError(_("call {n} returned, and never began", n=index))
            state.calls[index] = replace(state.calls[index], seconds=message["seconds"], failed=message["failed"])
        case "outcome" | "gone":
            state.facts = replace(state.facts, script=replace(message["facts"], environment=state.environment))
        case "facts":
            section = message["stage"]
            state.seconds[section] = _time(message["seconds"])
            state.lacking.pop(section, None)
            if message["facts"] is None:
                state.lacking[section] = message["why"]
            else:
                state.facts = replace(state.facts, **{section: message["facts"]})
        case "broken":
            state.seconds[message["stage"]] = _time(message["seconds"])
            state.lacking[message["stage"]] = f"{message['error'].type}: {message['error'].useful}"


def _time(seconds: float) -> float:
    """The seconds that something took, as the worker has it; none where that is no number."""
    return seconds if math.isfinite(seconds) else 0.0


#: A run whose record is longer than this says the same over and over, in bytes.
LONGEST_RECORD = 64_000_000


class RunRecord:
    """The messages of one run on the disk, so that all that was shown of it can be shown again.

    What cannot be written (a full disk, a record without end) must not end the run: `failed` says why the rest is missing.
    """

    def __init__(self, path: Path, again: bool = False, hidden: bool = False) -> None:
        """With `again`, what comes is added to what is there; with `hidden`, its lines are sealed."""
        self.path = path
        self._hidden = hidden
        self.failed = ""
        self._again = again
        self._torn = False
        self._file: BinaryIO | None = None

    def add(self, message: Mapping[str, Any]) -> None:
        """Write one message, before anyone is shown what it says."""
        if message["kind"] not in KEPT or self.failed:
            return
        try:
            file = self._file = self._file or self._opened()
            line = protocol.encode(**message)
            line = sealed(line) if self._hidden else line
            line = b"\n" + line if self._torn else line
            if file.tell() + len(line) > LONGEST_RECORD:
                self.failed = _("the record of a run is longer than {n} MB", n=LONGEST_RECORD // 1_000_000)
                return
            # Unbuffered: of what could not be written nothing is tried again when the file is closed.
            while line:
                line = line[file.write(line) :]
            self._torn = False
        except OSError as error:
            self.failed = str(error.strerror or error)

    def _opened(self) -> BinaryIO:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._again:
            self._torn = _is_torn(self.path)  # what comes would be glued to it
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if self._again else os.O_TRUNC)
        return os.fdopen(os.open(self.path, flags, 0o600), "ab" if self._again else "wb", buffering=0)

    def becomes(self, path: Path) -> None:
        """Give the record another name."""
        if self._file is not None:
            self.path.replace(path)
            self.path = path

    def close(self) -> None:
        """Nothing more comes."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def drop(self) -> None:
        """Close it, and remove it."""
        self.close()
        self.path.unlink(missing_ok=True)


def _is_torn(path: Path) -> bool:
    """Whether the last line of a file lacks its end: a process was killed in it, or the disk was full."""
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def read_record(path: Path) -> Iterator[dict[str, Any]]:
    """The messages of a recorded run; a torn last line is left out, and what is no message."""
    try:
        data = path.read_bytes()
    except OSError:
        return
    for line in data.split(b"\n")[:-1]:
        try:
            yield read_message(unsealed(line))
        except ValueError:
            continue
