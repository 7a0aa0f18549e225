"""`e` in a real terminal: the editor gets it, and the wizard comes back to a terminal that is as it was."""

from __future__ import annotations

import signal
import sys
import termios
from pathlib import Path

import pytest

from .conftest import Open

SCRIPT = "import json\n\nprint('hello')\njson.loads('[bold')\n"
#: Every editor of these tests is called vim, so that it is told the line as vim is.
RECORD = 'printf "%s\\n" "$@" > arguments\nfor file; do :; done\n'


def editor(folder: Path, body: str) -> str:
    """An editor that is a shell script; it takes the name of the file as $file."""
    path = folder / "my bin" / "vim"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{RECORD}{body}\n")
    path.chmod(0o755)
    return f"'{path}' --cmd 'set nu'"


def test_the_editor_opens_at_the_line_and_r_runs_what_it_left(open_terminal: Open, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    asks = "printf 'EDITING NOW'; read answer; echo \"got $answer\"; echo 'raise KeyError(\"other\")' > $file"
    terminal = open_terminal(tmp_path, "run", "train.py", EDITOR=editor(tmp_path, asks), VISUAL="")
    terminal.wait("JSONDecodeError", "train.py:4", "1 problem")
    terminal.press("e")
    terminal.wait("EDITING NOW")
    terminal.press("o", "k", "\r")
    shown = terminal.wait("train.py changed on disk", "r runs it again", "Run the script")
    assert "EDITING NOW" not in shown
    assert b"got ok" in terminal.raw  # its own terminal: lines, with an echo
    assert (tmp_path / "arguments").read_text().splitlines() == ["--cmd", "set nu", "+4", str(script)]
    terminal.press("r")
    terminal.wait_until(lambda shown: "KeyError" in shown and "on disk" not in shown, "the changed script's error")
    terminal.press("q")
    assert terminal.end() == 1


def test_ctrl_c_in_the_editor_is_the_editors(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    body = "trap 'printf INTERRUPTED' INT\nprintf 'EDITING NOW'\nuntil read answer; do :; done"
    terminal = open_terminal(tmp_path, "run", "train.py", VISUAL=editor(tmp_path, body))
    terminal.wait("JSONDecodeError", "1 problem")
    terminal.press("e")
    terminal.wait("EDITING NOW")
    terminal.press("\x03")
    terminal.wait("INTERRUPTED")
    terminal.press("\r")
    terminal.wait("JSONDecodeError", "Run the script")
    terminal.press("q")
    assert terminal.end() == 1


def test_an_editor_that_is_killed_leaves_the_terminal_usable(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    terminal = open_terminal(
        tmp_path, "run", "train.py", VISUAL=editor(tmp_path, "stty raw -echo; printf 'EDITING NOW'; kill -KILL $$")
    )
    before = termios.tcgetattr(terminal.child.child_fd)
    terminal.wait("JSONDecodeError", "1 problem")
    terminal.press("e")
    terminal.wait("was ended by SIGKILL", "Run the script")
    terminal.press("l")
    terminal.wait("hello")
    terminal.press("q")
    assert terminal.end() == 1
    assert before[3] & termios.ECHO
    assert b"\x1b[?1049l" in terminal.raw


def test_the_script_is_read_from_while_the_editor_is_open(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import pathlib, time\n"
        "while not pathlib.Path('go').exists(): time.sleep(0.05)\n"
        "for n in range(40000): print('a line that fills every pipe and buffer there is, and then some more', n)\n"
        "pathlib.Path('printed').touch()\n"
        "raise KeyError('end')\n"
    )
    body = "touch go\nn=0\nuntil [ -e printed ]; do sleep 0.1; n=$((n+1)); [ $n -lt 1200 ] || exit 7; done"
    terminal = open_terminal(tmp_path, "run", "train.py", VISUAL=editor(tmp_path, body))
    terminal.wait("running")
    terminal.press("e")
    terminal.wait("KeyError", "train.py:5", "1 problem")  # judged, not only shown
    assert (tmp_path / "printed").exists()
    terminal.press("q")
    assert terminal.end() == 1


def test_an_editor_that_is_not_there_is_named(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    terminal = open_terminal(tmp_path, "run", "train.py", VISUAL="no-such-editor -x")
    terminal.wait("JSONDecodeError", "1 problem")
    terminal.press("e")
    terminal.wait("There is no no-such-editor here", "Run the script")
    terminal.press("q")
    assert terminal.end() == 1


@pytest.mark.skipif(sys.platform != "linux", reason="a process is found in /proc")
def test_the_end_of_the_wizard_is_the_end_of_the_editor(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    body = "echo $$ > pid\nprintf 'EDITING NOW'\nwhile :; do sleep 0.1; done"
    terminal = open_terminal(tmp_path, "run", "train.py", VISUAL=editor(tmp_path, body))
    terminal.wait("JSONDecodeError", "1 problem")
    terminal.press("e")
    terminal.wait("EDITING NOW")
    terminal.child.kill(signal.SIGTERM)
    assert terminal.end() == 143
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()
