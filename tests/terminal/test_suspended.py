"""ctrl+z in a real shell with job control: back to the prompt, and fg brings the wizard back as it was."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pexpect
import pytest

from .conftest import Open

SCRIPT = "import json\n\nprint('a line of the script')\njson.loads('[bold')\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with job control")
def test_ctrl_z_goes_to_the_shell_and_fg_comes_back(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    shell = open_terminal(
        tmp_path, program=["bash", "--norc", "--noprofile", "-i"], PS1="PROMPT> ", TERM="xterm-256color"
    )
    shell.wait("PROMPT>")
    # Another process waits in front of it, as with `uv run`: the whole group has to stop.
    shell.child.send(f"env FRONT=1 sh -c '{sys.executable} -m tfwizard run train.py; exit $?'\r")
    shell.wait("JSONDecodeError", "1 problem")
    before = len(shell.raw)
    shell.press("\x1a")
    shell.wait("PROMPT>")
    assert b"\x1b[?1049l" in shell.raw[before:]  # the alternate screen is left
    assert b"\x1b[?25h" in shell.raw[before:]  # the cursor is back
    shell.child.send("jobs; echo in the shell\r")
    shell.wait("Stopped", "in the shell")
    before = len(shell.raw)
    shell.child.send("fg\r")
    shell.wait_until(lambda _shown: b"\x1b[?1049h" in shell.raw[before:], "wizard")
    shell.wait("JSONDecodeError", "1 problem", "Quit")
    shell.press("l")
    shell.wait("a line of the script")
    before = len(shell.raw)
    shell.press("q")
    shell.wait_until(lambda _shown: b"PROMPT>" in shell.raw[before:], "prompt")
    shell.child.send("exit\r")
    shell.child.expect(pexpect.EOF, timeout=60)


def test_without_a_shell_ctrl_z_says_so_and_goes_on(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    terminal = open_terminal(tmp_path, "run", "train.py")
    terminal.wait("JSONDecodeError", "1 problem")
    terminal.press("\x1a")
    terminal.wait("No shell waits")
    terminal.press("q")
    assert terminal.end() == 1
