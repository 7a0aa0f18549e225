"""A real pseudo-terminal with the real program in it, as seen through a terminal emulator."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

ROWS, COLUMNS = 24, 80
#: Generous: the machine is shared.
PATIENCE_S = 600.0
PROGRAM = (sys.executable, "-m", "tfwizard")


class Terminal:
    """A person's terminal: 80×24, keys in, a screen out."""

    def __init__(
        self, folder: Path, *arguments: str, size: tuple[int, int] = (COLUMNS, ROWS), program: Sequence[str] = PROGRAM,
        **environment: str,
    ) -> None:  # fmt: skip
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            program[0],
            [*program[1:], *arguments],
            cwd=str(folder),
            env={
                **{k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")},
                "TFWIZARD_CONFIG": "/dev/null",
                "TERM": "xterm-256color",
                "HF_HUB_OFFLINE": "1",
                **environment,
            },
            dimensions=(size[1], size[0]),
        )

    def read(self, seconds: float = 0.3) -> str:
        """What the screen shows after waiting a little."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                data = self.child.read_nonblocking(65536, timeout=0.1)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                break
            self.raw += data
            self._stream.feed(data)
        return "\n".join(self.screen.display)

    def wait(self, *words: str, patience: float = PATIENCE_S) -> str:
        """Wait until all the words stand on the screen."""
        return self.wait_until(lambda shown: all(word in shown for word in words), " and ".join(words), patience)

    def wait_until(self, true: Callable[[str], bool], what: str, patience: float = PATIENCE_S) -> str:
        """Wait until the screen is as wanted."""
        end = time.monotonic() + patience
        while not true(shown := self.read()):
            assert time.monotonic() < end, f"no {what} on the screen:\n{shown}"
            assert self.child.isalive(), f"the wizard ended:\n{shown}"
        return shown

    def press(self, *keys: str) -> None:
        """Type keys, one after the other."""
        for key in keys:
            self.child.send(key)
            self.read(0.5)

    def resize(self, columns: int, rows: int) -> None:
        """The person makes the window larger or smaller."""
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)
        self.read(1.0)

    def end(self) -> int | None:
        """Wait for the end; the exit code."""
        self.child.expect(pexpect.EOF, timeout=PATIENCE_S)
        self.raw += self.child.before or b""
        self.child.close()
        code: int | None = self.child.exitstatus
        return code


Open = Callable[..., Terminal]


@pytest.fixture
def open_terminal() -> Iterator[Open]:
    """Open a terminal: `open_terminal(folder, "run", "train.py", EDITOR="vi")`."""
    opened: list[Terminal] = []

    def start(folder: Path, *arguments: str, **more: Any) -> Terminal:
        opened.append(Terminal(folder, *arguments, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.child.close(force=True)
