"""Where lessons are found: those that come with the wizard, and the teacher's own."""

from __future__ import annotations

import difflib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tfwizard.language import _
from tfwizard.lessons.lesson import FILE, BadLesson, Lesson, read_lesson

BUNDLED = Path(__file__).resolve().parent
#: Folders of lessons, as in PATH.
VARIABLE = "TFWIZARD_LESSONS"
#: What a learner does not get: it would give the answer away.
NOT_COPIED = {FILE, "make.py", "solution.py", "__init__.py", "__pycache__"}
MARK = ".tfwizard-lesson"


class NoLesson(Exception):
    """There is no such lesson, or no place for it; the message says what to do."""


def shelves(asked: Sequence[Path], environ: Mapping[str, str]) -> list[Path]:
    """The folders that hold lessons: those that were asked for, those of the environment, the wizard's own."""
    named = [Path(part) for part in environ.get(VARIABLE, "").split(os.pathsep) if part]
    for folder in [*asked, *named]:
        if not folder.is_dir():
            raise NoLesson(_("{folder} is no folder: lessons cannot be there.", folder=folder))
    return [*asked, *named, BUNDLED]


def lessons(folders: Iterable[Path] = (BUNDLED,)) -> tuple[list[Lesson], list[BadLesson]]:
    """The lessons of these shelves, easy ones first, and what is wrong with those that cannot be read.

    Of two with one name the first counts: a teacher's own before the wizard's.
    """
    found: dict[str, Lesson] = {}
    broken: list[BadLesson] = []
    for folder in _folders(folders):
        try:
            found.setdefault(folder.name, read_lesson(folder, _known()))
        except BadLesson as why:
            broken.append(why)
    return sorted(found.values(), key=lambda one: (one.level, one.name)), broken


def find_lesson(name: str, folders: Sequence[Path] = (BUNDLED,)) -> Lesson:
    """The lesson of this name on one of the shelves, or in the folder of this path. Raises NoLesson or BadLesson."""
    for folder in _folders(folders):
        if folder.name == name:
            return read_lesson(folder, _known())
    path = Path(name)
    if path.is_dir() and (os.sep in name or (path / FILE).is_file()):
        if not (path / FILE).is_file() and any(_folders([path])):
            raise NoLesson(_("{path} is a folder of lessons, not one of them. Name it so: --lessons {path}", path=path))
        return read_lesson(path.resolve(), _known())
    names = sorted({folder.name for folder in _folders(folders)})
    close = difflib.get_close_matches(name, names, 1)
    hint = " " + _("Did you mean {name}?", name=close[0]) if close else ""
    raise NoLesson(
        _("There is no lesson {name!r}.{hint} There are: {names}.", name=name, hint=hint, names=", ".join(names))
    )


def copy_lesson(lesson: Lesson, folder: Path) -> tuple[Path, bool]:
    """Copy a lesson into `folder`; returns the folder and whether it was copied now.

    Nothing that exists is overwritten: a folder that holds this lesson already is used as it is, any other raises NoLesson.
    """
    target = folder.resolve()
    mark = target / MARK
    if mark.exists() and mark.read_text(encoding="utf-8").strip() == lesson.name:
        return target, False
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NoLesson(_("{folder} exists and is not empty. Name another folder with --into FOLDER.", folder=folder))
    if lesson.folder.resolve() in (target, *target.parents):
        raise NoLesson(
            _("{folder} is inside the lesson itself. Name another folder with --into FOLDER.", folder=folder)
        )
    shutil.copytree(
        lesson.folder,
        target,
        dirs_exist_ok=True,
        ignore=lambda _where, names: [one for one in names if one in NOT_COPIED],
    )
    for path in (target, *target.rglob("*")):  # of a shelf that is for reading only: the learner writes in the copy
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    mark.write_text(f"{lesson.name}\n", encoding="utf-8")
    return target, True


def _folders(shelves: Iterable[Path]) -> Iterator[Path]:
    """The folders on these shelves that mean to be lessons."""
    for shelf in shelves:
        for folder in sorted(shelf.iterdir()):
            if folder.is_dir() and (folder / FILE).exists():
                yield folder


def _known() -> frozenset[str]:
    from tfwizard.checks import ids  # reads every rule: not before it is needed

    return ids()
