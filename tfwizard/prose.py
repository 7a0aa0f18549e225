"""Prose in lines, for what is printed and not drawn."""

from __future__ import annotations

import textwrap
from typing import Any

from tfwizard.language import held

NO_BREAK = "\N{NO-BREAK SPACE}"


def lines(text: str, width: int, **how: Any) -> list[str]:
    """As `textwrap.wrap`, and broken at no space that the language holds together."""
    return [row.replace(NO_BREAK, " ") for row in textwrap.wrap(held(text, NO_BREAK), width, **how)]
