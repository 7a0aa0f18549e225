"""What is asked wrongly is told in a sentence with the way out, and exit code 2."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tfwizard.cli import main

from .conftest import lesson


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "train.py").write_text("print()\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name a script, or a lesson"),
        (["train.py", "--lesson", "flowers"], "Name a script, or a lesson"),
        (["train.py", "--seats", "3"], "go with --lesson"),
        (["train.py", "--into", "here"], "go with --lesson"),
        (["nothing.py"], "does not exist"),
        (["train.py", "--plain"], "tfwizard run --plain"),
        (["--lesson", "flowers", "--seats", "0"], "not in the range"),
        (["--lesson", "flowers", "--seats", "10000"], "not in the range"),
        (["--lesson", "flwers"], "Did you mean flowers?"),
        (["--lesson", "flowers", "--into", "train.py/seats"], "cannot be made"),
        (["train.py", "--port", "70000"], "not in the range"),
        (["train.py", "--host", "nowhere.invalid"], "no address of this machine"),
        (["train.py", "--public-url", "wizard.example"], "a whole address"),
        (["train.py", "--public-url", "http://[::1"], "a whole address"),
        (["train.py", "--python", "nowhere/python"], "no such interpreter"),
    ],
)
def test_wrong_usage(folder: Path, arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(main, ["serve", *arguments])
    assert done.exit_code == 2, done.output
    assert words in " ".join(done.stderr.split())


def test_a_port_that_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(main, ["serve", "train.py", "--port", port])
    assert done.exit_code == 2
    assert f"Port {port} of 127.0.0.1 cannot be had" in done.stderr
    assert "--port 0" in done.stderr


def test_another_lesson_in_a_seat_is_not_overwritten(folder: Path) -> None:
    shelf = lesson(folder)
    seat = folder / "tfwizard-seats" / "seat-1" / "lesson"
    seat.mkdir(parents=True)
    (seat / "mine.txt").write_text("work")
    done = CliRunner().invoke(main, ["serve", "--lessons", str(shelf), "--lesson", "letters"])
    assert done.exit_code == 2
    assert "--into" in done.stderr
    assert [one.name for one in seat.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("missing", ["aiohttp", "textual_serve"])
def test_without_the_extra(folder: Path, missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; from tfwizard.cli import main; main(['serve', 'train.py'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "tfwizard[serve]" in done.stderr
