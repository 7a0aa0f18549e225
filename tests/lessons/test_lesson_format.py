"""A lesson is a folder that a teacher makes: what its lesson.toml may say, and what is said where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfwizard import language
from tfwizard.lessons.lesson import BadLesson, read_lesson

KNOWN = {"num-labels-too-small", "num-labels-too-large", "not-shuffled"}
WHOLE = """\
title = "Penguins"
level = 3
learned = "Counting before training."
story = "Tells three kinds of penguins apart."
faults = ["num-labels-too-small"]

[fr]
title = "Manchots"
"""


def lesson(folder: Path, toml: str, script: str = "train.py") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "lesson.toml").write_text(toml, encoding="utf-8")
    (folder / script).write_text("print(1)\n")
    return folder


def wrong(folder: Path, toml: str) -> str:
    with pytest.raises(BadLesson) as why:
        read_lesson(lesson(folder, toml), KNOWN)
    return str(why.value)


def test_what_a_lesson_says(tmp_path: Path) -> None:
    one = read_lesson(lesson(tmp_path / "penguins", WHOLE), KNOWN)
    assert (one.name, one.level, one.faults, one.script) == ("penguins", 3, ("num-labels-too-small",), "train.py")
    assert one.says("title") == "Penguins"


def test_a_lesson_is_told_in_the_language_of_the_process_where_the_teacher_wrote_it(tmp_path: Path) -> None:
    one = read_lesson(lesson(tmp_path / "penguins", WHOLE), KNOWN)
    language.use("fr")
    try:
        assert one.says("title") == "Manchots"
        assert one.says("story") == "Tells three kinds of penguins apart."  # not written in French
    finally:
        language.use("en")


def test_title_and_faults_are_enough(tmp_path: Path) -> None:
    one = read_lesson(lesson(tmp_path / "x", 'title = "X"\nfaults = ["not-shuffled"]\n'), KNOWN)
    assert (one.level, one.story, one.learned, one.script) == (1, "", "", "train.py")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("title = Penguins\n", ["lesson.toml", "line 1", "quotation marks"]),
        ('faults = ["not-shuffled"]\n', ["no title", 'title = "Penguins"']),
        ('title = "X"\n', ["no faults", 'faults = ["learning-rate-too-high"]']),
        ('title = "X"\nfaults = ["not-shufled"]\n', ["not-shufled", "Did you mean not-shuffled?"]),
        ('title = "X"\nfaults = []\n', ["faults is empty", "tfwizard check"]),
        ('title = "X"\nfaults = ["not-shuffled"]\nlevl = 2\n', ["levl is no field", "Did you mean level?"]),
        ('title = "X"\nfaults = ["not-shuffled"]\nlevel = "2"\n', ["level must be a number", "2"]),
        ('title = "X"\nfaults = ["not-shuffled"]\nlevel = true\n', ["level must be a number"]),
        ('title = "X"\nfaults = ["not-shuffled"]\nlevel = 10\n', ["from 1 (easy) to 9, and not 10"]),
        ('title = " "\nfaults = ["not-shuffled"]\n', ["title is empty"]),
        ('title = "X"\nfaults = "not-shuffled"\n', ["faults must be a list of texts"]),
        ('title = "X"\nfaults = ["not-shuffled"]\n[xx]\ntitle = "Y"\n', ["[xx] is no language", "[fr]"]),
        ('title = "X"\nfaults = ["not-shuffled"]\n[fr]\ntitel = "Y"\n', ["titel is no field", "Did you mean title?"]),
        ('title = "X"\nfaults = ["not-shuffled"]\nscript = "main.py"\n', ["no script main.py", "script = "]),
        ('title = "X"\nfaults = ["not-shuffled"]\nscript = "../train.py"\n', ["no script ../train.py"]),
    ],
)
def test_what_is_wrong_is_said_with_the_way_out(tmp_path: Path, toml: str, said: list[str]) -> None:
    (tmp_path / "train.py").write_text("print(1)\n")
    message = wrong(tmp_path / "lesson", toml)
    for part in ["lesson.toml", *said]:
        assert part in message


def test_a_folder_without_the_file_is_no_lesson(tmp_path: Path) -> None:
    with pytest.raises(BadLesson, match=r"has no lesson\.toml"):
        read_lesson(tmp_path, KNOWN)


def test_the_lesson_of_the_readme_is_one(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    block = readme.split("penguins/\n")[1].split("train.py  ")[0]
    toml = "\n".join(line.removeprefix("  lesson.toml").strip() for line in block.split("\n"))
    one = read_lesson(lesson(tmp_path / "penguins", toml), KNOWN)
    assert (one.title, one.level, one.faults, set(one.others)) == ("Penguins", 2, ("num-labels-too-small",), {"fr"})
    assert one.story
    assert one.learned
