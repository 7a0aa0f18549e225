"""One lesson: what its `lesson.toml` says, read with care, for teachers write it by hand."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfwizard.language import LANGUAGES, _, language

FILE = "lesson.toml"
#: What stands at the top of the file, and of which type; the first two must be there.
FIELDS: dict[str, type] = {"title": str, "faults": list, "level": int, "story": str, "learned": str, "script": str}
#: What a table for another language may hold.
SPOKEN = ("title", "story", "learned")
LEVELS = range(1, 10)


class BadLesson(Exception):
    """A lesson that cannot be used as it is; the message says what is wrong where, and what would be right."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A folder with a failing script. `faults` are the ids that the wizard finds in it: for the summary, never shown before.

    `title`, `story` and `learned` are in English, `others` holds them by language where the teacher wrote them.
    """

    folder: Path
    title: str
    faults: tuple[str, ...]
    level: int = 1
    story: str = ""
    learned: str = ""
    script: str = "train.py"
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What one calls it by: the name of its folder."""
        return self.folder.name

    def says(self, what: str) -> str:
        """The title, the story, or what is learned, in the language of this process where the teacher wrote it.

        Whoever wrote it: nothing in it steers the terminal.
        """
        english: str = getattr(self, what)
        text = self.others.get(language(), {}).get(what) or english
        return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def read_lesson(folder: Path, known: Collection[str]) -> Lesson:
    """The lesson in this folder; `known` are the ids that the wizard can find. Raises BadLesson."""
    path = folder / FILE
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadLesson(
            _("{folder} has no {file}: that file makes a folder a lesson.", folder=folder, file=FILE)
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadLesson(_("{path} cannot be read: {why}", path=path, why=error)) from None
    except tomllib.TOMLDecodeError as error:
        hint = _("It is TOML: text stands in quotation marks, for instance {example}", example='title = "Penguins"')
        raise BadLesson(f"{path}: {error}. {hint}") from None
    tables = {name: value for name, value in document.items() if isinstance(value, dict)}
    plain = {name: value for name, value in document.items() if name not in tables}
    _names(path, plain, FIELDS, FIELDS)
    if missing := [name for name in ("title", "faults") if name not in plain]:
        example = {"title": 'title = "Penguins"', "faults": 'faults = ["learning-rate-too-high"]'}[missing[0]]
        raise BadLesson(
            _("{path} has no {name}. Add a line such as: {example}", path=path, name=missing[0], example=example)
        )
    _faults(path, plain["faults"], known)
    if plain.get("level", 1) not in LEVELS:
        raise BadLesson(
            _("{path}: level is a number from 1 (easy) to 9, and not {value}.", path=path, value=plain["level"])
        )
    _languages(path, tables)
    lesson = Lesson(folder=folder, others=tables, **{**plain, "faults": tuple(plain["faults"])})
    script = folder / lesson.script
    if not script.is_file() or folder.resolve() not in script.resolve().parents:
        raise BadLesson(
            _(
                '{path}: there is no script {name} in the folder. Add it, or name another: script = "…"',
                path=path,
                name=lesson.script,
            )
        )
    return lesson


def _names(path: Path, given: Mapping[str, Any], types: Mapping[str, type], known: Collection[str]) -> None:
    """No name that is not known, no value of another type."""
    for name, value in given.items():
        if name not in types:
            raise BadLesson(
                _(
                    "{path}: {name} is no field of a lesson.{hint} There are: {fields}.",
                    path=path,
                    name=name,
                    hint=_meant(name, known),
                    fields=", ".join(known),
                )
            )
        if not isinstance(value, types[name]) or isinstance(value, bool):
            kind = {str: _("a text in quotation marks"), int: _("a number"), list: _("a list of texts")}[types[name]]
            raise BadLesson(
                _("{path}: {name} must be {kind}, and is {value}", path=path, name=name, kind=kind, value=value)
            )
        if isinstance(value, str) and not value.strip():
            raise BadLesson(_("{path}: {name} is empty. Write something, or take the line out.", path=path, name=name))


def _faults(path: Path, faults: list[object], known: Collection[str]) -> None:
    for fault in faults:
        if fault not in known:
            raise BadLesson(
                _(
                    "{path}: the wizard finds no fault called {fault}.{hint} The README lists them all.",
                    path=path,
                    fault=fault,
                    hint=_meant(str(fault), known),
                )
            )
    if not faults:
        raise BadLesson(_("{path}: faults is empty. Name what the wizard finds: `tfwizard check` tells.", path=path))


def _languages(path: Path, tables: Mapping[str, Mapping[str, Any]]) -> None:
    others = [name for name in LANGUAGES if name != "en"]
    for name, table in tables.items():
        if name not in others:
            raise BadLesson(
                _(
                    "{path}: [{name}] is no language of the wizard's. English stands at the top, others in: {tables}.",
                    path=path,
                    name=name,
                    tables=", ".join(f"[{one}]" for one in others),
                )
            )
        _names(path, table, dict.fromkeys(SPOKEN, str), SPOKEN)


def _meant(name: str, known: Collection[str]) -> str:
    """The name that was meant, as a question behind a space; nothing where none is close."""
    close = difflib.get_close_matches(name, known, 1)
    return " " + _("Did you mean {name}?", name=close[0]) if close else ""
