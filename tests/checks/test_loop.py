"""Rules on training loops of the user's own, on facts made by hand."""

from __future__ import annotations

from dataclasses import replace

from plain_facts import SOUND, at

from tfwizard.checks.rules import examine
from tfwizard.facts import BroadcastFacts, CutFacts, Facts, LogitsFacts, LoopFacts, LossCall, ScriptFacts, TapeFacts
from tfwizard.findings import Finding
from tfwizard.source_edits import ReplaceName, SetArgument

ASKED = TapeFacts(at(30), 4, calls=120, moved=False)


def ended(*gradients: TapeFacts, outcome: str = "no_training", **loop: object) -> dict[str, Finding]:
    facts = Facts(script=ScriptFacts(outcome), loop=LoopFacts(gradients, **loop))  # type: ignore[arg-type]
    return {finding.id: finding for finding in examine(facts).findings}


def test_gradients_that_are_never_applied() -> None:
    found = ended(ASKED, optimizers=1)
    assert set(found) == {"optimizer-not-applied"}
    assert found["optimizer-not-applied"].where == at(30)
    assert found["optimizer-not-applied"].evidence["explains"]


def test_a_loop_that_moves_its_weights_by_hand_trains() -> None:
    assert not ended(replace(ASKED, moved=True))


def test_gradients_of_one_look_are_no_training_loop() -> None:
    assert set(ended(replace(ASKED, calls=1))) == {"no-training-call"}


def test_gradients_of_inputs_are_no_training_loop() -> None:
    assert set(ended(replace(ASKED, sources=0), optimizers=1)) == {"no-training-call"}


def test_a_loop_that_is_held_at_its_first_update_is_sound() -> None:
    assert not ended(ASKED, outcome="held_at_fit", updates=1, optimizers=1)


def test_variables_that_were_not_read_leave_it_open() -> None:
    assert set(ended(replace(ASKED, moved=None), optimizers=1)) == {"no-training-call"}


NAMES = ("dense/kernel", "dense/bias")


def test_an_operation_without_a_derivative_is_named() -> None:
    lost = TapeFacts(at(30), 2, NAMES, (CutFacts("ArgMax", at(28)),))
    found = ended(lost, outcome="held_at_fit", updates=1)
    assert set(found) == {"no-gradients"}
    assert "ArgMax" in found["no-gradients"].title and found["no-gradients"].where == at(28)


def test_a_loss_that_the_tape_did_not_see() -> None:
    found = ended(TapeFacts(at(30), 2, NAMES, (), False), outcome="held_at_fit", updates=1)
    assert "nothing that the tape recorded" in found["no-gradients"].title


def test_some_variables_without_a_gradient_are_another_matter() -> None:
    assert not ended(TapeFacts(at(30), 2, NAMES[:1]), outcome="held_at_fit", updates=1)


def test_predictions_and_labels_that_stretch_each_other() -> None:
    stretched = BroadcastFacts("Sub", (50, 1), (50,), at(29), "guess", "truth")
    facts = replace(SOUND, loop=LoopFacts(broadcasts=(stretched,)))
    (found,) = [one for one in examine(facts).findings if one.id == "loss-broadcasts"]
    assert "50 × 50" in found.title
    assert found.remedies[0].edits[0] == ReplaceName(
        at(29), "guess", "tf.squeeze(guess, axis=-1)", ("import tensorflow as tf",)
    )


def test_without_a_local_name_there_is_advice_only() -> None:
    facts = replace(SOUND, loop=LoopFacts(broadcasts=(BroadcastFacts("Sub", (None, 1), (None,), at(29)),)))
    (found,) = [one for one in examine(facts).findings if one.id == "loss-broadcasts"]
    assert not found.remedies and "rows × rows" in found.title


def test_an_update_of_no_variable_at_all() -> None:
    found = ended(outcome="held_at_fit", updates=1, optimizers=1, applied=0)
    assert set(found) == {"optimizer-not-applied"}
    assert not ended(outcome="held_at_fit", updates=1, optimizers=1, applied=4)


def test_the_loss_of_a_loop_is_told_that_it_gets_logits() -> None:
    measured = LogitsFacts("SparseCategoricalCrossentropy", False, 2.0, 1.4, 0.1, 0.5, -3.0, 2.0, -1.0, 3.0, True)
    loss = LossCall("SparseCategoricalCrossentropy", at(29), at(12))
    assert SOUND.batch is not None
    facts = replace(SOUND, batch=replace(SOUND.batch, from_logits=measured), loop=LoopFacts(loss=loss))
    (found,) = [one for one in examine(facts).findings if one.id == "from-logits-mismatch"]
    assert found.where == at(29)
    assert found.remedies[0].edits == (SetArgument("SparseCategoricalCrossentropy", at(12), "from_logits", "True"),)
    (advice,) = [
        one
        for one in examine(replace(facts, loop=LoopFacts(loss=replace(loss, made=None)))).findings
        if one.id == "from-logits-mismatch"
    ]
    assert not advice.remedies
