"""What a real training shows: each finding, and the sound training beside it that gives none."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from plain_facts import FIT, SOUND

from tfwizard.checks import examine
from tfwizard.facts import (
    Argument,
    BadInput,
    BadStep,
    EpochWatched,
    Facts,
    FitWatched,
    LabelsFacts,
    NanFacts,
    NanRow,
    PredictedFacts,
    WatchFacts,
)
from tfwizard.findings import Finding

IDS = {"nan-during-training", "plateau-at-chance", "not-better-than-trivial", "overfitting"}
COUNTS = {"0": 500, "1": 300, "2": 200}
ENTROPY = -sum(n / 1000 * math.log(n / 1000) for n in COUNTS.values())
LABELS = LabelsFacts("label", "train.csv", "integers", COUNTS, 1000, 1000, True, 0, 2, 3, reads_classes=True)


def epochs(
    training: list[float],
    validation: list[float] | None = None,
    accuracy: float = 0.9,
) -> tuple[EpochWatched, ...]:
    return tuple(
        EpochWatched(n + 1, 100, loss, {"accuracy": accuracy}, {"loss": validation[n]} if validation else {}, 1.0)
        for n, loss in enumerate(training)
    )


def wave(around: float, by: float = 0.01, count: int = 40) -> tuple[tuple[int, float], ...]:
    """A loss that goes up and down, and on the whole nowhere."""
    return tuple((5 * n, around + by * (-1) ** n) for n in range(count))


LEARNS = tuple((5 * n, 0.1 + ENTROPY / (1 + n / 4)) for n in range(40))
FINISHED = FitWatched(
    "Model.fit", "finished", 200, epochs([0.9, 0.5]), 2, LEARNS, "SparseCategoricalCrossentropy", seconds=9.0,
    where=FIT.where,
)  # fmt: skip


def watched(fit: FitWatched = FINISHED, labels: LabelsFacts = LABELS, **others: object) -> Facts:
    return replace(SOUND, labels=labels, watch=WatchFacts((fit,)), **others)  # type: ignore[arg-type]


def found(facts: Facts) -> dict[str, Finding]:
    return {one.id: one for one in examine(facts).findings if one.id in IDS}


def undecided(facts: Facts) -> set[str]:
    return examine(facts).undecided.keys() & IDS


def test_a_training_that_learns_is_decided_and_sound() -> None:
    assert found(watched()) == {}
    assert undecided(watched()) == set()


def test_without_a_training_nothing_is_decided() -> None:
    assert undecided(SOUND) == IDS


# --- no numbers ---------------------------------------------------------------------------------------------------------------


def nan(**changes: object) -> FitWatched:
    inputs = (BadInput("inputs.speed", 1, 0, (5,), 32),)
    bad = BadStep("weights", 137, 37, 2, 136, None, ("dense/kernel",), 1, True, 32, inputs, 100)
    return replace(FINISHED, ended="nan", bad=replace(bad, **changes))  # type: ignore[arg-type]


def test_weights_that_are_no_numbers_are_named_with_their_step_and_batch() -> None:
    one = found(watched(nan()))["nan-during-training"]
    assert one.severity == "error"
    assert "dense/kernel is no number, and the loss does not show it, from step 137" in one.title
    assert "inputs.speed of its batch hold NaN, in row 5 of 32" in one.why
    assert one.evidence["step"] == 137
    assert one.evidence["exact"]
    assert one.where == FIT.where


def test_a_loss_that_is_no_number_with_finite_inputs_blames_the_step() -> None:
    one = found(watched(nan(what="loss", loss=math.nan, inputs=())))["nan-during-training"]
    assert one.title.startswith("The loss is no number from step 137")
    assert "32 rows of its batch are finite" in one.why
    assert "explosion" in one.advice


def test_a_step_that_is_not_known_is_a_range() -> None:
    one = found(watched(nan(since=120, batch=False, inputs=())))["nan-during-training"]
    assert "between 121 and 137" in one.title
    assert "could not be kept" in one.why


def test_what_the_rows_share_is_its_evidence_and_no_finding_of_its_own() -> None:
    rows = NanFacts((NanRow(5, "2"),), 32, "row by row", ("they all have label 2",))
    all_found = {one.id: one for one in examine(watched(nan(what="loss"), nan=rows)).findings}
    assert all_found["nan-during-training"].evidence["shared"] == ["they all have label 2"]
    assert "nan-loss" not in all_found


# --- chance ------------------------------------------------------------------------------------------------------------------------


def test_a_loss_at_the_entropy_of_the_classes_learned_their_frequencies_alone() -> None:
    one = found(watched(replace(FINISHED, losses=wave(ENTROPY))))["plateau-at-chance"]
    assert one.severity == "warning"
    assert one.evidence["entropy"] == pytest.approx(ENTROPY)


def test_one_class_for_every_row_is_said_with_it() -> None:
    fit = replace(FINISHED, losses=wave(ENTROPY), predicted=PredictedFacts(32, {"0": 32}, {"0": 17, "1": 15}))
    assert found(watched(fit))["plateau-at-chance"].advice.startswith("It gives one class for every row.")


@pytest.mark.parametrize(
    "losses",
    [
        wave(0.9 * ENTROPY),  # it has learned something
        wave(math.log(3)),  # chance, and not even the frequencies: that is no plateau at the prior
        tuple((5 * n, ENTROPY * (1.02 - 0.001 * n)) for n in range(40)),  # on its way through
        wave(ENTROPY)[:20] + tuple((100 + 5 * n, 0.3) for n in range(20)),  # a plateau, then it learns
    ],
    ids=["below", "above", "through", "late"],
)
def test_a_loss_elsewhere_is_no_plateau(losses: tuple[tuple[int, float], ...]) -> None:
    assert "plateau-at-chance" not in found(watched(replace(FINISHED, losses=losses)))


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({"steps": 60}, LABELS),
        ({"ended": "failed"}, LABELS),
        ({"loss_name": "MeanSquaredError"}, LABELS),
        ({}, replace(LABELS, counts={"0.5": 10, "1.5": 12}, reads_classes=None)),
        ({}, replace(LABELS, counts={"0": 995, "1": 3, "2": 2})),
    ],
    ids=["short", "failed", "another loss", "no classes", "one class"],
)
def test_where_the_yardstick_does_not_fit_nothing_is_decided(changes: dict[str, object], labels: LabelsFacts) -> None:
    fit = replace(FINISHED, losses=wave(ENTROPY), **changes)  # type: ignore[arg-type]
    assert "plateau-at-chance" in undecided(watched(fit, labels))


def test_weighted_classes_have_another_chance() -> None:
    assert SOUND.script and SOUND.script.held
    held = replace(SOUND.script.held, arguments={"class_weight": Argument("dict of 3", True)})
    facts = watched(replace(FINISHED, losses=wave(ENTROPY)), script=replace(SOUND.script, held=held))
    assert undecided(facts) >= {"plateau-at-chance", "not-better-than-trivial"}


def test_an_accuracy_of_the_most_frequent_class_is_not_better_than_it() -> None:
    one = found(watched(replace(FINISHED, epochs=epochs([0.7, 0.6], accuracy=0.502))))["not-better-than-trivial"]
    assert "always answering 0 gives 50.0%" in one.title


def test_beside_a_plateau_it_is_the_same_fault() -> None:
    fit = replace(FINISHED, losses=wave(ENTROPY), epochs=epochs([1.03, 1.03], accuracy=0.5))
    assert found(watched(fit)).keys() == {"plateau-at-chance"}


def test_a_validation_that_is_better_clears_the_training() -> None:
    fine = replace(epochs([0.7], accuracy=0.5)[0], validation={"accuracy": 0.8})
    assert found(watched(replace(FINISHED, epochs=(fine,)))) == {}


# --- overfitting --------------------------------------------------------------------------------------------------------------------


def test_a_validation_loss_that_rises_while_the_training_falls_is_overfitting() -> None:
    one = found(watched(replace(FINISHED, epochs=epochs([0.9, 0.6, 0.4, 0.2], [0.8, 0.6, 0.7, 0.9]))))["overfitting"]
    assert one.severity == "advice"
    assert one.evidence["best_epoch"] == 2


@pytest.mark.parametrize(
    ("training", "validation"),
    [
        ([0.9, 0.6, 0.4], [0.8, 0.6, 0.5]),
        ([0.9, 0.6, 0.4, 0.3], [0.8, 0.6, 0.61, 0.6]),  # it goes up and down
        ([0.9, 0.6, 0.4], [0.6, 0.605, 0.61]),  # by next to nothing
        ([0.4, 0.5, 0.7], [0.4, 0.6, 0.9]),  # both rise: it diverges
        ([0.9, 0.6], [0.6, 0.9]),
    ],
    ids=["falls", "wavers", "little", "both", "short"],
)
def test_other_courses_are_not(training: list[float], validation: list[float]) -> None:
    assert found(watched(replace(FINISHED, epochs=epochs(training, validation)))) == {}
