"""The bundled lessons: folders with a failing script, its data and its checkpoint."""

from __future__ import annotations

import difflib
import shutil
from importlib import resources
from pathlib import Path

NOT_COPIED = {"lesson.toml", "make.py", "__init__.py", "__pycache__"}


class NoLesson(Exception):
    """There is no such lesson, or no place for it; the message says what to do."""


def lessons() -> list[str]:
    """The names of the bundled lessons."""
    shelf = resources.files("tfwizard.lessons")
    return sorted(one.name for one in shelf.iterdir() if one.is_dir() and one.joinpath("lesson.toml").is_file())


def copy_lesson(name: str, folder: Path) -> tuple[Path, bool]:
    """Copy a lesson into `folder`; returns the folder and whether it was copied now.

    Nothing that exists is overwritten: a folder that holds this lesson already is used as it is, any other raises NoLesson.
    """
    if name not in lessons():
        close = difflib.get_close_matches(name, lessons(), 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise NoLesson(f"There is no lesson {name!r}.{hint} There are: {', '.join(lessons())}.")
    target = folder.resolve()
    mark = target / ".tfwizard-lesson"
    if mark.exists() and mark.read_text(encoding="utf-8").strip() == name:
        return target, False
    if target.exists() and any(target.iterdir()):
        raise NoLesson(f"{folder} exists and is not empty. Name another folder with --into FOLDER.")
    with resources.as_file(resources.files("tfwizard.lessons") / name) as source:
        shutil.copytree(
            source, target, dirs_exist_ok=True, ignore=lambda _, names: [one for one in names if one in NOT_COPIED]
        )
    mark.write_text(f"{name}\n", encoding="utf-8")
    return target, True
