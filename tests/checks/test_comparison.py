"""What a comparison shows: by how much values differ, and whether that is more than the noise."""

from __future__ import annotations

import math

import pytest

from tfwizard.checks.comparison import difference_between, rows_of, verdict
from tfwizard.facts import ComparedRun, CompareFacts


def compared(
    losses: dict[str, list[float]], name: str = "learning_rate", steps: int = 60, asked: int = 60
) -> CompareFacts:
    runs = tuple(
        ComparedRun(value, seed, (1.1, loss, loss), loss, 0.5)
        for value, each in losses.items()
        for seed, loss in enumerate(each)
    )
    seeds = tuple(range(max(map(len, losses.values()))))
    return CompareFacts(name, tuple(losses), seeds, steps, asked, runs, 400, 100, "the validation data", 1.1, 0.33)


def test_a_difference_smaller_than_the_noise_is_called_that() -> None:
    found = verdict(compared({"1e-4": [0.50, 0.60, 0.55], "2e-4": [0.53, 0.63, 0.58]}), 1.0986)
    assert found.matters is False
    assert found.best is None
    assert found.difference == pytest.approx(0.03)
    assert found.noise is not None
    assert found.noise > 0.03
    assert (
        "A difference of 0.03 between 1e-4 and 2e-4 is smaller than the noise of 0.05: no difference shown"
        in found.text
    )


def test_a_value_that_is_better_than_the_noise_is_named_with_numbers() -> None:
    found = verdict(compared({"5e-5": [0.30, 0.32, 0.31], "1e-3": [1.09, 1.10, 1.11]}), 1.0986)
    assert (found.matters, found.best) == (True, "5e-5")
    assert "learning_rate matters: 5e-5 is better than 1e-3 by 0.79, and the noise is 0.025" in found.text


def test_the_best_two_may_be_alike_though_the_name_matters() -> None:
    found = verdict(compared({"5e-5": [0.30, 0.34, 0.32], "8e-5": [0.31, 0.35, 0.33], "1e-3": [1.1, 1.1, 1.1]}), None)
    assert found.matters is True
    assert "learning_rate matters" in found.text
    assert "Between the best two, 5e-5 and 8e-5, a difference of 0.01 is smaller than the noise" in found.text


def test_a_wild_value_does_not_hide_that_the_others_differ() -> None:
    found = verdict(compared({"1e-3": [3.4, 3.2, 3.8], "1e-2": [0.11, 0.10, 0.13], "1": [2.0, 30.0, 7.0]}), None)
    assert (found.matters, found.best) == (True, "1e-2")
    assert "1e-2 is better than 1e-3 by 3.4, and the noise is 0.72" in found.text


def test_what_diverges_is_worst_and_needs_no_seeds() -> None:
    facts = compared({"1e-3": [0.4, 0.5], "10": [math.nan, math.inf]})
    rows = rows_of(facts)
    assert [row.diverged for row in rows] == [0, 2]
    assert [row.best for row in rows] == [True, False]
    assert "diverges" in verdict(facts, None).text
    assert verdict(compared({"1": [math.nan], "10": [math.nan]}), None).matters is None


def test_one_seed_tells_no_noise() -> None:
    found = verdict(compared({"8": [0.4], "32": [0.5]}, "batch_size"), None)
    assert found.matters is None
    assert "Take three seeds" in found.text


def test_what_does_not_beat_the_constant_answer_is_said() -> None:
    found = verdict(compared({"1e-6": [1.10, 1.11, 1.12], "1e-5": [1.09, 1.1, 1.11]}, steps=20), 1.05)
    assert "None is better than the trivial baseline of 1.05" in found.text
    assert "cut short" in found.text


@pytest.mark.parametrize(("losses", "matters"), [([0.30, 0.34, 0.32], False), ([0.2, 0.9, 0.4], True)])
def test_seeds_are_judged_by_what_training_gained(losses: list[float], matters: bool) -> None:
    found = verdict(compared({str(n): [loss] for n, loss in enumerate(losses)}, "seed"), None)
    assert found.matters is matters
    assert f"The seed {'matters' if matters else 'does not matter'}" in found.text


def test_values_are_compared_seed_by_seed() -> None:
    facts = compared({"a": [0.2, 0.3, 0.4], "b": [0.5, 0.61, 0.69]})  # b is worse with each seed
    assert difference_between(facts, "a", "b") == (pytest.approx(0.3), pytest.approx(0.1))
    wild = compared({"a": [0.2, 0.2, 0.2], "b": [0.3, 0.5, 0.4]})
    assert difference_between(wild, "a", "b") == (pytest.approx(0.2), pytest.approx(4.30 * 0.1 / math.sqrt(3)))
    assert difference_between(compared({"a": [0.2], "b": [0.3]}), "a", "b") == (pytest.approx(0.1), None)
    assert difference_between(compared({"a": [0.2, 0.4, 0.3], "b": [0.3, 0.5]}), "a", "b")[0] == pytest.approx(0.1)
