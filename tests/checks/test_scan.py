"""The rules on the training set as a whole: each fault with its own numbers, and its sound look-alikes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_facts import SOUND, at

from tfwizard.checks import examine
from tfwizard.facts import (
    ConflictFacts,
    CountsFacts,
    EmptyFacts,
    Facts,
    NonFiniteFacts,
    OrderFacts,
    OverlapFacts,
    RelationFacts,
    RepeatFacts,
    ScaleFacts,
    ScanFacts,
    SwappedFacts,
    ThirdPartFacts,
)
from tfwizard.findings import Finding
from tfwizard.source_edits import ChainMethod, InsertLayer, RemoveArgument, SetArgument

RICH = RepeatFacts(900, 900, 0, 29, 0, rich=True)
TABLE = RepeatFacts(900, 12, 900, 29, 0)
TEXTS = RepeatFacts(900, 850, 80, 29, 0)
SORTED = OrderFacts(28, 32, 0.05, 1.05, 26, ({"0": 32},), "batch", at(9))
SCALE = ScaleFacts(
    "dense", at(20), 20, 150_000, 20_000, 40_000, (("income", 80_000.0, 40_000.0),), False, 60, (1.2, 1.1), (1.1, 0.4), 0.0, 0.0
)  # fmt: skip
BLIND = RelationFacts(1200, "classes", {"linear": 0.3, "nearest neighbours": -1.1}, 21.0, 0.4, 800)
WEIGHTS = ThirdPartFacts("float32", (), (), 0.5, 2.0, 2, 0.0, False, True, (0.5, 2.0))


def scanned(**changes: object) -> Facts:
    scan = ScanFacts(
        "tf.data.Dataset", 900, 29, True, repeats=RICH, counts=CountsFacts("integer", {"0": 450, "1": 450}, 2)
    )
    return replace(SOUND, scan=replace(scan, **changes))  # type: ignore[arg-type]


def found(**changes: object) -> dict[str, Finding]:
    return {finding.id: finding for finding in examine(scanned(**changes)).findings}


def undecided(id: str, **changes: object) -> bool:
    return id in examine(scanned(**changes)).undecided


def test_a_sound_scan_gives_nothing() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("part", "id"),
    [
        ("empty", "empty-dataset"), ("non_finite", "non-finite-inputs"), ("scale", "inputs-not-scaled"),
        ("repeats", "constant-inputs"), ("order", "not-shuffled"), ("overlap", "validation-overlap"),
        ("conflicts", "conflicting-labels"), ("counts", "labels-imbalanced"), ("relation", "labels-unrelated-to-inputs"),
        ("third", "read-as-sample-weights"), ("swapped", "inputs-in-wrong-order"),
    ],
)  # fmt: skip
def test_what_the_probe_lacked_stays_undecided(part: str, id: str) -> None:
    assert undecided(id, lacking={part: "it did not fit"})


# --- no batch, no numbers, no differences ---------------------------------------------------------------------------------


def test_a_dropped_remainder_leaves_nothing() -> None:
    finding = found(rows=0, empty=EmptyFacts("batch", 48, 64, True, at(9)), repeats=None, counts=None)["empty-dataset"]
    assert "48 rows do not fill one batch of 64" in finding.title
    assert finding.where == at(9)
    assert finding.explains_failure


def test_a_filter_leaves_nothing() -> None:
    assert "400 elements enter filter" in found(empty=EmptyFacts("filter", 400), repeats=None)["empty-dataset"].title


HOLES = NonFiniteFacts("inputs", "input", 25, 0, 25, (3, 90), {"humidity": 25}, False)


def test_holes_in_a_column_are_counted_and_named() -> None:
    finding = found(non_finite=(HOLES,))["non-finite-inputs"]
    assert finding.title == "25 values of the inputs are NaN: 25 of 900 samples, in column humidity"
    assert finding.evidence["tensors"]["inputs"]["first_rows"] == [3, 90]  # type: ignore[index]


def test_holes_that_the_model_fills_are_sound() -> None:
    assert found(non_finite=(replace(HOLES, survives=True),)) == {}


def test_holes_that_could_not_be_tried_prove_nothing() -> None:
    assert undecided("non-finite-inputs", non_finite=(replace(HOLES, survives=None),))


def test_holes_in_the_targets_of_a_regression() -> None:
    facts = scanned(non_finite=(NonFiniteFacts("labels", "label", 9, 0, 9),))
    assert "non-finite-inputs" not in {
        one.id for one in examine(facts).findings
    }  # class labels have a rule of their own
    assert facts.labels
    facts = replace(facts, labels=replace(facts.labels, classes=None))
    assert (
        "9 values of the targets are NaN" in {one.id: one.title for one in examine(facts).findings}["non-finite-inputs"]
    )


@pytest.mark.parametrize(
    "repeats",
    [
        RepeatFacts(900, 1, 900, 29, 29),
        RepeatFacts(900, 29, 900, 29, 29),
        RepeatFacts(900, 32, 900, 29, 0, same_batches=True),
    ],
    ids=["all rows", "within each batch", "all batches"],
)
def test_inputs_that_do_not_differ(repeats: RepeatFacts) -> None:
    assert found(repeats=repeats)["constant-inputs"].severity == "error"


@pytest.mark.parametrize(
    "repeats",
    [TABLE, replace(RICH, constant_batches=1), RepeatFacts(4, 1, 4, 1, 1)],
    ids=["few", "one batch", "four rows"],
)
def test_inputs_that_repeat_by_nature_are_sound(repeats: RepeatFacts) -> None:
    assert "constant-inputs" not in found(repeats=repeats)


# --- magnitudes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "harm",
    [
        {},
        {"raw": (40.0, None)},
        {"scaled": (1.1, 1.05), "saturated": 0.95, "saturated_scaled": 0.02},
        {"raw": (74.0, 0.1), "scaled": (1.4, 0.1), "pixels": True},
    ],
    ids=["behind", "no number", "saturated", "bytes of images"],
)
def test_large_values_that_hurt(harm: dict[str, object]) -> None:
    assert found(scale=replace(SCALE, **harm))["inputs-not-scaled"].evidence["columns"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "copes",
    [{"raw": (1.3, 0.41)}, {"raw": (9.0, 0.42)}, {"raw": (1.2, None), "scaled": (1.1, None)}, {"raw": (0.02, 0.016), "scaled": (1.1, 0.01)}],
    ids=["as good", "catches up", "scaled fails too", "both learn"],
)  # fmt: skip
def test_large_values_that_the_network_copes_with(copes: dict[str, object]) -> None:
    assert found(scale=replace(SCALE, **copes)) == {}  # type: ignore[arg-type]


def test_pixels_get_a_rescaling_layer() -> None:
    [remedy] = found(scale=replace(SCALE, pixels=True))["inputs-not-scaled"].remedies
    assert isinstance(remedy.edits[0], InsertLayer)
    assert remedy.edits[0].layer == "Rescaling(1 / 255)"


# --- order ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "edit"),
    [
        ("batch", ChainMethod("batch", at(9), "shuffle(900)")),
        ("shuffle", SetArgument("shuffle", at(9), "buffer_size", "900")),
        ("fit", RemoveArgument("fit", at(9), "shuffle")),
        ("to_tf_dataset", SetArgument("to_tf_dataset", at(9), "shuffle", "True")),
    ],
)
def test_sorted_batches_are_shuffled_where_the_script_decides(function: str, edit: object) -> None:
    finding = found(order=replace(SORTED, function=function))["not-shuffled"]
    assert finding.title.startswith("26 of 28 batches hold a single class")
    assert finding.remedies[0].edits == (edit,)


def test_a_series_that_drifts_is_no_sorted_set() -> None:
    assert found(order=replace(SORTED, entropy=0.7, of_one_class=0)) == {}


def test_sorted_data_of_which_the_first_class_alone_was_read() -> None:
    order = replace(SORTED, entropy=0.0, entropy_permuted=0.0, of_one_class=28)
    assert "not-shuffled" in found(order=order, whole=False)
    assert "not-shuffled" not in found(order=order, whole=True)


# --- rows twice ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("repeats", [RICH, TEXTS])
def test_training_rows_in_the_validation_set(repeats: RepeatFacts) -> None:
    finding = found(overlap=OverlapFacts(180, 200, True, repeats.copies / 900), repeats=repeats)["validation-overlap"]
    assert finding.title == "180 of 200 validation samples stand in the training set"


@pytest.mark.parametrize(
    ("overlap", "repeats"),
    [
        (OverlapFacts(200, 200, True, 1.0), TABLE),
        (OverlapFacts(20, 200, True, 0.09), TEXTS),
        (OverlapFacts(2, 200, True, 0.0), RICH),
    ],
    ids=["few discrete rows", "some common texts", "two rows"],
)
def test_rows_that_meet_by_nature_are_no_overlap(overlap: OverlapFacts, repeats: RepeatFacts) -> None:
    assert found(overlap=overlap, repeats=repeats) == {}


def test_labels_that_contradict_each_other() -> None:
    finding = found(conflicts=ConflictFacts(200, 90, 0.15, 0.69, {"0": 2, "1": 1}))["conflicting-labels"]
    assert finding.evidence["lowest_possible_loss"] == 0.15
    assert "conflicting-labels" in found(conflicts=ConflictFacts(200, 90, 0.15, 0.69), repeats=TEXTS)


@pytest.mark.parametrize(
    ("conflicts", "repeats"),
    [
        (ConflictFacts(900, 12, 0.5, 0.69), TABLE),
        (ConflictFacts(30, 15, 0.02, 0.69), TEXTS),
        (ConflictFacts(8, 4, 0.01, 0.69), RICH),
    ],
    ids=["odds in a table", "a few texts", "a few rows"],
)
def test_labels_that_are_odds_by_nature_do_not_conflict(conflicts: ConflictFacts, repeats: RepeatFacts) -> None:
    assert found(conflicts=conflicts, repeats=repeats) == {}


# --- labels ------------------------------------------------------------------------------------------------------------------

RARE = CountsFacts("integer", {"0": 890, "1": 10}, 2)


def test_one_class_holds_nearly_all() -> None:
    assert found(counts=RARE)["labels-imbalanced"].title == "98.9% of the labels are 0 (890 of 900)"


@pytest.mark.parametrize("weighted", ["class_weight", "sample_weight", "a loss of its own"])
def test_a_rare_class_that_is_weighted_is_sound(weighted: str) -> None:
    assert found(counts=RARE, weighted=weighted) == {}


def test_nine_tenths_are_not_nearly_all() -> None:
    assert found(counts=CountsFacts("integer", {"0": 810, "1": 90}, 2)) == {}


def test_labels_that_nothing_tells() -> None:
    assert found(relation=BLIND)["labels-unrelated-to-inputs"].evidence["rows"] == 1200


@pytest.mark.parametrize("seen", [{"unseen": 9.0}, {"probes": {"linear": 0.1, "products of pairs": 8.0}}])
def test_labels_that_something_tells_are_sound(seen: dict[str, object]) -> None:
    assert found(relation=replace(BLIND, **seen)) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize("blind", [{"fitted": 1.0}, {"fitted": None, "unseen": None}])
def test_a_model_that_learned_nothing_is_no_witness(blind: dict[str, object]) -> None:
    assert undecided("labels-unrelated-to-inputs", relation=replace(BLIND, **blind))  # type: ignore[arg-type]


def test_conflicts_explain_labels_that_nothing_tells() -> None:
    assert set(found(relation=BLIND, conflicts=ConflictFacts(800, 300, 0.6, 0.69))) == {"conflicting-labels"}


# --- what the parts are taken for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "third",
    [
        {"lowest": -1.2},
        {"equals_labels": True},
        {"dtype": "int64", "lowest": 0.0, "highest": 3.0, "distinct": 4, "zeros": 0.25, "follows_labels": False},
        {"dtype": "int32", "lowest": 0.0, "highest": 1.0, "distinct": 2, "zeros": 0.5, "follows_labels": False},
    ],
    ids=["negative", "the labels again", "classes", "two classes"],
)
def test_a_third_part_that_is_no_weight(third: dict[str, object]) -> None:
    assert "read-as-sample-weights" in found(third=replace(WEIGHTS, **third))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "third",
    [
        {},
        {"lowest": 0.0, "highest": 1.0, "zeros": 0.4},
        {"dtype": "int64", "lowest": 1.0, "highest": 5.0},
        {"dtype": "int64", "lowest": 0.0, "highest": 1.0, "zeros": 0.03, "follows_labels": False},
    ],
    ids=["by class", "a mask of floats", "whole weights by class", "a few rows left out"],
)
def test_a_third_part_that_weighs(third: dict[str, object]) -> None:
    assert found(third=replace(WEIGHTS, **third)) == {}  # type: ignore[arg-type]


def test_inputs_in_each_others_place() -> None:
    finding = found(swapped=SwappedFacts("[0]", "[1]", "an embedding of 60 ids gets values from 0 to 899"))
    assert "[0] and [1] seem to be swapped" in finding["inputs-in-wrong-order"].title
