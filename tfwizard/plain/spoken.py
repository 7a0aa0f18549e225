"""Lines of a screen as sentences: no signs, no bars, no columns, and none of the screen's keys."""

from __future__ import annotations

import re
from collections.abc import Callable

from tfwizard.language import _
from tfwizard.tui.lines import KEY, Lines, for_the_ear

#: Lines for the ear are never cut; a maker of lines that fills a row with spaces fills this one.
ANY_WIDTH = 400
#: Arrows, boxes, blocks, bars of braille, ticks and crosses: a word beside each of them says the same.
SIGNS = re.compile("[\u2190-\u2193\u2298\u2500-\u25ff\u2700-\u27bf\u2800-\u28ff•‹›]")
#: Where a screen leaves room between two things.
GAP = re.compile(r"\s{2,}")


def spoken(make: Callable[[int], Lines]) -> list[str]:
    """What `make` gives for a screen, as sentences; its hints on keys are left out."""
    with for_the_ear():
        lines = make(ANY_WIDTH)
    found: list[str] = []
    for line in lines:
        if any(span.style == KEY for span in line.spans):
            continue
        for row in line.plain.split("\n"):
            text = in_words(row)
            if text or (found and found[-1]):  # one empty line between two parts, none at the beginning
                found.append(text)
    while found and not found[-1]:
        found.pop()
    return found


def in_words(text: str) -> str:
    """One line without what only the eye needs."""
    text = text.replace(" → ", f" {_('to')} ").replace(" · ", ", ").replace("…", "...")
    parts = [part.strip(" ,│") for part in GAP.split(SIGNS.sub(" ", text).strip())]
    joined = ""
    for part in parts:
        if part:
            joined += ("" if not joined else " " if joined[-1] in ":;.,?!" else ", ") + part
    return joined
