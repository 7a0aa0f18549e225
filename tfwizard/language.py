"""Words for people, in their language: every sentence that reaches a person goes through here. Shared with the worker.

English is written in the code. `tfwizard/locale/LANGUAGE/LC_MESSAGES/tfwizard.po` holds what it is in another language.
Numbers and dates are the same in every language: they are to be found again in the script and its log, so 0.5 keeps its point.
"""

from __future__ import annotations

import gettext
import os
import re
import string
from collections.abc import Mapping

LANGUAGES = ("en", "fr")
DOMAIN = "tfwizard"
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "locale")
#: The spaces at which a line is never broken: French sets one before these signs and inside its quotes.
HELD = {"fr": re.compile(r"(?<=«) | (?=[:;!?»%](?:[\s.,)]|$))")}


class _Chosen:
    """The language of this process. English needs no catalogue."""

    language = "en"
    words: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str) -> None:
    """Speak this language from here on; English for one that there is no catalogue for."""
    found = language if language in LANGUAGES else "en"
    _Chosen.words = gettext.translation(DOMAIN, FOLDER, [found], fallback=True)
    _Chosen.language = found


def language() -> str:
    """The language that is spoken now."""
    return _Chosen.language


def words() -> gettext.NullTranslations:
    """The catalogue of that language, for libraries that ask as gettext's callers do."""
    return _Chosen.words


def of_environment(environ: Mapping[str, str], asked: str | None = None) -> str:
    """The language that was asked for, else that of TFWIZARD_LANG, else that of the locale; English where none is known.

    As with gettext, LANGUAGE is a list that stands before a locale, unless that is the one of C.
    """
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "C")
    preferred = environ.get("LANGUAGE") if _tongue(locale) not in ("c", "posix") else None
    for name in (asked, environ.get("TFWIZARD_LANG")):
        if name and (found := _known(name)):
            return found
    return next((found for name in (preferred or locale).split(":") if (found := _known(name))), "en")


def _known(name: str) -> str | None:
    tongue = _tongue(name)
    return "en" if tongue in ("c", "posix") else (tongue if tongue in LANGUAGES else None)


def _tongue(name: str) -> str:
    """`fr` for fr, fr-CA, fr_FR.UTF-8 and fr@euro."""
    return re.split(r"[-_.@]", name.strip().lower())[0]


def _(message: str, **values: object) -> str:
    """`message` in the language of this process, its {names} replaced by `values`."""
    text = _Chosen.words.gettext(message) if message else ""  # gettext has the head of the catalogue for ""
    return _put_in(text, values) if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """As `_`, in the singular or the plural that the number asks for; `{n}` is the number."""
    return _put_in(_Chosen.words.ngettext(one, many, n), {"n": n, **values})


class _French(string.Formatter):
    """French sets a space before the sign of a percentage."""

    def format_field(self, value: object, format_spec: str) -> str:
        text: str = super().format_field(value, format_spec)
        return f"{text[:-1]} %" if format_spec.endswith("%") and text.endswith("%") else text


def _put_in(text: str, values: Mapping[str, object]) -> str:
    if "%}" in text and _Chosen.language == "fr":
        return _French().vformat(text, (), values)
    return text.format(**values)


def joined(*parts: str) -> str:
    """What is said one after the other of the same thing; what is empty is left out."""
    said = [part for part in parts if part]
    text = "".join(said[:1])
    for part in said[1:]:
        text = _("{one}; {other}", one=text, other=part)
    return text


def held(text: str, space: str = "\u00a0") -> str:
    """`text` with `space` wherever this language breaks no line. The catalogue has plain spaces, so that what is shown can be searched."""
    pattern = HELD.get(_Chosen.language)
    return pattern.sub(space, text) if pattern else text


def in_every_language(message: str) -> tuple[str, ...]:
    """What a process that speaks another language may have said for it."""
    catalogues = [gettext.translation(DOMAIN, FOLDER, [one], fallback=True) for one in LANGUAGES]
    return tuple(dict.fromkeys(one.gettext(message) for one in catalogues))


def N_(message: str) -> str:
    """Mark a constant for translation; `_` translates it where it is shown."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark a constant that has a singular and a plural."""
    return one, many
