"""The rules on labels and heads: what fails is found with its own numbers, and its sound look-alike gives nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from plain_facts import COMPILE, LOAD, PIPELINE, SOUND, at

from tfwizard.checks import examine
from tfwizard.facts import (
    Call,
    CopiedLabels,
    DataFacts,
    Facts,
    HeadFacts,
    InvalidLabels,
    LabelsFacts,
    MaskedLabels,
    PaddedLabels,
)
from tfwizard.findings import Finding
from tfwizard.source_edits import MoveListItem, RemoveArgument, ReplaceName, SetArgument, WrapArgument

HEAD = HeadFacts(
    "TFBertForSequenceClassification", "one class a sample", True, num_labels=3, arguments=("labels",), given=("",),
    separate=True, loaded_as="TFAutoModelForSequenceClassification",
)  # fmt: skip
TOKEN_HEAD = replace(HEAD, kind="one class a token")
PADDED = PaddedLabels(
    4, 4096, 3483, 3968, 3483, 0, 1.45, 1.41, "DataCollatorForTokenClassification", at(14), 0, "attention_mask", 0
)
SEPARATE = DataFacts("tf.data.Dataset", "(dict of inputs, labels)", 16, 57, internal_loss=True)


def with_labels(head: HeadFacts | None = None, **changes: Any) -> Facts:
    assert SOUND.labels
    labels = replace(SOUND.labels, head=head or HEAD, **changes)
    return replace(SOUND, labels=labels, data=SEPARATE)


def of(facts: Facts, id: str) -> list[Finding]:
    return [finding for finding in examine(facts).findings if finding.id == id]


def only(facts: Facts, id: str) -> Finding:
    [finding] = of(facts, id)
    return finding


# --- num_labels -----------------------------------------------------------------------------------------------------------


def test_the_number_of_classes_is_set_where_the_script_set_it() -> None:
    wide: dict[str, Any] = {"counts": {"0": 5, "1": 5, "3": 5}, "maximum": 3.0}
    config = Call(9, "config.from_pretrained", at(18))
    edit = only(with_labels(**wide), "num-labels-too-small").remedies[0].edits
    assert edit == (SetArgument("from_pretrained", at(20), "num_labels", "4"),)
    head = replace(HEAD, config_call=config, config_type="BertConfig")
    assert only(with_labels(head, **wide), "num-labels-too-small").remedies[0].edits[0].place == at(18)
    head = replace(HEAD, config_type="BertConfig", config_place=at(17))
    edit = only(with_labels(head, **wide), "num-labels-too-small").remedies[0].edits
    assert edit == (SetArgument("BertConfig", at(17), "num_labels", "4"),)
    head = replace(HEAD, config_type="BertConfig")  # changed after it was made: by hand
    assert only(with_labels(head, **wide), "num-labels-too-small").remedies == ()


def test_a_loss_of_the_scripts_own_may_read_labels_as_something_else() -> None:
    wide: dict[str, Any] = {"counts": {"0": 5, "9": 5}, "maximum": 9.0}
    assert of(with_labels(reads_classes=None, **wide), "num-labels-too-small") == []
    assert of(with_labels(reads_classes=False, **wide), "num-labels-too-small") == []


def test_classes_above_every_label_are_too_many() -> None:
    facts = with_labels(classes=10)
    finding = only(facts, "num-labels-too-large")
    assert finding.severity == "warning"
    assert finding.evidence["unused"] == [3, 4, 5, 6, 7, 8, 9]
    assert finding.remedies[0].edits == (SetArgument("from_pretrained", at(20), "num_labels", "3"),)


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": 4},  # a rare class is missing
        {"classes": 10, "whole": False},
        {"classes": 5, "counts": {"0": 300, "3": 300, "4": 300}, "maximum": 4.0},  # gaps below the largest
        {"classes": 5, "dataset_names": tuple("abcde")},  # someone has named them
        {"classes": 5, "model_names": {str(n): c for n, c in enumerate("abcde")}},
        {"classes": 10, "reads_classes": None},  # embeddings for a triplet loss, say
        {"classes": 10, "shape": (16, 4)},  # 0 and 1 in several columns
        {"classes": 10, "seen": 30},
    ],
)
def test_other_classes_without_labels_are_sound(changes: dict[str, Any]) -> None:
    assert of(with_labels(**changes), "num-labels-too-large") == []


def test_the_units_of_the_last_layer_are_set_in_a_keras_model() -> None:
    assert SOUND.labels and SOUND.pipelines
    labels = replace(SOUND.labels, classes=10, last_layer="Dense", last_layer_place=at(19))
    facts = replace(SOUND, labels=labels, pipelines=replace(SOUND.pipelines, load_call=None))
    assert only(facts, "num-labels-too-large").remedies[0].edits == (SetArgument("Dense", at(19), "units", "3"),)


# --- what kind of task it is ------------------------------------------------------------------------------------------------


def test_one_output_for_classes_is_a_regression() -> None:
    facts = with_labels(replace(HEAD, num_labels=1), classes=1)
    finding = only(facts, "problem-type-mismatch")
    assert finding.remedies[0].edits == (SetArgument("from_pretrained", at(20), "num_labels", "3"),)
    assert finding.evidence["classes"] == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"integer_type": False},  # floats that fall on whole numbers
        {"regression_meant": "the metric mse"},
        {"minimum": 1.0, "maximum": 5.0},
        {"counts": {str(n): 9 for n in range(0, 80)}, "maximum": 79.0},
        {"kind": "float", "maximum": 2.5, "integer_type": False},
    ],
)
def test_amounts_with_one_output_are_sound(changes: dict[str, Any]) -> None:
    assert of(with_labels(replace(HEAD, num_labels=1), classes=1, **changes), "problem-type-mismatch") == []


def test_one_output_with_a_binary_cross_entropy_is_sound() -> None:
    facts = with_labels(
        replace(HEAD, num_labels=1), classes=1, counts={"0": 450, "1": 450}, maximum=1.0, reads_classes=False
    )
    facts = replace(facts, data=replace(SEPARATE, internal_loss=False, loss_explicit=True))
    assert of(facts, "problem-type-mismatch") == []


REALS: dict[str, Any] = {
    "kind": "float",
    "integer_type": False,
    "maximum": 4.7,
    "invalid": (InvalidLabels("label", 900, fractional=870),),
}


def test_amounts_for_several_classes_need_one_output() -> None:
    finding = only(with_labels(**REALS), "problem-type-mismatch")
    assert finding.remedies[0].edits == (SetArgument("from_pretrained", at(20), "num_labels", "1"),)
    assert of(with_labels(**REALS), "labels-invalid") == []


def test_amounts_with_a_loss_for_amounts_are_sound() -> None:
    assert of(with_labels(**REALS, reads_classes=False), "problem-type-mismatch") == []


def test_several_labels_a_row_need_a_loss_of_their_own() -> None:
    changes: dict[str, Any] = {
        "shape": (16, 3),
        "binary": True,
        "integer_type": False,
        "classes": None,
        "counts": {"0": 9, "1": 9},
    }
    finding = only(with_labels(**changes), "problem-type-mismatch")
    [edit] = finding.remedies[0].edits
    assert isinstance(edit, SetArgument)
    assert edit.value == "BinaryCrossentropy(from_logits=True)"
    inside = replace(
        with_labels(**changes), data=replace(SEPARATE, structure="dict of inputs", labels_in_inputs=("labels",))
    )
    assert SOUND.pipelines
    inside = replace(
        inside,
        pipelines=replace(
            SOUND.pipelines, pipelines=(replace(PIPELINE, columns=("input_ids", "labels"), label_columns=()),)
        ),
    )
    edits = only(inside, "problem-type-mismatch").remedies[0].edits
    assert any(isinstance(edit, MoveListItem) for edit in edits)
    assert of(with_labels(**changes, rows_sum_to_one=True), "problem-type-mismatch") == []  # one-hot: another rule's
    explicit = replace(with_labels(**changes), data=replace(SEPARATE, loss_explicit=True))
    assert of(explicit, "problem-type-mismatch") == []


# --- names ----------------------------------------------------------------------------------------------------------------


def test_the_same_names_in_another_order_contradict() -> None:
    facts = with_labels(dataset_names=("no", "maybe", "yes"), model_names={"0": "Yes", "1": "maybe", "2": "No"})
    finding = only(facts, "label-names-mismatch")
    assert "“" not in finding.title and '"no"' in finding.title
    assert [edit.argument for edit in finding.remedies[0].edits if isinstance(edit, SetArgument)] == [
        "id2label",
        "label2id",
    ]


@pytest.mark.parametrize(
    "names",
    [
        {},  # placeholders
        {"0": "NO", "1": "Maybe", "2": "yes"},
        {"0": "negative", "1": "neutral", "2": "positive"},  # other words for the same
        {"0": "no", "1": "maybe"},
    ],
)
def test_names_that_agree_are_sound(names: dict[str, str]) -> None:
    assert of(with_labels(dataset_names=("no", "maybe", "yes"), model_names=names), "label-names-mismatch") == []


# --- token by token ---------------------------------------------------------------------------------------------------------


def test_padding_that_counts_is_taken_out_by_the_collator() -> None:
    finding = only(with_labels(TOKEN_HEAD, shape=(16, 64), padded=PADDED), "padding-in-loss")
    assert finding.remedies[0].edits == (
        SetArgument("DataCollatorForTokenClassification", at(14), "label_pad_token_id", "-100"),
    )
    assert "88%" in finding.title


def test_padding_labelled_by_hand_is_taken_out_on_the_way() -> None:
    padded = replace(PADDED, collator=None, collator_place=None, collator_value=None)
    [edit] = only(with_labels(TOKEN_HEAD, shape=(16, 64), padded=padded), "padding-in-loss").remedies[0].edits
    assert isinstance(edit, WrapArgument)
    assert edit.template == '{}.map(lambda x, y: (x, tf.where(x["attention_mask"] == 1, y, -100)))'


@pytest.mark.parametrize(
    "changes",
    [
        {"padded_counted": 0},
        {"loss_without": 1.45},  # the model leaves them out itself
        {"padded_counted": 30},  # less than a twentieth
    ],
)
def test_padding_that_does_not_count_is_sound(changes: dict[str, Any]) -> None:
    padded = replace(PADDED, **changes)
    assert of(with_labels(TOKEN_HEAD, shape=(16, 64), padded=padded), "padding-in-loss") == []


def test_a_batch_without_a_label_has_no_loss() -> None:
    finding = only(with_labels(TOKEN_HEAD, masked=MaskedLabels(40, 2, 7, math.nan)), "all-labels-masked")
    assert finding.evidence["first_such_batch"] == 7
    assert of(with_labels(TOKEN_HEAD, masked=MaskedLabels(40, 2, 7, 0.0)), "all-labels-masked") == []
    assert of(with_labels(TOKEN_HEAD, masked=MaskedLabels(40)), "all-labels-masked") == []


def test_a_language_model_that_copies() -> None:
    head = replace(HEAD, kind="the next token")
    facts = replace(with_labels(head, copied=CopiedLabels(320, 320, True)), data=replace(SEPARATE, loss_explicit=True))
    assert only(facts, "causal-lm-not-shifted").remedies[0].edits == (RemoveArgument("compile", at(22), "loss"),)
    for copied in (CopiedLabels(320, 20), CopiedLabels(320, 320, False), None):
        assert of(replace(facts, labels=replace(facts.labels, copied=copied)), "causal-lm-not-shifted") == []  # type: ignore[type-var]


# --- the head itself --------------------------------------------------------------------------------------------------------

BASE = HeadFacts(
    "TFBertModel", own_loss=False, gives_logits=False, outputs=("last_hidden_state", "pooler_output"), width=32,
    num_labels=2, loaded_as="TFBertModel", headed="TFBertForSequenceClassification",
)  # fmt: skip


def test_a_base_model_has_nothing_to_learn_labels_with() -> None:
    finding = only(with_labels(BASE, classes=None, reads_classes=None), "model-without-head")
    assert finding.remedies[0].edits == (
        ReplaceName(at(20), "TFBertModel", "TFBertForSequenceClassification", ("from transformers import TFBertForSequenceClassification",)),
        SetArgument("from_pretrained", at(20), "num_labels", "3"),
    )  # fmt: skip


def test_a_base_model_that_learns_vectors_is_sound() -> None:
    facts = with_labels(BASE, classes=None, reads_classes=False, kind="float", integer_type=False)
    facts = replace(facts, data=replace(SEPARATE, loss_explicit=True, internal_loss=False))
    assert of(facts, "model-without-head") == []


def test_labels_without_the_models_names_do_not_reach_its_loss() -> None:
    head = replace(
        HEAD, kind="a span", arguments=("start_positions", "end_positions"), loss_computed=False, pairs_in_order=True
    )
    [edit] = only(with_labels(head, shape=(16, 2)), "labels-misrouted").remedies[0].edits
    assert isinstance(edit, WrapArgument)
    assert '"start_positions": y[:, 0]' in edit.template
    named = replace(HEAD, given=("verdict",), unread=("verdict",), loss_computed=False)
    [edit] = only(with_labels(named), "labels-misrouted").remedies[0].edits
    assert isinstance(edit, WrapArgument)
    assert edit.template == '{}.map(lambda x, y: (x, {"labels": y["verdict"]}))'
    assert of(with_labels(replace(named, loss_computed=True)), "labels-misrouted") == []
    assert of(with_labels(HEAD), "labels-misrouted") == []


# --- no labels at all -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [{"missing": 14}, {"nan": 14}, {"fractional": 14}])
def test_labels_that_are_none_nan_or_between_classes(bad: dict[str, int]) -> None:
    facts = with_labels(invalid=(InvalidLabels("label", 900, rows=(7, 30), **bad),))
    finding = only(facts, "labels-invalid")
    assert finding.title.startswith("14 of 900")
    assert finding.evidence["rows"] == [7, 30]


def test_labels_that_the_loss_leaves_out_are_sound() -> None:
    holes = (InvalidLabels("y", 900, nan=14),)
    assert of(with_labels(invalid=holes, reads_classes=None, invalid_loss_finite=True), "labels-invalid") == []
    fractions = (InvalidLabels("y", 900, fractional=14),)
    assert of(with_labels(invalid=fractions, reads_classes=False), "labels-invalid") == []


def test_the_sound_head_gives_nothing() -> None:
    assert examine(with_labels()).findings == ()
    assert LOAD.where and COMPILE.where and isinstance(SOUND.labels, LabelsFacts)
