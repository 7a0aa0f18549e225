"""What a way of writing is, and how the facts of a plain run come to point into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from checks.plain_facts import at

from tfwizard.facts import Facts, Place

FILE = at(1).file
#: What a mark in a source names, as the line on which plain facts have it.
LINES = {
    "tokenizer": 5, "tokenize": 8, "thing": 9, "pipeline": 12, "collator": 14, "other": 15, "recurrent": 16, "dense": 17,
    "layer": 18, "load": 20, "optimizer": 21, "compile": 22, "fit": 24,
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A source with marks ("«fit»") in front of the calls that the facts speak of, and what the fix makes of it.

    `changes` are the texts that go, each of which stands there once, with those that come. `refused` is what the
    refusal says, where there is no safe edit.
    """

    source: str
    changes: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    crlf: bool = False

    @property
    def text(self) -> str:
        """The source without its marks."""
        return self._newlines(re.sub("«.*?»", "", self.source))

    @property
    def expected(self) -> str:
        """The source as the fix should leave it."""
        text = re.sub("«.*?»", "", self.source)
        for old, new in self.changes:
            assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
            text = text.replace(old, new)
        return self._newlines(text)

    def places(self) -> dict[int, Place]:
        """The places of the marks, by the line that they have in plain facts; columns count bytes, as Python's do."""
        found: dict[int, Place] = {}
        before = ""
        for piece, mark in re.findall("(.*?)«(.*?)»", self.source, re.DOTALL):
            before += piece
            line = before.rpartition("\n")[2]
            found[LINES[mark]] = Place(FILE, before.count("\n") + 1, text=line, column=len(line.encode()))
        return found

    def _newlines(self, text: str) -> str:
        return text.replace("\n", "\r\n") if self.crlf else text


@dataclass(frozen=True)
class Fault:
    """An id, facts of a run that show it, and the ways of writing that its fix has to survive."""

    id: str
    facts: Callable[[], Facts]
    ways: tuple[Way, ...]
    remedy: int = 0


def relocated(value: Any, places: dict[int, Place]) -> Any:
    """The same facts with the places of a source in them."""
    if isinstance(value, Place):
        return places.get(value.line, value)
    if isinstance(value, tuple):
        return tuple(relocated(one, places) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: relocated(getattr(value, one.name), places) for one in fields(value)})
    return value
