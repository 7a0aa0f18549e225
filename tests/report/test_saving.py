"""The command and the file: whole or not at all, never over another by chance, from a script or from the last session."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from commands import tfwizard

from tfwizard.commands.reporting import report
from tfwizard.report.saving import CannotSave, format_of, free_name, save

#: Fails before it trains, and needs no library for it.
SCRIPT = """\
import os
password = "hunter2-0f3a"
num_tokens = 128

def connect():
    print("with", password, "tokens", num_tokens)
    raise RuntimeError(f"refused: password={password}")

unused = [num_tokens]
connect()
"""


def test_a_file_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    save("one\n", path)
    with pytest.raises(CannotSave, match="is there already"):
        save("two\n", path)
    assert path.read_text() == "one\n"
    save("two\n", path, force=True)
    assert path.read_text() == "two\n"
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0o077 & ~_umask() & 0o066
    assert [one.name for one in tmp_path.iterdir()] == ["report.md"]


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


@pytest.mark.parametrize("name", ["no/such/folder/report.md", "."])
def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotSave):
        save("text", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_links_takes_a_report_too(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_names: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", no_link)
    save("one\n", tmp_path / "report.md")
    with pytest.raises(CannotSave, match="is there already"):
        save("two\n", tmp_path / "report.md")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["one\n"]


def test_a_link_is_followed_only_with_force(tmp_path: Path) -> None:
    (tmp_path / "target.md").write_text("old")
    (tmp_path / "link.md").symlink_to("target.md")
    with pytest.raises(CannotSave):
        save("new", tmp_path / "link.md")
    save("new", tmp_path / "link.md", force=True)
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "target.md").read_text() == "new"


def test_a_free_name_says_the_script_and_is_nobodys(tmp_path: Path) -> None:
    first = free_name(tmp_path, "train.py", "html")
    first.touch()
    assert first.name.startswith("train-report-")
    assert free_name(tmp_path, "train.py", "html") != first


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("a.html", "html"), ("a.HTM", "html"), ("a.json", "json"), ("a.md", "markdown"), ("a", "markdown")],
)
def test_the_ending_chooses_the_format(name: str, wanted: str) -> None:
    assert format_of(Path(name)) == wanted


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train.py", "--format", "pdf"], "pdf"),
        (["train.py", "--output", "train.py"], "is there already"),
        (["train.py", "--output", "no/such/x.md"], "is not there"),
        (["train.py", "--session", "x"], "which one?"),
        (["nothing.py"], "nothing.py"),
        (["--session", "no-such-session"], "no-such-session"),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_runs(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(SCRIPT)
    found = CliRunner().invoke(report, arguments)
    assert found.exit_code == 2
    assert words in found.output
    assert (tmp_path / "train.py").read_text() == SCRIPT


def test_a_script_is_examined_and_the_last_session_is_told_as_it_was_left(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    kept = tmp_path / "session"
    made = tfwizard("report", "train.py", "--output", "made.html", "--", "--api-key", "k-998877", cwd=tmp_path)
    assert (made.code, made.out) == (1, "")
    assert "Masked: password:" in made.err
    assert "written: made.html" in made.err
    page = (tmp_path / "made.html").read_text()
    assert "RuntimeError" in page
    assert "hunter2" not in page + made.err
    assert "k-998877" not in page
    assert "num_tokens = 128" in page

    assert tfwizard("watch", "train.py", "--json", "--no-rehearsal", "--folder", str(kept), cwd=tmp_path).code == 1
    before = sorted(path.name for path in kept.rglob("*"))
    again = tfwizard("report", "--session", str(kept), "--format", "json", cwd=tmp_path)
    assert again.code == 1
    document = json.loads(again.out)
    assert document["outcome"] == "failed"
    assert document["failures"][0]["where"] == {"file": "train.py", "line": 7}
    assert "unused" not in document["reproduction"]["code"]
    assert "hunter2" not in again.out
    assert sorted(path.name for path in kept.rglob("*")) == before  # nothing ran
