"""One fault, for somebody who meets it for the first time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """Its sentences are constants marked with `N_`: they are translated where they are shown.

    `question` and `hints` are for learners (`--teach`): the question leads to the fault without naming it, each hint says a little
    more, and only the finding itself is the answer. `by_hand` is Python, in English, that shows the fault at the training call.
    """

    question: str
    hints: tuple[str, str]
    why: str
    by_hand: str
    #: The section of the course's chapter that it belongs to, empty where that has none.
    section: str = ""
