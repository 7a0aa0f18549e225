"""The cases of in_ci.txt get the findings that they expect, and no false alarm. `python -m tests.cases` runs them all."""

from __future__ import annotations

import json

import pytest
from cases.scoring import HERE, examine, names

CHOSEN = [line for line in (HERE / "in_ci.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("name", CHOSEN)
def test_the_case_gets_what_it_expects(name):
    result = examine(name)
    assert result.right, str(result)


def test_every_case_says_what_it_is():
    assert set(CHOSEN) <= set(names())
    for folder in HERE.iterdir():
        if not (folder / "train.py").exists():
            continue
        expect = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
        assert set(expect) == {"must", "may", "fixed", "why"}, folder.name
        assert set(expect["fixed"]) <= set(expect["must"]), folder.name
        assert expect["why"], folder.name
        assert folder.name.startswith("sound_") == (not expect["must"]), folder.name
