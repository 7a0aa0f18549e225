"""The labels of the whole training set against what the model makes of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from tfwizard.checks.expressions import keras_object, listed
from tfwizard.checks.rules import Undecided, check
from tfwizard.checks.script import function_of
from tfwizard.facts import Facts, HeadFacts, InvalidLabels, LabelsFacts, OutputFacts, PaddedLabels, Place
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _
from tfwizard.source_edits import Edit, MoveListItem, RemoveArgument, ReplaceName, SetArgument, WrapArgument

#: Whole numbers from 0 without a gap are class ids up to this many; more may be counts. A ClassLabel settles it anyway.
#: The largest label sets of the usual text tasks have 20 (20 newsgroups) to 28 (GoEmotions) classes.
MOST_CLASSES = 30
#: Rows a class that must have been seen before the labels of a part speak for the rest.
ROWS_A_CLASS = 20
#: More used classes than this may be a vocabulary, whose last ids may well be unused.
MOST_USED = 100
#: The least share of the counted positions that padding must hold to be worth a word: below, it moves the loss by less.
PADDED_SHARE = 0.05


def _labels(facts: Facts) -> LabelsFacts:
    assert facts.labels
    return facts.labels


# --- num_labels ---------------------------------------------------------------------------------------------------------


@check(
    "num-labels-too-small",
    "pipelines",
    explained_by=("labels-invalid", "problem-type-mismatch", "labels-not-from-zero"),
)
def num_labels_too_small(facts: Facts) -> Iterator[Finding]:
    """A label of the training set is no class of the model, and they do not merely start at 1."""
    assert facts.pipelines
    if facts.heads is not None and len(facts.heads.outputs) > 1:
        yield from _too_few_units(facts.heads.outputs)
        return
    if facts.labels is None:
        raise Undecided(_("the labels of the training set were not examined"))
    labels = facts.labels
    if labels.classes is None or labels.maximum is None or labels.minimum is None:
        raise Undecided(_("the model's classes or the labels are not known"))
    if labels.kind != "integer" or labels.classes < 2 or labels.minimum < 0 or _starts_at_one(labels):
        return
    if labels.reads_classes is False:
        return
    largest = int(labels.maximum)
    if largest < labels.classes:
        if not labels.whole:
            raise Undecided(_("not every label was seen"))
        return
    if labels.reads_classes is None and not _some_rows_fail(facts):
        raise Undecided(_("the loss is the script's own, and it takes these labels"))
    outside = {name: count for name, count in labels.counts.items() if int(name) >= labels.classes}
    rows = [row.row for row in facts.nan.rows] if facts.nan else []
    edits = tuple(_with_classes(facts, largest + 1))
    yield Finding(
        "num-labels-too-small", "labels", "error",
        _("The model has {classes} classes, the labels go up to {largest}: {needed} classes are needed",
          classes=labels.classes, largest=largest, needed=largest + 1),
        _("A label without an output has no loss: on a GPU or under XLA it becomes NaN without a word, on a CPU TensorFlow refuses the batch."),
        {"classes": labels.classes, "classes_from": labels.classes_from, "largest_label": largest, "counts": labels.counts,
         "labels_outside": outside, "rows_outside": sum(outside.values()), "rows_seen": labels.seen, "whole_training_set": labels.whole,
         "column": labels.column, "samples_of_the_batch_without_a_loss": rows},
        _head_place(facts), "", (_classes_remedy(facts, largest + 1, edits),) if edits else (),
        _("Give the last layer {needed} outputs.", needed=largest + 1), explains_failure=True,
    )  # fmt: skip


def _too_few_units(outputs: Sequence[OutputFacts]) -> Iterator[Finding]:
    """The same for each output of a model with several, by the labels that were seen for it."""
    for output in outputs:
        target, last = output.target, output.last
        if output.loss_kind != "sparse" or target is None or target.maximum is None or target.kind != "class ids":
            continue
        units, largest = output.shape[-1], int(target.maximum)
        if largest < units or target.below or (target.minimum == 1 and largest == units):
            continue
        where = last.where if last else None
        remedies = (
            Remedy(_("Give the output {needed} units", needed=largest + 1),
                   (SetArgument(last.type, where, "units", str(largest + 1)),), _("Each class gets an output.")),
        ) if last and where and last.units == units else ()  # fmt: skip
        yield Finding(
            "num-labels-too-small", "labels", "error",
            _('The output "{output}" has {units} classes, its labels go up to {largest}: {needed} classes are needed',
              output=output.name, units=units, largest=largest, needed=largest + 1),
            _("A label without an output has no loss: on a GPU or under XLA it becomes NaN without a word, on a CPU TensorFlow refuses the batch."),
            {"output": output.name, "classes": units, "largest_label": largest, "rows_seen": target.seen, "whole_training_set": target.whole},
            where, output.name, remedies, _("Give this output {needed} units.", needed=largest + 1), explains_failure=True,
        )  # fmt: skip


def _starts_at_one(labels: LabelsFacts) -> bool:
    """Labels 1..K for K classes: shifting them is the answer, not another class."""
    return labels.minimum == 1 and labels.maximum == labels.classes


def _some_rows_fail(facts: Facts) -> bool:
    batch = facts.batch
    return batch is not None and (any(batch.raised) or any(not math.isfinite(loss) for loss in batch.losses))


@check("num-labels-too-large", "labels", "pipelines", explained_by=("labels-invalid", "model-without-head"))
def num_labels_too_large(facts: Facts) -> Iterator[Finding]:
    """More than one class above the largest label is used by no label of the whole set."""
    assert facts.labels and facts.pipelines
    labels = facts.labels
    if labels.classes is None or labels.maximum is None or labels.minimum is None:
        raise Undecided(_("the model's classes or the labels are not known"))
    if not labels.whole or not labels.shape:
        raise Undecided(_("not every label was seen"))
    if labels.kind != "integer" or labels.minimum < 0 or not labels.reads_classes or _is_vocabulary(facts):
        return
    used = int(labels.maximum) + 1
    # Gaps below the largest label are rare classes, and classes that someone has named are meant.
    if labels.classes - used < 2 or len(labels.counts) < max(2, used - 1) or used > MOST_USED:
        return
    if _count_named(labels, labels.classes) or labels.seen < ROWS_A_CLASS * used:
        return
    edits = tuple(_with_classes(facts, used))
    yield Finding(
        "num-labels-too-large", "labels", "warning",
        _("The model has {classes} classes, and the labels of the whole training set use only {used}", classes=labels.classes, used=used),
        _("It trains: the classes without labels are pushed towards zero, and the loss begins too high "
          "(ln {classes} = {begins:.2f} in place of ln {used} = {best:.2f}). It is rarely what was meant.",
          classes=labels.classes, begins=math.log(labels.classes), used=used, best=math.log(used)),
        {"classes": labels.classes, "classes_from": labels.classes_from, "counts": labels.counts,
         "unused": list(range(used, labels.classes))[:50], "rows_seen": labels.seen, "column": labels.column},
        _head_place(facts), "", (_classes_remedy(facts, used, edits),) if edits else (),
        _("Give the model {used} classes.", used=used),
    )  # fmt: skip


def _is_vocabulary(facts: Facts) -> bool:
    """Whether the labels are tokens of a text, or a label a position in a model that is not made for that."""
    labels = _labels(facts)
    several = len(labels.shape) > 1 and labels.shape[-1] != 1
    if labels.head is not None:
        return labels.head.kind != ("one class a token" if several else "one class a sample")
    return several


def _count_named(labels: LabelsFacts, classes: int) -> bool:
    return len(labels.dataset_names) == classes or len(labels.model_names) == classes


def _with_classes(facts: Facts, classes: int) -> Iterator[Edit]:
    """The edit that gives the model this many classes, wherever the script set their number."""
    labels = _labels(facts)
    head, value = labels.head, str(classes)
    load = facts.pipelines.load_call if facts.pipelines else None
    if head is not None and head.config_call is not None and head.config_call.where is not None:
        yield SetArgument("from_pretrained", head.config_call.where, "num_labels", value)
    elif head is not None and head.config_type:
        if head.config_place is not None:
            yield SetArgument(head.config_type, head.config_place, "num_labels", value)
    elif load is not None and load.where is not None and load.name == "model.from_pretrained":
        yield SetArgument("from_pretrained", load.where, "num_labels", value)
    elif labels.last_layer_place is not None:
        yield SetArgument(labels.last_layer, labels.last_layer_place, "units", value)


def _classes_remedy(facts: Facts, classes: int, edits: tuple[Edit, ...]) -> Remedy:
    edit = edits[0]
    if isinstance(edit, SetArgument) and edit.argument == "units":
        return Remedy(
            _("Give the last layer {classes} units", classes=classes), edits, _("There is one output for each class.")
        )
    return Remedy(
        _("Load the model with num_labels={classes}", classes=classes),
        edits,
        _("The new head gets one output for each class."),
    )


def _head_place(facts: Facts) -> Place | None:
    """The line that settles how many classes the model has."""
    edit = next(_with_classes(facts, 2), None)
    if edit is not None:
        return edit.place
    assert facts.pipelines
    call = facts.pipelines.load_call or facts.pipelines.compile_call
    return call.where if call else None


# --- what kind of task it is --------------------------------------------------------------------------------------------


@check("problem-type-mismatch", "labels", "pipelines", explained_by=("labels-invalid", "labels-misrouted"))
def problem_type_mismatch(facts: Facts) -> Iterator[Finding]:
    """The model does a regression where the labels are classes, or the reverse; or it cannot take several labels a row."""
    labels = _labels(facts)
    head = labels.head
    if head is None or head.kind != "one class a sample":
        return
    if labels.integer_type is None or head.num_labels is None:
        raise Undecided(_("the labels that reach the loss are not known"))
    if len(labels.shape) == 2 and labels.shape[1] > 1:
        yield from _several_a_row(facts, head)
    elif head.num_labels == 1:
        yield from _regression_on_classes(facts, head)
    else:
        yield from _classes_on_reals(facts, head)


def _regression_on_classes(facts: Facts, head: HeadFacts) -> Iterator[Finding]:
    labels = _labels(facts)
    internal = facts.data is None or not facts.data.loss_explicit
    # A Keras loss on one output may be a binary cross-entropy; a distance is another rule's.
    if not internal and labels.reads_classes is not True:
        return
    if labels.regression_meant or not labels.integer_type or labels.kind != "integer":
        return
    classes = _classes_of(labels)
    if classes is None:
        raise Undecided(_("whole numbers that may be classes or amounts"))
    edits = tuple(_with_classes(facts, classes))
    loss = facts.batch.mean_loss if facts.batch else None
    yield Finding(
        "problem-type-mismatch", "labels", "error",
        _("num_labels=1 makes this a regression, and the labels are {classes} classes (0 to {last})", classes=classes, last=classes - 1),
        _("With one output, transformers' loss is the squared distance to the class number, as if class 2 were twice class 1. "
          "It falls, and no class is ever predicted."),
        {"num_labels": head.num_labels, "model": head.model, "counts": labels.counts, "classes": classes, "column": labels.column,
         "names": list(labels.dataset_names), "rows_seen": labels.seen, "whole_training_set": labels.whole, "first_loss": loss},
        _head_place(facts), "", (_classes_remedy(facts, classes, edits),) if edits else (),
        _("Give the model num_labels={classes}. If a regression is meant, make the labels floats.", classes=classes), explains_failure=True,
    )  # fmt: skip


def _classes_of(labels: LabelsFacts) -> int | None:
    """The number of classes, where the labels can be nothing else than class ids."""
    if labels.minimum is None or labels.maximum is None or labels.minimum != 0:
        return None
    classes = int(labels.maximum) + 1
    if len(labels.dataset_names) >= max(2, classes):
        return len(labels.dataset_names)
    seen_enough = labels.whole or labels.seen >= ROWS_A_CLASS * classes
    return classes if 2 <= classes <= MOST_CLASSES and len(labels.counts) == classes and seen_enough else None


def _classes_on_reals(facts: Facts, head: HeadFacts) -> Iterator[Finding]:
    labels = _labels(facts)
    fractional = sum(one.fractional for one in labels.invalid)
    of = sum(one.of for one in labels.invalid)
    # Where most are whole numbers, the others are mistakes among classes.
    if labels.integer_type or labels.kind != "float" or not labels.reads_classes or fractional * 2 < of:
        return
    edits = tuple(_with_classes(facts, 1))
    remedies: list[Remedy] = []
    if edits:
        compile_call = facts.pipelines.compile_call if facts.pipelines else None
        loss: tuple[Edit, ...] = ()
        if facts.data is not None and facts.data.loss_explicit and compile_call and compile_call.where:
            value, imports = keras_object(facts, "losses", "MeanSquaredError", "")
            loss = (SetArgument("compile", compile_call.where, "loss", value, imports),)
        remedies.append(
            Remedy(
                _("Load the model with num_labels=1"),
                (*edits, *loss),
                _("One output, and the squared distance as the loss."),
            )
        )
    yield Finding(
        "problem-type-mismatch", "labels", "error",
        _("The model has {classes} classes, and {n} of {of} labels are numbers between whole ones "
          "({lowest:g} to {highest:g})", classes=head.num_labels, n=fractional, of=of, lowest=labels.minimum, highest=labels.maximum),
        _("The loss takes labels for class ids and cuts them down to whole numbers: 0.9 becomes class 0. Amounts need a "
          "regression, which transformers does with num_labels=1."),
        {"num_labels": head.num_labels, "model": head.model, "minimum": labels.minimum, "maximum": labels.maximum,
         "fractional": fractional, "rows_seen": labels.seen, "column": labels.column},
        _head_place(facts), "", tuple(remedies), _("Give the model num_labels=1."), explains_failure=True,
    )  # fmt: skip


def _several_a_row(facts: Facts, head: HeadFacts) -> Iterator[Finding]:
    """Rows of several labels for a loss that takes one."""
    labels = _labels(facts)
    assert facts.pipelines
    internal = facts.data is None or not facts.data.loss_explicit
    if not internal or (labels.binary and labels.rows_sum_to_one):
        return  # one 1 a row is one class in another encoding
    width = labels.shape[1]
    name = "BinaryCrossentropy" if labels.binary else "MeanSquaredError"
    compile_call = facts.pipelines.compile_call
    remedies: tuple[Remedy, ...] = ()
    if compile_call and compile_call.where:
        value, imports = keras_object(facts, "losses", name, "from_logits=True" if labels.binary else "")
        edits: list[Edit] = [SetArgument("compile", compile_call.where, "loss", value, imports), *_apart(facts)]
        if head.num_labels != width:
            edits += _with_classes(facts, width)
        remedies = (
            Remedy(
                _("Give compile a {loss}", loss=name),
                tuple(edits),
                _("Keras compares each output with its own label, one by one."),
            ),
        )
    yield Finding(
        "problem-type-mismatch", "labels", "error",
        _("Each row has several of {width} labels at once (0 or 1 each), and the model's own loss takes one class a row", width=width)
        if labels.binary
        else _("Each row has {width} amounts, and the model's own loss takes one class a row", width=width),
        _("transformers' TensorFlow models choose their loss by the number of outputs alone, and problem_type=\"{problem_type}\" is "
          "ignored by TensorFlow models.", problem_type=head.problem_type)
        if head.problem_type
        else _("transformers' TensorFlow models choose their loss by the number of outputs alone."),
        {"label_shape": list(labels.shape), "num_labels": head.num_labels, "problem_type": head.problem_type, "model": head.model},
        compile_call.where if compile_call else None, "", remedies, _("Pass compile a {loss}.", loss=name), explains_failure=True,
    )  # fmt: skip


def _apart(facts: Facts) -> Iterator[Edit]:
    """The edit that takes the labels out of the inputs, for a Keras loss."""
    inside = facts.data is not None and facts.data.labels_in_inputs
    for one in facts.pipelines.pipelines if facts.pipelines and inside else ():
        if not one.feeds_training or one.call.where is None or function_of(one) != "to_tf_dataset" or one.label_columns:
            continue
        for name in ("labels", "label", "label_ids"):
            if name in one.columns:
                yield MoveListItem("to_tf_dataset", one.call.where, "columns", name, "label_cols")
                return


# --- names --------------------------------------------------------------------------------------------------------------


@check(
    "label-names-mismatch", "labels", "pipelines",
    explained_by=("num-labels-too-small", "num-labels-too-large", "problem-type-mismatch", "labels-invalid"),
)  # fmt: skip
def label_names_mismatch(facts: Facts) -> Iterator[Finding]:
    """The model and the dataset have the same names under other numbers."""
    labels = _labels(facts)
    dataset = labels.dataset_names
    if not dataset or not labels.model_names:
        return
    model = {int(number): name for number, name in labels.model_names.items() if number.isdecimal()}
    index = {_plain(name): number for number, name in enumerate(dataset)}
    wrong = {n: name for n, name in model.items() if index.get(_plain(name), n) != n and len(index) == len(dataset)}
    if not wrong:
        return
    assert facts.pipelines
    first = min(wrong)
    names = dict(enumerate(dataset))
    load = facts.pipelines.load_call
    remedies: tuple[Remedy, ...] = ()
    if load and load.where and load.name == "model.from_pretrained" and len(names) == len(model) and labels.head:
        function, place = "from_pretrained", load.where
        if labels.head.config_call is not None and labels.head.config_call.where is not None:
            place = labels.head.config_call.where
        if not labels.head.config_type or place is not load.where:
            edits = (
                SetArgument(function, place, "id2label", repr(names)),
                SetArgument(function, place, "label2id", repr({name: number for number, name in names.items()})),
            )
            remedies = (
                Remedy(
                    _("Give the model the dataset's names"),
                    edits,
                    _("Its predictions are called what they were trained as."),
                ),
            )
    yield Finding(
        "label-names-mismatch", "labels", "warning",
        _('Label {number} is "{name}" in the dataset and "{other}" in the model',
          number=first, name=dataset[first] if first < len(dataset) else _("none"), other=wrong[first]),
        _("The training does not read the names. Whoever uses the model does: its predictions will bear the wrong ones."),
        {"dataset": list(dataset), "model": labels.model_names, "column": labels.column, "differ": {str(n): name for n, name in wrong.items()}},
        load.where if load else None, "", remedies, _("id2label should be {names}.", names=names),
    )  # fmt: skip


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ").replace("-", " ").strip()


# --- token by token -------------------------------------------------------------------------------------------------------


@check("padding-in-loss", "labels", "pipelines", explained_by=("labels-invalid", "causal-lm-not-shifted"))
def padding_in_loss(facts: Facts) -> Iterator[Finding]:
    """Padded positions have a label that the loss takes."""
    padded = _labels(facts).padded
    if padded is None or not padded.padded_counted or not padded.counted:
        return
    share = padded.padded_counted / padded.counted
    if share < PADDED_SHARE:
        return
    if padded.loss is None:
        raise Undecided(_("the loss could not be computed with and without the padding"))
    if padded.loss_without is not None and math.isclose(padded.loss, padded.loss_without, rel_tol=1e-4, abs_tol=1e-5):
        return
    yield Finding(
        "padding-in-loss", "labels", "warning",
        _("{share:.0%} of the positions in the loss are padding, labelled {label} instead of -100", share=share, label=padded.value),
        _("The model learns to label padding, which is easy, and loss and accuracy look better than they are (loss of a few rows {loss:.3g}).",
          loss=padded.loss)
        if padded.loss_without is None else
        _("The model learns to label padding, which is easy, and loss and accuracy look better than they are "
          "(loss of a few rows {loss:.3g}; without them {without:.3g}).", loss=padded.loss, without=padded.loss_without),
        {"padded_positions_in_the_loss": padded.padded_counted, "positions_in_the_loss": padded.counted, "batches": padded.batches,
         "label_there": padded.value, "loss": padded.loss, "loss_without_padding": padded.loss_without,
         "padding_told_by": padded.told_by, "collator": padded.collator, "label_pad_token_id": padded.collator_value},
        padded.collator_place or _feeding_place(facts), "", tuple(_mask_padding(facts, padded)),
        _("Label padding -100: DataCollatorForTokenClassification and DataCollatorForSeq2Seq do so by themselves."),
    )  # fmt: skip


def _mask_padding(facts: Facts, padded: PaddedLabels) -> Iterator[Remedy]:
    assert facts.script
    consequence = _("The loss leaves padding out.")
    if facts.data is not None and facts.data.loss_explicit:
        return  # a Keras loss does not know -100
    if padded.collator and padded.collator_place and padded.collator_value not in (None, -100):
        edit = SetArgument(padded.collator, padded.collator_place, "label_pad_token_id", "-100")
        yield Remedy(_("Let the collator pad labels with -100"), (edit,), consequence)
    held = facts.script.held
    if held is None or held.where is None or facts.data is None or facts.data.source != "tf.data.Dataset":
        return
    tests = {
        "attention_mask": 'x["attention_mask"] == 1',
        "input_ids": f'x["input_ids"] != {padded.pad_id}',
        "labels": f"{{y}} != {padded.pad_id}",
    }
    test = tests.get(padded.told_by)
    if test is None:
        return
    function = held.name.rsplit(".", 1)[-1]
    if facts.data.structure == "(dict of inputs, labels)":
        template = f"{{}}.map(lambda x, y: (x, tf.where({test.replace('{y}', 'y')}, y, -100)))"
    elif facts.data.labels_in_inputs == ("labels",):
        y = 'x["labels"]'
        template = f'{{}}.map(lambda x: {{**x, "labels": tf.where({test.replace("{y}", y)}, {y}, -100)}})'
    else:
        return
    edit_fit = WrapArgument(function, held.where, "x", template, ("import tensorflow as tf",))
    yield Remedy(_("Label padded positions -100 on the way to the training"), (edit_fit,), consequence)


def _feeding_place(facts: Facts) -> Place | None:
    """The line of the pipeline that feeds the training, else that of the training."""
    for one in facts.pipelines.pipelines if facts.pipelines else ():
        if one.feeds_training:
            return one.call.where
    return facts.script.held.where if facts.script and facts.script.held else None


@check("all-labels-masked", "labels", "pipelines", explained_by=("labels-invalid", "nan-weights"))
def all_labels_masked(facts: Facts) -> Iterator[Finding]:
    """In some batch every label is left out, and the mean over none is no number."""
    masked = _labels(facts).masked
    if masked is None or not masked.masked or masked.first is None:
        return
    if masked.loss is None:
        raise Undecided(_("the loss of that batch could not be computed"))
    if math.isfinite(masked.loss):
        return
    every = masked.masked == masked.batches
    yield Finding(
        "all-labels-masked", "labels", "error",
        _("Every label of every batch is -100: their loss is 0/0") if every
        else _("In {n} of {of} batches every label is -100: their loss is 0/0", n=masked.masked, of=masked.batches),
        _("-100 leaves a position out of the loss. Where all are left out, the mean over none of them is NaN, and one step with "
          "it makes every weight NaN."),
        {"batches_seen": masked.batches, "batches_without_a_label": masked.masked, "first_such_batch": masked.first, "its_loss": masked.loss},
        _feeding_place(facts), "", (),
        _("Look at how the labels are aligned with the tokens.") if every
        else _("Drop the samples without a single label, or take larger batches."),
        explains_failure=True,
    )  # fmt: skip


@check(
    "causal-lm-not-shifted",
    "labels",
    "pipelines",
    explained_by=("labels-in-inputs-with-keras-loss", "label-kind-mismatch"),
)
def causal_lm_not_shifted(facts: Facts) -> Iterator[Finding]:
    """The labels are the input ids, the model sees none of what follows, and the loss does not shift."""
    assert facts.pipelines
    copied = _labels(facts).copied
    if copied is None or copied.same < copied.positions:
        return
    head = _labels(facts).head
    causal = (
        copied.causal if copied.causal is not None else (head is not None and head.kind == "the next token") or None
    )
    if causal is None:
        raise Undecided(_("whether the model sees what follows could not be tried"))
    if not causal:
        return
    compile_call = facts.pipelines.compile_call
    remedies: tuple[Remedy, ...] = ()
    if head is not None and head.own_loss and compile_call and compile_call.where:
        edit = RemoveArgument("compile", compile_call.where, "loss")
        remedies = (
            Remedy(
                _("Drop loss=: the model's own loss shifts the labels"),
                (edit,),
                _("It learns to predict the token that follows."),
            ),
        )
    yield Finding(
        "causal-lm-not-shifted", "labels", "warning",
        _("The labels are the input ids, position by position ({n} of {n}): it learns to copy", n=copied.positions),
        _("A language model is to predict the token that follows. The loss that compile was given compares each output with the token "
          "that was just put in; transformers' own loss shifts the labels by one."),
        {"positions": copied.positions, "equal": copied.same, "sees_only_what_came_before": causal,
         "loss": facts.data.loss if facts.data else None},
        compile_call.where if compile_call else None, "", remedies,
        _("Shift them: inputs ids[:, :-1], labels ids[:, 1:]."),
    )  # fmt: skip


# --- the head itself --------------------------------------------------------------------------------------------------------


@check("model-without-head", "labels", "pipelines")
def model_without_head(facts: Facts) -> Iterator[Finding]:
    """A base model, which has no loss and no logits, is to learn labels."""
    assert facts.pipelines
    labels = _labels(facts)
    head = labels.head
    if head is None or head.own_loss or head.gives_logits:
        return
    explicit = facts.data is not None and facts.data.loss_explicit
    if explicit and not (labels.reads_classes or (labels.kind == "integer" and labels.integer_type)):
        return  # hidden states may be compared with hidden states
    load, classes = facts.pipelines.load_call, _wanted_classes(labels)
    remedies: tuple[Remedy, ...] = ()
    if load and load.where and head.headed:
        edits: list[Edit] = [
            ReplaceName(load.where, head.loaded_as, head.headed, (f"from transformers import {head.headed}",))
        ]
        if classes not in (None, 2):  # two is what it has when nothing is said
            edits.append(SetArgument("from_pretrained", load.where, "num_labels", str(classes)))
        remedies = (
            Remedy(
                _("Load {model}", model=head.headed),
                tuple(edits),
                _("It puts a fresh head on the same encoder, and has a loss."),
            ),
        )
    yield Finding(
        "model-without-head", "batch", "error",
        _("{model} has no head: it gives {outputs}, no logits, and has no loss of its own",
          model=head.model, outputs=", ".join(head.outputs)),
        _("A base model turns text into vectors. To learn labels it needs a head, which transformers' classes For… have."),
        {"model": head.model, "outputs": list(head.outputs), "width": head.width, "loss": facts.data.loss if facts.data else None,
         "classes_in_the_labels": classes, "class_with_a_head": head.headed or None},
        load.where if load else (facts.pipelines.compile_call.where if facts.pipelines.compile_call else None), "", remedies,
        _("Load {model} instead.", model=head.headed) if head.headed else _("Load the class of this architecture for your task instead."),
        explains_failure=True,
    )  # fmt: skip


def _wanted_classes(labels: LabelsFacts) -> int | None:
    if labels.dataset_names:
        return len(labels.dataset_names)
    if labels.kind == "integer" and labels.minimum is not None and labels.maximum is not None and labels.minimum >= 0:
        return max(2, int(labels.maximum) + 1)
    return 1 if labels.kind == "float" else None


@check("labels-misrouted", "labels", "pipelines", explained_by=("model-without-head",))
def labels_misrouted(facts: Facts) -> Iterator[Finding]:
    """Labels are given, under names that the model's own loss does not read."""
    labels = _labels(facts)
    head = labels.head
    explicit = facts.data is not None and facts.data.loss_explicit
    if head is None or not head.own_loss or explicit or not head.given:
        return
    if head.loss_computed is None:
        if head.unread and not any(name in head.arguments for name in head.given):
            raise Undecided(_("the model could not be run with these labels"))
        return
    if head.loss_computed:
        return
    names = ", ".join(f'"{name}"' for name in head.unread)
    wanted = listed(head.arguments) if head.arguments else _("none")
    yield Finding(
        "labels-misrouted", "data", "error",
        _("The labels are given as {names}, and {model} reads {wanted}", names=names, model=head.model, wanted=wanted) if head.unread
        else _("The labels are given without a name, and {model} reads {wanted}", model=head.model, wanted=wanted),
        _("No label reaches the model's own loss. Depending on the version the training minimises the mean of the logits, which can fall "
          "for ever, below zero.") if head.separate
        else _("No label reaches the model's own loss. Depending on the version the training stops with a TypeError."),
        {"given": list(head.given), "unread": list(head.unread), "model_reads": list(head.arguments), "loss_of_the_batch": None,
         "labels_apart": head.separate},
        _feeding_place(facts), "", tuple(_rerouted(facts, head)), _("Name the labels {wanted}.", wanted=wanted), explains_failure=True,
    )  # fmt: skip


def _rerouted(facts: Facts, head: HeadFacts) -> Iterator[Remedy]:
    held = facts.script.held if facts.script else None
    if held is None or held.where is None or facts.data is None:
        return
    function, consequence = held.name.rsplit(".", 1)[-1], _("The model's own loss reads them.")
    apart = head.separate and facts.data.source == "arrays"
    argument = "y" if apart else "x"
    if len(head.unread) == 1 and len(head.arguments) == 1 and head.separate:
        new, old = head.arguments[0], head.unread[0]
        template = (
            f'{{{{"{new}": {{}}["{old}"]}}}}' if apart else f'{{}}.map(lambda x, y: (x, {{"{new}": y["{old}"]}}))'
        )
        if apart:
            template = f'{{}}["{old}"]'
        yield Remedy(
            _('Give the labels as "{new}"', new=new),
            (WrapArgument(function, held.where, argument, template),),
            consequence,
        )
    elif len(head.unread) == 1 and len(head.arguments) == 1:
        new, old = head.arguments[0], head.unread[0]
        for one in facts.pipelines.pipelines if facts.pipelines else ():
            if one.feeds_training and one.call.where and function_of(one) == "to_tf_dataset" and old in one.columns:
                yield Remedy(
                    _('Give the labels apart from the inputs: "{old}" in label_cols', old=old),
                    (MoveListItem("to_tf_dataset", one.call.where, "columns", old, "label_cols"),), consequence,
                )  # fmt: skip
        if facts.data.source == "tf.data.Dataset":
            template = f'{{}}.map(lambda x: ({{k: v for k, v in x.items() if k != "{old}"}}, x["{old}"]))'
            yield Remedy(
                _("Give the labels apart from the inputs"),
                (WrapArgument(function, held.where, "x", template),),
                consequence,
            )
    elif set(head.arguments) == {"start_positions", "end_positions"} and head.pairs_in_order and not apart:
        pair = ("y[0]", "y[1]") if facts.labels and not facts.labels.shape else ("y[:, 0]", "y[:, 1]")
        template = f'{{}}.map(lambda x, y: (x, {{"start_positions": {pair[0]}, "end_positions": {pair[1]}}}))'
        yield Remedy(
            _("Name the two positions"),
            (WrapArgument(function, held.where, "x", template),),
            _("Each position has a loss of its own."),
        )


# --- no labels at all -------------------------------------------------------------------------------------------------------


@check("labels-invalid", "labels", "pipelines")
def labels_invalid(facts: Facts) -> Iterator[Finding]:
    """Labels that are None, NaN or between two classes."""
    labels = _labels(facts)
    for one in labels.invalid:
        if one.nan and labels.invalid_loss_finite:
            continue  # the loss of the script's own leaves them out
        if one.missing or one.nan:
            n = one.missing + one.nan
            yield _invalid(
                facts, one,
                _('{n} of {of} labels ("{name}") are None', n=n, of=one.of, name=one.name) if one.missing
                else _('{n} of {of} labels ("{name}") are NaN', n=n, of=one.of, name=one.name),
                _("TensorFlow turns a missing label into the smallest integer, and some models that into class 0, without a "
                  "word; as a number it makes the loss NaN."),
            )  # fmt: skip
        elif one.fractional and one.fractional * 2 < one.of and labels.reads_classes:
            yield _invalid(
                facts, one, _('{n} of {of} labels ("{name}") are no whole number', n=one.fractional, of=one.of, name=one.name),
                _("The loss takes labels for class ids and cuts them down: 0.9 becomes class 0."),
            )  # fmt: skip


def _invalid(facts: Facts, one: InvalidLabels, title: str, why: str) -> Finding:
    return Finding(
        "labels-invalid", "data", "error", title, why,
        {"labels": one.name, "of": one.of, "missing": one.missing, "nan": one.nan, "fractional": one.fractional, "rows": list(one.rows)},
        _feeding_place(facts), one.name if len(_labels(facts).invalid) > 1 else "", (),
        _("Drop these rows, or give them a label; the first are {rows}.", rows=", ".join(map(str, one.rows))) if one.rows
        else _("Drop these rows."),
        explains_failure=True,
    )  # fmt: skip
