"""A person who answers prompts from a list, and everything that they heard."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tui.fakes import FakeSession

from tfwizard.plain.console import Console, Left
from tfwizard.plain.walk import Walk

#: Presses ctrl+c instead of answering.
CTRL_C = object()
#: What only a screen may have: escapes and other controls, boxes, blocks, bars of braille, arrows, ticks.
FOR_THE_EYE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2190-\u2193\u2298\u2500-\u25ff\u2700-\u27bf\u2800-\u28ff]")


@dataclass
class Person:
    """`hears` maps a text to what happens when it is said."""

    answers: list[Any]
    width: int = 80
    hears: dict[str, Callable[[], object]] = field(default_factory=dict)
    heard: str = ""
    left: bool = False
    code: int | None = None

    def __post_init__(self) -> None:
        self.console = Console(self, self._take, self._leave, lambda: self.width, echo=True)
        self._walking: asyncio.Task[int] | None = None

    def _take(self, text: str) -> None:
        self.heard += text
        for words, then in list(self.hears.items()):
            if words in self.flat:
                del self.hears[words]
                then()

    def _leave(self) -> None:
        self.left = True
        if self._walking:
            self._walking.cancel()

    async def line(self) -> str | None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is CTRL_C:
            asyncio.get_running_loop().call_soon(self.console.interrupt)
            await asyncio.sleep(60)
        return answer

    async def walk(self, session: FakeSession, start: bool = True) -> Person:
        """Walk through the session until the answers are used up, or the person leaves."""
        self._walking = asyncio.ensure_future(Walk(session, self.console, between_s=0.0).go(start))  # type: ignore[arg-type]
        try:
            self.code = await asyncio.wait_for(asyncio.shield(self._walking), 20)
        except Left:
            self.left = True
        except asyncio.CancelledError:
            assert self.left
        return self

    @property
    def flat(self) -> str:
        """What was heard, as one line of words (wrapped sentences joined)."""
        return " ".join(self.heard.split())

    def after(self, words: str) -> str:
        """What was heard behind these words."""
        assert words in self.flat, self.heard
        return self.flat.split(words, 1)[1]


async def told(*answers: Any, session: FakeSession | None = None, width: int = 80) -> Person:
    """Walk through a fake session with these answers; nothing that was heard may be for the eye only."""
    person = await Person(list(answers), width).walk(session or FakeSession())
    assert not FOR_THE_EYE.findall(person.heard)
    assert max(len(row) for row in person.heard.split("\n") if "? " not in row) < max(width, 20)
    return person
