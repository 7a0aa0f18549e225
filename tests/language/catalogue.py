"""The catalogue of a language: read, brought up to date with the source, filled in, and compiled. The same input gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from .extraction import PACKAGE, Found, Id

HEAD = (
    ("Language", "fr"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "nplurals=2; plural=(n > 1);"),
)
PO = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "tfwizard.po"
#: A translation: one text, or those of singular and plural.
Words = str | Sequence[str]


class Plain(Catalog):
    """A catalogue without dates and names: only what a reader of it needs. HEAD says how many plurals there are, not Babel."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return list(HEAD)

    @property
    def header_comment(self) -> str:  # type: ignore[override]
        return "# What tfwizard says, in French. Brought up to date by `python -m tests.language update`."


def read(path: Path = PO) -> list[Message]:
    """The messages of a catalogue; none where there is no file."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def translations(path: Path = PO) -> dict[Id, Words]:
    """What is translated in a catalogue; a fuzzy guess is no translation."""
    return {_id(one): one.string for one in read(path) if is_translated(one) and not one.fuzzy}


def is_translated(message: Message) -> bool:
    """Whether all of a message is."""
    texts = [message.string] if isinstance(message.string, str) else list(message.string)
    return bool(texts) and all(texts)


def merged(found: Found, known: Mapping[Id, Words]) -> Plain:
    """The messages of the source, in its order, with what is known of them."""
    catalogue = Plain(fuzzy=False)
    for message, files in found.files.items():
        empty: Words = ("", "") if isinstance(message, tuple) else ""
        words = known.get(message, empty)
        words = _spaced(words) if isinstance(words, str) else tuple(_spaced(one) for one in words)
        catalogue.add(message, words, [(file, 0) for file in files])
    for one in catalogue:
        one.flags.discard("python-format")  # ours is str.format
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue for translators: the files of a message without line numbers, which would change all the time."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
    return out.getvalue().rstrip(b"\n") + b"\n"


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue for gettext: what is translated in whole."""
    done, out = Plain(fuzzy=False), io.BytesIO()
    for one in catalogue:
        if one.id and is_translated(one):
            done.add(one.id, one.string)
    write_mo(out, done)
    return out.getvalue()


def save(catalogue: Catalog, path: Path = PO) -> None:
    """Write both files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(catalogue))
    path.with_suffix(".mo").write_bytes(as_mo(catalogue))


def missing(catalogue: Catalog) -> dict[str, Words]:
    """What wants a translation, as translators give it back: by the (singular) message."""
    return {
        one.id if isinstance(one.id, str) else one.id[0]: "" if isinstance(one.id, str) else list(one.id)
        for one in catalogue
        if one.id and not is_translated(one)
    }


def filled(known: Mapping[Id, Words], found: Found, given: Mapping[str, Words]) -> tuple[dict[Id, Words], list[str]]:
    """The translations with those that are given, and which of these fit no message: not in the source, or not of its form."""
    ids = {one if isinstance(one, str) else one[0]: one for one in found.files}
    result, strange = dict(known), []
    for text, words in given.items():
        message = ids.get(text)
        if (
            message is None
            or isinstance(message, str) != isinstance(words, str)
            or (words and len(words) != 2 and not isinstance(words, str))
        ):
            strange.append(text)
        elif words and all(words):
            result[message] = words
    return result, strange


def _spaced(text: str) -> str:
    """The text with plain spaces: the screens take those that do not break for control characters, and drop them."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def _id(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
