"""The summary that people read at the end of `check`."""

from __future__ import annotations

import pytest

from tfwizard.report.text import as_text


@pytest.mark.parametrize(
    ("blocked", "words"),
    [
        (0, "No problem found (4 s)."),
        (1, "No problem found in what could be examined; 1 stage could not (4 s)."),
        (3, "No problem found in what could be examined; 3 stages could not (4 s)."),
    ],
)
def test_what_could_not_be_examined_is_not_called_free_of_problems(blocked: int, words: str) -> None:
    stages = [
        {"id": f"stage{n}", "status": "blocked" if n < blocked else "passed", "why": "no batch" if n < blocked else ""}
        for n in range(4)
    ]
    text = as_text(
        {
            "script": "train.py", "outcome": "held_at_fit", "environment": {"versions": {"python": "3.11"}}, "stages": stages,
            "findings": [], "seconds": {"total": 4.2},
        }
    )  # fmt: skip
    assert text.splitlines()[-1] == words
    assert text.count("no batch") == blocked
