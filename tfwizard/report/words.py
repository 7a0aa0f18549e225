"""Numbers and labels as people read them: the screens and the reports write them alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfwizard.facts import LabelsFacts

#: The difference of two numbers that are farther out is no number: curves are drawn no farther than this.
FARTHEST = 1e300


def number(value: float | None) -> str:
    """A number in four digits; NaN and infinity by name, – where there is none."""
    if value is None:
        return "–"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "-∞" if value < 0 else "∞"
    return str(int(value)) if value == int(value) and abs(value) < 1e9 else f"{value:.4g}"


def whole(value: float) -> str:
    """A number without its fraction; NaN and infinity by name."""
    return str(round(value)) if math.isfinite(value) and abs(value) < 1e15 else number(value)


def by_number(counted: tuple[str, int]) -> tuple[int, str]:
    """Labels that are numbers in their order, then the others."""
    label = counted[0]
    return (int(label) if label.removeprefix("-").isdecimal() else 1 << 62, label)


def share_words(part: float, whole: float) -> str:
    """A share in percent; what is there but rounds to nothing is told from nothing."""
    percent = 100 * part / whole
    return "< 1 %" if 0 < percent < 0.5 else f"{percent:.0f} %"


def label_name(labels: LabelsFacts, label: str) -> str:
    """The label with the dataset's name for it."""
    if label.isdecimal() and int(label) < len(labels.dataset_names):
        return f"{label} {labels.dataset_names[int(label)]}"
    return f"{label} {labels.model_names[label]}" if label in labels.model_names else label
