"""Numbers, labels and foreign text as people read them: the screens and the reports write them alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tfwizard.runner.log import without_escapes

if TYPE_CHECKING:
    from tfwizard.facts import LabelsFacts


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


def number(value: float | None) -> str:
    """A number in four digits; NaN and infinity by name, – where there is none."""
    if value is None:
        return "–"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "-∞" if value < 0 else "∞"
    return str(int(value)) if value == int(value) and abs(value) < 1e9 else f"{value:.4g}"


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
    if label.isdigit() and int(label) < len(labels.dataset_names):
        return f"{label} {labels.dataset_names[int(label)]}"
    return f"{label} {labels.model_names[label]}" if label in labels.model_names else label
