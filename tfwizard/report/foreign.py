"""Text out of scripts and libraries, made fit for what other programs read: no control characters, nothing that UTF-8 cannot hold."""

from __future__ import annotations

import re

#: What XML 1.0 cannot hold, and what steers a terminal. Tab and line feed stay.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: object) -> str:
    """The text with plain line feeds, and U+FFFD in the place of each character that cannot be."""
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", str(text).replace("\r\n", "\n").replace("\r", "\n"))
