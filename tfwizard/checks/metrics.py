"""The metrics of each output, and the weights of its classes."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.head_fixes import metrics_edits
from tfwizard.checks.heads import (
    ABOUT_LABELS_AND_LAYER,
    CLASS_NUMBERS,
    OUT_OF_REACH,
    activation_of,
    compile_place,
    evidence_of,
    fit_place,
    name_of,
    one_each,
    outputs_of,
    range_of,
    remedies_of,
    rows_of_classes,
    width,
)
from tfwizard.checks.rules import check
from tfwizard.facts import ClassWeights, Facts, HeadsFacts, MetricFacts, OutputFacts, Place, TargetFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _
from tfwizard.source_edits import Edit, SetArgument, WrapArgument

#: A metric that differs less from what NumPy counts may do so by ties.
METRIC_DIFFERS = 1e-3


# --- metrics ------------------------------------------------------------------------------------------------------------------


@check(
    "metric-mismatch",
    "heads",
    "pipelines",
    explained_by=(*ABOUT_LABELS_AND_LAYER, "from-logits-mismatch", "loss-broadcasts", "output-shape-mismatch"),
)
def metric_mismatch(facts: Facts) -> Iterator[Finding]:
    """A metric that compares the wrong things."""
    for output in outputs_of(facts):
        target = output.target
        assert target
        wrong = {
            number: found for number, metric in enumerate(output.metrics) if (found := _wrong_metric(output, target, metric))
        }  # fmt: skip
        if not wrong:
            continue
        first = output.metrics[min(wrong)]
        replaced = {number: new for number, (_why, new) in wrong.items() if new is not None}
        edits = metrics_edits(facts, output, replaced) if len(replaced) == len(wrong) else ()
        fails = any(output.metrics[number].error for number in wrong)
        yield Finding(
            "metric-mismatch", "hyperparameters", "error" if fails else "warning",
            f"{wrong[min(wrong)][0]}{name_of(output)}",
            _("The training may go well, and this number does not show it: whoever reads it stops too early or too late."),
            evidence_of(output, metrics=[
                {"metric": metric.given or metric.name, "stands_for": metric.name, "on_this_batch": metric.value,
                 "counted_with_numpy": metric.expected, "raises": metric.error.useful if metric.error else None,
                 "masked_labels": target.masked}
                for number, metric in enumerate(output.metrics) if number in wrong]),
            first.where or compile_place(facts), output.name,
            remedies_of(_("Use the metric that fits the labels"), edits, _("The metric then says what its name promises.")),
            _("Use a metric that fits the labels and what the last layer gives."), explains_failure=fails,
        )  # fmt: skip


#: A class of metric, its arguments, or a text instead of both; all empty for no metric at all.
New = tuple[str, str, str]
ACCURACY: New = ("", "", '"accuracy"')
NONE: New = ("", "", "")


def _wrong_metric(output: OutputFacts, target: TargetFacts, metric: MetricFacts) -> tuple[str, New | None] | None:
    """What is wrong with a metric, and what to write instead: class and arguments, or text; None where nothing is wrong."""
    units, named = width(output), metric.given or metric.name
    regression = output.loss_kind == "regression" and units == 1 and target.kind in ("real", "class ids")
    accuracy = metric.name in ("Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy")
    if regression and accuracy:
        why = _(
            "The metric {metric} counts equal values, and this is a regression ({range})",
            metric=named,
            range=range_of(target),
        )
        return why, ("", "", '"mae"')
    if metric.kind == "equality" and not output.whole_numbers and output.loss_kind != "regression":
        return _(
            "The metric {metric} tests outputs and labels for equality, and the outputs are no class numbers",
            metric=named,
        ), ACCURACY
    if metric.kind == "ids" and rows_of_classes(output, target) and target.kind in ("one-hot", "soft"):
        return _("The metric {metric} takes class numbers, and the labels are one-hot rows", metric=named), ACCURACY
    if metric.kind == "one-hot" and units > 1 and one_each(output, target) and target.kind in CLASS_NUMBERS:
        return _("The metric {metric} takes one-hot rows, and the labels are class numbers", metric=named), ACCURACY
    if (
        metric.kind == "one-hot"
        and target.kind == "multi-hot"
        and target.several > OUT_OF_REACH
        and metric.name == "CategoricalAccuracy"
    ):
        return _("The metric {metric} looks for the one right class, and several hold at once", metric=named), (
            "",
            "",
            '"binary_accuracy"',
        )
    if (
        metric.kind in ("values", "counts")
        and output.loss_kind in ("sparse", "internal")
        and units > 1
        and one_each(output, target)
    ):
        return _("The metric {metric} calculates with class numbers as if they were amounts", metric=named), ACCURACY
    if metric.kind == "threshold":
        return _wrong_threshold(output, target, metric, units)
    if metric.kind == "curve" and _leaves_probabilities(output) and output.from_logits and units == 1:
        arguments = "from_logits=True" if metric.name == "AUC" else None
        return _("The metric {metric} takes probabilities, and the outputs are logits", metric=named), (
            "AUC",
            arguments,
            "",
        ) if arguments else None
    if (
        metric.name == "SparseCategoricalAccuracy"
        and target.masked
        and metric.value is not None
        and metric.expected is not None
    ):
        why = _("The metric {metric} counts {n} labels that the loss leaves out (-100)", metric=named, n=target.masked)
        return (why, None) if abs(metric.value - metric.expected) > METRIC_DIFFERS or metric.value == 0 else None
    return None


def _wrong_threshold(
    output: OutputFacts, target: TargetFacts, metric: MetricFacts, units: int
) -> tuple[str, New | None] | None:
    """A metric that turns each output into yes or no at a threshold."""
    named = metric.given or metric.name
    exclusive = units > 1 and rows_of_classes(output, target) and target.kind == "one-hot"
    if metric.name == "BinaryAccuracy" and exclusive and output.loss_kind == "categorical":
        why = _(
            "The metric {metric} judges {n} yes-or-no answers a sample, and one class of {n} holds: it counts every right no",
            metric=named,
            n=units,
        )
        return why, ACCURACY
    if units > 1 and one_each(output, target) and output.loss_kind in ("sparse", "internal"):
        return _(
            "The metric {metric} compares class numbers with single units", metric=named
        ), ACCURACY if metric.name == "BinaryAccuracy" else NONE
    logits = output.from_logits and output.loss_kind == "binary" and activation_of(output) not in ("sigmoid", "softmax")
    if logits and metric.threshold == 0.5 and _leaves_probabilities(output):
        argument = "threshold" if metric.name == "BinaryAccuracy" else "thresholds"
        name = ', name="accuracy"' if metric.given.startswith("acc") else ""
        return _("The metric {metric} takes an output over 0.5 for a yes, and logits are a yes over 0", metric=named), (
            metric.name,
            f"{argument}=0{name}",
            "",
        )
    return None


def _leaves_probabilities(output: OutputFacts) -> bool:
    """Whether the outputs are no probabilities."""
    return output.lowest is not None and output.highest is not None and (output.lowest < 0 or output.highest > 1)


# --- class weights ------------------------------------------------------------------------------------------------------------


@check("class-weight-mismatch", "heads")
def class_weight_mismatch(facts: Facts) -> Iterator[Finding]:
    """class_weight has keys that are not the labels."""
    assert facts.heads
    weights = facts.heads.class_weights
    if weights is None:
        return
    place = fit_place(facts)
    unknown = bool(weights.unused) and bool(weights.unweighted or not weights.whole_keys)
    if not (weights.refused or unknown):
        return
    what = (
        _("class_weight is of the class {kind}, and has to be a dict from class number to weight", kind=weights.kind)
        if weights.kind != "dict"
        else _(
            "class_weight has the keys {keys}, and the labels are {labels}",
            keys=", ".join(weights.keys[:8]),
            labels=", ".join(str(one) for one in weights.labels[:8]),
        )
    )
    yield Finding(
        "class-weight-mismatch", "hyperparameters", "error", what,
        _("Keras looks the weight of each sample up by its class number. Under another key it is not found: an error, or a weight of 1 "
          "without a word."),
        {"class": weights.kind, "keys": list(weights.keys), "labels": list(weights.labels[:100]),
         "labels_without_weight": list(weights.unweighted[:100]),
         "keys_that_are_no_label": list(weights.unused), "keras_raises": weights.refused},
        place, "", tuple(_right_weights(facts, facts.heads, weights, place)), _("Give a dict with each class number as a key."),
        explains_failure=weights.refused,
    )  # fmt: skip


def _right_weights(facts: Facts, heads: HeadsFacts, weights: ClassWeights, place: Place | None) -> Iterator[Remedy]:
    held = facts.script.held if facts.script else None
    if place is None or held is None:
        return
    function = held.name.rsplit(".", 1)[-1]
    if weights.kind != "dict":
        edit: Edit = WrapArgument(function, place, "class_weight", "dict(enumerate({}))")
        yield Remedy(_("Give the weights as a dict"), (edit,), _("The first weight is that of class 0."))
        return
    found = _by_label(weights)
    if found:
        text = ", ".join(f"{label}: {value:g}" for label, value in sorted(found.items()))
        edit = SetArgument(function, place, "class_weight", f"{{{text}}}")
        yield Remedy(
            _("Put the weights under the class numbers"), (edit,), _("Each class gets the weight meant for it.")
        )


def _by_label(weights: ClassWeights) -> dict[int, float]:
    """The weights under the labels that their keys stand for: names, digits as text, or numbers shifted by one."""
    by_name = {name: int(number) for number, name in weights.label_names.items()}
    pairs = list(zip(weights.keys, weights.values, strict=False))
    if all(key in by_name for key, _ in pairs):
        return {by_name[key]: value for key, value in pairs}
    if not all(key.lstrip("-").isdecimal() for key, _ in pairs):
        return {}
    numbers = {int(key): value for key, value in pairs}
    if set(numbers) == set(weights.labels):
        return numbers
    shift = min(numbers) - min(weights.labels) if weights.labels else 0
    moved = {number - shift: value for number, value in numbers.items()}
    return moved if set(moved) == set(weights.labels) else {}
