"""Whether the training can run as written: steps, schedules, callbacks, evaluation."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import Facts, SavingFacts, StepsFacts, TrainingFacts
from tfwizard.findings import Finding, Number, Remedy
from tfwizard.language import N_, _, ngettext
from tfwizard.source_edits import RemoveArgument, RenameArgument, SetArgument, WrapArgument

#: A third of the steps without a rate are no rounding of the schedule's length.
LOST_SHARE = 1 / 3
#: A rate that only comes after the end, and is this much over the highest one of the training.
LATER = 1.5
#: What stops the script or the first batch comes before anything that a whole training would meet.
EARLIER = (
    "script-error", "removed-argument", "two-kerases", "column-not-found", "no-collator", "labels-missing", "label-kind-mismatch",
    "labels-in-inputs-with-keras-loss", "input-shape-mismatch", "output-shape-mismatch", "token-id-out-of-range",
    "sequence-too-long", "text-not-tokenized", "num-labels-too-small", "labels-not-from-zero", "loss-mismatch", "empty-dataset",
    "metric-mismatch", "pad-token-missing", "unexpected-input", "model-without-head", "wrong-output-layer", "problem-type-mismatch",
    "labels-misrouted", "labels-invalid", "loss-broadcasts", "class-weight-mismatch", "read-as-sample-weights",
)  # fmt: skip


def _lacking(training: TrainingFacts, part: str) -> None:
    """Say that a part could not be examined, where that is so."""
    if part in training.lacking:
        raise Undecided(training.lacking[part])


@check("removed-argument", "training")
def removed_argument(facts: Facts) -> Iterator[Finding]:
    """An argument that this Keras does not take, or takes and drops."""
    training = facts.training
    assert training
    _lacking(training, "arguments")
    keras = {"keras": "Keras 3", "tf_keras": "tf_keras"}.get(training.keras or "", _("this version"))
    for one in training.arguments:
        if one.positional:
            edits: tuple[Remedy, ...] = ()
            if one.where and one.value:
                set_metrics = SetArgument(one.function, one.where, "metrics", one.value)
                edits = (Remedy(_("Pass them as metrics="), (set_metrics,), _("They are metrics again.")),)
            yield Finding(
                "removed-argument", "script", "error",
                _("The third argument of compile is loss_weights in Keras 3, and it is given metrics"),
                _("By position the metrics land where the weights of the losses belong. Keras 2 had another order."),
                {"function": "compile", "argument": "loss_weights", "value": one.value}, one.where, "metrics", edits,
                _("Write metrics= in front of them."), explains_failure=True,
            )  # fmt: skip
            continue
        remedies: list[Remedy] = []
        if one.where and one.renamed:
            rename = RenameArgument(one.function, one.where, one.name, one.renamed)
            remedies.append(
                Remedy(
                    _("Write {renamed}= for {name}=", renamed=one.renamed, name=one.name),
                    (rename,),
                    _("The value takes effect."),
                )
            )
        elif one.where:
            remove = RemoveArgument(one.function, one.where, one.name)
            remedies.append(
                Remedy(_("Leave {name}= out", name=one.name), (remove,), _("Nothing else takes its place."))
            )
        if one.ignored:
            title = _(
                "{function} drops the argument {name}={value}", function=one.function, name=one.name, value=one.value
            )
        else:
            title = _(
                "{function} does not take the argument {name}={value}",
                function=one.function,
                name=one.name,
                value=one.value,
            )
        yield Finding(
            "removed-argument", "script", "warning" if one.ignored else "error", title,
            _("{keras} has no argument of this name; it is called {renamed} now.", keras=keras, renamed=one.renamed) if one.renamed
            else _("{keras} has no argument of this name, though earlier versions may have had it.", keras=keras),
            {"function": one.function, "argument": one.name, "value": one.value, "new_name": one.renamed},
            one.where, one.name, tuple(remedies),
            _("Write {renamed}= instead.", renamed=one.renamed) if one.renamed else _("Leave it out."),
            explains_failure=not one.ignored,
        )  # fmt: skip


@check("eager-left-on", "training")
def eager_left_on(facts: Facts) -> Iterator[Finding]:
    """The training step runs without a graph."""
    training = facts.training
    assert training
    _lacking(training, "eager")
    eager = training.eager
    if eager is None:
        return
    remedies: tuple[Remedy, ...] = ()
    if eager.where is not None:
        edit: RemoveArgument | SetArgument = RemoveArgument("compile", eager.where, "run_eagerly")
        if eager.function != "compile":
            edit = SetArgument(eager.function, eager.where, "run_eagerly", "False")
        remedies = (Remedy(_("Let TensorFlow build a graph"), (edit,), _("The steps run several times faster.")),)
    yield Finding(
        "eager-left-on", "hyperparameters", "advice", _("The training step runs eagerly, operation by operation"),
        _("That helps when one looks for an error, and makes every step several times slower."),
        {"set_by": eager.function}, eager.where, "", remedies, _("Leave run_eagerly out once the error is found."),
    )  # fmt: skip


@check("schedule-mismatch", "training", explained_by=("endless-dataset", "runs-out-of-data", "empty-dataset"))
def schedule_mismatch(facts: Facts) -> Iterator[Finding]:
    """The learning rate is over long before the training is, or comes after it."""
    training = facts.training
    assert training
    _lacking(training, "schedule")
    schedule = training.schedule
    if schedule is None:
        return
    rates = [rate for _, rate in schedule.rates]
    peak = max(rates)
    rising = all(one <= other * (1 + 1e-6) for one, other in zip(rates, rates[1:], strict=False))
    if schedule.dead_from is not None and schedule.dead_from <= (1 - LOST_SHARE) * schedule.steps:
        share = 1 - schedule.dead_from / schedule.steps
        title = _(
            "The learning rate is {rate:.3g} from step {step} of {steps} on",
            rate=rates[-1],
            step=schedule.dead_from,
            steps=schedule.steps,
        )
        why = _(
            "The schedule is over long before the training is: {share:.0%} of the steps change nothing.", share=share
        )
    elif rising and schedule.later > LATER * peak:
        title = _(
            "The learning rate has only come to {peak:.3g} when the training ends, of {later:.3g}",
            peak=peak,
            later=schedule.later,
        )
        why = _("Its warm-up is longer than the {n} steps of this training.", n=schedule.steps)
    else:
        return
    remedies: tuple[Remedy, ...] = ()
    if schedule.where is not None and schedule.proposed is not None:
        edit = SetArgument(schedule.function, schedule.where, schedule.argument, str(schedule.proposed))
        title_of = _("Set {argument} to {proposed}", argument=schedule.argument, proposed=schedule.proposed)
        remedies = (Remedy(title_of, (edit,), _("It fits the {n} steps of this training.", n=schedule.steps)),)
    held = facts.script.held if facts.script else None
    some = schedule.rates[:: max(1, len(schedule.rates) // 8)]
    yield Finding(
        "schedule-mismatch", "hyperparameters", "warning", title, why,
        {"schedule": schedule.name, "steps": schedule.steps, "rates": {str(step): rate for step, rate in some},
         "rate_at_the_end": rates[-1], "highest": peak, "highest_later": schedule.later, "argument": schedule.argument,
         "value": schedule.value, "proposed": schedule.proposed},
        schedule.where or (held.where if held else None), "", remedies,
        _("Give the schedule the steps of the whole training: {n} (batches times epochs).", n=schedule.steps),
    )  # fmt: skip


@check("endless-dataset", "training", explained_by=("empty-dataset",))
def endless_dataset(facts: Facts) -> Iterator[Finding]:
    """It repeats for ever, and fit is not told how many steps an epoch has."""
    training = facts.training
    assert training
    _lacking(training, "steps")
    held = facts.script.held if facts.script else None
    for one in training.steps:
        if one.batches != -1 or one.asked is not None:
            continue
        argument = "steps_per_epoch" if one.source == "training" else "validation_steps"
        remedies: tuple[Remedy, ...] = ()
        if one.once and held and held.where:
            edit = SetArgument("fit", held.where, argument, str(one.once))
            proposed = Number(_("steps"), str(one.once))
            remedies = (
                Remedy(
                    _("Set {argument} to {proposed}", argument=argument, proposed=one.once),
                    (edit,),
                    _("An epoch is one pass over the data."),
                    proposed,
                ),
            )
        title = (
            _("The training data never ends, and fit has no {argument}", argument=argument)
            if one.source == "training"
            else _("The validation data never ends, and fit has no {argument}", argument=argument)
        )
        why = _("Keras cannot know where an epoch ends: tf_keras raises an error, Keras 3 never comes to the end.")
        if one.once:
            why = f"{why} {ngettext('One pass has {n} batch.', 'One pass has {n} batches.', one.once)}"
        yield Finding(
            "endless-dataset", "data", "error", title, why,
            {"source": one.source, "batches": "endless", argument: None, "batches_before_repeat": one.once},
            held.where if held else None, "" if one.source == "training" else one.source, remedies,
            _("Pass {argument}, or leave repeat() out.", argument=argument), explains_failure=True,
        )  # fmt: skip


@check("runs-out-of-data", "training", explained_by=("empty-dataset",))
def runs_out_of_data(facts: Facts) -> Iterator[Finding]:
    """All epochs together ask for more batches than there are."""
    training = facts.training
    assert training
    _lacking(training, "steps")
    held = facts.script.held if facts.script else None
    for one in training.steps:
        if one.source != "training":
            if one.asked and one.batches and 0 < one.batches < one.asked and not one.generator:
                yield Finding(
                    "runs-out-of-data", "train", "advice",
                    _("validation_steps asks for {n} batches, and the validation data has {batches}", n=one.asked, batches=one.batches),
                    _("Keras warns at the end of each epoch, and the values are those of the batches that there are."),
                    {"validation_steps": one.asked, "batches": one.batches}, held.where if held else None, one.source, (),
                    _("Leave validation_steps out."),
                )  # fmt: skip
            continue
        if not _runs_out(one):
            continue
        assert one.batches
        remedies: tuple[Remedy, ...] = ()
        if held and held.where and one.asked and not one.generator:
            remove = RemoveArgument("fit", held.where, "steps_per_epoch")
            remedies = (
                Remedy(
                    _("Leave steps_per_epoch out"),
                    (remove,),
                    ngettext(
                        "An epoch is the {n} batch there is.", "An epoch is the {n} batches there are.", one.batches
                    ),
                ),
            )
        asked = one.asked or one.batches
        after = (
            _("tf_keras stops the training there")
            if training.keras == "tf_keras"
            else _("the epoch is cut short there")
        )
        if one.generator:
            title = _(
                "{epochs} epochs of {steps} steps need {n} batches, and the generator has {batches}",
                epochs=one.epochs,
                steps=asked,
                n=one.epochs * asked,
                batches=one.batches,
            )
            why = _(
                "A generator gives its batches once, and the epochs share them, which ends after {n} batches: {after}.",
                n=one.batches,
                after=after,
            )
        else:
            title = _(
                "{epochs} epochs of {steps} steps need {n} batches, and the dataset has {batches}",
                epochs=one.epochs,
                steps=asked,
                n=one.epochs * asked,
                batches=one.batches,
            )
            why = _(
                "With steps_per_epoch the epochs share one pass over the data, which ends after {n} batches: {after}.",
                n=one.batches,
                after=after,
            )
        yield Finding(
            "runs-out-of-data", "train", "warning", title, why,
            {"steps_per_epoch": one.asked, "epochs": one.epochs, "needed": one.epochs * asked, "batches": one.batches},
            held.where if held else None, "", remedies,
            _("Give a dataset or arrays, which begin anew each epoch.") if one.generator
            else _("Leave steps_per_epoch out, or repeat() the dataset."),
        )  # fmt: skip


def _runs_out(one: StepsFacts) -> bool:
    if one.batches is None or one.batches <= 0:
        return False
    if one.generator:
        return (one.asked or one.batches) * one.epochs > one.batches
    # Equal is sound: Keras then begins anew each epoch.
    return one.asked is not None and one.asked != one.batches and one.asked * one.epochs > one.batches


@check("monitor-not-logged", "training", explained_by=EARLIER)
def monitor_not_logged(facts: Facts) -> Iterator[Finding]:
    """A callback watches a name that no epoch logs."""
    training = facts.training
    assert training
    _lacking(training, "monitors")
    for one in training.monitors:
        remedies: tuple[Remedy, ...] = ()
        if one.where and one.proposed:
            edit = SetArgument(one.callback, one.where, "monitor", f'"{one.proposed}"')
            remedies = (
                Remedy(_("Watch {name}", name=one.proposed), (edit,), _("The callback does what it was meant to.")),
            )
        listed = ", ".join(name for name in training.logged if name not in ("lr", "learning_rate"))
        if one.hook:
            yield Finding(
                "monitor-not-logged", "hyperparameters", "error",
                _(
                    '{callback}.{hook} reads logs["{name}"], which this fit does not log',
                    callback=one.callback, hook=one.hook, name=one.monitor,
                ),
                _("It logs {names}. Played through one epoch, the callback raises a KeyError: the training would stop there.", names=listed),
                {"callback": one.callback, "monitor": one.monitor, "logged": list(training.logged), "hook": one.hook},
                one.where, f"{one.callback}.{one.monitor}", (),
                _("Pass validation_data to fit, or read a name that is logged.")
                if one.monitor.startswith("val_") and not any(name.startswith("val_") for name in training.logged)
                else _("Read one of: {names}.", names=listed),
            )  # fmt: skip
            continue
        yield Finding(
            "monitor-not-logged", "hyperparameters", "error" if one.error else "warning",
            _('{callback} watches "{name}", which this fit does not log', callback=one.callback, name=one.monitor),
            _("It logs {names}. A callback that does not find its value raises an error after the first epoch.", names=listed) if one.error
            else _("It logs {names}. A callback that does not find its value does nothing but warn.", names=listed),
            {"callback": one.callback, "monitor": one.monitor, "logged": list(training.logged), "nearest": one.proposed,
             "raises": one.error.useful if one.error else None},
            one.where, f"{one.callback}.{one.monitor}", remedies, _("Watch one of: {names}.", names=listed),
        )  # fmt: skip


@check("checkpoint-not-savable", "training", explained_by=("removed-argument", "two-kerases"))
def checkpoint_not_savable(facts: Facts) -> Iterator[Finding]:
    """A checkpoint callback fails when it saves."""
    training = facts.training
    assert training
    if not training.checkpoints:
        _lacking(training, "checkpoints")
    for one in training.checkpoints:
        when = _when(one.hook) if one.made else _("at once")
        advice = (
            _("This was tried and works: {argument}={value}.", argument=one.argument, value=one.value)
            if one.argument
            else _("Save the weights alone.")
        )
        if one.error.type == "TBNotInstalledError":
            advice = _("Install tensorboard where the script runs: pip install tensorboard.")
        if one.folder:
            gone = one.error.type in ("FileNotFoundError", "NotADirectoryError")
            advice = (
                _('Make the folder first: os.makedirs("{folder}", exist_ok=True).', folder=one.folder)
                if gone
                else _("Take a folder that you may write to: {folder} is none.", folder=one.folder)
            )
        yield Finding(
            "checkpoint-not-savable", "hyperparameters", "error",
            _('{callback} cannot save to "{path}": it fails {when}', callback=one.callback, path=one.path, when=when),
            _("The folder was looked at: {error}", error=one.error.useful) if one.folder
            else _("Tried on this model: {error}", error=one.error.useful),
            {"path": one.path, "save_weights_only": one.weights_only, "error": one.error.type, "said": one.error.useful,
             "folder": one.folder or None, "works": f"{one.argument}={one.value}" if one.argument else None},
            one.where, "", tuple(_saved(one)), advice, explains_failure=not one.made,
        )  # fmt: skip


#: When a hook of a callback runs, in words.
WHEN = {
    "on_train_begin": N_("as the training begins"), "on_epoch_end": N_("at the end of the first epoch"),
    "on_train_end": N_("when the training ends"), "on_test_end": N_("at the end of the first validation"),
}  # fmt: skip


def _when(hook: str) -> str:
    return _(WHEN.get(hook, N_("during the first epoch")))


def _saved(one: SavingFacts) -> Iterator[Remedy]:
    if one.where is None or not one.argument:
        return
    if one.argument != "filepath":
        set_weights = SetArgument(one.callback, one.where, one.argument, one.value)
        yield Remedy(
            _("Save the weights alone"),
            (set_weights,),
            _("The architecture then comes from your code when you load it."),
        )
        return
    new = ".weights.h5" if one.value.endswith(".weights.h5") else ".keras"
    title = _("Let the path end in {ending}", ending=new)
    if one.literal:
        yield Remedy(
            title, (SetArgument(one.callback, one.where, "filepath", repr(one.value)),), _("This format was tried.")
        )
        return
    old = next((end for end in (".h5", ".hdf5", ".ckpt", ".tf", ".model") if one.path.endswith(end)), "")
    template = f'str({{}}).replace("{old}", "{new}")' if old else f'str({{}}) + "{new}"'
    yield Remedy(title, (WrapArgument(one.callback, one.where, "filepath", template),), _("This format was tried."))


@check("evaluation-fails", "training", explained_by=EARLIER)
def evaluation_fails(facts: Facts) -> Iterator[Finding]:
    """Training works on one batch, evaluation does not."""
    training = facts.training
    assert training
    _lacking(training, "evaluation")
    one = training.evaluation
    if one is None:
        return
    if one.hook:
        title = _(
            "{callback}.{hook} fails: {kind}: {error}",
            callback=one.what,
            hook=one.hook,
            kind=one.error.type,
            error=one.error.useful,
        )
        why = _(
            "The callback was played through one epoch. The training would stop {when}.",
            when=_when(one.hook),
        )
        advice = _("Call the callback's method by hand on a small batch until it works.")
    else:
        batch = _("one batch") if one.batch == 1 else _("batch {number}", number=one.batch)
        title = _(
            "Evaluation fails on {batch} ({data}): {kind}: {error}",
            batch=batch,
            data=one.what,
            kind=one.error.type,
            error=one.error.useful,
        )
        why = _("The first epoch would train to its end, and the script would then stop here.")
        advice = _("Prepare the validation data as the training data is prepared, and try model.evaluate on one batch.")
    yield Finding(
        "evaluation-fails", "train", "error", title[:200], why,
        {"what": one.what, "hook": one.hook or None, "batch": one.batch, "error": one.error.type, "message": one.error.useful},
        one.error.where or one.where, one.what, (), advice,
    )  # fmt: skip


@check("optimizer-reused", "training")
def optimizer_reused(facts: Facts) -> Iterator[Finding]:
    """The optimizer was built for other variables."""
    training = facts.training
    assert training
    _lacking(training, "reused")
    one = training.reused
    if one is None:
        return
    yield Finding(
        "optimizer-reused", "hyperparameters", "error",
        _(
            "This {optimizer} was built for another model: {n} of {of} variables are unknown to it",
            optimizer=one.optimizer, n=one.unknown, of=one.variables,
        ),
        _("An optimizer keeps moments for the variables that it first met, and refuses those of a second model."),
        {"unknown": one.unknown, "variables": one.variables}, one.where, "", (),
        _("Make a new optimizer for each model."),
    )  # fmt: skip
