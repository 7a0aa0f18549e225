"""Which sessions go when a new one begins."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tfwizard.session import pruning
from tfwizard.session.lock import Lock, in_use
from tfwizard.session.pruning import MOST, MOST_DAYS, prune, prune_temporary

DAY = 86400.0


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


def keep(sessions: Path, number: int, days: float, *kinds: str, size: int = 100, kind: str = "run") -> Path:
    """A session of so many days ago, with these events in its journal."""
    folder = sessions / f"20260101-{number:06}-{kind}-{1000 + number}"
    folder.mkdir(parents=True)
    rows = [{"kind": each, "key": "", "run": 0, "detail": {}, "at": 0.0} for each in ("session", *kinds)]
    (folder / "journal.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with (folder / "script.log").open("wb") as log:
        log.truncate(size)
    at = time.time() - days * DAY
    for path in (*folder.iterdir(), folder):
        os.utime(path, (at, at))
    return folder


def test_the_last_ones_stay_and_the_older_ones_go(sessions: Path) -> None:
    folders = [keep(sessions, number, number / 10) for number in range(MOST + 5)]
    assert set(prune(sessions)) == set(folders[MOST:])
    assert all(folder.exists() == (folder in folders[:MOST]) for folder in folders)
    assert prune(sessions) == []


def test_what_is_old_goes_but_never_the_latest(sessions: Path) -> None:
    latest, old = keep(sessions, 1, MOST_DAYS + 1), keep(sessions, 2, MOST_DAYS + 2)
    assert prune(sessions) == [old]
    assert latest.exists()


def test_the_sizes_add_up(sessions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST_BYTES", 10_000)
    first, second, third = (keep(sessions, number, number, size=4000) for number in (1, 2, 3))
    assert prune(sessions) == [third]
    assert first.exists()
    assert second.exists()


def test_one_that_is_open_stays(sessions: Path) -> None:
    keep(sessions, 1, 1)
    old = keep(sessions, 2, MOST_DAYS + 5)
    lock = Lock(old)
    os.utime(old / "lock", (0, 0))
    os.utime(old, (0, 0))
    assert prune(sessions) == []
    assert (old / "journal.jsonl").exists()
    lock.release()
    assert prune(sessions) == [old]


@pytest.mark.parametrize(
    ("events", "stays"),
    [
        ((), False),
        (("edit staged",), True),
        (("edit staged", "edit dropped"), False),
        (("edit staged", "writing", "written"), True),  # its backups are the text before the write
        (("edit staged", "writing", "written", "unwriting", "write undone", "edit dropped"), False),
    ],
)
def test_what_holds_the_persons_work_stays_until_it_is_old(
    sessions: Path, monkeypatch: pytest.MonkeyPatch, events: tuple[str, ...], stays: bool
) -> None:
    monkeypatch.setattr(pruning, "MOST", 1)
    keep(sessions, 1, 1)
    older = keep(sessions, 2, 2, *events)
    prune(sessions)
    assert older.exists() == stays
    prune(sessions, time.time() + (MOST_DAYS + 1) * DAY)
    assert not older.exists()


def test_a_journal_that_cannot_be_read_is_kept_until_it_is_old(sessions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST", 1)
    keep(sessions, 1, 1)
    damaged = keep(sessions, 2, 2)
    (damaged / "journal.jsonl").write_bytes(b"{}\nnot json\n{}\n")
    prune(sessions)
    assert damaged.exists()


def test_nothing_else_in_the_folder_is_touched(sessions: Path, tmp_path: Path) -> None:
    keep(sessions, 1, 1)
    elsewhere = keep(tmp_path / "elsewhere", 3, MOST_DAYS + 5)
    (sessions / "20260101-000009-run-9").symlink_to(elsewhere)
    (sessions / "notes").mkdir()
    (sessions / "20260101-000010-run-10").write_text("a file")
    for path in sessions.iterdir():
        os.utime(path, (0, 0), follow_symlinks=False)
    (sessions / "20260101-000001-run-1001").exists()
    assert prune(sessions) == []
    assert elsewhere.exists()
    assert len(list(sessions.iterdir())) == 4


def test_no_folder_yet(tmp_path: Path) -> None:
    assert prune(tmp_path / "nothing") == []


def test_what_a_killed_check_left_behind_goes(tmp_path: Path) -> None:
    left, fresh, used, other = (
        tmp_path / f"tfwizard-{name}" for name in ("abcdefgh", "abcdefg1", "abcdefg2", "abcdefg3")
    )
    for folder in (left, fresh, used, other):
        folder.mkdir()
        (folder / "script.log").write_text("x")
    for folder in (left, fresh, used):
        (folder / "lock").write_text("1")
    lock = Lock(used)
    for folder in (left, used, other):
        os.utime(folder, (0, 0))
    (tmp_path / "tfwizard-elsewhere").mkdir()
    prune_temporary(tmp_path)
    assert sorted(path.name[9:] for path in tmp_path.iterdir()) == ["abcdefg1", "abcdefg2", "abcdefg3", "elsewhere"]
    lock.release()
    os.utime(used, (0, 0))
    prune_temporary(tmp_path)
    assert not used.exists()


def test_to_ask_whether_one_is_open_makes_it_no_younger(sessions: Path) -> None:
    folder = keep(sessions, 1, 2)
    assert not in_use(folder)
    held = Lock(folder)
    assert in_use(folder)
    held.release()
    at = time.time() - 2 * DAY
    for path in (*folder.iterdir(), folder):
        os.utime(path, (at, at))
    before = [(path.name, path.stat().st_mtime, path.read_bytes()) for path in sorted(folder.iterdir())]
    assert not in_use(folder)
    assert before == [(path.name, path.stat().st_mtime, path.read_bytes()) for path in sorted(folder.iterdir())]
    assert folder.stat().st_mtime == at
