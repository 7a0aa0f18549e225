"""Every rule: what fails is found with its own numbers, and its sound look-alike gives nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from plain_facts import COMPILE, PACKAGES, PIPELINE, SOUND, at, curve, failed, logits, step, sweep, with_pipeline

from tfwizard.checks import examine, rules
from tfwizard.checks.expressions import number
from tfwizard.facts import (
    BrokenBatch,
    ColumnFacts,
    DataFacts,
    DeviceFacts,
    Environment,
    ErrorFacts,
    Facts,
    Hyperparameter,
    KerasObject,
    LoopFacts,
    MemoryFacts,
    NanRow,
    PaddingFacts,
    PipelinesFacts,
    RatesFacts,
    ScriptFacts,
    SweepFacts,
)
from tfwizard.findings import Finding
from tfwizard.source_edits import AddListItem, InsertFirst, MoveListItem, RemoveArgument, ReplaceListItem, SetArgument


def ids(facts: Facts) -> set[str]:
    return {finding.id for finding in examine(facts).findings}


def only(facts: Facts, id: str) -> Finding:
    [finding] = [one for one in examine(facts).findings if one.id == id]
    return finding


def test_a_sound_run_gives_nothing_and_decides_everything() -> None:
    examination = examine(SOUND)
    assert examination.findings == ()
    assert set(examination.undecided) == {one.id for one in rules._REGISTRY.values() if "watch" in one.needs}


def test_nothing_is_decided_without_facts() -> None:
    examination = examine(Facts())
    assert examination.findings == ()
    assert examination.decided == frozenset()


# --- script ------------------------------------------------------------------------------------------------------------


def missing_column(**changes: object) -> Facts:
    facts = failed("Column labels not found in dataset!", error=None)
    pipeline = replace(
        PIPELINE,
        **{"columns": ("input_ids", "labels"), "available": ("text", "label", "input_ids"), "failed": True, **changes},
    )
    return replace(facts, pipelines=PipelinesFacts((pipeline,)))


def test_a_missing_column_is_named_with_the_nearest_real_one() -> None:
    finding = only(missing_column(), "column-not-found")
    assert finding.evidence["asked"] == "labels"
    assert finding.evidence["nearest"] == "label"
    assert finding.where == at(12)
    assert finding.remedies[0].edits == (ReplaceListItem("to_tf_dataset", at(12), "columns", "labels", "label"),)


@pytest.mark.parametrize(("asked", "nearest"), [("inputs_ids", "input_ids"), ("attention_masks", None), ("zzz", None)])
def test_the_nearest_name_is_only_offered_when_it_is_near(asked: str, nearest: str | None) -> None:
    finding = only(missing_column(columns=(asked, "label")), "column-not-found")
    assert finding.evidence["nearest"] == nearest
    assert bool(finding.remedies) is (nearest is not None)


def test_a_missing_label_column_is_mended_in_label_cols() -> None:
    finding = only(missing_column(columns=("input_ids",), label_columns=("labels",)), "column-not-found")
    edit = finding.remedies[0].edits[0]
    assert isinstance(edit, ReplaceListItem)
    assert edit.argument == "label_cols"


def test_a_name_that_the_collator_makes_is_no_missing_column() -> None:
    assert "column-not-found" not in ids(missing_column(available=("label", "input_ids", "labels")))
    assert "column-not-found" not in ids(
        missing_column(columns=("input_ids", "label"), available=("input_ids", "labels"))
    )


def test_a_missing_column_explains_the_failure() -> None:
    facts = missing_column()
    assert facts.script
    error = ErrorFacts("ValueError", "x", "x", at(12))
    assert "script-error" not in ids(replace(facts, script=replace(facts.script, error=error)))


def test_lengths_that_differ_need_a_collator_in_every_call() -> None:
    other = replace(
        PIPELINE, call=replace(PIPELINE.call, where=at(15)), pads=False, collator=None, feeds_training=False
    )
    facts = with_pipeline(pads=False, collator=None)
    assert facts.pipelines
    facts = replace(facts, pipelines=replace(facts.pipelines, pipelines=(*facts.pipelines.pipelines, other)))
    finding = only(facts, "no-collator")
    assert finding.evidence["columns"] == {"input_ids": [7, 21], "attention_mask": [7, 21]}
    edits = finding.remedies[0].edits
    assert [edit.place for edit in edits] == [at(12), at(15)]
    assert all(
        isinstance(edit, SetArgument) and edit.value == 'DataCollatorWithPadding(tok, return_tensors="tf")'
        for edit in edits
    )


def test_labels_per_token_get_the_collator_that_pads_labels_too() -> None:
    columns = (ColumnFacts("input_ids", "list", 4, 9), ColumnFacts("labels", "list", 4, 9))
    facts = with_pipeline(pads=False, collator=None, columns=("input_ids", "labels"), dataset_columns=columns)
    edit = only(facts, "no-collator").remedies[0].edits[0]
    assert isinstance(edit, SetArgument)
    assert edit.value.startswith("DataCollatorForTokenClassification")


@pytest.mark.parametrize(
    "sound",
    [
        {"dataset_columns": (ColumnFacts("input_ids", "list", 32, 32), ColumnFacts("label", "int64"))},
        {"batch_size": 1},
        {"batch_size": None},
        {"columns": ("label",)},
    ],
    ids=["padded in map", "batches of one", "batched later", "the ragged column is not used"],
)
def test_no_collator_is_needed_where_nothing_is_ragged(sound: dict[str, object]) -> None:
    assert "no-collator" not in ids(with_pipeline(pads=False, collator=None, **sound))


def with_objects(*objects: KerasObject, own: str = "tf_keras", packages: dict[str, str] = PACKAGES) -> Facts:
    assert SOUND.pipelines
    assert SOUND.script
    pipelines = replace(SOUND.pipelines, objects=objects, model_keras=own)
    return replace(
        SOUND,
        pipelines=pipelines,
        script=replace(SOUND.script, environment=Environment(packages=packages), keras_of_tf="keras"),
    )


def test_objects_of_the_other_keras_are_found_whatever_their_role() -> None:
    for role in ("optimizer", "metrics[0]", "callbacks[1]"):
        finding = only(with_objects(KerasObject(role, "Thing", "keras", "keras.src.x")), "two-kerases")
        [edit] = finding.remedies[0].edits
        assert isinstance(edit, InsertFirst)
        assert edit.place.file == "/home/u/train.py"
    assert "two-kerases" in ids(with_objects(KerasObject("optimizer", "Adam", "tf_keras"), own="keras"))


def test_a_loss_of_the_other_keras_works_and_is_no_finding() -> None:
    assert "two-kerases" not in ids(with_objects(KerasObject("loss", "MeanSquaredError", "keras")))


def test_the_legacy_variable_is_not_offered_where_it_would_break() -> None:
    stranger = KerasObject("optimizer", "Adam", "keras")
    assert not only(
        with_objects(stranger, packages={"tensorflow": "2.15.1", "tf-keras": "2.15.0"}), "two-kerases"
    ).remedies
    assert not only(with_objects(stranger, packages={"tensorflow": "2.19.0"}), "two-kerases").remedies


def test_the_users_line_stands_in_a_script_error() -> None:
    finding = only(failed("list index out of range"), "script-error")
    assert finding.where == at(12)
    assert "list index out of range" in finding.title
    assert finding.severity == "error"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ErrorFacts("ModuleNotFoundError", "m", "m", at(1), module_name="evaluate"), "evaluate is not installed"),
        (ErrorFacts("FileNotFoundError", "m", "m", at(1), path="data.csv"), "no file data.csv"),
        (ErrorFacts("IndentationError", "m", "m", at(1), bases=("SyntaxError", "Exception")), "cannot read this line"),
    ],
)
def test_script_errors_are_said_in_plain_words(error: ErrorFacts, words: str) -> None:
    assert words in only(failed(error=error), "script-error").why


def test_a_script_that_asks_for_input_is_told() -> None:
    assert "asks for input" in only(failed("EOF", read_stdin=True), "script-error").why


def test_a_process_that_died_after_a_call_is_a_script_error() -> None:
    script = ScriptFacts("died", "/home/u/train.py", (PIPELINE.call,), exit_code=-11, death="killed by SIGSEGV")
    finding = only(Facts(script=script, pipelines=PipelinesFacts()), "script-error")
    assert "SIGSEGV" in finding.title


def test_a_script_without_training_is_said_to_have_none() -> None:
    assert ids(Facts(script=ScriptFacts("no_training", exit_code=0), loop=LoopFacts())) == {"no-training-call"}
    assert ids(Facts(script=ScriptFacts("finished"))) == set()
    assert "no-training-call" in examine(failed()).undecided


# --- data --------------------------------------------------------------------------------------------------------------


def keras_loss_on_labels_inside(one_step: object) -> Facts:
    assert SOUND.data
    assert SOUND.batch
    data = replace(SOUND.data, internal_loss=False, loss="sparse_categorical_crossentropy", loss_explicit=True)
    return replace(SOUND, data=data, batch=replace(SOUND.batch, step=one_step))  # type: ignore[arg-type]


def test_labels_inside_with_a_keras_loss_are_an_error_when_nothing_moves() -> None:
    finding = only(keras_loss_on_labels_inside(step(gradient_norm=None)), "labels-in-inputs-with-keras-loss")
    assert finding.severity == "error"
    first, second = finding.remedies
    assert first.edits == (RemoveArgument("compile", at(22), "loss"),)
    assert [type(edit) for edit in second.edits] == [MoveListItem, SetArgument]


def test_they_are_a_warning_where_this_version_trains_all_the_same() -> None:
    assert only(keras_loss_on_labels_inside(step()), "labels-in-inputs-with-keras-loss").severity == "warning"


def test_labels_inside_for_the_models_own_loss_are_sound() -> None:
    assert SOUND.data
    assert SOUND.data.labels_in_inputs
    assert "labels-in-inputs-with-keras-loss" not in ids(SOUND)


def padding(**changes: object) -> Facts:
    assert SOUND.data
    facts = replace(PaddingFacts("input_ids", 0, 84, 336, False, True, 0.02), **changes)  # type: ignore[arg-type]
    return replace(with_pipeline(columns=("input_ids", "label")), data=replace(SOUND.data, padding=facts))


def test_padding_without_a_mask_is_measured() -> None:
    finding = only(padding(), "attention-mask-missing")
    assert finding.title.startswith("25%")
    assert finding.remedies[0].edits == (
        AddListItem("to_tf_dataset", at(12), "columns", "input_ids", "attention_mask"),
    )


@pytest.mark.parametrize(
    "sound",
    [{"padded": 0}, {"has_mask": True}, {"model_takes_mask": False}, {"effect": 1e-7}],
    ids=["nothing padded", "mask given", "model takes none", "mask changes nothing (causal)"],
)
def test_no_mask_is_needed_where_it_changes_nothing(sound: dict[str, object]) -> None:
    assert "attention-mask-missing" not in ids(padding(**sound))


def test_a_mask_that_the_dataset_does_not_have_is_not_asked_for() -> None:
    facts = padding()
    assert facts.pipelines
    pipeline = replace(facts.pipelines.pipelines[0], available=("input_ids", "label"))
    facts = replace(facts, pipelines=replace(facts.pipelines, pipelines=(pipeline,)))
    assert only(facts, "attention-mask-missing").remedies == ()


def test_a_batch_that_cannot_be_read_decides_nothing_about_it() -> None:
    error = ErrorFacts("InvalidArgumentError", "m", "m")
    facts = replace(SOUND, data=DataFacts("tf.data.Dataset", error=error), batch=None)
    assert {"attention-mask-missing", "labels-in-inputs-with-keras-loss"} <= set(examine(facts).undecided)


# --- nan and labels ------------------------------------------------------------------------------------------------------


def labels(**changes: object) -> Facts:
    assert SOUND.labels
    return replace(SOUND, labels=replace(SOUND.labels, **changes))  # type: ignore[arg-type]


def test_too_few_classes_are_counted_over_the_whole_set() -> None:
    facts = labels(classes=2, counts={"0": 400, "1": 300, "4": 7}, maximum=4)
    finding = only(facts, "num-labels-too-small")
    assert finding.evidence["rows_outside"] == 7
    assert finding.remedies[0].edits == (SetArgument("from_pretrained", at(20), "num_labels", "5"),)


@pytest.mark.parametrize(
    "sound",
    [
        {"classes": 3},
        {"classes": 5},
        {"classes": 1},
        {"classes": 3, "minimum": 1, "maximum": 3},
        {"classes": 2, "minimum": -1},
        {"classes": 2, "kind": "float"},
    ],
    ids=["as many", "more classes", "regression", "labels from one", "negative labels", "fractional labels"],
)
def test_other_rules_speak_of_other_labels(sound: dict[str, object]) -> None:
    assert "num-labels-too-small" not in ids(labels(**sound))


def test_part_of_the_labels_proves_a_fault_but_not_its_absence() -> None:
    assert "num-labels-too-small" in ids(labels(classes=2, whole=False))
    assert "num-labels-too-small" in examine(labels(whole=False)).undecided


def nan_rows(*labels_of_rows: str, classes: int = 3) -> Facts:
    assert SOUND.nan
    rows = tuple(NanRow(number, label) for number, label in enumerate(labels_of_rows))
    return replace(labels(classes=classes), nan=replace(SOUND.nan, rows=rows))


def test_nan_is_left_to_the_labels_where_they_explain_it() -> None:
    assert "nan-loss" not in ids(nan_rows("2", "2", classes=2))
    finding = only(nan_rows("2", "1", classes=2), "nan-loss")
    assert finding.evidence["rows"] == [1]


def test_no_nan_no_finding() -> None:
    assert "nan-loss" not in ids(nan_rows())


def test_rows_that_tensorflow_refuses_are_no_nan() -> None:
    assert SOUND.nan
    refused = replace(SOUND.nan, rows=(NanRow(0, "1", "Shapes (3,) and (2,) are incompatible"),))
    assert "nan-loss" not in ids(replace(SOUND, nan=refused))


def test_a_first_step_that_fails_is_a_script_error_when_nothing_explains_it() -> None:
    assert SOUND.batch
    error = ErrorFacts("ValueError", "Shapes (3,) and (2,) are incompatible", "Shapes (3,) and (2,) are incompatible")
    batch = replace(SOUND.batch, step=step(error=error, gradient_norm=None))
    finding = only(replace(SOUND, batch=batch), "script-error")
    assert "Shapes (3,) and (2,)" in finding.title
    assert finding.where == at(24)
    assert ids(replace(labels(classes=2), batch=batch)) == {"num-labels-too-small"}


@pytest.mark.parametrize(
    ("kind", "advice"), [("OperatorNotAllowedInGraphError", "tf.where"), ("AttributeError", "run_eagerly=True")]
)
def test_a_step_that_runs_outside_of_a_graph_alone_is_a_script_error_on_its_line(kind: str, advice: str) -> None:
    error = ErrorFacts(kind, "no value yet", "no value yet", at(9))
    memory = MemoryFacts(32, DeviceFacts("CPU"), refused=error)
    finding = only(replace(SOUND, memory=memory), "script-error")
    assert (finding.where, finding.evidence["type"]) == (at(9), kind)
    assert advice in finding.advice


def test_a_batch_in_the_middle_that_fails_is_a_script_error_with_its_number_and_shape() -> None:
    assert SOUND.scan
    assert SOUND.layers
    error = ErrorFacts("OSError", "end of file", "end of file")
    unread = replace(SOUND, scan=replace(SOUND.scan, unread=BrokenBatch(9, error)))
    finding = only(unread, "script-error")
    assert (finding.evidence["batch"], finding.where) == (9, at(24))
    assert finding.title.startswith("Batch 9 cannot be read: OSError")
    shapes = (("inputs", (21, 24), (21, 23)),)
    stuck = replace(SOUND, layers=replace(SOUND.layers, stuck=BrokenBatch(7, error, shapes)))
    finding = only(stuck, "script-error")
    assert "(21, 23), in the first batch (21, 24)" in finding.why
    assert finding.evidence["shapes"] == [{"name": "inputs", "first": [21, 24], "here": [21, 23]}]


# --- hyperparameters -----------------------------------------------------------------------------------------------------


def rate(value: float, curves: SweepFacts | None = None, why_no_sweep: str | None = None, **changes: object) -> Facts:
    assert SOUND.hyperparameters
    hyper = replace(SOUND.hyperparameters, learning_rate=value, **changes)  # type: ignore[arg-type]
    return replace(SOUND, hyperparameters=hyper, rates=RatesFacts(curves, why_no_sweep))


WORSE = sweep(curve(1e-3, 1.1, 1.1, 1.2), curve(5e-5, 1.1, 0.3, 0.1), curve(1e-5, 1.1, 1.0, 0.9))
NO_WORSE = sweep(curve(1e-3, 1.1, 0.1, 0.01), curve(5e-5, 1.1, 0.3, 0.1))


def test_a_high_rate_is_a_warning_when_the_sweep_bears_it_out() -> None:
    finding = only(rate(1e-3, WORSE), "learning-rate-too-high")
    assert finding.severity == "warning"
    assert finding.remedies[0].edits == (SetArgument("Adam", at(21), "learning_rate", "5e-5"),)


def test_a_rate_behind_a_string_is_mended_in_compile_with_the_models_keras() -> None:
    edit = only(rate(1e-3, WORSE, optimizer_where=None), "learning-rate-too-high").remedies[0].edits[0]
    assert edit == SetArgument("compile", at(22), "optimizer", "Adam(5e-5)", ("from tf_keras.optimizers import Adam",))


def test_a_lower_rate_that_learns_nearly_as_fast_is_proposed() -> None:
    curves = sweep(curve(1e-3, 1.1, 1.1), curve(1e-4, 1.1, 0.1), curve(5e-5, 1.1, 0.2), curve(1e-5, 1.1, 0.9))
    assert only(rate(1e-3, curves), "learning-rate-too-high").evidence["proposed"] == 5e-5


@pytest.mark.parametrize(
    ("value", "text"), [(5e-5, "5e-5"), (1e-4, "1e-4"), (1e-3, "0.001"), (0.1, "0.1"), (2.5e-5, "2.5e-5")]
)
def test_rates_are_written_as_people_do(value: float, text: str) -> None:
    assert number(value) == text


def test_it_is_advice_and_says_so_when_the_sweep_does_not() -> None:
    finding = only(rate(1e-3, NO_WORSE), "learning-rate-too-high")
    assert finding.severity == "advice"
    assert "learns all the same" in finding.why


def test_nan_at_the_high_rate_is_proof() -> None:
    curves = sweep(curve(1e-2, 1.1, math.nan), curve(5e-5, 1.1, 0.5))
    assert only(rate(1e-2, curves), "learning-rate-too-high").severity == "warning"


def test_without_a_sweep_nothing_is_claimed() -> None:
    assert "learning-rate-too-high" in examine(rate(1e-3, None, why_no_sweep="no batch")).undecided


@pytest.mark.parametrize(
    "sound",
    [
        rate(1e-4),
        rate(5e-5),
        rate(1e-2, loaded_from=None),
        rate(1e-2, transformer=False),
        rate(2e-4, sweep(curve(2e-4, 1.1, 0.1), curve(5e-5, 1.1, 0.3))),
    ],
    ids=["top of the range", "in the range", "random weights", "no transformer", "a little over, and it learns"],
)
def test_sound_rates(sound: Facts) -> None:
    assert "learning-rate-too-high" not in ids(sound)


def measured(**changes: object) -> Facts:
    assert SOUND.batch
    return replace(SOUND, batch=replace(SOUND.batch, from_logits=logits(**changes)))


def test_logits_taken_for_probabilities() -> None:
    finding = only(measured(), "from-logits-mismatch")
    assert finding.severity == "error"
    assert finding.evidence["gradient_norm_as_compiled"] == 0.0
    edit = finding.remedies[0].edits[0]
    assert isinstance(edit, SetArgument)
    assert edit.value == "SparseCategoricalCrossentropy(from_logits=True)"


def test_probabilities_taken_for_logits_are_advice_at_most() -> None:
    assert only(measured(from_logits=True, is_logits=False), "from-logits-mismatch").severity == "advice"


@pytest.mark.parametrize("agree", [True, False])
def test_a_loss_that_is_told_the_truth(agree: bool) -> None:
    assert "from-logits-mismatch" not in ids(measured(from_logits=agree, is_logits=agree))


def test_strings_hide_values() -> None:
    row = Hyperparameter("optimizer", "learning_rate", "0.001", "string", "0.001")
    finding = only(rate(5e-5, table=(row, Hyperparameter("fit", "epochs", "1", "default"))), "hidden-defaults")
    assert finding.severity == "advice"
    assert finding.evidence == {"optimizer.learning_rate": "0.001"}
    assert "hidden-defaults" not in ids(rate(5e-5, table=(replace(row, set_by="default"),)))


def test_tensorflow_keras_is_only_proposed_where_it_is_the_models_keras() -> None:
    assert SOUND.script
    facts = rate(1e-3, WORSE, optimizer_where=None)
    facts = replace(facts, script=replace(SOUND.script, keras_of_tf="tf_keras"))
    edit = only(facts, "learning-rate-too-high").remedies[0].edits[0]
    assert isinstance(edit, SetArgument)
    assert edit.imports == ("from tensorflow.keras.optimizers import Adam",)
    assert edit.place == COMPILE.where


# --- overfit -------------------------------------------------------------------------------------------------------------


def overfit(losses: tuple[float, ...], **changes: object) -> Facts:
    assert SOUND.overfit
    return replace(SOUND, overfit=replace(SOUND.overfit, losses=losses, **changes))  # type: ignore[arg-type]


FLAT = (1.1, 1.1, 1.09)


def test_a_batch_that_no_rate_learns() -> None:
    finding = only(overfit(FLAT, retried=(curve(1e-2, *FLAT),)), "cannot-overfit")
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "sound",
    [
        overfit((1.1, 0.4, 0.05)),
        overfit(FLAT, retried=(curve(1e-2, 1.1, 0.2, 0.02),)),
        overfit((1.1, 0.8, 0.5)),
        overfit(FLAT, classification=False),
    ],
    ids=["learned", "learned at another rate", "still falling", "regression"],
)
def test_batches_that_are_learned(sound: Facts) -> None:
    assert "cannot-overfit" not in ids(sound)


def test_a_stopped_test_proves_nothing() -> None:
    assert "cannot-overfit" in examine(overfit(FLAT, stopped="stopped by you")).undecided


def test_a_plateau_that_is_being_left_proves_nothing() -> None:
    leaving = tuple(2.3 - 0.35 * (n / 59) ** 3 for n in range(60))
    assert "cannot-overfit" in examine(overfit(leaving)).undecided
    creeping = tuple(2.3 - 0.1 * (n / 59) ** 3 for n in range(60))
    levelling = tuple(1.5 + 0.8 * 0.9**n for n in range(60))
    assert {"cannot-overfit"} == ids(overfit(creeping)) == ids(overfit(levelling))


def test_what_another_finding_explains_is_not_said_twice() -> None:
    facts = replace(overfit(FLAT), batch=measured().batch)
    assert ids(facts) == {"from-logits-mismatch"}
