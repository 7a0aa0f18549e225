"""The tables of faults and of conflicts in the README are what the rules say."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from checks.table import conflicts, rows, table, with_tables

from tfwizard.checks import rules
from tfwizard.findings import Finding

README = Path(__file__).parents[2] / "README.md"


def test_every_declared_fault_has_exactly_one_row():
    for module in rules.MODULES:
        importlib.import_module(f"tfwizard.checks.{module}")
    # A rule that another test declares for itself is none of ours.
    ids = [row.id for row in rows()]
    ours = {id for id, one in rules._REGISTRY.items() if _module(one.rule).startswith("tfwizard.checks.")}
    assert sorted(ids) == sorted(ours)
    assert len(set(ids)) == len(ids)


def test_every_row_says_how_loud_it_is_and_what_decides():
    for row in rows():
        assert row.severities, row.id
        assert row.decides.endswith((".", "?")), row.id


def test_remedies_stand_where_the_table_looks_for_them():
    from checks.table import REMEDIES

    assert list(Finding.__dataclass_fields__)[REMEDIES] == "remedies"


def test_every_conflict_has_exactly_one_row():
    from tfwizard.checks.conflicts import ids

    rows_of_conflicts = conflicts().splitlines()[2:]
    assert sorted(row.split("`")[1] for row in rows_of_conflicts) == sorted(ids())
    for row in rows_of_conflicts:
        assert re.fullmatch(r"\| `[\w-]+` \| (error|warning|advice)( or (warning|advice))* \| .+[.] \|", row), row


def test_the_readme_has_the_tables_of_today():
    text = README.read_text(encoding="utf-8")
    assert table() in text and conflicts() in text, "run `python -m tests.checks.table README.md`"
    assert with_tables(text) == text


def _module(rule: object) -> str:
    cells = getattr(rule, "__closure__", None) or ()
    inner = next((cell.cell_contents for cell in cells if callable(cell.cell_contents)), rule)
    return str(getattr(inner, "__module__", ""))
