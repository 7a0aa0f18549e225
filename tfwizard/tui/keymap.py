"""Which keys the person chose for which action, and how a key is written on the screen."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from textual.keys import Keys, format_key

from tfwizard.language import N_, _

MODIFIERS = ("ctrl", "shift", "alt", "super")
NAMES = frozenset(key.value for key in Keys) | {f"f{n}" for n in range(1, 25)} | {"space"}
#: Keys that are written as a word of the person's language.
WORDS = {"enter": N_("enter"), "space": N_("space")}


class _Chosen:
    """The keys of this process by the id of their action, and what to press where a text names the usual key."""

    keys: Mapping[str, str] = {}
    instead: Mapping[str, str] = {}


def choose(keys: Mapping[str, str], usual: Mapping[str, str]) -> None:
    """Use these keys from here on; `usual` are those that the wizard's actions have where nothing is chosen.

    A key of a part of the screen is no other key for the wizard's sentences: both may have the same one.
    """
    _Chosen.keys = dict(keys)
    _Chosen.instead = {first_shown(usual[name]): first_shown(text) for name, text in keys.items() if name in usual}


def chosen() -> Mapping[str, str]:
    """The keys by the id of their action, where they are not the usual ones."""
    return _Chosen.keys


def now(key: str) -> str:
    """What to press where a text of the wizard's says `key`."""
    return named(_Chosen.instead.get(key, key))


def named(shown: str) -> str:
    """A key as it is written on the screen, in the language of the person; the configuration knows it by its English name."""
    return _(WORDS[shown]) if shown in WORDS else shown


def parts(text: str) -> list[str]:
    """The keys of a comma-separated list, as they are bound; empty where one of them is no key."""
    each = [_key(one.strip()) for one in text.split(",")]
    return [] if "" in each else each


def _key(text: str) -> str:
    """One key: a character, a name, or either behind modifiers; "" for anything else."""
    *before, last = text.split("+") if text not in ("", "+") else [text]
    if any(modifier not in MODIFIERS for modifier in before):
        return ""
    if len(last) == 1:
        return text if last.isprintable() and not last.isspace() else ""
    # A sign by its name, such as question_mark, is written as the one character that it is.
    known = last.lower() in NAMES or len(format_key(last.lower())) == 1
    return "+".join([*before, last.lower()]) if last and known else ""


def shown(key: str) -> str:
    """One key as it is written on the screen."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    return "+".join([*modifiers, "enter" if last == "enter" else format_key(last)])


def first_shown(keys: str) -> str:
    """The first of the keys, as it is written on the screen."""
    return shown(keys.split(",")[0])


def all_shown(keys: str) -> str:
    """All of the keys, as they are written on the screen."""
    return ", ".join(map(shown, keys.split(",")))


def all_named(keys: str) -> str:
    """All of the keys, for a person."""
    return ", ".join(named(shown(key)) for key in keys.split(","))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The name that was likely meant, "" where none is near."""
    return next(iter(difflib.get_close_matches(name, list(known), 1)), "")
