"""Layer by layer: each rule on a fault and on a sound look-alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_facts import SOUND, at

from tfwizard.checks.rules import examine
from tfwizard.facts import (
    BadWeightFacts,
    DeadFacts,
    Facts,
    FirstNonFinite,
    IgnoredFacts,
    LayersFacts,
    RejectedFacts,
    TrainableFacts,
    VariableFacts,
)


def with_layers(**changes: object) -> Facts:
    return replace(SOUND, layers=LayersFacts(**changes))  # type: ignore[arg-type]


def ids(facts: Facts) -> set[str]:
    return {one.id for one in examine(facts).findings}


def stack(*ratios: float) -> tuple[VariableFacts, ...]:
    return tuple(VariableFacts(f"l{n}/kernel", f"l{n}", n, (8, 8), ratio, 1.0) for n, ratio in enumerate(ratios))


def without(moves: bool | None, whole: bool = False) -> tuple[VariableFacts, ...]:
    kept = () if whole else stack(0.1)
    return (*kept, VariableFacts("pooler/kernel", "pooler", 5, (8, 8), None, 1.0, moves_outputs=moves))


FAULTS = {
    "no-trainable-weights": {"trainable": TrainableFacts(4, 0, ("a", "b"), -1, False, "model", at(5))},
    "frozen-after-compile": {"trainable": TrainableFacts(4, 2, ("a", "b"), -1, changed=("a",), changed_where=at(23))},
    "no-gradients": {"gradients": without(None, whole=True)},
    "vanishing-gradients": {"gradients": stack(1e-7, 1e-6, 1e-5, 1e-3, 0.1, 0.2)},
    "exploding-gradients": {"gradients": stack(1e7, 1e6, 1e5, 100, 0.1, 0.2)},
    "dead-units": {"dead": (DeadFacts("hidden", "Dense", "relu", 24, 24, 128),)},
    "inputs-ignored": {"ignored": IgnoredFacts(("",), True, 32)},
    "input-shape-mismatch": {"rejected": RejectedFacts("dense", (32, 9), axes={"-1": 8}, where=at(9))},
    "nan-weights": {"bad_weights": (BadWeightFacts("embedding", "embedding", (9, 4), 8, 0, 2, (1, 3), True),)},
    "nan-activation": {"non_finite": FirstNonFinite("log", "Log", "Log", at(7), 0, (3,), 32, 2, 0, -0.4, 2.0)},
}
SOUND_ONES = {
    "some frozen": {"trainable": TrainableFacts(4, 2, ("a", "b"), -1)},
    "no weights": {"trainable": TrainableFacts(0, 0)},
    "unread pooler": {"gradients": without(False)},
    "not tried": {"gradients": without(None)},
    "zero head": {"gradients": stack(0, 0, 0, 0, 0, 0.2), "zero_weights": ("head",)},
    "few layers": {"gradients": stack(1e-7, 0.2)},
    "ordinary spread": {"gradients": stack(0.004, 0.01, 0.1, 0.2, 0.5, 0.4)},
    "queries and keys, then values": {"gradients": stack(5e-6, 4e-6, 4e-4, 4e-4, 7e-4, 6e-4, 0.09, 0.2)},
    "a few dead units": {"dead": (DeadFacts("hidden", "Dense", "relu", 24, 9, 128),)},
    "nearly all of few": {"dead": (DeadFacts("hidden", "Dense", "relu", 4, 3, 128),)},
    "usual loss": {"chance": 1.0986, "loss": 1.1, "rows": 16},
    "weighted samples": {"chance": 1.0986, "loss": 17.6, "rows": 16, "weighted": True},
}


@pytest.mark.parametrize("id", FAULTS)
def test_fault(id: str) -> None:
    assert ids(with_layers(**FAULTS[id])) == {id}


@pytest.mark.parametrize("name", SOUND_ONES)
def test_sound(name: str) -> None:
    assert ids(with_layers(**SOUND_ONES[name])) == set()


def test_cut_part_is_an_error_and_does_not_explain_a_failure() -> None:
    found = examine(with_layers(gradients=without(True))).findings
    assert [(one.id, one.explains_failure) for one in found] == [("no-gradients", False)]


def test_summed_loss_and_huge_outputs() -> None:
    summed = with_layers(chance=1.0986, loss=17.6, rows=16, halves=(8.9, 8.7))
    assert ids(summed) == {"initial-loss-off-chance"}
    batch_statistics = with_layers(chance=1.0986, loss=6.0, rows=16, halves=(5.1, 7.2))
    assert ids(batch_statistics) == set()
    assert SOUND.batch
    far = replace(with_layers(chance=1.0986), batch=replace(SOUND.batch, mean_loss=40.0))
    assert ids(far) == {"initial-loss-off-chance"}
    assert ids(replace(far, layers=LayersFacts(chance=1.0986, loaded=True))) == set()
    assert ids(replace(far, layers=LayersFacts(chance=1.0986, loss=1.3, rows=16))) == set()  # fresh moving statistics


def test_frozen_flags_are_mended_where_they_are_wrong() -> None:
    (one,) = examine(with_layers(**FAULTS["no-trainable-weights"])).findings
    assert one.remedies[0].edits[0].statements == ("model.layers[-1].trainable = True",)  # type: ignore[union-attr]


def test_unbatched_dataset_is_batched_on_both_sides() -> None:
    seen = RejectedFacts("x", (12,), (-1, 12), unbatched=True, validation_unbatched=True, source="tf.data.Dataset")
    (one,) = examine(with_layers(rejected=seen)).findings
    assert len(one.remedies[0].edits) == 2 and one.explains_failure


def test_symptoms_stand_behind_their_cause() -> None:
    both = {**FAULTS["nan-weights"], **FAULTS["nan-activation"]}
    assert ids(with_layers(**both)) == {"nan-weights"}
