"""The real program killed without a word, and taken up again: what was shown is there, and the file is whole."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from .conftest import Open, Terminal


def kill(terminal: Terminal) -> None:
    """As `kill -9`; its workers have to end by themselves."""
    pid = terminal.child.pid
    workers = children(pid)
    terminal.child.kill(signal.SIGKILL)
    terminal.child.wait()
    end = time.monotonic() + 60
    while left := [worker for worker in workers if exists(worker)]:
        assert time.monotonic() < end, f"workers outlived the wizard: {left}"
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def exists(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_what_was_found_is_there_again_after_kill(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import json\n\nprint('a line of the script')\njson.loads('[bold')\n")
    first = open_terminal(tmp_path, "run", "train.py")
    first.wait("JSONDecodeError", "train.py:4", "1 problem")
    kill(first)
    again = open_terminal(tmp_path, "resume")
    again.wait("Resumed", "JSONDecodeError", "train.py:4", "1 problem")
    again.press("l")
    again.wait("a line of the script")
    again.press("\x1b")
    (tmp_path / "train.py").write_text("import json\n\njson.loads('{}')\n")
    again.wait("changed on disk")
    again.press("r")
    again.wait("1 proved fixed")
    again.press("q")
    assert again.end() == 1  # it never trains: another problem


def test_the_script_runs_where_it_ran_before(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "data.txt").write_text("7")
    (tmp_path / "train.py").write_text("print(open('data.txt').read())\n")
    first = open_terminal(tmp_path, "run", "train.py")
    first.wait("1 warning")
    kill(first)
    again = open_terminal(tmp_path / "elsewhere", "resume")
    again.wait("Resumed", "1 warning")
    again.press("r")
    again.wait_until(lambda shown: "Resumed" not in shown and "1 warning" in shown, "second run")
    again.press("q")
    assert again.end() == 1


@pytest.mark.tensorflow
def test_the_lesson_killed_in_trials_and_after_a_write(open_terminal: Open, tmp_path: Path) -> None:
    first = open_terminal(tmp_path, "demo")
    script = tmp_path / "tfwizard-demo" / "train.py"
    first.wait("script failed", "1 problem")
    original = script.read_bytes()
    first.press("F")
    first.wait_until(lambda shown: shown.count("VERIFIED") >= 1, "first verdict")
    shown = first.read(1.0)
    kill(first)
    assert script.read_bytes() == original

    second = open_terminal(tmp_path, "resume")
    before = shown.count("VERIFIED")
    second.wait("Resumed", "unwritten")
    second.press("p")  # the list of the problems: the banner leaves no room for the count
    after = second.wait_until(lambda now: proved(now) >= before, "resumed session")
    second.press("w")
    second.wait("write")
    second.press("y")
    second.wait_until(lambda _: script.read_bytes() != original, "written file", 60)
    kill(second)
    written = script.read_bytes()
    compile(written, "train.py", "exec")

    third = open_terminal(tmp_path, "resume")
    third.wait("Resumed")
    third.press("p")
    third.wait_until(lambda now: proved(now) == proved(after), "the problems as they were")
    third.press("u")
    third.wait_until(lambda _: script.read_bytes() == original, "restored file", 60)
    third.wait("unwritten")
    kill(third)
    assert not [name for name in os.listdir(script.parent) if name.startswith(".train.py")]


def proved(shown: str) -> int:
    """How many problems stand there as proved fixed."""
    return len(re.findall(r"proved fixed", shown))
