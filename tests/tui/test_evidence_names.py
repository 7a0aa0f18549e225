"""What the names of the evidence are in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tfwizard.checks
from tfwizard.language import use
from tfwizard.report.evidence import NAMES
from tfwizard.tui.screens.problem import evidence_rows


@pytest.fixture
def french() -> Iterator[None]:
    use("fr")
    yield
    use("en")


@pytest.mark.usefixtures("french")
def test_the_evidence_of_a_problem_is_named_in_the_language_of_the_person() -> None:
    rows = evidence_rows(
        {"row_sums": [-1.6479505896568298, 2], "chance": 1.0986122886681098, "pad_token": "x", "output": ""}
    )
    assert rows == [("sommes des lignes", "-1.648, 2"), ("hasard", "1.099"), ("pad token", "x")]


def test_every_name_is_one_that_a_check_gives() -> None:
    given = set()
    for path in Path(tfwizard.checks.__file__).parent.rglob("*.py"):
        given |= {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
    assert {name for name in NAMES if name.replace(" ", "_") not in given} == set()
