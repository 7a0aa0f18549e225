"""Text that is not ours, made harmless wherever it comes to be shown, printed or handed on."""

from __future__ import annotations

import re

ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
#: Control characters, halves of a character, and what turns the direction of writing or cannot be seen. Tab and newline stay.
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
#: What XML 1.0 cannot hold, and what steers a terminal. Tab and line feed stay.
NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def without_escapes(text: str) -> str:
    """`text` without ANSI escape sequences."""
    return ESCAPES.sub("", text) if "\x1b" in text else text


def harmless(text: str) -> str:
    """`text` without escape sequences; of other characters that act on a terminal, the code is written out."""
    text = without_escapes(text.replace("\r\n", "\n"))
    return UNSHOWABLE.sub(lambda found: ascii(found.group())[1:-1], text)


def clean(text: object) -> str:
    """Foreign text as one printable line: no escape sequences, no control or direction characters."""
    flat = without_escapes(str(text)).replace("\t", "  ").replace("\n", " ").replace("\u00a0", " ")
    return "".join(character for character in flat if character.isprintable())


def clean_lines(text: object) -> list[str]:
    """Foreign text, line by line, as `clean` gives each."""
    return [clean(line) for line in str(text).replace("\t", "    ").split("\n")]


def tidy(text: str) -> str:
    """Foreign text of several lines with its tabs, and without what would steer a terminal."""
    return "".join(
        character for character in without_escapes(text) if character.isprintable() or character in "\n\t\u00a0"
    )


def storable(text: object) -> str:
    """What other programs can read: plain line feeds, no escape sequences, U+FFFD in the place of each other character that cannot be."""
    lines = without_escapes(str(text)).replace("\r\n", "\n").replace("\r", "\n")
    return NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", lines)
