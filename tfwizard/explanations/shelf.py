"""Where the explanations are found."""

from __future__ import annotations

from tfwizard.explanations import labels
from tfwizard.explanations.explanation import Explanation

_ALL: dict[str, Explanation] = {**labels.EXPLANATIONS}


def explanation(fault: str) -> Explanation | None:
    """The explanation of the fault with this id; None for an id that has none."""
    return _ALL.get(fault)
