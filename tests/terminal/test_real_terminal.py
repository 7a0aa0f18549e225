"""The real program in a real pseudo-terminal, by keyboard alone, as seen through a terminal emulator."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from .conftest import Open


def test_a_script_that_fails_is_shown_with_its_line(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import json\n\njson.loads('[bold')\n")
    terminal = open_terminal(tmp_path, "run", "train.py")
    terminal.wait("JSONDecodeError", "train.py:3", "1 problem")
    terminal.press("l")
    terminal.press("q")
    assert terminal.end() == 1


def test_a_wizard_that_waits_sends_nothing(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import json\n\njson.loads('[bold')\n")
    terminal = open_terminal(tmp_path, "run", "train.py")
    terminal.wait("JSONDecodeError", "1 problem")
    sent = [-1]

    def quiet(_shown: str) -> bool:
        terminal.read(4.0)  # longer than any of its clocks
        sent.append(len(terminal.raw))
        return sent[-1] == sent[-2]

    terminal.wait_until(quiet, "four seconds of silence")  # a standby worker may still get ready before
    terminal.press("q")
    assert terminal.end() == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_terminal_is_given_back_on_a_signal(open_terminal: Open, tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "train.py").write_text("import time\ntime.sleep(600)\n")
    terminal = open_terminal(tmp_path, "run", "train.py")
    terminal.wait("num_labels", "running")
    terminal.child.kill(number)
    assert terminal.end() == code
    assert b"\x1b[?1049l" in terminal.raw  # the alternate screen is left
    assert b"\x1b[?25h" in terminal.raw  # the cursor is back


@pytest.mark.tensorflow
def test_the_lesson_by_keyboard_alone(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal(tmp_path, "demo")
    script = tmp_path / "tfwizard-demo" / "train.py"
    terminal.wait("script failed", "1 problem", "f fix")
    before = script.read_bytes()
    terminal.press("f")
    terminal.wait('+     columns=["input_ids", "label"]')
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
