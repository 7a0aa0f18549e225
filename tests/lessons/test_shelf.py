"""Where lessons are found, and how they come to the learner: through the commands, with lessons made here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tfwizard.cli import main
from tfwizard.lessons.shelf import BUNDLED, MARK, copy_lesson, find_lesson, lessons

from .test_lesson_format import WHOLE, lesson

ANSWERS = ("num-labels", "too-small", "from_logits", "frozen", "NaN", "shuffle", "unscaled", "pad token")


def demo(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(main, ["demo", *arguments], env=environ)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    one = lesson(folder / "penguins", WHOLE)
    (one / "make.py").write_text("")
    (one / "solution.py").write_text("")
    (one / "data").mkdir()
    (one / "data" / "rows.csv").write_text("1\n")
    return folder


@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_teachers_lesson_is_listed_and_copied_without_its_answers(shelf: Path, tmp_path: Path, way: str) -> None:
    asked = ["--lessons", str(shelf)] if way == "option" else []
    environ = {} if asked else {"TFWIZARD_LESSONS": str(shelf)}
    listed = demo("--list", *asked, **environ)
    assert listed.exit_code == 0
    assert "penguins" in listed.stdout
    assert "Counting before training." in listed.stdout
    copied = demo("penguins", *asked, "--copy-only", "--into", str(tmp_path / "mine"), **environ)
    assert copied.exit_code == 0, copied.stderr
    assert "Tells three kinds of penguins apart." in copied.stderr
    there = sorted(str(one.relative_to(tmp_path / "mine")) for one in (tmp_path / "mine").rglob("*"))
    assert there == [MARK, "data", "data/rows.csv", "train.py"]


def test_a_lesson_is_opened_by_its_path(shelf: Path, tmp_path: Path) -> None:
    copied = demo(str(shelf / "penguins"), "--copy-only", "--into", str(tmp_path / "mine"))
    assert copied.exit_code == 0, copied.stderr
    again = demo(str(shelf / "penguins"), "--copy-only", "--into", str(tmp_path / "mine"))
    assert "Going on with the lesson" in again.stderr


def test_a_lesson_from_a_shelf_for_reading_only_can_be_mended_by_its_learner(shelf: Path, tmp_path: Path) -> None:
    for path in (*(shelf / "penguins").rglob("*"), shelf / "penguins"):
        path.chmod(path.stat().st_mode & ~0o222)
    copied = demo(str(shelf / "penguins"), "--copy-only", "--into", str(tmp_path / "mine"))
    assert copied.exit_code == 0, copied.output
    for path in (tmp_path / "mine", *(tmp_path / "mine").rglob("*")):
        assert path.stat().st_mode & 0o200, path
    for path in (shelf / "penguins", shelf / "penguins" / "data"):
        path.chmod(0o755)  # so that it can be cleared away


def test_what_a_teacher_writes_does_not_steer_the_terminal(shelf: Path, tmp_path: Path) -> None:
    whole = (shelf / "penguins" / "lesson.toml").read_text(encoding="utf-8")
    toml = whole.replace('"Penguins"', '"Pen\\u001bguins\\u0007"')
    assert toml != whole
    (shelf / "penguins" / "lesson.toml").write_text(toml, encoding="utf-8")
    [row] = [
        one
        for one in json.loads(demo("--list", "--json", "--lessons", str(shelf)).stdout)["lessons"]
        if one["name"] == "penguins"
    ]
    assert row["title"] == "Penguins"


def test_a_teachers_lesson_comes_before_one_of_ours_with_the_same_name(shelf: Path) -> None:
    (shelf / "penguins").rename(shelf / "mnli")
    assert find_lesson("mnli", [shelf, BUNDLED]).says("title") == "Penguins"
    assert [one.title for one in lessons([shelf, BUNDLED])[0] if one.name == "mnli"] == ["Penguins"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pengins"], ["no lesson 'pengins'", "Did you mean penguins?"]),
        (["SHELF"], ["folder of lessons", "--lessons"]),
        (["EMPTY"], ["has no lesson.toml"]),
        (["penguins", "--lessons", "NOWHERE"], ["NOWHERE is no folder"]),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(
    shelf: Path, tmp_path: Path, arguments: list[str], said: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    paths = {"SHELF": str(shelf), "EMPTY": str(tmp_path / "empty")}
    got = demo(*(paths.get(one, one) for one in arguments), TFWIZARD_LESSONS=str(shelf))
    assert got.exit_code == 2
    for part in said:
        assert part in " ".join(got.stderr.split())


def test_a_broken_lesson_is_named_and_the_others_are_listed(shelf: Path) -> None:
    (shelf / "penguins" / "lesson.toml").write_text("title = 3\n")
    got = demo("--list", "--lessons", str(shelf))
    assert got.exit_code == 2
    assert "title must be a text in quotation marks" in got.stderr
    assert "mnli" in got.stdout


def test_nothing_that_exists_is_overwritten(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    got = demo("penguins", "--lessons", str(shelf), "--copy-only", "--into", str(tmp_path / "mine"))
    assert got.exit_code == 2
    assert "--into" in got.stderr
    assert os.listdir(tmp_path / "mine") == ["notes.txt"]


def test_the_list_as_json_does_not_hold_the_answers(shelf: Path) -> None:
    document = json.loads(demo("--list", "--json", "--lessons", str(shelf)).stdout)
    assert document["schema"] == "tfwizard-lessons/1"
    assert "penguins" in [one["name"] for one in document["lessons"]]
    assert {name for one in document["lessons"] for name in one} == {
        "name",
        "level",
        "title",
        "learned",
        "story",
        "folder",
    }


def test_every_lesson_of_ours_is_whole_and_gives_nothing_away(tmp_path: Path) -> None:
    found, broken = lessons()
    assert not broken
    for one in found:
        assert one.learned and one.story
        assert set(one.others.get("fr", {})) == {"title", "story", "learned"}
        assert (one.folder / "make.py").is_file()
        target, _new = copy_lesson(one, tmp_path / one.name)
        names = [str(each.relative_to(tmp_path)) for each in target.rglob("*")]
        told = " ".join([*names, *(one.says(what) for what in ("title", "story", "learned"))])
        assert not [word for word in (*ANSWERS, *one.faults) if word.lower() in told.lower()], one.name


def test_lessons_stay_small() -> None:
    sizes = {
        one.name: sum(file.stat().st_size for file in one.folder.rglob("*") if file.is_file()) for one in lessons()[0]
    }
    assert len(sizes) >= 8
    assert not {name: size for name, size in sizes.items() if size > 500_000 and name != "mnli"}
    assert sum(sizes.values()) < 4_000_000
