"""Learning rates of models that start from random weights."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from plain_facts import SOUND, at, curve

from tfwizard.checks import examine
from tfwizard.facts import Facts, RatesFacts, SweepCurve, SweepFacts
from tfwizard.findings import Finding
from tfwizard.source_edits import SetArgument

RATES = {"learning-rate-too-high", "learning-rate-too-low"}


def rate(
    value: float,
    *curves: SweepCurve,
    start: float = 1.6,
    usual: tuple[float, float] = (1e-4, 1e-2),
    why_no_sweep: str | None = None,
    **changes: object,
) -> Facts:
    assert SOUND.hyperparameters
    steps = max((len(one.losses) for one in curves), default=0)
    sweep = SweepFacts(curves, steps, 64, curves[0].rate, None, start, 2) if curves else None
    hyper = replace(
        SOUND.hyperparameters, learning_rate=value, loaded_from=None, transformer=False, usual=usual,
        **{"total_steps": 250, **changes},
    )  # type: ignore[arg-type]  # fmt: skip
    return replace(SOUND, hyperparameters=hyper, rates=RatesFacts(sweep, why_no_sweep))


def found(facts: Facts) -> list[Finding]:
    return [one for one in examine(facts).findings if one.id in RATES]


GOOD = (curve(1e-2, 1.6, 1.0, 0.3, 0.1), curve(1e-3, 1.6, 1.1, 0.4, 0.3), curve(1e-4, 1.6, 1.5, 1.5, 1.5))


@pytest.mark.parametrize(
    "own", [curve(0.8, 1.6, 900.0, 3.0, 1.7), curve(0.8, 1.6, math.nan), curve(0.8, 1.6, 1.5, 1.4, 1.4)]
)
def test_a_rate_over_the_usual_ones_that_does_not_learn(own: SweepCurve) -> None:
    [finding] = found(rate(0.8, own, *GOOD))
    assert finding.id == "learning-rate-too-high"
    assert finding.severity == "warning"
    assert finding.remedies[0].edits == (SetArgument("Adam", at(21), "learning_rate", "0.001"),)


def test_a_usual_rate_that_diverges() -> None:
    [finding] = found(rate(1e-2, curve(1e-2, 1.6, 80.0, math.inf), *GOOD[1:]))
    assert finding.id == "learning-rate-too-high"


def test_a_rate_that_moves_nothing() -> None:
    [finding] = found(rate(1e-7, curve(1e-7, 1.6, 1.6, 1.6, 1.6), *GOOD))
    assert finding.id == "learning-rate-too-low"
    assert finding.evidence["proposed"] == 1e-3


@pytest.mark.parametrize(
    "sound",
    [
        rate(1e-3),
        rate(0.5, curve(0.5, 1.6, 1.0, 0.2, 0.1), *GOOD),
        rate(0.05, curve(0.05, 1.6, 1.3, 0.8, 0.7), *GOOD),
        rate(1e-6, curve(1e-6, 1.6, 1.6, 1.59, 1.58), *GOOD),
        rate(1e-7, curve(1e-7, 1.6, 1.6, 1.6, 1.6), curve(1e-3, 1.6, 1.6, 1.5, 1.5)),
        rate(0.8, curve(0.8, 1.6, 9.0, 3.0, 1.7), curve(1e-3, 1.6, 1.6, 1.6, 1.6)),
    ],
)
def test_sound_rates_and_sweeps_that_prove_nothing(sound: Facts) -> None:
    assert found(sound) == []


def test_that_a_usual_rate_gets_nowhere_in_a_few_steps_is_the_fault_of_the_few_steps() -> None:
    slow = (1.6, 1.598, 1.596, 1.594)
    assert found(rate(1e-3, curve(1e-3, *slow), GOOD[0], total_steps=6)) == []
    [finding] = found(rate(1e-5, curve(1e-5, *slow), *GOOD, total_steps=6))
    assert finding.id == "learning-rate-too-low"
    [finding] = found(rate(1e-3, curve(1e-3, *[1.6] * 4), GOOD[0], total_steps=6))
    assert finding.id == "learning-rate-too-low"


def test_a_schedule_is_not_replaced_by_a_number() -> None:
    [finding] = found(rate(1e-7, curve(1e-7, 1.6, 1.6, 1.6, 1.6), *GOOD, schedule="CosineDecay"))
    assert finding.remedies == ()


def test_without_a_sweep_nothing_is_decided() -> None:
    assert examine(rate(0.8, why_no_sweep="no labels")).undecided.keys() >= RATES
