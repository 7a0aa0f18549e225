"""The real program in a real pseudo-terminal, by keyboard alone, as seen through a terminal emulator."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pyte
import pytest

ROWS, COLUMNS = 24, 80
#: Generous: the machine is shared.
PATIENCE_S = 600.0


class Terminal:
    """A person's terminal: 80×24, keys in, a screen out."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        environment = {**os.environ, "TERM": "xterm-256color", "HF_HUB_OFFLINE": "1"}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "tfwizard", *arguments],
            cwd=str(folder),
            env=environment,
            dimensions=(ROWS, COLUMNS),
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

    def end(self) -> int | None:
        """Wait for the end; the exit code."""
        self.child.expect(pexpect.EOF, timeout=PATIENCE_S)
        self.raw += self.child.before or b""
        self.child.close()
        code: int | None = self.child.exitstatus
        return code


@pytest.fixture
def open_terminal() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(folder: Path, *arguments: str) -> Terminal:
        opened.append(Terminal(folder, *arguments))
        return opened[-1]

    yield start
    for one in opened:
        one.child.close(force=True)


def test_a_script_that_fails_is_shown_with_its_line(open_terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import json\n\njson.loads('[bold')\n")
    terminal = open_terminal(tmp_path, "run", "train.py")
    terminal.wait("JSONDecodeError", "train.py:3", "1 problem")
    terminal.press("l")
    terminal.press("q")
    assert terminal.end() == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_terminal_is_given_back_on_a_signal(
    open_terminal: Callable[..., Terminal], tmp_path: Path, number: int, code: int
) -> None:
    (tmp_path / "train.py").write_text("import time\ntime.sleep(600)\n")
    terminal = open_terminal(tmp_path, "run", "train.py")
    terminal.wait("num_labels", "running")
    terminal.child.kill(number)
    assert terminal.end() == code
    assert b"\x1b[?1049l" in terminal.raw  # the alternate screen is left
    assert b"\x1b[?25h" in terminal.raw  # the cursor is back


@pytest.mark.tensorflow
def test_the_lesson_by_keyboard_alone(open_terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    terminal = open_terminal(tmp_path, "demo")
    script = tmp_path / "tfwizard-demo" / "train.py"
    terminal.wait("script failed", "1 problem", "f fix")
    before = script.read_bytes()
    terminal.press("f")
    terminal.wait('+    columns=["input_ids", "label"]')
    terminal.press("t")
    terminal.wait("VERIFIED", "edit unwritten")
    terminal.press("F")
    terminal.wait("9 proved fixed", "no problem open")
    assert script.read_bytes() == before
    for number, title in enumerate(("Inspect data", "Decode samples", "Run one batch", "Locate NaN", "num_labels"), 2):
        terminal.press(str(number))
        assert title in terminal.read(1.0)
    terminal.press("w")
    terminal.wait("train.py", "write")
    terminal.press("y")
    terminal.wait_until(lambda _: script.read_bytes() != before, "written file", 60)
    terminal.press("q")
    assert terminal.end() == 0
    assert "num_labels=3" in script.read_text()
