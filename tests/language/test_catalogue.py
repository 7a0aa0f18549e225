"""The catalogue is whole: what the tests of `python -m tests.language` hold."""

from __future__ import annotations

import string

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from .catalogue import PO, as_mo, as_po, filled, is_translated, merged, missing, read, translations
from .extraction import Found, extract, extract_from

MESSAGES = read()


def pairs() -> list[tuple[str, str]]:
    """Every text with its translation, singular with singular and plural with plural."""
    return [
        (text, words)
        for one in MESSAGES
        for text, words in ([(one.id, one.string)] if isinstance(one.id, str) else zip(one.id, one.string, strict=True))
        if words
    ]


def placeholders(text: str) -> set[str]:
    """The {names} of a text, with what is said of how they are written."""
    return {f"{name}!{how}:{form}" for _, name, form, how in string.Formatter().parse(text) if name is not None}


def test_the_catalogue_holds_what_is_said_and_nothing_else() -> None:
    said, known = set(extract().files), {_id(one) for one in MESSAGES}
    assert not said - known, "python -m tests.language update"
    assert not known - said, "python -m tests.language update"


def test_no_message_is_left_untranslated() -> None:
    assert not [one.id for one in MESSAGES if not is_translated(one)], "python -m tests.language missing, then fill"


def test_nothing_is_a_guess() -> None:
    assert not [one.id for one in MESSAGES if one.fuzzy]


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with PO.open("rb") as file:
        assert PO.with_suffix(".mo").read_bytes() == as_mo(read_po(file)), "python -m tests.language update"


def test_the_text_is_as_update_writes_it() -> None:
    found = Found({_id(one): [file for file, _ in one.locations] for one in MESSAGES})
    assert PO.read_bytes() == as_po(merged(found, translations())), "python -m tests.language update"


@pytest.mark.parametrize("marks", ["{}", "%"])
def test_placeholders_are_those_of_the_message(marks: str) -> None:
    wrong = []
    for text, words in pairs():
        if marks == "%" and text.count("%s") != words.count("%s"):
            wrong.append((text, words))
        if marks == "{}" and has_values(text) and placeholders(words) != placeholders(text):
            wrong.append((text, words))
    assert not wrong


def has_values(text: str) -> bool:
    try:
        return bool(placeholders(text))
    except ValueError:  # braces that are text: such a message has no values
        return False


def test_no_translation_begins_or_ends_with_other_white_space() -> None:
    def ends(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert not [(text, words) for text, words in pairs() if ends(text) != ends(words)]


def test_no_translation_has_characters_that_the_screens_drop() -> None:
    assert not [words for _, words in pairs() if not words.replace("\n", "").isprintable()]


def test_every_message_can_be_translated() -> None:
    assert not extract().wrong


# --- the tool itself -----------------------------------------------------------------------------------------------------------


def _id(message: Message) -> str | tuple[str, str]:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def found_in(text: str) -> Found:
    found = Found({})
    extract_from(text, "some.py", found)
    return found


def test_messages_are_found_however_they_are_written() -> None:
    text = '''
a = _("one" " and two", n=1)
b = N_("three") if a else ngettext("{n} row", "{n} rows", 3)
c = NN_("file", "files")
d = _("yes" if a else "no")
e = _(a)

@main.command()
def run():
    """What it
    does.
    """

def other():
    """Not shown."""
'''
    assert list(found_in(text).files) == [
        "one and two",
        "three",
        ("{n} row", "{n} rows"),
        ("file", "files"),
        "yes",
        "no",
        "What it\ndoes.",
    ]


@pytest.mark.parametrize(
    "call", ['_(f"{n} rows")', '_("rows: " + n)', 'ngettext(f"{n} row", "{n} rows", n)', 'N_("%d" % n)']
)
def test_what_nobody_can_translate_is_told(call: str) -> None:
    assert found_in(call).wrong


def test_what_is_no_longer_said_goes_and_what_is_known_stays() -> None:
    found = Found({"kept": ["a.py"], "new": ["a.py"], ("{n} row", "{n} rows"): ["b.py"]})
    catalogue = merged(found, {"kept": "gardé", "gone": "parti"})
    assert [one.id for one in catalogue if one.id] == ["kept", "new", ("{n} row", "{n} rows")]
    assert catalogue["kept"].string == "gardé"
    assert missing(catalogue) == {"new": "", "{n} row": ["{n} row", "{n} rows"]}
    assert b"#: a.py\n" in as_po(catalogue) and b"Date" not in as_po(catalogue)


def test_translations_are_filled_in_where_they_fit() -> None:
    found = Found({"kept": ["a.py"], "new": ["a.py"], ("{n} row", "{n} rows"): ["b.py"]})
    given = {"new": "nouveau", "{n} row": ["{n} ligne", "{n} lignes"], "kept": ["a", "b"], "unknown": "x"}
    known, strange = filled({"kept": "gardé"}, found, given)
    assert known == {"kept": "gardé", "new": "nouveau", ("{n} row", "{n} rows"): ["{n} ligne", "{n} lignes"]}
    assert strange == ["kept", "unknown"]
    assert not missing(merged(found, known))
