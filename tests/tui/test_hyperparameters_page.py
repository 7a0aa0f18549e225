"""The table of hyperparameters: who set what, and what changed since the last run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tfwizard.facts import Facts, Hyperparameter, HyperparametersFacts
from tfwizard.tui.screens.hyperparameters import changes, hyperparameter_lines

from .conftest import EVERY_SIZE, Open
from .fakes import HOSTILE, FakeSession, facts


def with_rate(value: str) -> HyperparametersFacts:
    shown = facts().hyperparameters
    assert shown
    return replace(
        shown, table=tuple(replace(one, value=value) if one.name == "learning_rate" else one for one in shown.table)
    )


def test_changes_are_what_is_another_value_or_new() -> None:
    now = (Hyperparameter("Adam", "rate", "1", "script"), Hyperparameter("Adam", "beta", "2", "script"), Hyperparameter("fit", "rate", "3", "script"))  # fmt: skip
    before = (Hyperparameter("Adam", "rate", "0", "script"), Hyperparameter("Adam", "beta", "2", "default"))
    assert changes(now, before) == {("Adam", "rate"): "0", ("fit", "rate"): None}


@EVERY_SIZE
async def test_what_changed_since_the_last_run_comes_first_and_is_marked(wizard: Open, size: tuple[int, int]) -> None:
    session = FakeSession()
    session.facts_before = Facts(hyperparameters=with_rate("0.01"))
    shown = session._facts.hyperparameters
    assert shown
    session._facts = replace(session._facts, hyperparameters=replace(shown, table=shown.table[::-1]))
    async with wizard(size, session) as it:
        rows = await it.whole("7")
        assert "Δ " in rows
        assert "was 0.01 in the last run" in rows
        assert rows.index("was 0.01") < rows.index("batch_size")


def test_without_a_run_before_nothing_is_marked() -> None:
    lines = hyperparameter_lines(with_rate("1"), None, 80)
    assert not any("Δ" in line.plain for line in lines)


@pytest.mark.parametrize("width", [28, 57, 110])
def test_each_value_has_its_default_range_and_line(width: int) -> None:
    lines = hyperparameter_lines(with_rate("0.005"), None, width)
    assert all(line.cell_length <= width for line in lines)
    text = " ".join(" ".join(line.plain for line in lines).split())
    for words in ("BY NAME", "HIDDEN", "1e-5 – 1e-4", "written", "default", "0.001", "0.005"):
        assert words in text
    hostile = HyperparametersFacts((Hyperparameter(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),))
    drawn = hyperparameter_lines(hostile, None, width, with_rate("1"))
    assert all(line.cell_length <= width and "\x1b" not in line.plain for line in drawn)


def test_two_values_of_one_name_are_told_apart() -> None:
    table = (Hyperparameter("fit", "batch_size", "None", "default"), Hyperparameter("to_tf_dataset", "batch_size", "16", "script"),
             Hyperparameter("fit", "epochs", "1", "default"))  # fmt: skip
    text = "\n".join(line.plain for line in hyperparameter_lines(HyperparametersFacts(table), None, 57))
    assert "fit.batch_size" in text
    assert "to_tf_dataset.batch_size" in text
    assert "\nepochs" in text
