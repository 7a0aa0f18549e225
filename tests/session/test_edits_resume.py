"""Edits that outlive their process: staged, dropped, written and undone, killed at any moment, and taken up again."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tfwizard import language
from tfwizard.casebook import Casebook, read_journal
from tfwizard.commands.sessions import resumed
from tfwizard.headless import write_out
from tfwizard.session.edits import Edits
from tfwizard.session.lock import InUse
from tfwizard.session.resume import CannotResume, resume, saved
from tfwizard.session.session import Session
from tfwizard.sources import Sources

OLD = b"import a\r\nx = 1  # \xc3\xa9\r\n"
FOUND = {
    key: {"id": key, "stage": "labels", "severity": "error", "title": key, "where": None, "evidence": {"n": 1}}
    for key in ("num-labels-too-small", "no-collator", "two-kerases")
}
FIRST, SECOND, THIRD = FOUND


class Bench:
    """A session without a worker: its edits and its casebook, taken up again as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.script = folder / "train.py"
        self.other = folder / "network.py"
        self.script.write_bytes(OLD)
        self.other.write_bytes(b"y = 2")
        self.session = Session(self.script, folder=folder / "session", python=sys.executable)
        self.session.casebook.start_run("test")
        self.session.casebook.examined(FOUND, ())

    @property
    def edits(self) -> Edits:
        return self.session.edits

    @property
    def steps(self) -> list[str]:
        return [step.title for step in self.session.sources.steps]

    def stage(self, key: str, text: str, other: str | None = None, proved: bool = True) -> None:
        casebook = self.session.casebook
        casebook.fix_applied(key, f"mend {key}")
        files = {str(self.script): text, **({str(self.other): other} if other else {})}
        self.edits.stage(key, f"mend {key}", files)
        if proved:
            casebook.start_run("tried")
            casebook.examined({k: v for k, v in FOUND.items() if casebook.problems[k].status == "open"}, {key})

    def again(self) -> Bench:
        """As after `kill -9`: nothing is closed in an orderly way."""
        self.session._lock.release()
        self.session = resume(self.folder / "session")
        return self

    def statuses(self) -> dict[str, str]:
        return {key: one.status for key, one in self.session.casebook.problems.items()}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_pending_edits_are_there_again_and_can_be_written(bench: Bench) -> None:
    bench.stage(FIRST, "one\r\n")
    bench.stage(SECOND, "two\r\n", other="y = 3")
    before = bench.session.sources.diff()
    bench.again()
    assert bench.steps == [f"mend {FIRST}", f"mend {SECOND}"]
    assert bench.session.sources.diff() == before
    assert bench.statuses() == {FIRST: "resolved", SECOND: "resolved", THIRD: "open"}
    assert bench.session.write() == [bench.script, bench.other]
    assert (bench.script.read_bytes(), bench.other.read_bytes()) == (b"two\r\n", b"y = 3")


def test_a_write_can_be_undone_by_a_later_process_byte_for_byte(bench: Bench) -> None:
    bench.stage(FIRST, "one\n", other="y = 3")
    bench.session.write()
    bench.stage(SECOND, "two\n")
    bench.again()
    assert bench.steps == [f"mend {SECOND}"]
    bench.session.undo()
    bench.again()
    assert bench.steps == []
    assert bench.statuses()[SECOND] == "open"
    bench.session.undo()
    assert (bench.script.read_bytes(), bench.other.read_bytes()) == (OLD, b"y = 2")
    bench.again()
    assert bench.steps == [f"mend {FIRST}"]


def test_an_edit_without_a_verdict_is_taken_back(bench: Bench) -> None:
    bench.stage(FIRST, "one\n")
    bench.stage(SECOND, "two\n", proved=False)
    bench.again()
    assert bench.steps == [f"mend {FIRST}"]
    assert bench.statuses() == {FIRST: "resolved", SECOND: "open", THIRD: "open"}


@pytest.mark.parametrize("written", [False, True])
def test_edits_of_a_text_that_is_no_longer_there_are_dropped(bench: Bench, written: bool) -> None:
    bench.stage(FIRST, "one\n")
    if written:
        bench.session.write()
    bench.stage(SECOND, "two\n")
    bench.script.write_bytes(b"mine\n")
    bench.again()
    assert bench.steps == []
    assert bench.statuses() == {FIRST: "resolved" if written else "open", SECOND: "open", THIRD: "open"}
    assert bench.session.write() == []
    assert bench.script.read_bytes() == b"mine\n"


def test_a_change_on_disk_drops_the_edits_made_on_the_old_text_and_says_so(bench: Bench) -> None:
    bench.stage(FIRST, "one\n")
    assert bench.session.changed_on_disk() == []
    bench.script.write_bytes(b"mine\n")
    assert bench.session.changed_on_disk() == [bench.script]
    assert bench.edits.reread() == [bench.script]
    assert bench.steps == []
    assert bench.statuses()[FIRST] == "open"
    assert not bench.session.casebook.problems[FIRST].regression
    assert bench.session.changed_on_disk() == []


@pytest.mark.parametrize("when", ["before", "between", "after"])
@pytest.mark.parametrize("undo", [False, True])
def test_a_write_that_was_cut_in_two_ends_with_all_files_or_none(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, when: str, undo: bool
) -> None:
    import tfwizard.sources as module

    bench.stage(FIRST, "one\n", other="y = 3")
    if undo:
        bench.session.write()
    replace, done = module._replace, []

    class Killed(BaseException):
        pass

    def cut(path: Path, data: bytes) -> None:
        if len(done) == {"before": 0, "between": 1, "after": 9}[when]:
            (path.parent / f".{path.name}.tfwizard-x1").write_bytes(data)
            raise Killed
        done.append(path)
        replace(path, data)

    monkeypatch.setattr(module, "_replace", cut)
    if when == "after":
        monkeypatch.setattr(Sources, "unwrote" if undo else "wrote", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        bench.session.undo() if undo and not bench.steps else bench.session.write()
    monkeypatch.undo()
    bench.again()
    contents = (bench.script.read_bytes(), bench.other.read_bytes())
    assert contents in ((OLD, b"y = 2"), (b"one\n", b"y = 3"))
    assert bench.steps == ([f"mend {FIRST}"] if contents[0] == OLD else [])
    assert [path.name for path in bench.folder.iterdir() if path.name.startswith(".")] == []
    bench.again()  # what was mended stays mended
    if contents[0] != OLD:
        bench.session.undo()
    else:
        bench.session.write()
    assert {bench.script.read_bytes(), contents[0]} == {OLD, b"one\n"}


def test_a_file_that_cannot_be_written_is_said_and_the_edits_are_kept(bench: Bench) -> None:
    bench.stage(FIRST, "one\n")
    bench.script.chmod(0o444)
    said: list[str] = []
    assert write_out(bench.session, said.append) == []
    assert "read-only" in said[0]
    assert "chmod" in said[0]
    bench.script.chmod(0o640)
    assert write_out(bench.again().session, said.append) == [bench.script]
    assert bench.script.read_bytes() == b"one\n"
    assert bench.script.stat().st_mode & 0o777 == 0o640


def test_what_a_cut_write_left_beside_the_target_of_a_link_goes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    import tfwizard.sources as module

    target = bench.folder / "parts" / "network[1].py"
    target.parent.mkdir()
    bench.other.rename(target)
    bench.other.symlink_to(target)
    bench.stage(FIRST, "one\n", other="y = 3")

    class Killed(BaseException):
        pass

    def cut(path: Path, data: bytes) -> None:
        real = Path(os.path.realpath(path))
        (real.parent / f"{module.temporary_prefix(real)}x1").write_bytes(data)
        if real == target:
            raise Killed

    monkeypatch.setattr(module, "_replace", cut)
    with pytest.raises(Killed):
        bench.session.write()
    monkeypatch.undo()
    assert list(target.parent.glob(".*"))
    bench.again()
    assert not [*target.parent.glob(".*"), *bench.folder.glob(".*")]
    assert (bench.script.read_bytes(), target.read_bytes()) == (OLD, b"y = 2")


def test_a_session_goes_on_in_another_language_with_its_titles_in_that(bench: Bench) -> None:
    rejected = "You answered that the samples or their labels are wrong"
    language.use("fr")
    try:
        bench.session.answer("samples.labels", False)
    finally:
        language.use("en")
    asyncio.run(bench.session.close())
    assert rejected not in {one.title for one in bench.session.casebook.problems.values()}
    again = resume(bench.folder / "session")
    titles = {key: one.title for key, one in again.casebook.problems.items()}
    assert rejected in titles.values()
    assert titles == {key: finding.title for key, finding in again.findings.items()}
    asyncio.run(again.close())


def test_a_session_that_is_open_cannot_be_resumed_and_the_latest_other_is_listed_first(bench: Bench) -> None:
    with pytest.raises(InUse, match="another terminal"):
        resume(bench.folder / "session")
    [one] = saved(bench.folder)
    assert (one.script, one.open, one.in_use) == (str(bench.script), 3, True)


def test_where_every_session_is_open_that_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfwizard.commands.sessions.sessions_folder", lambda: bench.folder)
    with pytest.raises(click.UsageError, match="open in a wizard"):
        resumed(None, None, standby=False)


def test_a_folder_without_a_session_and_a_damaged_journal_are_named(tmp_path: Path) -> None:
    with pytest.raises(CannotResume, match="holds no session"):
        resume(tmp_path / "nothing")
    (tmp_path / "journal.jsonl").write_text("nonsense\n{}\n")
    with pytest.raises(CannotResume, match="line 1"):
        resume(tmp_path)


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (1, {"kind": "stage", "key": "of-another-version", "detail": {"status": "passed"}}),
        (1, {"kind": "waived", "key": "never-found", "detail": {"reason": "so"}}),
        (1, {"kind": "found", "key": "no-collator", "detail": 5}),
        (0, {"kind": "session", "key": "", "detail": {"script": "train.py"}}),
    ],
)
def test_a_journal_that_makes_no_sense_is_left_out_of_the_list_and_named(
    bench: Bench, number: int, change: dict[str, object]
) -> None:
    bench.session._lock.release()
    other = bench.folder / "other"
    shutil.copytree(bench.folder / "session", other)
    lines = (other / "journal.jsonl").read_text().splitlines()
    lines[number] = json.dumps({"run": 1, "at": 0, **change})
    (other / "journal.jsonl").write_text("\n".join(lines) + "\n")
    assert [one.folder.name for one in saved(bench.folder)] == ["session"]
    with pytest.raises(CannotResume, match="damaged"):
        resume(other)


def test_a_folder_that_cannot_be_written_to_is_named(bench: Bench) -> None:
    bench.session._lock.release()
    lock = bench.folder / "session" / "lock"
    lock.unlink()
    lock.mkdir()  # whoever runs this may be root, who may write anywhere
    with pytest.raises(click.UsageError, match="cannot be kept in"):
        resumed(str(bench.folder / "session"), None, standby=False)


DRIVER = """
import sys
from pathlib import Path
from tfwizard.session.resume import resume
from tfwizard.session.session import Session
folder, again = Path(sys.argv[1]), sys.argv[2] == "again"
script = folder / "train.py"
session = resume(folder / "session") if again else Session(script, folder=folder / "session")
found = {key: {"id": key, "stage": "labels", "severity": "error", "title": key, "where": None, "evidence": {}} for key in "abc"}
book = session.casebook
def show(text):
    print(text, flush=True)
number = 0
while True:
    number += 1
    show(f"run {book.start_run()}")
    book.examined(found, ())
    for key in "abc":
        show(f"{key} {book.problems[key].status}")
        if book.problems[key].status == "open":
            book.fix_applied(key, key)
            text = session.sources.text(script)
            session.edits.stage(key, key, {str(script): text + f"# {key} {number}\\n", str(folder / "other.py"): f"x = {number}\\n"})
            book.examined({k: f for k, f in found.items() if k != key}, {key})
            show(f"{key} {book.problems[key].status}")
    session.write()
    show("written")
    if number % 2:
        session.undo()
        show("undone")
        while session.sources.steps:
            session.undo()
"""


def test_killed_at_any_moment_nothing_shown_is_lost_and_the_files_are_whole(tmp_path: Path) -> None:
    """A real process, killed with SIGKILL while it works, again and again, each time on the same session."""
    (tmp_path / "train.py").write_bytes(OLD)
    (tmp_path / "other.py").write_bytes(b"x = 0\n")
    chance = random.Random(7)
    for kill in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(tmp_path), "again" if kill else "new"], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        shown = [process.stdout.readline() for _ in range(chance.randint(1, 60))]
        os.kill(process.pid, signal.SIGKILL)
        shown += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        statuses: dict[str, str] = {}
        for line in shown:
            if line[:1] in "abc" and line.endswith("\n"):
                statuses[line.split()[0]] = line.split()[1]
        events = list(read_journal(tmp_path / "session" / "journal.jsonl"))
        runs = [int(line.split()[1]) for line in shown if line.startswith("run ")]
        assert max(runs, default=0) <= max(event.run for event in events)
        history = {event.key for event in events if event.kind == "gone"}
        assert {key for key, status in statuses.items() if status == "resolved"} <= history
        session = resume(tmp_path / "session")
        disk = {name: (tmp_path / name).read_bytes() for name in ("train.py", "other.py")}
        if session.sources.writes:
            last = session.sources.writes[-1].after
            assert {path.name: disk[path.name] for path in last} == {path.name: data for path, data in last.items()}
        else:
            assert disk["train.py"] == OLD
        assert sorted(path.name for path in tmp_path.iterdir()) == ["other.py", "session", "train.py"]
        assert Casebook.replay(read_journal(session.folder / "journal.jsonl")).problems == session.casebook.problems
        asyncio.run(session.close())
    assert json.loads((tmp_path / "session" / "journal.jsonl").read_text().splitlines()[0])["kind"] == "session"
