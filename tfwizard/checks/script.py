"""How far the script gets, and what stops it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from tfwizard.checks.loop import updates_by_hand
from tfwizard.checks.rules import Undecided, check, fallback
from tfwizard.facts import BrokenBatch, ErrorFacts, Facts, KerasObject, PipelineFacts, Place, ScriptFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _
from tfwizard.source_edits import Edit, InsertFirst, ReplaceImport, ReplaceListItem, ReplaceName, SetArgument

#: Names that people and collators give to the labels.
LABEL_NAMES = ("label", "labels", "label_ids", "target", "targets")


def function_of(pipeline: PipelineFacts) -> str:
    """The last name of the call: to_tf_dataset or prepare_tf_dataset."""
    return pipeline.call.name.rsplit(".", 1)[-1]


@check("column-not-found", "script", "pipelines")
def column_not_found(facts: Facts) -> Iterator[Finding]:
    """A column named to to_tf_dataset is not what dataset plus collator give."""
    assert facts.pipelines
    pipelines = [one for one in facts.pipelines.pipelines if function_of(one) == "to_tf_dataset"]
    if not pipelines:
        raise Undecided(_("the script has not called to_tf_dataset"))
    for pipeline in pipelines:
        if not pipeline.failed or pipeline.available is None:
            continue
        for argument, wanted in (("columns", pipeline.columns), ("label_cols", pipeline.label_columns)):
            for name in wanted:
                if name not in pipeline.available and not _is_renamed(name, pipeline.available):
                    yield _missing_column(pipeline, argument, name)
                    return


def _is_renamed(name: str, available: Sequence[str]) -> bool:
    # transformers' collators turn label and label_ids into labels, and datasets knows that.
    return name in ("label", "label_ids") and "labels" in available


def _missing_column(pipeline: PipelineFacts, argument: str, name: str) -> Finding:
    available = pipeline.available or ()
    nearest = _nearest(name, available)
    place = pipeline.call.where
    remedies: tuple[Remedy, ...] = ()
    if nearest and place:
        edit = ReplaceListItem("to_tf_dataset", place, argument, name, nearest)
        remedies = (
            Remedy(
                _('Write "{nearest}" for "{column}"', nearest=nearest, column=name),
                (edit,),
                _('The column is called "{nearest}" in this dataset.', nearest=nearest),
            ),
        )
    listed = ", ".join(available)
    return Finding(
        "column-not-found", "script", "error",
        _('to_tf_dataset asks for the column "{column}", which the dataset does not have', column=name),
        _("to_tf_dataset can only hand on columns of the dataset, or columns that its collator makes."),
        {"asked": name, "argument": argument, "available": list(available), "nearest": nearest, "collator": pipeline.collator},
        place, name, remedies, _("Name one of the columns that there are: {columns}.", columns=listed), explains_failure=True,
    )  # fmt: skip


def _nearest(name: str, available: Sequence[str]) -> str | None:
    if name in LABEL_NAMES:
        for other in LABEL_NAMES:
            if other in available:
                return other
    close = difflib.get_close_matches(name, available, 1, 0.75)
    return close[0] if close else None


@check("no-collator", "script", "pipelines")
def no_collator(facts: Facts) -> Iterator[Finding]:
    """Sample lengths differ, and nothing pads them."""
    assert facts.pipelines
    if not facts.pipelines.pipelines:
        raise Undecided(_("the script has made no tf.data.Dataset from a dataset"))
    ragged = [(one, columns) for one in facts.pipelines.pipelines if (columns := _ragged(one))]
    if not ragged:
        if facts.script and facts.script.outcome == "failed" and all(one.failed for one in facts.pipelines.pipelines):
            raise Undecided(_("no dataset was made"))
        return
    pipeline, columns = next(((one, c) for one, c in ragged if one.feeds_training), ragged[0])
    column = columns[0]
    lengths = next(one for one in pipeline.dataset_columns if one.name == column)
    remedies = tuple(_collators([one for one, _columns in ragged], columns))
    error = facts.data.error if facts.data else None
    yield Finding(
        "no-collator", "script", "error",
        _("The samples have different lengths ({shortest} to {longest} {column}) and nothing pads them",
          shortest=lengths.shortest, longest=lengths.longest, column=column),
        _("A batch is a rectangle of numbers: its rows must have one length. A collator pads the shorter ones, batch by batch."),
        {
            "columns": {one.name: [one.shortest, one.longest] for one in pipeline.dataset_columns if one.name in columns},
            "rows": pipeline.rows, "collate_fn": pipeline.collator, "batch_size": pipeline.batch_size,
            "batch_error": error.useful if error else None, "calls": len(ragged),
        },
        pipeline.call.where, "", remedies,
        _("Give the call a collator that pads (DataCollatorWithPadding with your tokenizer), or pad in the tokenizer."),
        explains_failure=True,
    )  # fmt: skip


def _ragged(pipeline: PipelineFacts) -> list[str]:
    """The columns of a batch whose lists differ in length, when nothing pads them."""
    if pipeline.pads or pipeline.batch_size in (None, 1) or pipeline.failed:
        return []
    wanted = {*pipeline.columns, *pipeline.label_columns}
    return [
        one.name
        for one in pipeline.dataset_columns
        if one.shortest != one.longest and (not wanted or one.name in wanted)
    ]  # fmt: skip


def _collators(pipelines: list[PipelineFacts], columns: list[str]) -> Iterator[Remedy]:
    edits = []
    per_token = any(name in LABEL_NAMES or name.endswith("_tags") for name in columns)
    collator = "DataCollatorForTokenClassification" if per_token else "DataCollatorWithPadding"
    for one in pipelines:
        if not one.tokenizers or one.call.where is None:
            return
        tokenizer = one.tokenizers[0]
        if function_of(one) == "prepare_tf_dataset":
            edits.append(SetArgument("prepare_tf_dataset", one.call.where, "tokenizer", tokenizer))
        else:
            value = f'{collator}({tokenizer}, return_tensors="tf")'
            edits.append(
                SetArgument(
                    "to_tf_dataset", one.call.where, "collate_fn", value, (f"from transformers import {collator}",)
                )
            )
    title = (
        _("Pad with the tokenizer")
        if edits and edits[0].function == "prepare_tf_dataset"
        else _("Pad each batch with {collator}", collator=collator)
    )
    yield Remedy(title, tuple(edits), _("Each batch is padded to its own longest sample."))


@check("two-kerases", "script", "pipelines")
def two_kerases(facts: Facts) -> Iterator[Finding]:
    """A Keras 3 object reached a tf_keras model, or the other way round."""
    assert facts.pipelines and facts.script
    own, called = facts.pipelines.model_keras, facts.pipelines.model_type
    # A loss of the other Keras is only called, and works.
    strangers = [one for one in facts.pipelines.objects if one.keras != own and not one.role.startswith("loss")]
    if len(facts.pipelines.mixed) == 2 and facts.script.outcome == "failed" and not (own and strangers):
        owner, stranger = facts.pipelines.mixed
        own, called, strangers = owner.keras, owner.type, [stranger]
    elif facts.pipelines.compile_call is None or own is None:
        raise Undecided(_("no model was compiled"))
    if not strangers:
        return
    first = strangers[0]
    other = {"keras": "Keras 3 (keras)", "tf_keras": "Keras 2 (tf_keras)"}
    compile_call, error = facts.pipelines.compile_call, facts.script.error
    where = compile_call.where if compile_call else (error.where if error else None)
    yield Finding(
        "two-kerases", "script", "error",
        _("{kind} comes from {keras}, {model} from {other}", kind=first.type, keras=other[first.keras], model=called, other=other[own])
        if compile_call is None
        else _("{kind} comes from {keras}, the model from {other}", kind=first.type, keras=other[first.keras], other=other[own]),
        _("Two Kerases are installed side by side, and their objects do not mix. transformers' TF models are made with tf_keras; "
          "`tensorflow.keras` is Keras 3 unless TF_USE_LEGACY_KERAS is set before its first use."),
        {
            "model": called, "model_keras": own, "tf.keras": facts.script.keras_of_tf,
            "objects": [{"role": one.role, "type": one.type, "module": one.module} for one in strangers],
        },
        where, "", tuple(_one_keras(facts, own, strangers)),
        _("Import {kind} from {package} instead of {keras}.", kind=first.type, package=own, keras=first.keras),
        explains_failure=True,
    )  # fmt: skip


def _one_keras(facts: Facts, own: str, strangers: list[KerasObject]) -> Iterator[Remedy]:
    """The ways back to one Keras: of all of tf.keras, of the imports, or of the lines that made the objects."""
    assert facts.script
    packages = facts.script.environment.packages
    # Without tf-keras, or before TF 2.16, the variable makes tf.keras fail. Where tf.keras is tf_keras, it is set already.
    legacy = own == "tf_keras" and "tf-keras" in packages and _at_least(packages.get("tensorflow", ""), (2, 16))
    if legacy and facts.script.keras_of_tf != "tf_keras":
        statements = ("import os", 'os.environ["TF_USE_LEGACY_KERAS"] = "1"')
        yield Remedy(
            _("Set TF_USE_LEGACY_KERAS before the first import"),
            (InsertFirst(Place(facts.script.path, 1), statements),),
            _("tensorflow.keras is then tf_keras everywhere in this script."),
        )
    if any(one.where is None or _home(one) is None for one in strangers):
        return
    # Until tf.keras is the model's Keras, only the package's own name is sure to be it.
    package = "tensorflow.keras" if facts.script.keras_of_tf == own else own
    imports = tuple(ReplaceImport(one.where, one.type, f"{package}.{_home(one)}") for one in strangers if one.where)
    yield Remedy(
        _("Import from {package}", package=package),
        _once(imports),
        _("Everything is then made with {package}.", package=own),
    )
    names = tuple(
        ReplaceName(one.where, one.type, f"{own}.{_home(one)}.{one.type}", (f"import {own}",))
        for one in strangers
        if one.where
    )
    yield Remedy(
        _("Make it with {package}", package=own),
        _once(names),
        _("Everything is then made with {package}.", package=own),
    )


def _once(edits: tuple[ReplaceImport | ReplaceName, ...]) -> tuple[Edit, ...]:
    return tuple(dict.fromkeys(edits))


def _home(one: KerasObject) -> str | None:
    """The module of Keras that an object of this kind is imported from. None for a class of some other library."""
    kinds = {"optimizer": "optimizers", "metrics": "metrics", "weighted_metrics": "metrics", "metric": "metrics",
             "callbacks": "callbacks", "callback": "callbacks", "layer": "layers"}  # fmt: skip
    return kinds.get(one.role.split("[")[0]) if one.module.split(".")[0] in ("keras", "tf_keras") else None


def _at_least(version: str, wanted: tuple[int, int]) -> bool:
    parts = version.split(".")
    try:
        return (int(parts[0]), int(parts[1])) >= wanted
    except (IndexError, ValueError):
        return False


@check("no-training-call", "script", "loop", explained_by=("optimizer-not-applied", "no-gradients"))
def no_training_call(facts: Facts) -> Iterator[Finding]:
    """The script ended without training."""
    assert facts.script
    if facts.script.outcome in ("failed", "died", "timed_out"):
        raise Undecided(_("the script did not reach its end"))
    if facts.script.outcome != "no_training" or updates_by_hand(facts):
        return
    last = facts.script.calls[-1] if facts.script.calls else None
    yield Finding(
        "no-training-call", "script", "warning",
        _("The script ended without training anything"),
        _("No call of fit or train_on_batch, and no optimizer step of a custom loop, was seen."),
        {"exit_code": facts.script.exit_code, "calls": [call.name for call in facts.script.calls][-10:]},
        last.where if last else None, "", (),
        _("If training stands behind a condition or an argument, give the script that argument: tfwizard run SCRIPT -- ARGS."),
    )  # fmt: skip


@fallback("script-error", "script")
def script_error(facts: Facts, found: Sequence[Finding]) -> Iterator[Finding]:
    """An exception, or the end of the process, that no other finding explains."""
    script = facts.script
    assert script
    explained = any(finding.explains_failure for finding in found)
    if script.outcome in ("died", "timed_out"):
        if script.calls and not explained:
            yield _death(script)
    elif script.outcome == "no_training" and script.death:
        yield _forked(script)
    elif facts.pipelines is None and not script.death:
        raise Undecided(_("not examined yet: {missing}", missing="pipelines"))
    elif script.outcome == "failed" and script.error and not explained:
        yield _failure(script, script.error)
    elif explained:
        return
    elif script.death:
        yield _death_at_hold(script)
    elif facts.data and facts.data.refusal:
        yield _refused(script, facts.data.refusal)
    elif facts.batch and facts.batch.step and facts.batch.step.error:
        yield _first_step(script, facts.batch.step.error)
    elif facts.memory and facts.memory.refused:
        yield _no_graph(script, facts.memory.refused)
    elif facts.scan and facts.scan.unread:
        seen, error = facts.scan.unread, facts.scan.unread.error
        title = _("Batch {n} cannot be read: {kind}: {why}", n=seen.number, kind=error.type, why=error.useful)
        yield _later_batch(script, seen, title)
    elif facts.layers and facts.layers.stuck:
        seen, error = facts.layers.stuck, facts.layers.stuck.error
        title = _("The model does not take batch {n}: {kind}: {why}", n=seen.number, kind=error.type, why=error.useful)
        yield _later_batch(script, seen, title)


def _death(script: ScriptFacts) -> Finding:
    last = script.calls[-1]
    what = script.death or (
        _("no training call within the time limit")
        if script.outcome == "timed_out"
        else _("the process ended by itself")
    )
    trained = script.held is not None
    return Finding(
        "script-error", "script", "error",
        (_("The script's process ended while it trained: {why}", why=what) if trained
         else _("The script's process ended before it trained: {why}", why=what)),
        (_("The process was gone in the middle of the training. What was measured until then is still shown.") if trained
         else _("The process was gone before any training call. What was captured until then is still shown.")),
        {"outcome": script.outcome, "death": script.death, "exit_code": script.exit_code, "last_call": last.name},
        last.where, "", (), _("Look at the end of the script's output, and at the last call that was captured."), explains_failure=True,
    )  # fmt: skip


def _death_at_hold(script: ScriptFacts) -> Finding:
    held = script.held
    return Finding(
        "script-error", "script", "error", _("The script's process ended while it was examined: {why}", why=script.death),
        _("The script was held at its training call. Its own data, model or loss was being tried; the training may end in the same way."),
        {"outcome": script.outcome, "death": script.death, "exit_code": script.exit_code, "examined": script.died_in},
        held.where if held else None, "", (), _("Look at the end of the script's output, and at what the stage that was examined then runs."),
        explains_failure=True,
    )  # fmt: skip


def _forked(script: ScriptFacts) -> Finding:
    last = script.calls[-1] if script.calls else None
    return Finding(
        "script-error", "script", "error", _("The script trains in a process that it forks off"),
        _("The wizard looks into the process that runs the script, and into no other. Nothing was trained."),
        {"outcome": script.outcome, "death": script.death},
        last.where if last else None, "", (),
        _("Call the function that trains in the script itself, and not through multiprocessing or os.fork, then run again."),
        explains_failure=True,
    )  # fmt: skip


def _failure(script: ScriptFacts, error: ErrorFacts) -> Finding:
    call = script.calls[error.call] if error.call is not None and error.call < len(script.calls) else None
    return Finding(
        "script-error", "script", "error", f"{error.type}: {error.useful}"[:200],
        _in_plain_words(script, error),
        {
            "type": error.type, "message": error.message[:2000], "in_call": call.name if call else None,
            "user_frames": _user_frames(error),
        },
        error.where, "", (), _("Mend the line shown, then run again."), explains_failure=True,
    )  # fmt: skip


def _user_frames(error: ErrorFacts) -> list[str]:
    return [f"{one.place.file}:{one.place.line} {one.place.text}" for one in error.frames if one.user][-8:]


def _refused(script: ScriptFacts, error: ErrorFacts) -> Finding:
    held = script.held
    return Finding(
        "script-error", "script", "error",
        (_("{call} fails: {kind}: {why}", call=held.name.rsplit(".", 1)[-1], kind=error.type, why=error.useful) if held
         else _("The training call fails: {kind}: {why}", kind=error.type, why=error.useful))[:200],
        _("The script was held at its training call; that call was tried, for one step at most, and this is what Keras says."),
        {"type": error.type, "message": error.message[:2000]},
        held.where if held else None, "", (), _("Compare the arguments of this call, and those of compile, with what Keras takes."),
        explains_failure=True,
    )  # fmt: skip


def _first_step(script: ScriptFacts, error: ErrorFacts) -> Finding:
    return Finding(
        "script-error",
        "script",
        "error",
        _("The first training step fails: {kind}: {why}", kind=error.type, why=error.useful)[:200],
        _(
            "The script was held at its training call, and one step of the model's own training was tried on the first batch."
        ),
        {"type": error.type, "message": error.message[:2000]},
        script.held.where if script.held else None,
        "",
        (),
        _("Compare the shapes and types of the batch (stage data) with what the model and its loss take."),
        explains_failure=True,
    )


def _no_graph(script: ScriptFacts, error: ErrorFacts) -> Finding:
    symbolic = error.type == "OperatorNotAllowedInGraphError"
    return Finding(
        "script-error", "script", "error",
        _("The training call fails at its first step: {kind}: {why}", kind=error.type, why=error.useful)[:200],
        _("The model runs on a batch, and its training step does not: fit traces that step into a graph, where tensors have no values yet. "
          "The call was tried for one step, and this is what it raised."),
        {"type": error.type, "message": error.message[:2000], "user_frames": _user_frames(error)},
        error.where or (script.held.where if script.held else None), "", (),
        (_("Write what Python decides here with TensorFlow: tf.where or tf.cond for an if, tf.while_loop for a loop. "
           "Or give compile run_eagerly=True, which is slower.") if symbolic
         else _("Mend the line shown. With run_eagerly=True in compile the step can be looked at with print and a debugger.")),
        explains_failure=True,
    )  # fmt: skip


def _later_batch(script: ScriptFacts, seen: BrokenBatch, title: str) -> Finding:
    error = seen.error
    shapes = "; ".join(
        _("{name} {here}, in the first batch {first}", name=name, here=here, first=first)
        for name, first, here in seen.shapes
    )
    return Finding(
        "script-error", "script", "error", title[:200],
        " ".join((
            _("Batches are counted from 0, and those before this one are fine. The training would end here, in the middle of its first epoch."),
            *([_("It is shaped otherwise: {shapes}.", shapes=shapes)] if shapes else []),
        )),
        {"batch": seen.number, "type": error.type, "message": error.message[:2000],
         "shapes": [{"name": name, "first": list(first), "here": list(here)} for name, first, here in seen.shapes]},
        error.where or (script.held.where if script.held else None), "", (),
        _("Look at the rows of that batch, and at what the pipeline makes of them."), explains_failure=True,
    )  # fmt: skip


def _in_plain_words(script: ScriptFacts, error: ErrorFacts) -> str:
    if script.read_stdin:
        return _("The script asks for input, and there is none here: give it what it needs as arguments or in a file.")
    if error.module_name:
        return _(
            "The package {package} is not installed in the environment that runs the script "
            "({python}). Install it there, or name the Python that trains with --python.",
            package=error.module_name,
            python=script.environment.executable,
        )
    if error.path and "FileNotFoundError" in (error.type, *error.bases):
        return _(
            "There is no file {path}. Relative paths start from the folder in which you called tfwizard.",
            path=error.path,
        )
    if "SyntaxError" in (error.type, *error.bases):
        return _("Python cannot read this line; nothing of the script has run.")
    return _("Your code stopped here with an exception.")
