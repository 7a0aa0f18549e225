"""Numbered choices: a number or a word, then Enter."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tfwizard.language import _
from tfwizard.plain.console import Console

Do = Callable[[str], Awaitable[None]]


class Back(Exception):
    """Leave this menu."""


class Home(Exception):
    """Leave every menu but the main one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. `word` is marked for translation; `do` gets what was typed behind it.

    `keys` are the wizard's keys that mean the same. One that is not `possible` now keeps its number, and is not listed.
    """

    word: str
    about: str
    do: Do
    keys: str = ""
    possible: bool = True

    @property
    def name(self) -> str:
        """The word in the language that is spoken."""
        return _(self.word)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice and what was typed behind its word."""

    choice: Choice
    rest: str = ""


class Elsewhere(Exception):
    """A word of the main menu was given in another one."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(chosen.choice.word)
        self.chosen = chosen


async def back(_rest: str) -> None:
    """The choice that leaves a menu."""
    raise Back


def folded(text: str) -> str:
    """How a word is compared: without capitals and accents, which not every keyboard has."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


def find(choices: Sequence[Choice], answer: str, numbers: bool = True) -> Chosen | None:
    """The choice that an answer means: its number, its word in English or translated, its key, or the beginning of one word."""
    first, _space, rest = answer.partition(" ")
    if numbers and first.isdecimal():
        at = int(first) - 1
        return Chosen(choices[at], rest.strip()) if 0 <= at < len(choices) else None
    word = folded(first)
    for choice in choices:
        if (choice.word and word in (choice.word, folded(choice.name))) or first in choice.keys.split():
            return Chosen(choice, rest.strip())
    begun = [
        one for one in choices if len(word) > 1 and (one.word.startswith(word) or folded(one.name).startswith(word))
    ]
    return Chosen(begun[0], rest.strip()) if len(begun) == 1 else None


def listed(choices: Sequence[Choice]) -> list[str]:
    """The choices that are possible, a sentence each."""
    return [
        _("{number} {word}: {about}", number=number, word=one.name, about=one.about)
        for number, one in enumerate(choices, 1)
        if one.possible
    ]


@dataclass(frozen=True, slots=True)
class Menu:
    """A place with choices. `choices` is asked anew each time; `main` are those that are understood everywhere.

    `other` may take an answer that is none of the choices; it gives whether it did. `empty` is done at Enter alone.
    """

    console: Console
    prompt: Callable[[], str]
    choices: Callable[[], Sequence[Choice]]
    main: Callable[[], Sequence[Choice]]
    other: Callable[[str], Awaitable[bool]] | None = None
    empty: Callable[[], Awaitable[None]] | None = None
    numbers: bool = True

    def list(self) -> None:
        """Say the choices."""
        self.console.say(*listed(self.choices()))

    async def once(self) -> None:
        """Ask once, and do what was chosen. Raises Back, Elsewhere, and what the console raises."""
        answer = await self.console.ask(self.prompt())
        if answer in ("?", "help", _("help")):
            self.list()
        elif not answer:
            await (self.empty() if self.empty else self._nothing())
        else:
            await self._answered(answer)

    async def _nothing(self) -> None:
        self.list()

    async def _answered(self, answer: str) -> None:
        chosen = find(self.choices(), answer, self.numbers)
        if chosen is None and self.other is not None and await self.other(answer):
            return
        elsewhere = find(self.main(), answer, numbers=False) if chosen is None else None
        if elsewhere is not None:
            raise Elsewhere(elsewhere)
        if chosen is None:
            self.console.say(_("“{answer}” is none of the choices; ? lists them.", answer=answer))
        elif not chosen.choice.possible:
            self.console.say(_("{word} is not possible now; ? lists what is.", word=chosen.choice.name))
        else:
            await chosen.choice.do(chosen.rest)

    async def loop(self, listing: bool = True) -> None:
        """Ask until the person goes back."""
        if listing:
            self.list()
        try:
            while True:
                await self.once()
        except Back:
            return
