"""Words for people, in their language: every sentence that reaches a person goes through here. Shared with the worker.

English is written in the code. `tfwizard/locale/LANGUAGE/LC_MESSAGES/tfwizard.po` holds what it is in another language.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping

LANGUAGES = ("en", "fr")
DOMAIN = "tfwizard"
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "locale")


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


def of_environment(environ: Mapping[str, str], asked: str | None = None) -> str:
    """The language that was asked for, else that of TFWIZARD_LANG, else that of the locale, as gettext finds it."""
    named = [asked, environ.get("TFWIZARD_LANG")]
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    if locale.split(".")[0] not in ("", "C", "POSIX"):
        named += environ.get("LANGUAGE", "").split(":")
    for one in (*named, locale):
        if one and (found := one.replace("-", "_").split("_")[0].split(".")[0].lower()) in (*LANGUAGES, "c", "posix"):
            return found if found in LANGUAGES else "en"
    return "en"


def _(message: str, **values: object) -> str:
    """`message` in the language of this process, its {names} replaced by `values`."""
    text = _Chosen.words.gettext(message)
    return text.format(**values) if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """As `_`, in the singular or the plural that the number asks for; `{n}` is the number."""
    return _Chosen.words.ngettext(one, many, n).format(n=n, **values)


def N_(message: str) -> str:
    """Mark a constant for translation; `_` translates it where it is shown."""
    return message
