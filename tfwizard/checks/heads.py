"""Each output beside its labels, its loss and its metrics."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tfwizard.checks.head_fixes import (
    activation_edits,
    edits_of,
    flatten_edits,
    label_edits,
    loss_edits,
    units_edits,
)
from tfwizard.checks.loop import loop_broadcasts
from tfwizard.checks.rules import Undecided, check
from tfwizard.checks.script import LABEL_NAMES
from tfwizard.facts import ColumnFacts, Facts, OutputFacts, Place, TargetFacts
from tfwizard.findings import Evidence, Finding, Remedy
from tfwizard.language import N_, _, ngettext
from tfwizard.source_edits import Edit

CLASSIFYING = ("sparse", "categorical", "binary")
KNOWN = (*CLASSIFYING, "regression", "hinge")
CLASS_NUMBERS = ("class ids", "binary", "signs")
#: A few odd labels are for the rules on labels; the output layer is wrong when it misses this share of them.
OUT_OF_REACH = 0.05
#: Labels between whole numbers in most rows are measurements, not damaged class numbers.
MOSTLY_FRACTIONAL = 0.5
#: One value per sample and this many of them: a quantity, and no classes to give an output each.
TOO_MANY_CLASSES = 100
#: Float32 sums over a batch differ by about 1e-6; labels that broadcast change the loss by far more.
SAME = 1e-3
RANGES = {"sigmoid": N_("0 to 1"), "softmax": N_("0 to 1"), "tanh": N_("-1 to 1"), "relu": N_("0 and up")}


# --- what is compared with what ----------------------------------------------------------------------------------------------


def outputs_of(facts: Facts) -> tuple[OutputFacts, ...]:
    """The outputs with labels. Raises Undecided where there are none to compare."""
    assert facts.heads
    found = tuple(one for one in facts.heads.outputs if one.target is not None)
    if not found:
        raise Undecided(_("no output of the model was seen beside its labels"))
    if facts.heads.own_loss:
        raise Undecided(_("the script computes its loss in code of its own"))
    return found


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without the axis of one at the end, which Keras adds and drops by itself."""
    return shape[:-1] if shape and shape[-1] == 1 else shape


def width(output: OutputFacts) -> int:
    """The units of the last axis."""
    return output.shape[-1] if len(output.shape) > 1 else 1


def one_each(output: OutputFacts, target: TargetFacts) -> bool:
    """Whether there is one label for each row of units."""
    return _squeezed(target.shape[1:]) == output.shape[1:-1]


def one_for_each_unit(output: OutputFacts, target: TargetFacts) -> bool:
    """Whether there is one label for each unit."""
    return _squeezed(target.shape[1:]) == _squeezed(output.shape[1:])


def rows_of_classes(output: OutputFacts, target: TargetFacts) -> bool:
    """Whether the labels have an axis of classes, as the output has."""
    return len(target.shape) == len(output.shape) > 1 and target.shape[-1] > 1


def compile_place(facts: Facts) -> Place | None:
    """The line of compile, or that of the training call."""
    call = facts.pipelines.compile_call if facts.pipelines else None
    held = facts.script.held if facts.script else None
    return call.where if call else (held.where if held else None)


def evidence_of(output: OutputFacts, **more: object) -> Evidence:
    """The numbers that decided."""
    target = output.target
    assert target
    return {
        "output": output.name, "output_shape": list(output.shape), "labels_shape": list(target.shape),
        "labels_dtype": target.dtype, "labels_are": target.kind, "labels_range": [target.minimum, target.maximum],
        "different_labels": target.distinct, "labels_seen": target.seen, "whole_training_set": target.whole,
        "loss": output.loss, "from_logits": output.from_logits,
        "activation": output.last.activation if output.last else None,
        "loss_raises": output.error.useful if output.error else None, **more,
    }  # fmt: skip


def name_of(output: OutputFacts) -> str:
    """Which output, where there are several: an ending for a title."""
    return _(' of the output "{output}"', output=output.name) if output.name else ""


def titled(title: str, output: OutputFacts) -> str:
    """The title, with the output that is meant where there are several."""
    return _('{title} of the output "{output}"', title=title, output=output.name) if output.name else title


def _logits(output: OutputFacts) -> str:
    """The argument that tells a loss what this output is."""
    return "" if output.last and output.last.activation in ("softmax", "sigmoid") else "from_logits=True"


def activation_of(output: OutputFacts) -> str:
    """The activation of the last layer."""
    return output.last.activation if output.last else ""


def remedies_of(title: str, edits: tuple[Edit, ...], consequence: str) -> tuple[Remedy, ...]:
    """One remedy, or none where there is nothing to edit."""
    return (Remedy(title, edits, consequence),) if edits else ()


# --- labels ------------------------------------------------------------------------------------------------------------------


@check(
    "label-kind-mismatch",
    "heads",
    "pipelines",
    explained_by=("labels-missing", "problem-type-mismatch", "labels-misrouted"),
)
def label_kind_mismatch(facts: Facts) -> Iterator[Finding]:
    """The right family of loss, and labels in another encoding than it takes."""
    for output in outputs_of(facts):
        target = output.target
        assert target
        found = _wrong_kind(facts, output, target)
        if found is None:
            continue
        title, why, remedies, advice = found
        yield Finding(
            "label-kind-mismatch", "data", "error", titled(title, output), why, evidence_of(output), compile_place(facts), output.name,
            remedies, advice, explains_failure=True,
        )  # fmt: skip


def _wrong_kind(
    facts: Facts, output: OutputFacts, target: TargetFacts
) -> tuple[str, str, tuple[Remedy, ...], str] | None:
    kind, units = output.loss_kind, width(output)
    rows = rows_of_classes(output, target)
    if target.kind == "text" and (kind in KNOWN or kind == "internal"):
        edits: tuple[Edit, ...] = ()
        if facts.heads and facts.heads.fit.given == "y" and not facts.heads.fit.validation:
            edits = label_edits(facts, "np.unique({}, return_inverse=True)[1]", ("import numpy as np",))
        return (
            _("The labels are text ({dtype}), and {loss} takes numbers", dtype=target.dtype, loss=output.loss),
            _("A loss calculates with class numbers. Names have to be numbered first, in the same way for training and validation."),
            remedies_of(_("Number the classes in alphabetical order"), edits, _("Class 0 is the first name in the alphabet.")),
            _("Number the names (a StringLookup layer, a LabelEncoder, or class_encode_column)."),
        )  # fmt: skip
    if kind in ("sparse", "internal") and rows and units > 1 and target.kind in ("one-hot", "soft"):
        edits = loss_edits(facts, output, "CategoricalCrossentropy", _logits(output)) if kind == "sparse" else ()
        return (
            _("The labels are one-hot rows of {width}, and {loss} takes class numbers", width=target.shape[-1], loss=output.loss)
            if target.kind == "one-hot"
            else _("The labels are soft rows of {width}, and {loss} takes class numbers", width=target.shape[-1], loss=output.loss),
            _("A sparse cross-entropy reads one class number for each sample; one-hot rows are what the categorical one reads."),
            remedies_of(_("Use CategoricalCrossentropy"), edits, _("The same loss, for one-hot labels.")),
            _("Use CategoricalCrossentropy, or give the class numbers (argmax of the rows)."),
        )  # fmt: skip
    if kind == "categorical" and units > 1 and one_each(output, target) and target.kind in CLASS_NUMBERS:
        return (
            _("The labels are class numbers ({range}), and {loss} takes one-hot rows of {units}",
              range=range_of(target), loss=output.loss, units=units),
            _("A categorical cross-entropy compares each row of outputs with a row of the same width; class numbers are what the "
              "sparse one reads."),
            remedies_of(
                _("Use SparseCategoricalCrossentropy"),
                loss_edits(facts, output, "SparseCategoricalCrossentropy", _logits(output)),
                _("The same loss, for class numbers."),
            ),
            _("Use SparseCategoricalCrossentropy, or make the labels one-hot: to_categorical(y, {units}).", units=units),
        )  # fmt: skip
    if kind == "sparse" and units > 1 and one_each(output, target) and target.fractional > MOSTLY_FRACTIONAL:
        return (
            _("{share:.0%} of the labels are no whole numbers ({range}), and {loss} takes class numbers",
              share=target.fractional, range=range_of(target), loss=output.loss),
            _("TensorFlow cuts off what stands behind the point: different labels become the same class without a word."),
            (),
            _("Give whole class numbers from 0, or train a regression (one unit and a mean squared error)."),
        )  # fmt: skip
    if kind == "binary" and units == 1 and target.kind == "one-hot" and target.shape[1:] == (2,):
        logits = "from_logits=True" if output.from_logits else ""
        groups = [units_edits(output.last, 2), loss_edits(facts, output, "CategoricalCrossentropy", logits)]
        if not logits:
            groups.append(activation_edits(output.last, "softmax"))
        edits = tuple(edits_of(*groups))
        return (
            _("The labels are one-hot rows of 2, and {loss} on one unit takes 0 or 1", loss=output.loss),
            _("One unit says how likely class 1 is: its label is a single 0 or 1. One-hot rows need a unit for each class."),
            remedies_of(_("Give the last layer two units and use CategoricalCrossentropy"), edits, _("Each class has a unit of its own.")),
            _("Give the second column of the labels alone, or two units with softmax and CategoricalCrossentropy."),
        )  # fmt: skip
    return None


def range_of(target: TargetFacts) -> str:
    """The lowest and the highest label in words."""
    if target.minimum is None or target.maximum is None:
        return _("unknown")
    return _("{lowest:g} to {highest:g}", lowest=target.minimum, highest=target.maximum)


@check(
    "labels-not-from-zero",
    "heads",
    "pipelines",
    explained_by=("problem-type-mismatch", "loss-mismatch", "padding-in-loss"),
)
def labels_not_from_zero(facts: Facts) -> Iterator[Finding]:
    """Class numbers that begin at 1, or are negative without a mask."""
    for output in outputs_of(facts):
        target = output.target
        assert target
        classes = 2 if width(output) == 1 and output.loss_kind == "binary" else width(output)
        sparse = output.loss_kind in ("sparse", "internal") and width(output) > 1 and one_each(output, target)
        binary = output.loss_kind == "binary" and width(output) == 1 and one_for_each_unit(output, target)
        categorical = output.loss_kind == "categorical" and width(output) > 1 and one_each(output, target)
        if not (sparse or binary or categorical) or target.kind not in CLASS_NUMBERS:
            continue
        lowest, highest = _whole_range(facts, target)
        excused = _excused(output, target)
        negative = [value for value in target.negatives if value not in excused]
        shifted = lowest >= 1 and highest == lowest + classes - 1 and (target.distinct or 0) <= classes
        if negative or shifted:
            yield _from_zero(facts, output, target, lowest, highest, classes, negative)


def _whole_range(facts: Facts, target: TargetFacts) -> tuple[int, int]:
    lowest, highest = target.minimum or 0, target.maximum or 0
    labels = facts.labels
    if labels and facts.heads and len(facts.heads.outputs) == 1 and labels.kind == "integer":
        lowest = min(lowest, labels.minimum if labels.minimum is not None else lowest)
        highest = max(highest, labels.maximum if labels.maximum is not None else highest)
    return int(lowest), int(highest)


def _excused(output: OutputFacts, target: TargetFacts) -> tuple[int, ...]:
    """Negative labels that the loss leaves out. transformers does so for labels per token alone."""
    if output.loss_kind == "internal":
        return (-100, -1) if len(target.shape) > 1 and target.shape[1] > 1 else ()
    return () if output.ignored_class is None else (output.ignored_class,)


def _from_zero(
    facts: Facts, output: OutputFacts, target: TargetFacts, lowest: int, highest: int, classes: int, negative: list[int]
) -> Finding:
    remedies: tuple[Remedy, ...] = ()
    if classes == 2 and (lowest, highest) == (-1, 1):
        remedies = remedies_of(
            _("Turn -1 and 1 into 0 and 1"), label_edits(facts, "({} + 1) // 2"), _("The classes keep their order.")
        )
    elif highest - lowest + 1 == classes and lowest != 0:
        sign = f"- {lowest}" if lowest > 0 else f"+ {-lowest}"
        remedies = remedies_of(
            _("Number the classes from 0: labels {shift}", shift=sign),
            label_edits(facts, f"{{}} {sign}"),
            _("Class {lowest} becomes class 0.", lowest=lowest),
        )
    elif output.loss_kind == "sparse" and len(negative) == 1:
        logits = "from_logits=True, " if output.from_logits else ""
        edits = loss_edits(facts, output, "SparseCategoricalCrossentropy", f"{logits}ignore_class={negative[0]}")
        remedies = remedies_of(
            _("Leave label {label} out of the loss", label=negative[0]), edits, _("Such samples no longer count.")
        )
    title = (
        _("The labels hold {labels}, and no mask leaves them out", labels=", ".join(str(one) for one in negative))
        if negative
        else _(
            "The labels are {lowest} to {highest}, and the {classes} classes of the model are 0 to {last}",
            lowest=lowest,
            highest=highest,
            classes=classes,
            last=classes - 1,
        )
    )
    return Finding(
        "labels-not-from-zero", "labels", "error", titled(title, output),
        _("A class number says which output is meant, counted from 0. A number without an output has no loss: "
          "TensorFlow refuses it on a CPU and gives NaN on a GPU; a binary cross-entropy sinks below 0 for ever."),
        evidence_of(output, smallest_label=lowest, largest_label=highest, classes=classes, negative_labels=negative),
        fit_place(facts), output.name, remedies,
        _("Subtract the smallest label from all of them, or leave out what is no class (ignore_class)."), explains_failure=True,
    )  # fmt: skip


def fit_place(facts: Facts) -> Place | None:
    """The line of the training call, or of the loss of a loop of the user's own."""
    if facts.loop and facts.loop.loss:
        return facts.loop.loss.where
    return facts.script.held.where if facts.script and facts.script.held else None


@check(
    "labels-missing",
    "heads",
    "pipelines",
    explained_by=("unexpected-input", "labels-in-inputs-with-keras-loss", "labels-misrouted", "model-without-head"),
)
def labels_missing(facts: Facts) -> Iterator[Finding]:
    """No label reaches the loss, under any name."""
    assert facts.heads and facts.pipelines
    heads = facts.heads
    if not heads.no_labels:
        return
    step = facts.batch.step if facts.batch else None
    if step is not None and step.error is None and step.gradient_norm:
        return  # a loss that needs no labels
    if not heads.transformers and step is None:
        raise Undecided(_("no step of the training could be tried"))
    pipeline = next((one for one in facts.pipelines.pipelines if one.feeds_training), None)
    columns = pipeline.dataset_columns if pipeline else ()
    candidates = [one.name for one in columns if _may_hold_labels(one) and one.name not in heads.batch_keys]
    likely = next((one for one in candidates if one in LABEL_NAMES), candidates[0] if len(candidates) == 1 else None)
    call = pipeline.call if pipeline else (facts.script.held if facts.script else None)
    held = ", ".join(heads.batch_keys) or _("inputs")
    yield Finding(
        "labels-missing", "data", "error",
        _('No label reaches the loss: a batch holds {keys} alone; the column "{column}" looks like them', keys=held, column=likely)
        if likely
        else _("No label reaches the loss: a batch holds {keys} alone", keys=held),
        _("Without labels there is nothing to learn from. A column whose name the model does not know is dropped without a word.")
        if pipeline else _("The loss given to compile compares outputs with labels, and the training call is given none."),
        {"batch": list(heads.batch_keys), "columns": [one.name for one in columns], "candidates": candidates, "likely_column": likely,
         "tried": heads.no_labels, "one_step_raises": step.error.useful if step and step.error else None},
        call.where if call else None, "", (),
        _('Rename the column "{column}" to "labels", or name it in label_cols.', column=likely) if likely
        else _("Give the training call its labels."),
        explains_failure=True,
    )  # fmt: skip


def _may_hold_labels(column: ColumnFacts) -> bool:
    """One number, class or truth value for each row."""
    kind = column.type.lower()
    return column.longest is None and any(word in kind for word in ("int", "bool", "float", "classlabel", "double"))


# --- the family of the loss ---------------------------------------------------------------------------------------------------


@check(
    "loss-mismatch",
    "heads",
    "pipelines",
    explained_by=("labels-missing", "problem-type-mismatch", "label-kind-mismatch"),
)
def loss_mismatch(facts: Facts) -> Iterator[Finding]:
    """A loss of the wrong family for these labels."""
    for output in outputs_of(facts):
        target = output.target
        assert target
        found = _wrong_family(facts, output, target)
        if found is None:
            continue
        title, why, remedies, advice = found
        yield Finding(
            "loss-mismatch", "hyperparameters", "error", titled(title, output), why, evidence_of(output), compile_place(facts),
            output.name, remedies, advice, explains_failure=True,
        )  # fmt: skip


def _wrong_family(
    facts: Facts, output: OutputFacts, target: TargetFacts
) -> tuple[str, str, tuple[Remedy, ...], str] | None:
    kind, units = output.loss_kind, width(output)
    if kind not in CLASSIFYING and kind != "regression":
        return None
    single, activation = one_each(output, target), activation_of(output)
    if kind in ("binary", "regression") and units > 1 and single and _are_classes(target, units):
        edits = loss_edits(facts, output, "SparseCategoricalCrossentropy", _logits(output))
        if activation == "sigmoid":
            edits = tuple(edits_of(edits, activation_edits(output.last, "softmax")))
        return (
            _("{loss} for {units} exclusive classes given as numbers ({range})", loss=output.loss, units=units, range=range_of(target)),
            _("This loss compares each output with a label of its own. Class numbers of which one holds need a (sparse) "
              "categorical cross-entropy."),
            remedies_of(_("Use SparseCategoricalCrossentropy"), edits, _("One class out of several, given by its number.")),
            _("Use SparseCategoricalCrossentropy."),
        )  # fmt: skip
    if (
        kind in ("categorical", "sparse")
        and rows_of_classes(output, target)
        and target.kind == "multi-hot"
        and target.several > OUT_OF_REACH
    ):
        edits = loss_edits(
            facts, output, "BinaryCrossentropy", "" if activation in ("softmax", "sigmoid") else "from_logits=True"
        )
        if activation == "softmax":
            edits = tuple(edits_of(edits, activation_edits(output.last, "sigmoid")))
        return (
            _("{loss} for labels of which several hold at once ({share:.0%} of the rows have more than one 1)",
              loss=output.loss, share=target.several),
            _("A categorical cross-entropy takes the classes to exclude each other: probabilities that sum to 1. Here each label is a yes or no."),
            remedies_of(_("Use BinaryCrossentropy, with a sigmoid for each label"), edits, _("Each label gets a probability of its own.")),
            _("Use BinaryCrossentropy and a sigmoid."),
        )  # fmt: skip
    if units != 1 or not one_for_each_unit(output, target):
        return _outside_of_probabilities(output, target)
    if kind in ("sparse", "categorical") and target.kind == "binary" and activation != "softmax":
        logits = "" if activation == "sigmoid" else "from_logits=True"
        return (
            _("{loss} on a single unit, with labels 0 and 1", loss=output.loss),
            _("A categorical cross-entropy weighs the units against each other, and there is one alone: its loss says nothing. "
              "One unit and labels 0 and 1 are what the binary cross-entropy is for."),
            remedies_of(_("Use BinaryCrossentropy"), loss_edits(facts, output, "BinaryCrossentropy", logits), _("One probability, of class 1.")),
            _("Use BinaryCrossentropy, or one unit for each class."),
        )  # fmt: skip
    if kind == "regression":
        return None
    measured = (
        target.kind == "real"
        and target.fractional > OUT_OF_REACH
        and (kind != "binary" or _outside(target) > OUT_OF_REACH)
    )
    if measured or (kind != "binary" and target.kind == "class ids" and (target.distinct or 0) > TOO_MANY_CLASSES):
        edits = loss_edits(facts, output, "MeanSquaredError")
        if activation not in ("linear", ""):
            edits = tuple(edits_of(edits, activation_edits(output.last, "linear")))
        return (
            _("{loss} for measured values ({range}, {n} different ones)", loss=output.loss, range=range_of(target), n=target.distinct),
            _("A cross-entropy compares probabilities of classes. A quantity is learned by a regression loss, on a unit without an activation."),
            remedies_of(_("Use the mean squared error"), edits, _("A regression: the output is the value itself.")),
            _('Use loss="mse" and no activation on the last layer.'),
        )  # fmt: skip
    return None


def _outside_of_probabilities(
    output: OutputFacts, target: TargetFacts
) -> tuple[str, str, tuple[Remedy, ...], str] | None:
    """Targets for several units that are no probabilities, with a binary cross-entropy: pixels from 0 to 255, say."""
    if output.loss_kind != "binary" or not one_for_each_unit(output, target) or _outside(target) <= OUT_OF_REACH:
        return None
    return (
        _("{loss} for targets of {range}: it takes values from 0 to 1", loss=output.loss, range=range_of(target)),
        _("Beyond that range the cross-entropy has no lowest point: the loss sinks below 0 and the outputs run away."),
        (),
        _("Scale the targets to 0 … 1, or use a regression loss."),
    )


def _outside(target: TargetFacts) -> float:
    """The share of labels that are no probabilities."""
    return target.below + target.above


def _are_classes(target: TargetFacts, units: int) -> bool:
    """Whole numbers that could each stand for one of the units."""
    return target.kind in ("class ids", "binary") and (target.minimum or 0) >= 0 and (target.maximum or 0) <= units


# --- the last layer -----------------------------------------------------------------------------------------------------------


@check(
    "wrong-output-layer",
    "heads",
    "pipelines",
    explained_by=(
        "labels-missing",
        "problem-type-mismatch",
        "label-kind-mismatch",
        "loss-mismatch",
        "labels-not-from-zero",
    ),
)
def wrong_output_layer(facts: Facts) -> Iterator[Finding]:
    """A last layer that cannot give what the labels ask for."""
    for output in outputs_of(facts):
        target = output.target
        assert target
        found = _cannot_express(facts, output, target)
        if found is None:
            continue
        title, why, edits, remedy, advice = found
        last = output.last
        where = (last.activation_where or last.where if last else None) or compile_place(facts)
        yield Finding(
            "wrong-output-layer", "batch", "error", titled(title, output), why,
            evidence_of(output, layer=last.type if last else None, units=width(output), outputs=[output.lowest, output.highest]),
            where, output.name, remedies_of(remedy, edits, _("The last layer can then give every label.")), advice, explains_failure=True,
        )  # fmt: skip


def _cannot_express(
    facts: Facts, output: OutputFacts, target: TargetFacts
) -> tuple[str, str, tuple[Edit, ...], str, str] | None:
    kind, units, activation = output.loss_kind, width(output), activation_of(output)
    classes = int(target.maximum or 0) + 1
    if kind not in KNOWN:
        return None
    many = target.kind == "class ids" and (target.distinct or 0) >= 3 and (target.minimum or 0) >= 0
    if units == 1 and kind in CLASSIFYING and classes <= TOO_MANY_CLASSES and (many or _wide_one_hot(target)):
        return _one_unit(facts, output, target, target.shape[-1] if _wide_one_hot(target) else classes)
    if units == 1 and activation == "softmax":
        return _lone_softmax(facts, output, target)
    if kind in CLASSIFYING and activation in ("relu", "tanh"):
        wanted = "linear" if output.from_logits else _probabilities(output, target)
        return (
            _("The last layer has activation {activation}, and {loss} takes logits", activation=activation, loss=output.loss)
            if output.from_logits
            else _("The last layer has activation {activation}, and {loss} takes probabilities", activation=activation, loss=output.loss),
            _("{activation} gives values of {range}: half of what a cross-entropy needs is out of its reach, "
              "and where it is flat nothing is learned.", activation=activation, range=_(RANGES[activation])),
            activation_edits(output.last, wanted), _("Give the last layer the activation {activation}", activation=wanted),
            _("Use the activation {activation} in the last layer.", activation=wanted),
        )  # fmt: skip
    if (
        kind == "binary"
        and units > 1
        and activation == "softmax"
        and target.kind == "multi-hot"
        and target.several > OUT_OF_REACH
    ):
        return (
            _("softmax over {units} units, and {share:.0%} of the rows have several labels", units=units, share=target.several),
            _("softmax makes the units sum to 1: two labels of one sample can never both be likely."),
            activation_edits(output.last, "sigmoid"), _("Give each unit a sigmoid of its own"), _("Use sigmoid in the last layer."),
        )  # fmt: skip
    if kind == "regression" and one_for_each_unit(output, target):
        return _bounded(output, target, activation)
    return None


def _probabilities(output: OutputFacts, target: TargetFacts) -> str:
    """The activation that gives the probabilities of these labels."""
    return "sigmoid" if output.loss_kind == "binary" else "softmax"


def _wide_one_hot(target: TargetFacts) -> bool:
    return target.kind == "one-hot" and len(target.shape) == 2 and target.shape[-1] > 2


def _one_unit(
    facts: Facts, output: OutputFacts, target: TargetFacts, classes: int
) -> tuple[str, str, tuple[Edit, ...], str, str]:
    name = "CategoricalCrossentropy" if target.kind == "one-hot" else "SparseCategoricalCrossentropy"
    # A last layer without activation gives logits, whatever the old loss took it for.
    linear = activation_of(output) in ("linear", "")
    groups = [units_edits(output.last, classes), loss_edits(facts, output, name, "from_logits=True" if linear else "")]
    if not linear and activation_of(output) != "softmax":
        groups.append(activation_edits(output.last, "softmax"))
    activation, n = activation_of(output), target.distinct if target.kind != "one-hot" else classes
    return (
        _("One {activation} unit for {n} classes ({range})", activation=activation, n=n, range=range_of(target)) if activation
        else _("One output unit for {n} classes ({range})", n=n, range=range_of(target)),
        _("One unit can say yes or no. Several classes need a unit each, and softmax over them."),
        tuple(edits_of(*groups)), _("Give the last layer {classes} units and use {loss}", classes=classes, loss=name),
        _("Use {classes} units with softmax, and {loss}.", classes=classes, loss=name),
    )  # fmt: skip


def _lone_softmax(
    facts: Facts, output: OutputFacts, target: TargetFacts
) -> tuple[str, str, tuple[Edit, ...], str, str]:
    two = output.loss_kind in CLASSIFYING and target.kind in ("binary", "class ids")
    wanted = "sigmoid" if two or (target.kind == "real" and _outside(target) == 0) else "linear"
    edits = activation_edits(output.last, wanted)
    if output.loss_kind in ("sparse", "categorical"):
        edits = tuple(edits_of(edits, loss_edits(facts, output, "BinaryCrossentropy")))
    return (
        _("softmax over a single unit is always 1"),
        _("softmax weighs the units against each other, and there is one alone. Every prediction is the same; "
          "Keras may compute a loss from the values before softmax, which looks well."),
        edits, _("Give the last layer the activation {activation}", activation=wanted),
        _("Use {activation} for a single unit.", activation=wanted),
    )  # fmt: skip


def _bounded(
    output: OutputFacts, target: TargetFacts, activation: str
) -> tuple[str, str, tuple[Edit, ...], str, str] | None:
    """An activation whose values end before the labels do."""
    missed = {
        "sigmoid": _outside(target), "softmax": _outside(target), "tanh": target.beyond, "relu": target.below
    }.get(activation, 0.0)  # fmt: skip
    if missed <= OUT_OF_REACH:
        return None
    return (
        _("The last layer gives {range} ({activation}), and the targets are {labels}: {missed:.0%} are out of reach",
          range=_(RANGES[activation]), activation=activation, labels=range_of(target), missed=missed),
        _("No training can bring an output beyond the range of its activation. A regression's last layer has none."),
        activation_edits(output.last, "linear"), _("Take the activation off the last layer"), _("Use no activation in the last layer."),
    )  # fmt: skip


# --- shapes -------------------------------------------------------------------------------------------------------------------

ABOUT_LABELS_AND_LAYER = (
    "labels-missing", "model-without-head", "problem-type-mismatch", "label-kind-mismatch", "loss-mismatch", "wrong-output-layer",
    "labels-not-from-zero", "input-shape-mismatch", "num-labels-too-small",
)  # fmt: skip


@check("output-shape-mismatch", "heads", "pipelines", explained_by=ABOUT_LABELS_AND_LAYER)
def output_shape_mismatch(facts: Facts) -> Iterator[Finding]:
    """Rank or width of the output cannot be compared with the labels."""
    for output in outputs_of(facts):
        target = output.target
        assert target
        if output.loss_kind not in KNOWN or _fits(output, target):
            continue
        extra = len(output.shape) - _wanted_rank(output, target)
        raises = output.error is not None or bool(facts.batch and facts.batch.step and facts.batch.step.error)
        if extra > 0:
            edits = flatten_edits(facts, output.last, extra)
            remedy = (
                _("Return the last step alone")
                if output.last and output.last.sequences
                else _("Flatten before the last layers")
            )
            advice = _("Flatten or pool before the last layer, or leave return_sequences out.")
        elif raises or (output.loss_kind == "regression" and not one_each(output, target)):
            units = _squeezed(target.shape)[-1] if len(_squeezed(target.shape)) > 1 else 1
            edits = units_edits(output.last, units) if extra == 0 else ()
            remedy = ngettext("Give the last layer {n} unit", "Give the last layer {n} units", units)
            advice = ngettext(
                "One label of {n} value needs {n} unit.", "One label of {n} values needs {n} units.", units
            )
        else:
            continue
        yield Finding(
            "output-shape-mismatch", "batch", "error",
            titled(_("The output is {output}, the labels are {labels}: they cannot be compared",
                     output=_shape(output.shape), labels=_shape(target.shape)), output),
            _("The loss sets each output beside its label. An axis too many, or another number of units, leaves nothing to compare."),
            evidence_of(output, returns_sequences=output.last.sequences if output.last else None),
            (output.last.where if output.last else None) or compile_place(facts), output.name,
            remedies_of(remedy, edits, _("The output then has the shape of the labels.")), advice, explains_failure=True,
        )  # fmt: skip


def _fits(output: OutputFacts, target: TargetFacts) -> bool:
    return one_each(output, target) if output.loss_kind == "sparse" else one_for_each_unit(output, target)


def _wanted_rank(output: OutputFacts, target: TargetFacts) -> int:
    """The rank that the output should have. One label for a sample asks for (rows, units)."""
    labels = len(_squeezed(target.shape))
    return labels + 1 if output.loss_kind == "sparse" or labels == 1 else labels


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(str(size) for size in shape)}{',' if len(shape) == 1 else ''})"


STRETCHED = N_(
    "Arrays of such shapes broadcast without an error: each output is compared with labels that are not its own, "
    "and the model learns their mean."
)


@check("loss-broadcasts", "pipelines", explained_by=ABOUT_LABELS_AND_LAYER)
def loss_broadcasts(facts: Facts) -> Iterator[Finding]:
    """Shapes that stretch each other, so that every output is compared with every label."""
    if facts.heads is None and facts.loop is None:
        raise Undecided(_("no batch was seen beside its loss"))
    yield from loop_broadcasts(facts)
    for output in facts.heads.outputs if facts.heads else ():
        target = output.target
        if target is None or facts.heads is None:
            continue
        given, aligned = output.as_given, output.aligned
        if given is None or aligned is None:
            given, aligned = facts.heads.step_norm_as_given, facts.heads.step_norm_aligned
        differs = given is not None and aligned is not None and _differ(given, aligned)
        stretched = output.loss_kind == "regression" and _stretches(facts, output, target)
        if differs or stretched:
            yield _broadcast(facts, output, target, given if differs else None, aligned if differs else None)


def _differ(one: float, other: float) -> bool:
    """Whether two losses are different numbers; of NaN and infinity nothing follows."""
    return math.isfinite(one) and math.isfinite(other) and not math.isclose(one, other, rel_tol=SAME)


def _stretches(facts: Facts, output: OutputFacts, target: TargetFacts) -> bool:
    """One label against several units, and no error."""
    raises = output.error is not None or bool(facts.batch and facts.batch.step and facts.batch.step.error)
    return not raises and len(output.shape) == 2 and width(output) > 1 and one_each(output, target)


def _broadcast(
    facts: Facts, output: OutputFacts, target: TargetFacts, given: float | None, aligned: float | None
) -> Finding:
    edits = (
        units_edits(output.last, 1) if given is None
        else label_edits(facts, "{}[:, None]" if len(target.shape) < len(output.shape) else "{}[..., 0]")
    )  # fmt: skip
    return Finding(
        "loss-broadcasts", "hyperparameters", "error",
        titled(_("Labels {labels} and outputs {output} are stretched to each other in the loss",
                 labels=_shape(target.shape), output=_shape(output.shape)), output),
        _(STRETCHED),
        evidence_of(output, as_given=given, with_labels_in_the_shape_of_the_output=aligned),
        fit_place(facts) if given is not None else ((output.last.where if output.last else None) or compile_place(facts)), output.name,
        remedies_of(_("Give both the same shape"), edits, _("Each output is compared with its own label.")),
        _("Give labels and outputs the same shape, for instance y[:, None]."),
    )  # fmt: skip
