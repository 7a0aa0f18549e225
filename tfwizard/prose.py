"""Prose in lines, for what is printed and not drawn."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from tfwizard.language import held

#: What moves a cursor or sets a colour, and halves of characters, which cannot be written.
HARMFUL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff]")
NO_BREAK = "\N{NO-BREAK SPACE}"


def lines(text: str, width: int, **how: Any) -> list[str]:
    """As `textwrap.wrap`, and broken at no space that the language holds together."""
    return [row.replace(NO_BREAK, " ") for row in textwrap.wrap(held(text, NO_BREAK), width, **how)]


def harmless(line: str) -> str:
    """A line without anything that a terminal would obey, whatever the script's own text in it holds."""
    return HARMFUL.sub("�", line)
