"""Steps, schedules, callbacks, evaluation: what fails is found, and its sound look-alike gives nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_facts import FIT, SOUND, at

from tfwizard.checks import examine
from tfwizard.facts import (
    ArgumentFacts,
    EagerFacts,
    ErrorFacts,
    EvaluationFacts,
    Facts,
    MonitorFacts,
    ReuseFacts,
    SavingFacts,
    ScheduleFacts,
    StepsFacts,
)
from tfwizard.findings import Finding
from tfwizard.source_edits import RemoveArgument, RenameArgument, SetArgument, WrapArgument

ERROR = ErrorFacts("ValueError", "boom", "boom")
IDS = {
    "removed-argument", "eager-left-on", "schedule-mismatch", "endless-dataset", "runs-out-of-data", "monitor-not-logged",
    "checkpoint-not-savable", "evaluation-fails", "optimizer-reused",
}  # fmt: skip


def training(**changes: object) -> Facts:
    assert SOUND.training
    return replace(SOUND, training=replace(SOUND.training, **changes))  # type: ignore[arg-type]


def found(facts: Facts) -> dict[str, Finding]:
    return {one.id: one for one in examine(facts).findings if one.id in IDS}


def test_a_sound_training_is_decided() -> None:
    assert found(SOUND) == {}
    assert examine(SOUND).decided >= IDS


def test_what_could_not_be_examined_is_not_decided() -> None:
    parts = ("arguments", "eager", "schedule", "steps", "monitors", "checkpoints", "evaluation", "reused")
    undecided = examine(training(lacking=dict.fromkeys(parts, "no model"))).undecided
    assert {undecided[one] for one in IDS} == {"no model"}


# --- arguments -----------------------------------------------------------------------------------------------------------


def test_a_renamed_argument_gets_its_new_name() -> None:
    one = ArgumentFacts("Adam", "lr", "0.01", at(5), False, "learning_rate")
    finding = found(training(arguments=(one,)))["removed-argument"]
    assert finding.severity == "error"
    assert finding.explains_failure
    assert finding.remedies[0].edits == (RenameArgument("Adam", at(5), "lr", "learning_rate"),)


def test_a_dropped_argument_is_a_warning_and_goes() -> None:
    one = ArgumentFacts("Adam", "decay", "1e-06", at(5), True)
    finding = found(training(arguments=(one,)))["removed-argument"]
    assert finding.severity == "warning"
    assert finding.remedies[0].edits == (RemoveArgument("Adam", at(5), "decay"),)


def test_metrics_by_position_get_their_name() -> None:
    one = ArgumentFacts("compile", "loss_weights", "['accuracy']", at(5), False, "metrics", True)
    finding = found(training(arguments=(one,)))["removed-argument"]
    assert finding.remedies[0].edits == (SetArgument("compile", at(5), "metrics", "['accuracy']"),)


@pytest.mark.parametrize(
    ("function", "edit"),
    [
        ("compile", RemoveArgument("compile", at(6), "run_eagerly")),
        ("run_functions_eagerly", SetArgument("run_functions_eagerly", at(6), "run_eagerly", "False")),
    ],
)
def test_eager_is_advice(function: str, edit: object) -> None:
    finding = found(training(eager=EagerFacts(function, at(6))))["eager-left-on"]
    assert (finding.severity, finding.remedies[0].edits) == ("advice", (edit,))


# --- schedules -----------------------------------------------------------------------------------------------------------


def schedule(rates: list[float], dead_from: int | None = None, later: float = 0.0) -> Facts:
    points = tuple((step * 10, rate) for step, rate in enumerate(rates))
    facts = ScheduleFacts(
        "PolynomialDecay",
        10 * len(rates),
        points,
        dead_from,
        later,
        "create_optimizer",
        "num_train_steps",
        "8",
        100,
        at(7),
    )
    return training(schedule=facts)


def test_a_schedule_that_is_over_long_before_the_training() -> None:
    finding = found(schedule([1e-4, 5e-5, *[0.0] * 8], 20))["schedule-mismatch"]
    assert finding.severity == "warning"
    assert finding.remedies[0].edits == (SetArgument("create_optimizer", at(7), "num_train_steps", "100"),)
    assert finding.evidence["rate_at_the_end"] == 0


def test_a_warm_up_that_outlasts_the_training() -> None:
    assert "schedule-mismatch" in found(schedule([0.0, 1e-6, 2e-6, 3e-6], None, 1e-4))


@pytest.mark.parametrize(
    "sound",
    [
        schedule([1e-4, 7e-5, 4e-5, 1e-5, 1e-6], 49),
        schedule([0.0, 1e-4, 5e-5, 1e-5], None, 0.0),
        schedule([1e-3, 5e-4, 1e-4, 1e-4, 1e-4], None, 1e-4),
        schedule([1e-3, 0.0, 1e-3, 0.0, 1e-3], None, 1e-3),
        schedule([1e-3, 1e-3, 9e-4, 9e-4], None, 9e-4),
    ],
)
def test_sound_schedules(sound: Facts) -> None:
    assert found(sound) == {}


# --- steps -----------------------------------------------------------------------------------------------------------------


def test_an_endless_dataset_needs_steps() -> None:
    finding = found(training(steps=(StepsFacts("training", -1, None, 5, 25),)))["endless-dataset"]
    assert FIT.where is not None
    assert finding.remedies[0].edits == (SetArgument("fit", FIT.where, "steps_per_epoch", "25"),)


def test_an_endless_validation_set_needs_steps_of_its_own() -> None:
    steps = (StepsFacts("training", 30, None, 5), StepsFacts("validation", -1, None, 1, 7))
    finding = found(training(steps=steps))["endless-dataset"]
    assert FIT.where is not None
    assert finding.remedies[0].edits == (SetArgument("fit", FIT.where, "validation_steps", "7"),)


def test_steps_that_the_data_cannot_give() -> None:
    finding = found(training(steps=(StepsFacts("training", 30, 20, 10),)))["runs-out-of-data"]
    assert finding.evidence["needed"] == 200
    assert FIT.where is not None
    assert finding.remedies[0].edits == (RemoveArgument("fit", FIT.where, "steps_per_epoch"),)


@pytest.mark.parametrize(
    "one",
    [
        StepsFacts("training", -1, 25, 5),
        StepsFacts("training", 30, 30, 10),
        StepsFacts("training", 30, 10, 3),
        StepsFacts("training", None, 10, 100),
        StepsFacts("training", 30, None, 10),
        StepsFacts("training", None, None, 10),
    ],
)
def test_sound_steps(one: StepsFacts) -> None:
    assert found(training(steps=(one,))) == {}


# --- callbacks and evaluation ------------------------------------------------------------------------------------------------


def test_a_name_that_is_not_logged() -> None:
    one = MonitorFacts("EarlyStopping", "val_acc", at(8), "val_accuracy")
    finding = found(training(monitors=(one,)))["monitor-not-logged"]
    assert finding.severity == "warning"
    assert finding.remedies[0].edits == (SetArgument("EarlyStopping", at(8), "monitor", '"val_accuracy"'),)
    raised = found(training(monitors=(replace(one, error=ERROR),)))["monitor-not-logged"]
    assert raised.severity == "error"


def test_a_checkpoint_that_cannot_be_saved() -> None:
    one = SavingFacts("ModelCheckpoint", "best.h5", ERROR, False, at(9), "filepath", "best.keras", True)
    finding = found(training(checkpoints=(one,)))["checkpoint-not-savable"]
    assert finding.remedies[0].edits == (SetArgument("ModelCheckpoint", at(9), "filepath", "'best.keras'"),)
    built = found(training(checkpoints=(replace(one, literal=False),)))["checkpoint-not-savable"]
    [edit] = built.remedies[0].edits
    assert isinstance(edit, WrapArgument)
    assert edit.template == 'str({}).replace(".h5", ".keras")'
    weights = replace(one, argument="save_weights_only", value="True")
    finding = found(training(checkpoints=(weights,)))["checkpoint-not-savable"]
    assert finding.remedies[0].edits == (SetArgument("ModelCheckpoint", at(9), "save_weights_only", "True"),)


def test_an_evaluation_that_fails() -> None:
    finding = found(training(evaluation=EvaluationFacts("validation_data", ERROR, at(10))))["evaluation-fails"]
    assert finding.where == at(10)


def test_an_optimizer_of_another_model() -> None:
    assert found(training(reused=ReuseFacts("Adam", 4, 4, at(3))))["optimizer-reused"].severity == "error"


# --- rehearsed ------------------------------------------------------------------------------------------------------------


def test_a_generator_is_used_up_by_one_pass() -> None:
    finding = found(training(steps=(StepsFacts("training", 30, None, 5, generator=True),)))["runs-out-of-data"]
    assert finding.evidence["needed"] == 150
    assert finding.remedies == ()
    sound = (StepsFacts("training", 30, None, 1, generator=True), StepsFacts("training", 30, 10, 3, generator=True))
    for one in sound:
        assert found(training(steps=(one,))) == {}


def test_steps_beyond_the_validation_data_are_advice() -> None:
    steps = (StepsFacts("training", 30, None, 5), StepsFacts("validation", 3, 10, 1))
    assert found(training(steps=steps))["runs-out-of-data"].severity == "advice"
    assert found(training(steps=(steps[0], StepsFacts("validation", 10, 3, 1)))) == {}


def test_a_name_that_a_callback_of_the_users_reads_in_vain() -> None:
    one = MonitorFacts("Best", "val_loss", at(8), None, ERROR, "on_epoch_end")
    finding = found(training(monitors=(one,), logged=("accuracy", "loss")))["monitor-not-logged"]
    assert finding.severity == "error"
    assert 'logs["val_loss"]' in finding.title
    assert "validation_data" in finding.advice


def test_a_missing_folder_is_to_be_made() -> None:
    error = ErrorFacts("FileNotFoundError", "no folder", "no folder")
    one = SavingFacts("Saver", "runs/m.keras", error, where=at(9), folder="/home/me/runs")
    finding = found(training(checkpoints=(one,)))["checkpoint-not-savable"]
    assert "os.makedirs" in finding.advice
    assert "end of the first epoch" in finding.title
    denied = replace(one, error=ErrorFacts("PermissionError", "denied", "denied"), hook="on_train_begin")
    finding = found(training(checkpoints=(denied,)))["checkpoint-not-savable"]
    assert "may write to" in finding.advice
    assert "as the training begins" in finding.title


def test_a_callback_that_fails_is_named_with_its_hook() -> None:
    one = EvaluationFacts("Report", ERROR, at(10), 1, "on_epoch_end")
    assert found(training(evaluation=one))["evaluation-fails"].title.startswith("Report.on_epoch_end fails")
    later = EvaluationFacts("validation_data", ERROR, at(10), 3)
    assert "batch 3" in found(training(evaluation=later))["evaluation-fails"].title
