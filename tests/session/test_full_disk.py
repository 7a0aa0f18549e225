"""A disk that is full ends nothing: it is told, what was kept stays whole, and the script goes on."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tfwizard.casebook import Event, Journal, read_journal
from tfwizard.runner import log as log_module
from tfwizard.runner.log import Log
from tfwizard.session import Session
from tfwizard.session.absorb import RunRecord, read_record

CALL = {"kind": "call", "call": {"index": 0, "name": "fit"}}


@contextmanager
def no_room_after(size: int) -> Iterator[None]:
    """Within it no file of this process gets longer than that: the system takes what still fits, and refuses the rest."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.MonkeyPatch.context() as patch:
        # Of what is imported meanwhile, here and in the worker, Python would keep a torn .pyc.
        patch.setattr(sys, "dont_write_bytecode", True)
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_journal_stays_whole_and_says_what_it_lacks(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(Event("session"))
    size = (tmp_path / "journal.jsonl").stat().st_size
    with no_room_after(size + 10):
        journal.append(Event("run started", run=1))
    assert journal.failed
    journal.append(Event("run started", run=2))  # a gap in the middle would be worse than an end
    journal.close()
    assert [event.kind for event in read_journal(tmp_path / "journal.jsonl")] == ["session"]
    assert (tmp_path / "journal.jsonl").stat().st_size == size


def test_a_record_of_a_run_ends_where_the_disk_does(tmp_path: Path) -> None:
    record = RunRecord(tmp_path / "0001.jsonl")
    record.add(CALL)
    with no_room_after((tmp_path / "0001.jsonl").stat().st_size + 10):
        record.add(CALL)
    record.close()
    assert record.failed
    assert [message["kind"] for message in read_record(tmp_path / "0001.jsonl")] == ["call"]


def test_what_comes_behind_a_torn_line_of_a_record_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "0001.jsonl"
    first = RunRecord(path)
    first.add(CALL)
    with no_room_after(path.stat().st_size + 10):
        first.add(CALL)
    first.close()
    for _ in range(2):
        again = RunRecord(path, again=True)
        again.add(CALL)
        again.close()
    assert [message["kind"] for message in read_record(path)] == ["call"] * 3
    assert path.read_bytes().count(b"\n") == 4


def test_a_log_goes_on_in_memory_and_says_so_once(tmp_path: Path) -> None:
    log = Log(tmp_path / "script.log")
    log.feed("out", b"first\n")
    with no_room_after(len(b"first\n")):
        log.feed("out", b"second\n")
        log.feed("out", b"third\n")
    assert [line.text for line in log.lines if "tfwizard" not in line.text] == ["first", "second", "third"]
    assert sum("The disk is full" in line.text for line in log.lines) == 1
    assert log.full
    log.close()
    assert (tmp_path / "script.log").read_bytes().startswith(b"first\n")


def test_a_log_leaves_room_for_others_and_goes_on_when_there_is_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("KEPT_IN_ANY_CASE", 1000), ("LOOK_EACH", 100), ("LEAST_FREE", 10**18)):
        monkeypatch.setattr(log_module, name, value)
    log = Log(tmp_path / "script.log")
    for number in range(400):
        log.feed("out", f"line {number}\n".encode())
    kept = (tmp_path / "script.log").read_text()
    assert kept.startswith("line 0\n")
    assert 1000 < len(kept) < 1500
    assert log.lines[-1].text == "line 399"
    assert "MB are free" in log.full
    monkeypatch.setattr(log_module, "LEAST_FREE", 0)
    for number in range(400, 800):
        log.feed("out", f"line {number}\n".encode())
    log.close()
    kept = (tmp_path / "script.log").read_text()
    assert not log.full
    assert "are left out here; the disk was full" in kept
    assert kept.endswith("line 799\n")


async def test_a_session_goes_on_without_a_disk_and_says_what_will_be_lacking(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("print('begun')\n")
    session = Session(script, folder=tmp_path / "kept", python=sys.executable)
    try:
        assert session.not_kept == ""
        with no_room_after(session._journal.path.stat().st_size):
            state = await session.run()
        assert state.facts.script is not None
        assert state.facts.script.outcome == "no_training"
        assert str(tmp_path / "kept") in session.not_kept
        assert session.casebook.run == 1
    finally:
        await session.close()
    assert [event.kind for event in read_journal(tmp_path / "kept" / "journal.jsonl")] == ["session"]


def test_a_record_without_end_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfwizard.session.absorb.LONGEST_RECORD", 1000)
    record = RunRecord(tmp_path / "0001.jsonl")
    for _ in range(100):
        record.add(CALL)
    record.close()
    assert "longer than" in record.failed
    assert 900 < (tmp_path / "0001.jsonl").stat().st_size <= 1000
