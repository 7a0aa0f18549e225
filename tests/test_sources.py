from __future__ import annotations

import os
import shutil
import stat
import subprocess

import pytest

from tfwizard.sources import CannotRead, CannotWrite, ChangedOnDisk, Sources, diff_between

OLD = b"import a\nx = 1\ny = 2\n"


@pytest.fixture
def script(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    file = folder / "train.py"
    file.write_bytes(OLD)
    return file


@pytest.fixture
def sources(script, tmp_path):
    return Sources(script, tmp_path / "backups")


def leftovers(script):
    return sorted(path.name for path in script.parent.iterdir())


# --- reading and staging ---


def test_text_is_the_last_staged_one_and_else_the_disk(sources, script):
    assert sources.text(script) == OLD.decode()
    assert sources.overlay() == {}
    sources.stage(script, "one\n")
    sources.stage(script, "two\n")
    assert sources.text("train.py") == "two\n"
    assert sources.overlay() == {str(script): "two\n"}
    sources.unstage_last()
    assert sources.text(script) == "one\n"
    sources.unstage_last()
    sources.unstage_last()
    assert sources.text(script) == OLD.decode()
    assert sources.steps == []


def test_a_step_back_to_the_text_on_disk_is_nothing_pending(sources, script):
    sources.stage(script, "one\n")
    sources.stage(script, OLD.decode())
    assert sources.overlay() == {}
    assert sources.diff() == ""
    assert sources.write() == []


ENCODED = [
    ("# coding: latin-1\r\ns = 'é'\r\n".encode("latin-1"), "iso-8859-1"),
    ("\ufeffs = 'é'\n".encode(), "utf-8-sig"),
    ("s = 'é'".encode(), "utf-8"),
    ("s = 'é\x0c\u2028'\r\nt = 1\n\n".encode(), "utf-8"),
]


@pytest.mark.parametrize(("data", "encoding"), ENCODED)
def test_encoding_newlines_and_ending_survive_an_edit_and_its_undo(sources, script, data, encoding):
    script.write_bytes(data)
    assert sources.read(script).encoding == encoding
    text = sources.text(script)
    assert not text.startswith("\ufeff")
    sources.stage(script, text.replace("s =", "word ="))
    sources.write()
    assert script.read_bytes() == data.replace(b"s =", b"word =")
    sources.undo_write()
    assert script.read_bytes() == data


def test_a_character_that_the_encoding_lacks_is_refused_when_staged(sources, script):
    script.write_bytes(b"# coding: latin-1\n")
    with pytest.raises(CannotWrite, match="has no “→”"):
        sources.stage(script, "# coding: latin-1\nx = '→'\n")
    assert sources.steps == []


@pytest.mark.parametrize("data", [b"s = '\xe9'\n", b"# coding: klingon\n", "# coding: utf-8\ns = 'é'".encode("utf-16")])
def test_a_file_that_is_no_text_is_refused(sources, script, data):
    script.write_bytes(data)
    with pytest.raises(CannotRead, match=r"train\.py is not text"):
        sources.read(script)


def test_a_missing_file_is_refused(sources, script):
    with pytest.raises(CannotRead, match=r"no\.py cannot be read: No such file"):
        sources.text(script.parent / "no.py")


def test_what_changed_on_disk_is_seen_and_reloaded(sources, script):
    other = script.parent / "other.py"
    other.write_text("o = 1\n")
    sources.stage(other, "o = 2\n")
    sources.stage(script, "x = 3\n")
    sources.stage(other, "o = 3\n")
    assert sources.changed_on_disk() == []
    script.write_text("mine\n")
    assert sources.changed_on_disk() == [script]
    assert len(sources.reload(script)) == 2
    assert sources.changed_on_disk() == []
    assert (sources.text(script), sources.text(other)) == ("mine\n", "o = 2\n")
    other.unlink()
    assert sources.changed_on_disk() == [other]


# --- diffs ---

CHANGES = [
    (b"a\nb\nc\n", "a\nB\nc\n"),
    (b"a\nb", "a\nB"),
    (b"a\nb", "a\nb\n"),
    (b"a\nb\n", "a\nb"),
    (b"a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"),
    (b"a\r\nb", "A\r\nb"),
    (b"", "a\n"),
    (b"a\x0cb\n" * 9 + b"c\n", "a\x0cb\n" * 9 + "d\n"),
    ("é = 'ü\u2028'\nb\n".encode(), "é = 'ü\u2028'\nc\n"),
    ("\ufeffa\nb\n".encode(), "A\nb\n"),
    ("# coding: latin-1\ns = 'é'\nx\n".encode("latin-1"), "# coding: latin-1\ns = 'é'\ny = 'ü'\n"),
]

PROGRAMS = [["patch", "-p1", "--batch"], ["git", "apply", "-p1", "--whitespace=nowarn", "-"]]


@pytest.mark.parametrize("program", PROGRAMS, ids=["patch", "git"])
@pytest.mark.parametrize("name", ["train.py", "my train.py"])
@pytest.mark.parametrize(("data", "new"), CHANGES)
def test_the_patch_applies_in_the_folder_of_the_script(tmp_path, data, new, name, program):
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not here")
    script = tmp_path / name
    script.write_bytes(data)
    sources = Sources(script)
    sources.stage(script, new)
    expected = sources.read(script).encoded(new)
    patches = [sources.patch()]
    if sources.read(script).encoding.startswith("utf-8"):
        assert sources.diff().encode() == sources.patch()
    for patch in patches:
        subprocess.run(program, input=patch, cwd=tmp_path, check=True, capture_output=True)
        assert script.read_bytes() == expected
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_diff_names_files_from_the_folder_of_the_script(sources, script):
    (script.parent / "lib").mkdir()
    helper = script.parent / "lib" / "h.py"
    helper.write_text("a\n")
    sources.stage_all({str(script): "import a\nx = 9\ny = 2\n", str(helper): "b\n"})
    assert sources.diff() == (
        "--- a/train.py\n+++ b/train.py\n@@ -1,3 +1,3 @@\n import a\n-x = 1\n+x = 9\n y = 2\n"
        "--- a/lib/h.py\n+++ b/lib/h.py\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert "--- a/project/lib/h.py\n" in sources.diff(script.parent.parent)


def test_diff_between_texts():
    assert diff_between("a\n", "a\n", "t.py") == ""
    assert diff_between("a", "b\n", "t.py") == (
        "--- a/t.py\n+++ b/t.py\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
    )


# --- writing ---


def test_write_replaces_keeps_permissions_and_a_backup(sources, script, tmp_path):
    script.chmod(0o750)
    sources.stage(script, "new\n")
    assert sources.write() == [script]
    assert script.read_bytes() == b"new\n"
    assert stat.S_IMODE(script.stat().st_mode) == 0o750
    assert leftovers(script) == ["train.py"]
    assert (tmp_path / "backups" / "train.py.1").read_bytes() == OLD
    assert (tmp_path / "backups" / "train.py.1").stat().st_mode & 0o077 == 0
    assert sources.steps == []
    assert sources.overlay() == {}
    sources.stage(script, "newer\n")
    sources.write()
    assert (tmp_path / "backups" / "train.py.2").read_bytes() == b"new\n"


def test_undo_restores_every_byte_and_a_later_write_works(sources, script):
    sources.stage(script, "one\n")
    sources.stage(script, "two\n")
    sources.write()
    assert sources.undo_write() == [script]
    assert script.read_bytes() == OLD
    assert sources.text(script) == "two\n"
    assert len(sources.steps) == 2
    sources.write()
    assert script.read_bytes() == b"two\n"
    sources.undo_write()
    assert script.read_bytes() == OLD
    assert sources.undo_write() == []


def test_undo_goes_back_write_by_write_and_keeps_what_was_staged_since(sources, script):
    for text in ("one\n", "two\n"):
        sources.stage(script, text)
        sources.write()
    sources.stage(script, "three\n")
    sources.undo_write()
    assert script.read_bytes() == b"one\n"
    assert sources.text(script) == "three\n"
    sources.undo_write()
    assert script.read_bytes() == OLD
    assert [next(iter(step.texts.values())) for step in sources.steps] == ["one\n", "two\n", "three\n"]


def test_undo_leaves_a_file_alone_that_changed_since(sources, script):
    sources.stage(script, "new\n")
    sources.write()
    script.write_text("mine\n")
    with pytest.raises(ChangedOnDisk, match=r"train\.py was changed"):
        sources.undo_write()
    assert script.read_text() == "mine\n"


@pytest.mark.parametrize("change", [lambda file: file.write_text("mine\n"), os.unlink])
def test_write_leaves_a_file_alone_that_changed_since_it_was_read(sources, script, change, tmp_path):
    sources.stage(script, "new\n")
    change(script)
    kept = script.read_bytes() if script.exists() else None
    with pytest.raises(ChangedOnDisk):
        sources.write()
    assert (script.read_bytes() if script.exists() else None) == kept
    assert len(sources.steps) == 1
    assert not (tmp_path / "backups").exists()


def test_a_symbolic_link_stays_one_and_its_target_is_replaced(sources, script, tmp_path):
    target = tmp_path / "real.py"
    script.rename(target)
    script.symlink_to(target)
    sources.stage(script, "new\n")
    assert sources.text(target) == "new\n"
    sources.write()
    assert script.is_symlink()
    assert target.read_bytes() == b"new\n"
    sources.undo_write()
    assert target.read_bytes() == OLD


def test_a_write_that_fails_leaves_everything_as_it_was(sources, script, monkeypatch):
    other = script.parent / "other.py"
    other.write_text("o = 1\n")
    sources.stage_all({str(script): "new\n", str(other): "o = 2\n"})
    real, calls = os.replace, []

    def fail_second(source, target):
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", fail_second)
    with pytest.raises(
        CannotWrite, match=r"other\.py cannot be written: No space left on device\. No file was changed"
    ):
        sources.write()
    assert (script.read_bytes(), other.read_text()) == (OLD, "o = 1\n")
    assert leftovers(script) == ["other.py", "train.py"]
    monkeypatch.undo()
    assert sources.write() == [script, other]


def test_the_old_text_stands_until_the_new_one_is_complete(sources, script, monkeypatch):
    seen = []
    real = os.replace

    def look(source, target):
        with open(source, "rb") as file:
            seen.append((script.read_bytes(), file.read()))
        real(source, target)

    monkeypatch.setattr(os, "replace", look)
    sources.stage(script, "new\n")
    sources.write()
    assert seen == [(OLD, b"new\n")]


def test_a_read_only_file_is_refused_in_plain_words(sources, script):
    script.chmod(0o444)
    sources.stage(script, "new\n")
    with pytest.raises(CannotWrite, match=r"train\.py is read-only\. Allow writing \(chmod u\+w"):
        sources.write()
    assert script.read_bytes() == OLD


def test_a_read_only_folder_is_refused_in_plain_words(sources, script, monkeypatch):
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != script.parent and real(path, mode))
    sources.stage(script, "new\n")
    with pytest.raises(CannotWrite, match=r"The folder .* is read-only"):
        sources.write()
    assert script.read_bytes() == OLD


def test_without_a_backup_nothing_is_written(script, tmp_path):
    (tmp_path / "file").write_text("")
    for backups, says in ((None, "no folder for backups"), (tmp_path / "file", "No backup can be made")):
        sources = Sources(script, backups)
        sources.stage(script, "new\n")
        with pytest.raises(CannotWrite, match=says):
            sources.write()
        assert script.read_bytes() == OLD


# --- which files a script's process may name ---


def test_only_files_below_the_script_or_where_it_was_started_are_changed(script, tmp_path):
    started, elsewhere = tmp_path / "started", tmp_path / "elsewhere"
    for folder in (started, elsewhere):
        folder.mkdir()
        (folder / "module.py").write_bytes(OLD)
    (script.parent / "link.py").symlink_to(elsewhere / "module.py")
    sources = Sources(script, tmp_path / "backups", cwd=started)
    for refused in (elsewhere / "module.py", "../elsewhere/module.py", "link.py", "sub/../../elsewhere/module.py"):
        with pytest.raises(CannotWrite, match="lies outside of"):
            sources.stage(refused, "new\n")
    assert sources.steps == []
    sources.stage(started / "module.py", "one\n")
    sources.stage(script, "two\n")
    assert sources.write() == [started / "module.py", script]
    assert (elsewhere / "module.py").read_bytes() == OLD


def test_the_script_itself_may_be_a_link_to_anywhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "elsewhere" / "real.py").write_bytes(OLD)
    (tmp_path / "project" / "train.py").symlink_to(tmp_path / "elsewhere" / "real.py")
    sources = Sources(tmp_path / "project" / "train.py", tmp_path / "backups", cwd=tmp_path / "project")
    sources.stage("train.py", "new\n")
    sources.write()
    assert (tmp_path / "elsewhere" / "real.py").read_text() == "new\n"


def test_what_is_no_file_of_text_is_not_read(sources, tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    with (tmp_path / "huge.py").open("wb") as huge:
        huge.truncate(1 << 33)
    for name, why in (("pipe", "no file of text"), ("folder", "no file of text"), ("huge", "too long")):
        with pytest.raises(CannotRead, match=why):
            sources.read(tmp_path / f"{name}.py")
    for device in ("/dev/zero", "/dev/stdin"):
        with pytest.raises(CannotRead):
            sources.read(device)
    assert sources.changed_on_disk() == []
