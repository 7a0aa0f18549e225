"""Text out of scripts and libraries, made fit for what other programs read: no control characters, nothing that UTF-8 cannot hold."""

from __future__ import annotations

import re

from tfwizard.runner.log import without_escapes

#: What XML 1.0 cannot hold, and what steers a terminal. Tab and line feed stay.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def storable(text: object) -> str:
    """The text with plain line feeds and without escape sequences, U+FFFD in the place of each other character that cannot be."""
    lines = without_escapes(str(text)).replace("\r\n", "\n").replace("\r", "\n")
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", lines)
