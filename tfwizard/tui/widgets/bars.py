"""Bars with marks at values that they are to be compared with."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tfwizard.tui.lines import bar, cell

#: The line of what guessing gives, and that of always giving the most frequent class.
CHANCE, MAJORITY = "│", "┊"


def marked_bar(value: float, full: float, width: int, marks: Sequence[tuple[float, str]] = ()) -> str:
    """A bar of `value` out of `full` in exactly `width` cells, with each sign of `marks` where its value stands.

    The last cell is for marks alone: the bar of `full` ends before it.
    """
    room = max(1, width - 1)
    drawn = list(cell(bar(value, full, room), room + 1))
    for at, sign in marks:
        if math.isfinite(at) and full > 0 and 0 <= at <= full:
            drawn[round(at / full * room)] = sign
    return "".join(drawn)
