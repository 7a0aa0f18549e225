"""The fix of each id, as its real rule makes it, on the ways in which people write the call."""

from __future__ import annotations

import ast
from collections import Counter

import pytest
from checks.table import rows
from fixes.ways import data, gpus, heads, hyperparameters, labels, loss, script, text, training
from fixes.ways.model import FILE, Fault, Way, relocated

from tfwizard.checks import examine
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import Edit, InsertFirst

FAULTS = [
    fault
    for module in (script, gpus, data, text, labels, heads, loss, hyperparameters, training)
    for fault in module.FAULTS
]
WAYS = [
    pytest.param(fault, way, id=f"{fault.id}-{fault.remedy}-{number}")
    for fault in FAULTS
    for number, way in enumerate(fault.ways)
]


def edits_of(fault: Fault, way: Way) -> tuple[Edit, ...]:
    """The edits that the rule proposes, for facts whose places are in this source."""
    [finding] = [one for one in examine(relocated(fault.facts(), way.places())).findings if one.id == fault.id]
    edits = finding.remedies[fault.remedy].edits
    assert all(edit.place.column is not None or isinstance(edit, InsertFirst) for edit in edits), "a mark is missing"
    return edits


@pytest.mark.parametrize(("fault", "way"), WAYS)
def test_the_fix_changes_what_it_is_meant_to_and_nothing_else(fault: Fault, way: Way) -> None:
    source = way.text
    compile(source, "train.py", "exec")
    if way.refused:
        with pytest.raises(CannotEdit, match=way.refused):
            apply(source, edits_of(fault, way), FILE)
        return
    result = apply(source, edits_of(fault, way), FILE)
    assert result == way.expected
    compile(result, "train.py", "exec")
    assert ast.dump(ast.parse(result)) != ast.dump(ast.parse(source))


def test_every_id_with_a_fix_has_three_ways_of_writing() -> None:
    edited = Counter(fault.id for fault in FAULTS for way in fault.ways if not way.refused)
    with_fix = {row.id for row in rows() if row.fix}
    assert {id for id in with_fix if edited[id] < 3} == set()
    assert set(edited) <= with_fix
