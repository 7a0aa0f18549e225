"""The model's classes against the labels of the whole training set."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import Facts, LabelsFacts
from tfwizard.findings import Finding, Remedy, SetArgument


@check("num-labels-too-small", "labels", "pipelines")
def num_labels_too_small(facts: Facts) -> Iterator[Finding]:
    """A label of the training set is no class of the model, and they do not merely start at 1."""
    assert facts.labels and facts.pipelines
    labels = facts.labels
    if labels.classes is None or labels.maximum is None or labels.minimum is None:
        raise Undecided("the model's classes or the labels are not known")
    if labels.kind != "integer" or labels.classes < 2 or labels.minimum < 0 or _starts_at_one(labels):
        return
    largest = int(labels.maximum)
    if largest < labels.classes:
        if not labels.whole:
            raise Undecided("not every label was seen")
        return
    outside = {name: count for name, count in labels.counts.items() if int(name) >= labels.classes}
    load = facts.pipelines.load_call
    remedies: tuple[Remedy, ...] = ()
    if load and load.where and labels.classes_from == "config.num_labels":
        edit = SetArgument("from_pretrained", load.where, "num_labels", str(largest + 1))
        remedies = (
            Remedy(
                f"Load the model with num_labels={largest + 1}", (edit,), "The new head gets one output for each class."
            ),
        )
    rows = [row.row for row in facts.nan.rows] if facts.nan else []
    yield Finding(
        "num-labels-too-small", "labels", "error",
        f"The model has {labels.classes} classes, the labels go up to {largest}: {largest + 1} classes are needed",
        "A label without an output has no loss: on a GPU or under XLA it becomes NaN without a word, on a CPU TensorFlow refuses the batch.",
        {"classes": labels.classes, "classes_from": labels.classes_from, "largest_label": largest, "counts": labels.counts,
         "labels_outside": outside, "rows_outside": sum(outside.values()), "rows_seen": labels.seen, "whole_training_set": labels.whole,
         "column": labels.column, "samples_of_the_batch_without_a_loss": rows},
        load.where if load else (facts.pipelines.compile_call.where if facts.pipelines.compile_call else None),
        "", remedies, f"Give the last layer {largest + 1} outputs.", explains_failure=True,
    )  # fmt: skip


def _starts_at_one(labels: LabelsFacts) -> bool:
    """Labels 1..K for K classes: shifting them is the answer, not another class."""
    return labels.minimum == 1 and labels.maximum == labels.classes
