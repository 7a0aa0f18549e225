"""A pseudo-terminal with the wizard in it: when how many bytes came out, and what they said."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import sys
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

#: What is neither shown nor moves the cursor far: between two words that stand beside each other.
ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[@-Z\\-_])")
#: Output that comes within this of what came before is one refresh of the screen.
ONE_REFRESH_S = 0.05
PATIENCE_S = 300.0


class Chunk(NamedTuple):
    """What one read gave, and when."""

    at: float
    data: bytes


class Terminal:
    """The wizard in a terminal of (columns, rows). A thread of its own reads, so that no time is lost to who waits."""

    def __init__(self, folder: Path, arguments: Sequence[str], size: tuple[int, int]) -> None:
        columns, rows = size
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(rows)}
        environment.pop("NO_COLOR", None)
        self.began = time.monotonic()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(sys.executable, [sys.executable, "-m", "tfwizard", *arguments], environment)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.chunks: list[Chunk] = []
        self._reads = threading.Thread(target=self._read, daemon=True)
        self._reads.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the other end is closed
            while data := os.read(self._file, 1 << 20):
                self.chunks.append(Chunk(time.monotonic(), data))

    def press(self, key: str) -> float:
        """Write a key; when that was."""
        at = time.monotonic()
        os.write(self._file, key.encode())
        return at

    def wait(self, *words: str, since: float = 0.0, patience: float = PATIENCE_S) -> float:
        """When all of these words had come out after `since`. Raises TimeoutError with the last of what came."""
        wanted = [word.encode() for word in words]
        end = time.monotonic() + patience
        seen, kept, text = 0, b"", b""
        while True:
            chunks = self.chunks
            while seen < len(chunks):
                at, data = chunks[seen]
                seen += 1
                if at >= since:
                    kept += data
                    text = ESCAPES.sub(b"", kept)
                    if all(word in text for word in wanted):
                        return at
                    kept = kept[-200_000:]
            if time.monotonic() > end:
                raise TimeoutError(f"no {' and '.join(words)} in:\n{text[-3000:].decode(errors='replace')}")
            time.sleep(0.002)

    def quiet(self, seconds: float, patience: float = PATIENCE_S) -> None:
        """Wait until nothing has come for so long."""
        end = time.monotonic() + patience
        while not self.chunks or time.monotonic() - self.chunks[-1].at < seconds:
            if time.monotonic() > end:
                raise TimeoutError(f"no {seconds} seconds of silence")
            time.sleep(0.05)

    def measure(self, seconds: float) -> Traffic:
        """What comes within so many seconds from now."""
        start = time.monotonic()
        time.sleep(seconds)
        return traffic([chunk for chunk in self.chunks if start <= chunk.at < start + seconds], seconds)

    def processor(self) -> float:
        """Seconds that the processors gave to the wizard itself so far, not to its worker."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the wizard."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 15)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self._reads.join(5)
        os.close(self._file)


class Traffic(NamedTuple):
    """Bytes and refreshes a second."""

    bytes: float
    refreshes: float


def traffic(chunks: Sequence[Chunk], seconds: float) -> Traffic:
    """The means over so many seconds."""
    times = [chunk.at for chunk in chunks]
    apart = sum(later - earlier > ONE_REFRESH_S for earlier, later in zip(times, times[1:], strict=False))
    return Traffic(sum(len(chunk.data) for chunk in chunks) / seconds, (apart + bool(times)) / seconds)
