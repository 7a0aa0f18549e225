"""Scripts and folders that are not what they should be: a sentence for each, and no traceback."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from .place import Place

TEXTS: dict[str, tuple[bytes, str]] = {
    "null bytes": (b"x = 1\n\0\n", "SyntaxError"),
    "UTF-16": ("print('hello')\n1 / 0\n".encode("utf-16"), "SyntaxError"),
    "byte order mark, CRLF": (b"\xef\xbb\xbfx = 1\r\n1 / 0\r\n", "ZeroDivisionError"),
    "latin-1": ("# coding: latin-1\nraise ValueError('é')\n".encode("latin-1"), "ValueError"),
    "nested deeply": (b"x = a" + b".b" * 50_000 + b"\n", "RecursionError"),
    "nested deeply without brackets": (b"x = " + b"-" * 100_000 + b"1\n", "SyntaxError"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_of_another_kind(kind: str, place: Place) -> None:
    data, error = TEXTS[kind]
    (place.work / "train.py").write_bytes(data)
    ran = place.run("check", "train.py", "--json")
    assert (ran.code, ran.document["outcome"]) == (1, "failed")
    assert ran.open["script-error"]["evidence"]["type"] == error
    assert "Traceback" not in ran.err
    assert (place.work / "train.py").read_bytes() == data
    place.is_left_clean()


@pytest.mark.parametrize("name", ["a folder/été 漢字 [bold] %s {x}.py", "json.py", "./-n.py"])
def test_a_name_of_another_kind(name: str, place: Place) -> None:
    script = place.work / name
    script.parent.mkdir(exist_ok=True)
    script.write_text("1 / 0\n")
    for shadow in ("socket", "threading", "asyncio", "typing"):
        (script.parent / f"{shadow}.py").write_text("raise RuntimeError('not the one that was meant')\n")
    ran = place.run("check", name, "--json")
    assert (ran.code, ran.document["outcome"]) == (1, "failed")
    assert ran.open["script-error"]["where"] == {"file": os.path.normpath(name), "line": 1}
    place.is_left_clean()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_circle(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [a_pipe, a_circle, Path.mkdir])
def test_what_is_no_file_is_wrong_usage(make: Callable[[Path], None], place: Place) -> None:
    make(place.work / "train.py")
    ran = place.run("check", "train.py", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "train.py" in ran.err
    assert "Traceback" not in ran.err


def test_sessions_that_cannot_be_kept_anywhere(place: Place) -> None:
    (place.work / "train.py").write_text("1 / 0\n")
    (place.work / "file").touch()
    ran = place.run("fix", "train.py", "--write", XDG_STATE_HOME=str(place.work / "file"))
    assert (ran.code, ran.out) == (2, "")
    assert str(place.work / "file") in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("room", [0, 700])
def test_a_disk_without_room(room: int, place: Place) -> None:
    """Nothing can be written (0), or no longer (700 bytes): the wizard's files fail as on a full disk."""
    (place.work / "train.py").write_text("1 / 0\n")
    ran = place.run(
        "fix", "train.py", "--write", "--json", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        PYTHONDONTWRITEBYTECODE="1",  # of what it imports, Python would keep a torn .pyc
    )  # fmt: skip
    assert "Traceback" not in ran.err
    assert str(place.state) in ran.err
    assert (place.work / "train.py").read_text() == "1 / 0\n"
    if room:
        assert (ran.code, list(ran.open)) == (1, ["script-error"])
    else:
        assert (ran.code, ran.out) == (2, "")
    place.is_left_clean()


def test_a_folder_for_reading_only(place: Place) -> None:
    (place.work / "train.py").write_text("1 / 0\n")
    place.work.chmod(0o500)
    ran = place.run("check", "train.py", "--json")
    place.work.chmod(0o700)
    assert (ran.code, list(ran.open)) == (1, ["script-error"])
    assert [path.name for path in place.work.iterdir()] == ["train.py"]
    place.is_left_clean()


@pytest.mark.parametrize("command", [("check", "{script}"), ("doctor",)])
def test_a_current_folder_that_was_removed(command: tuple[str, ...], place: Place) -> None:
    script = place.temporary / "train.py"
    script.write_text("1 / 0\n")
    ran = place.run(*(word.format(script=script) for word in command), before=lambda: os.rmdir(place.work))
    assert (ran.code, ran.out) == (2, "")
    assert "The current folder was removed" in ran.err
