"""The counts of labels: the same piece by piece, and without a copy of what is counted."""

from __future__ import annotations

import math
import tracemalloc
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from datasets import Dataset

from tfwizard.worker.probes import label_counts, pipelines
from tfwizard.worker.probes.label_counts import Counted
from tfwizard.worker.probes.pipelines import arrow_pieces

RNG = np.random.default_rng(3)
CLASSES = RNG.integers(0, 7, 2000)
WHOLE: dict[str, Any] = {
    "integers": CLASSES,
    "masked": np.where(CLASSES == 3, -100, CLASSES),
    "None as an integer": np.where(CLASSES == 3, -(2**63), CLASSES),
    "fractions": CLASSES + 0.5,
    "one-hot": np.eye(7)[CLASSES],
    "per token": RNG.integers(0, 3, (300, 9)),
    "far apart": RNG.choice([3, 10**9, -7], 2000),
    "with NaN": np.where(CLASSES == 3, np.nan, CLASSES),
    "texts": CLASSES.astype(str),
    "Arrow": pa.array(CLASSES),
    "Arrow with None": pa.array([None if one == 3 else int(one) for one in CLASSES]),
    "Arrow fractions": pa.array(CLASSES + 0.25),
}


def counted(values: Any) -> Counted:
    found = Counted("label", "", None, True)
    found.add(values)
    found.check("label", values)
    return found


@pytest.mark.parametrize("kind", WHOLE)
def test_pieces_add_up_to_the_whole(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = counted(WHOLE[kind])
    monkeypatch.setattr(label_counts, "PIECE", 17)
    assert vars(counted(WHOLE[kind])) == vars(whole)


def test_numbers_that_are_too_many_to_be_classes_are_counted_as_far_as_they_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = np.round(RNG.normal(size=30_000), 3)
    monkeypatch.setattr(label_counts, "PIECE", 5000)
    for values in (numbers, pa.array(numbers)):
        found = counted(values)
        assert (found.kind, found.minimum, found.maximum) == ("float", numbers.min(), numbers.max())
        assert len(found.counts) == label_counts.MOST_COUNTED
        true = Counter(numbers.tolist())
        assert all(true[float(name)] == count for name, count in found.counts.items())


def test_infinity_is_a_label_that_is_counted() -> None:
    found = counted(np.array([1.0, math.inf, 1.0]))
    assert found.counts == {"1": 2, "inf": 1}
    assert found.kind == "float"


def test_selected_rows_of_an_arrow_table_are_counted_as_they_were_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "PICKED", 50)
    labels = pa.chunked_array([CLASSES[:900], CLASSES[900:]])
    rows = RNG.choice(2000, 600)
    chosen = Dataset(pa.table({"label": labels})).select(rows)
    pieces = list(arrow_pieces(chosen, "label"))
    assert max(map(len, pieces)) == 50
    assert [int(one) for piece in pieces for one in piece.to_pylist()] == CLASSES[rows].tolist()


def test_counting_takes_no_copy() -> None:
    many = RNG.integers(0, 3, 3_000_000)
    table = pa.table({"label": many})
    before = pa.default_memory_pool().max_memory()
    tracemalloc.start()
    try:
        found = [counted(many), counted(table.column("label").chunk(0))]
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert all(sum(one.counts.values()) == len(many) for one in found)
    assert peak < many.nbytes / 3
    assert pa.default_memory_pool().max_memory() - before < many.nbytes / 3
