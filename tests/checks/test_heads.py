"""Each output beside its labels, loss and metrics: what does not fit is found, its sound look-alike gives nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_facts import COMPILE, FIT, PIPELINE, SOUND, at, step

from tfwizard.checks import examine
from tfwizard.facts import (
    ClassWeights,
    ColumnFacts,
    ErrorFacts,
    Facts,
    FitLabels,
    HeadsFacts,
    LastLayer,
    MetricFacts,
    OutputFacts,
    TargetFacts,
)
from tfwizard.findings import Finding
from tfwizard.source_edits import InsertLayer, RemoveArgument, SetArgument, WrapArgument

MINE = {
    "label-kind-mismatch", "loss-mismatch", "wrong-output-layer", "output-shape-mismatch", "metric-mismatch",
    "labels-not-from-zero", "labels-missing", "class-weight-mismatch", "loss-broadcasts",
}  # fmt: skip
ERROR = ErrorFacts("ValueError", "boom", "boom", at(24))

IDS = TargetFacts("", (32,), "int64", "class ids", 0, 4, 5, above=0.6, beyond=0.6, seen=320, whole=True)
YES = TargetFacts("", (32,), "int64", "binary", 0, 1, 2, seen=320, whole=True)
REAL = TargetFacts("", (32,), "float32", "real", -9, 12, 320, 1.0, 0.4, 0.5, 0.8, seen=320, whole=True)
HOT = TargetFacts("", (32, 5), "float32", "one-hot", 0, 1, 2, seen=320, whole=True, row_sum_spread=0)
MULTI = TargetFacts("", (32, 5), "float32", "multi-hot", 0, 1, 2, several=0.7, seen=320, whole=True, row_sum_spread=1)
KINDS = {
    "sparse": "SparseCategoricalCrossentropy", "categorical": "CategoricalCrossentropy", "binary": "BinaryCrossentropy",
    "regression": "MeanSquaredError", "custom": "mine", "internal": "the model's own loss",
}  # fmt: skip


def output(
    units: int, kind: str, target: TargetFacts | None, activation: str = "linear", **changes: object
) -> OutputFacts:
    facts = OutputFacts(
        "", (32, units), "float32", 0.01, 0.9, target=target, loss=KINDS[kind], loss_kind=kind,
        loss_source=f"{KINDS[kind]}()", last=LastLayer("Dense", units, activation, at(18), before_dense=at(17)),
    )  # fmt: skip
    return replace(facts, **changes)  # type: ignore[arg-type]


def run(*outputs: OutputFacts, **changes: object) -> Facts:
    """A Keras script that is held at fit, with these outputs."""
    assert SOUND.pipelines and SOUND.labels and SOUND.batch
    heads = HeadsFacts(outputs, "tf_keras", fit=FitLabels("y"))
    return replace(
        SOUND,
        heads=replace(heads, **changes),  # type: ignore[arg-type]
        pipelines=replace(SOUND.pipelines, pipelines=(), load_call=None),
        labels=replace(SOUND.labels, kind="other", counts={}),
        batch=replace(SOUND.batch, step=step()),
    )


def found(facts: Facts) -> dict[str, Finding]:
    return {one.id: one for one in examine(facts).findings if one.id in MINE}


def only(facts: Facts, id: str) -> Finding:
    all_of_mine = found(facts)
    assert set(all_of_mine) == {id}
    return all_of_mine[id]


@pytest.mark.parametrize(
    "sound",
    [
        output(5, "sparse", IDS, "softmax"),
        output(5, "sparse", replace(IDS, shape=(32, 1), dtype="float32"), from_logits=True),
        output(5, "sparse", IDS, "sigmoid"),
        output(5, "categorical", HOT, "softmax"),
        output(5, "categorical", replace(HOT, kind="soft"), "softmax"),
        output(5, "binary", HOT, "softmax"),
        output(5, "binary", MULTI, "sigmoid"),
        output(1, "binary", YES, "sigmoid"),
        output(1, "binary", YES, from_logits=True),
        output(1, "regression", REAL),
        output(1, "regression", IDS),
        output(1, "regression", replace(IDS, below=0.0), "relu"),
        output(1, "regression", YES, "sigmoid"),
        output(5, "regression", HOT, "softmax"),
        output(1, "regression", replace(REAL, minimum=0, maximum=1, below=0, above=0, beyond=0), "sigmoid"),
        output(8, "regression", replace(REAL, shape=(32, 8))),
        output(1, "custom", REAL),
        output(3, "sparse", replace(IDS, shape=(32, 10), maximum=2, distinct=3), shape=(32, 10, 3)),
        output(1, "binary", replace(YES, shape=(32, 10)), "sigmoid", shape=(32, 10, 1)),
        output(3, "internal", replace(IDS, shape=(32, 10), maximum=2, negatives=(-100,), masked=80), shape=(32, 10, 3)),
        output(5, "sparse", replace(IDS, negatives=(-1,), minimum=-1), ignored_class=-1),
    ],
)
def test_what_fits_gives_nothing(sound: OutputFacts) -> None:
    assert found(run(sound)) == {}


def test_labels_given_to_a_loss_of_the_users_own_are_not_judged() -> None:
    assert found(run(output(5, "sparse", HOT), own_loss=True)) == {}


# --- labels ------------------------------------------------------------------------------------------------------------


def test_one_hot_labels_for_a_sparse_loss() -> None:
    finding = only(run(output(5, "sparse", HOT, "softmax", error=ERROR)), "label-kind-mismatch")
    assert finding.evidence["labels_are"] == "one-hot"
    assert finding.explains_failure
    [edit] = finding.remedies[0].edits
    assert edit == SetArgument(
        "compile", COMPILE.where, "loss", "CategoricalCrossentropy()",  # type: ignore[arg-type]
        ("from tf_keras.losses import CategoricalCrossentropy",),
    )  # fmt: skip


def test_class_numbers_for_a_categorical_loss_keep_their_logits() -> None:
    finding = only(run(output(5, "categorical", IDS, from_logits=True)), "label-kind-mismatch")
    [edit] = finding.remedies[0].edits
    assert isinstance(edit, SetArgument)
    assert edit.value == "SparseCategoricalCrossentropy(from_logits=True)"


def test_a_loss_given_by_name_stays_a_name() -> None:
    facts = output(5, "categorical", IDS, "softmax", loss_source='"categorical_crossentropy"')
    [edit] = only(run(facts), "label-kind-mismatch").remedies[0].edits
    assert isinstance(edit, SetArgument)
    assert (edit.value, edit.imports) == ('"sparse_categorical_crossentropy"', ())


def test_text_and_fractions_are_no_class_numbers() -> None:
    only(run(output(5, "sparse", TargetFacts("", (32,), "string", "text"))), "label-kind-mismatch")
    scaled = replace(IDS, dtype="float32", kind="real", maximum=1, fractional=0.6)
    assert not only(run(output(5, "sparse", scaled, "softmax")), "label-kind-mismatch").remedies


def test_two_columns_for_one_unit() -> None:
    target = replace(HOT, shape=(32, 2))
    finding = only(run(output(1, "binary", target, "sigmoid", error=ERROR)), "label-kind-mismatch")
    assert [edit.value for edit in finding.remedies[0].edits if isinstance(edit, SetArgument)] == [
        "2", "CategoricalCrossentropy()", '"softmax"'
    ]  # fmt: skip


def test_one_output_of_two_is_mended_and_the_other_kept() -> None:
    kind = output(5, "categorical", IDS, "softmax", name="kind", loss_source='"categorical_crossentropy"')
    size = output(1, "regression", REAL, name="size", loss_source='"mse"')
    finding = only(run(kind, size, loss_shape="dict"), "label-kind-mismatch")
    assert finding.subject == "kind"
    [edit] = finding.remedies[0].edits
    assert isinstance(edit, SetArgument)
    assert edit.value == '{"kind": "sparse_categorical_crossentropy", "size": "mse"}'


@pytest.mark.parametrize(
    ("target", "units", "kind", "template"),
    [
        (replace(IDS, minimum=1, maximum=5), 5, "sparse", "{} - 1"),
        (replace(IDS, minimum=-1, maximum=1, distinct=3, negatives=(-1,)), 3, "sparse", "{} + 1"),
        (replace(YES, kind="class ids", minimum=1, maximum=2), 1, "binary", "{} - 1"),
        (replace(YES, kind="signs", minimum=-1, negatives=(-1,)), 1, "binary", "({} + 1) // 2"),
    ],
)
def test_classes_that_do_not_begin_at_zero(target: TargetFacts, units: int, kind: str, template: str) -> None:
    activation = "sigmoid" if units == 1 else "softmax"
    finding = only(run(output(units, kind, target, activation)), "labels-not-from-zero")
    assert FIT.where
    assert finding.remedies[0].edits == (WrapArgument("fit", FIT.where, "y", template),)


def test_validation_labels_are_shifted_with_the_others() -> None:
    target = replace(IDS, minimum=1, maximum=5)
    given = FitLabels("pairs", "pairs")
    edits = only(run(output(5, "sparse", target, "softmax"), fit=given), "labels-not-from-zero").remedies[0].edits
    assert [edit.template for edit in edits if isinstance(edit, WrapArgument)] == [
        "{}.map(lambda x, y: (x, y - 1))"
    ] * 2
    unknown = run(output(5, "sparse", target, "softmax"), fit=FitLabels("y", "unknown"))
    assert not only(unknown, "labels-not-from-zero").remedies


def test_a_mask_that_the_loss_does_not_know() -> None:
    target = replace(IDS, negatives=(-100,), masked=40)
    finding = only(run(output(5, "sparse", target, from_logits=True)), "labels-not-from-zero")
    [edit] = finding.remedies[0].edits
    assert isinstance(edit, SetArgument)
    assert edit.value == "SparseCategoricalCrossentropy(from_logits=True, ignore_class=-100)"


def no_labels(**changes: object) -> Facts:
    facts = run(no_labels="the model was given no labels, and gave no loss", batch_keys=("input_ids",), **changes)
    assert facts.batch and facts.pipelines
    columns = (
        ColumnFacts("text", "string"),
        ColumnFacts("input_ids", "list", 3, 9),
        ColumnFacts("mood", "Value('int64')"),
    )
    pipeline = replace(PIPELINE, dataset_columns=columns)
    return replace(
        facts,
        batch=replace(facts.batch, step=step(error=ERROR, gradient_norm=None)),
        pipelines=replace(facts.pipelines, pipelines=(pipeline,)),
    )


def test_labels_that_never_arrive_name_the_likely_column() -> None:
    finding = only(no_labels(transformers=True), "labels-missing")
    assert finding.evidence["likely_column"] == "mood"
    assert finding.where == PIPELINE.call.where
    assert finding.explains_failure


def test_a_loss_without_labels_is_sound_when_it_trains() -> None:
    facts = no_labels()
    assert facts.batch
    assert found(replace(facts, batch=replace(facts.batch, step=step()))) == {}


# --- the loss ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "loss"),
    [
        (output(5, "binary", IDS, "softmax"), "SparseCategoricalCrossentropy()"),
        (output(5, "binary", IDS, from_logits=True), "SparseCategoricalCrossentropy(from_logits=True)"),
        (output(5, "regression", IDS, "softmax"), "SparseCategoricalCrossentropy()"),
        (output(2, "binary", YES, "softmax"), "SparseCategoricalCrossentropy()"),
        (output(1, "sparse", YES, "sigmoid"), "BinaryCrossentropy()"),
        (output(1, "categorical", replace(YES, shape=(32, 1))), "BinaryCrossentropy(from_logits=True)"),
        (output(5, "categorical", MULTI, "softmax"), "BinaryCrossentropy()"),
        (output(1, "binary", REAL), '"mse"'),
        (output(1, "sparse", REAL), '"mse"'),
    ],
)
def test_a_loss_of_another_family(wrong: OutputFacts, loss: str) -> None:
    edit = only(run(wrong), "loss-mismatch").remedies[0].edits[0]
    assert isinstance(edit, SetArgument)
    assert edit.value == loss


# --- the last layer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "edits"),
    [
        (output(1, "binary", YES, "softmax", constant=True), [SetArgument("Dense", at(18), "activation", '"sigmoid"')]),
        (output(5, "sparse", IDS, "relu", from_logits=True), [RemoveArgument("Dense", at(18), "activation")]),
        (output(5, "categorical", HOT, "relu"), [SetArgument("Dense", at(18), "activation", '"softmax"')]),
        (output(1, "binary", YES, "tanh"), [SetArgument("Dense", at(18), "activation", '"sigmoid"')]),
        (output(1, "regression", REAL, "sigmoid"), [RemoveArgument("Dense", at(18), "activation")]),
        (output(1, "regression", REAL, "relu"), [RemoveArgument("Dense", at(18), "activation")]),
        (output(5, "binary", MULTI, "softmax"), [SetArgument("Dense", at(18), "activation", '"sigmoid"')]),
    ],
)
def test_a_last_layer_that_cannot_express_the_labels(wrong: OutputFacts, edits: list[object]) -> None:
    finding = only(run(wrong), "wrong-output-layer")
    assert list(finding.remedies[0].edits) == edits
    assert finding.where == at(18)


def test_one_unit_for_many_classes_gets_as_many_units() -> None:
    edits = only(run(output(1, "binary", IDS, "sigmoid")), "wrong-output-layer").remedies[0].edits
    assert [edit.value for edit in edits if isinstance(edit, SetArgument)] == [
        "5", "SparseCategoricalCrossentropy()", '"softmax"'
    ]  # fmt: skip


def test_a_layer_made_in_a_loop_is_not_edited() -> None:
    last = LastLayer("Dense", 5, "relu", None)
    finding = only(run(output(5, "sparse", IDS, from_logits=True, last=last)), "wrong-output-layer")
    assert finding.remedies == ()
    assert finding.where == COMPILE.where


# --- shapes ------------------------------------------------------------------------------------------------------------


def test_an_axis_too_many_is_flattened_before_the_dense_layers() -> None:
    finding = only(run(output(5, "sparse", IDS, "softmax", shape=(32, 6, 6, 5), error=ERROR)), "output-shape-mismatch")
    assert finding.remedies[0].edits == (InsertLayer(at(17), "Flatten()", ("from tf_keras.layers import Flatten",)),)


def test_a_sequence_left_on_is_cut_to_its_last_step() -> None:
    last = LastLayer("Dense", 1, "sigmoid", at(18), before_dense=at(18), sequences="LSTM", sequences_where=at(16))
    finding = only(run(output(1, "binary", YES, shape=(32, 9, 1), error=ERROR, last=last)), "output-shape-mismatch")
    assert finding.remedies[0].edits == (RemoveArgument("LSTM", at(16), "return_sequences"),)


def test_another_number_of_units_than_targets() -> None:
    target = replace(REAL, shape=(32, 4))
    finding = only(run(output(3, "regression", target, error=ERROR)), "output-shape-mismatch")
    assert finding.remedies[0].edits == (SetArgument("Dense", at(18), "units", "4"),)


def test_shapes_that_broadcast_in_silence() -> None:
    target = replace(REAL, shape=(32, 1))
    assert only(run(output(3, "regression", target)), "loss-broadcasts").remedies[0].edits == (
        SetArgument("Dense", at(18), "units", "1"),
    )
    assert FIT.where
    own = output(1, "custom", REAL, as_given=3.1, aligned=1.2)
    assert only(run(own), "loss-broadcasts").remedies[0].edits == (WrapArgument("fit", FIT.where, "y", "{}[:, None]"),)
    only(run(output(1, "custom", REAL), step_norm_as_given=0.2, step_norm_aligned=2.0), "loss-broadcasts")
    assert not found(run(output(1, "custom", REAL), step_norm_as_given=float("nan"), step_norm_aligned=float("nan")))


def test_a_loss_that_aligns_by_itself_does_not_broadcast() -> None:
    assert found(run(output(1, "custom", REAL, as_given=1.2, aligned=1.2000001))) == {}


# --- metrics -----------------------------------------------------------------------------------------------------------


def metric(name: str, kind: str, **changes: object) -> MetricFacts:
    return replace(MetricFacts(name, f"{name}()", kind=kind, imports=(name,)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("judged", "metrics"),
    [
        (output(5, "categorical", HOT, "softmax", metrics=(metric("Accuracy", "equality"),)), '["accuracy"]'),
        (output(5, "categorical", HOT, "softmax", metrics=(metric("SparseCategoricalAccuracy", "ids"),)), '["accuracy"]'),
        (output(5, "sparse", IDS, "softmax", metrics=(metric("CategoricalAccuracy", "one-hot"),)), '["accuracy"]'),
        (output(1, "regression", REAL, metrics=(metric("BinaryAccuracy", "threshold", threshold=0.5),)), '["mae"]'),
        (output(5, "categorical", HOT, "softmax", metrics=(metric("BinaryAccuracy", "threshold"),)), '["accuracy"]'),
        (output(1, "binary", YES, from_logits=True, lowest=-2.0, metrics=(metric("AUC", "curve"),)), "[AUC(from_logits=True)]"),
        (
            output(1, "binary", YES, from_logits=True, lowest=-2.0,
                   metrics=(metric("BinaryAccuracy", "threshold", threshold=0.5, given="accuracy"),)),
            '[BinaryAccuracy(threshold=0, name="accuracy")]',
        ),
        (
            output(5, "sparse", IDS, "softmax",
                   metrics=(metric("SparseCategoricalAccuracy", "ids", source='"accuracy"', imports=()), metric("Precision", "threshold"))),
            '["accuracy"]',
        ),
    ],
)  # fmt: skip
def test_a_metric_that_compares_the_wrong_things(judged: OutputFacts, metrics: str) -> None:
    finding = only(run(judged), "metric-mismatch")
    assert finding.severity == "warning"
    [edit] = finding.remedies[0].edits
    assert isinstance(edit, SetArgument)
    assert edit.value == metrics


@pytest.mark.parametrize(
    "judged",
    [
        output(5, "sparse", IDS, "softmax", metrics=(metric("SparseCategoricalAccuracy", "ids"),)),
        output(5, "categorical", HOT, "softmax", metrics=(metric("Precision", "threshold", threshold=0.5),)),
        output(1, "binary", YES, "sigmoid", metrics=(metric("AUC", "curve"),)),
        output(
            1,
            "binary",
            YES,
            from_logits=True,
            lowest=-2.0,
            metrics=(metric("BinaryAccuracy", "threshold", threshold=0),),
        ),
        output(1, "regression", YES, "sigmoid", metrics=(metric("BinaryAccuracy", "threshold", threshold=0.5),)),
        output(5, "binary", MULTI, "sigmoid", metrics=(metric("BinaryAccuracy", "threshold", threshold=0.5),)),
    ],
)
def test_a_metric_that_fits_gives_nothing(judged: OutputFacts) -> None:
    assert found(run(judged)) == {}


def test_an_accuracy_that_counts_masked_labels() -> None:
    target = replace(IDS, shape=(32, 10), maximum=2, distinct=3, negatives=(-100,), masked=80)
    accuracy = metric("SparseCategoricalAccuracy", "ids", value=0.3, expected=0.45)
    finding = only(run(output(3, "internal", target, shape=(32, 10, 3), metrics=(accuracy,))), "metric-mismatch")
    assert finding.remedies == ()


def test_a_metric_that_raises_is_an_error() -> None:
    judged = output(5, "sparse", IDS, "softmax", metrics=(metric("Precision", "threshold", error=ERROR),))
    finding = only(run(judged), "metric-mismatch")
    assert (finding.severity, finding.explains_failure) == ("error", True)


def test_the_labels_explain_the_metric() -> None:
    judged = output(5, "sparse", HOT, "softmax", metrics=(metric("SparseCategoricalAccuracy", "ids"),))
    assert "explains" in only(run(judged), "label-kind-mismatch").evidence


# --- class weights -----------------------------------------------------------------------------------------------------


def weights(*keys: str, **changes: object) -> Facts:
    labels = (0, 1, 2)
    numbers = {int(key) for key in keys if key.isdigit()}
    facts = ClassWeights(
        "dict", keys, (1.0, 2.0, 3.0), True, labels, tuple(one for one in labels if one not in numbers),
        tuple(key for key in keys if not key.isdigit() or int(key) not in labels),
    )  # fmt: skip
    return run(class_weights=replace(facts, **changes))  # type: ignore[arg-type]


def test_weights_under_other_keys_than_the_labels() -> None:
    finding = only(weights("1", "2", "3"), "class-weight-mismatch")
    assert FIT.where
    assert finding.remedies[0].edits == (SetArgument("fit", FIT.where, "class_weight", "{0: 1, 1: 2, 2: 3}"),)
    named = weights("cat", "dog", "emu", whole_keys=False, label_names={"0": "cat", "1": "dog", "2": "emu"})
    assert only(named, "class-weight-mismatch").remedies
    array = only(weights(kind="ndarray", refused=True), "class-weight-mismatch")
    assert array.remedies[0].edits == (WrapArgument("fit", FIT.where, "class_weight", "dict(enumerate({}))"),)


def test_weights_for_each_label_and_for_some_of_them_are_sound() -> None:
    assert found(weights("0", "1", "2")) == {}
    assert found(weights("2", values=(4.0,))) == {}
