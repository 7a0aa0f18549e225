"""The lessons as a table for people, and as a document for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tfwizard import prose
from tfwizard.language import _
from tfwizard.lessons.lesson import Lesson

SCHEMA = "tfwizard-lessons/1"
LEAST = 30


def lesson_lines(lessons: Sequence[Lesson], width: int) -> list[str]:
    """Name, level and title, below it what is learned; the faults are the answer, and not in it."""
    name = max([len(_("lesson")), *(len(one.name) for one in lessons)])
    level = max(len(_("level")), 1)
    start = f"{'':{name}}  {'':{level}}  "
    room = max(LEAST, width - len(start))
    lines = [f"{_('lesson'):{name}}  {_('level'):{level}}  {_('title, and what it is about')}"]
    for one in lessons:
        first, *rest = prose.lines(one.says("title"), room)
        lines.append(f"{one.name:{name}}  {one.level!s:>{level}}  {first}")
        lines += [start + row for row in [*rest, *prose.lines(one.says("learned"), room)]]
    return lines


def lessons_document(lessons: Iterable[Lesson]) -> dict[str, Any]:
    """The lessons in plain data, without what they hide."""
    rows = [
        {
            "name": one.name,
            "level": one.level,
            "title": one.says("title"),
            "learned": one.says("learned"),
            "story": one.says("story").strip(),
            "folder": str(one.folder),
        }
        for one in lessons
    ]
    return {"schema": SCHEMA, "lessons": rows}
