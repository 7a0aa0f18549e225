"""Losses, outputs and weights that are no numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfwizard.checks.rules import Undecided, check, fallback
from tfwizard.facts import Facts, Place
from tfwizard.findings import Finding


@check("nan-weights", "layers", explained_by=("non-finite-inputs",))
def nan_weights(facts: Facts) -> Iterator[Finding]:
    """Weights that are already NaN before the first step."""
    assert facts.layers
    if "bad_weights" in facts.layers.lacking:
        raise Undecided(facts.layers.lacking["bad_weights"])
    bad = facts.layers.bad_weights
    if not bad:
        return
    worst = bad[0]
    size = worst.shape[0] if worst.shape else 1
    yield Finding(
        "nan-weights", "nan", "error",
        f"{worst.variable} holds NaN or infinity before any training, in {worst.bad_rows} of its {size} rows",
        "Every output that such a weight touches is NaN, and the first step makes all other weights NaN as well.",
        {"weights": [{"variable": one.variable, "layer": one.layer, "shape": list(one.shape), "nan": one.nan, "infinite": one.infinite,
                      "bad_rows": one.bad_rows, "rows": list(one.rows), "trainable": one.trainable} for one in bad[:10]],
         "variables": len(bad)},
        worst.where or _held(facts), "", (),
        "Look at what these weights were made or loaded from: give rows without a value zeros or small random numbers, or load "
        "the checkpoint again.",
    )  # fmt: skip


@check(
    "nan-activation",
    "layers",
    explained_by=("nan-weights", "non-finite-inputs", "inputs-not-scaled", "token-id-out-of-range"),
)
def nan_activation(facts: Facts) -> Iterator[Finding]:
    """The first layer whose output is not finite, with finite inputs and weights."""
    assert facts.layers
    seen = facts.layers.non_finite
    if seen is None:
        if "non_finite" in facts.layers.lacking:
            raise Undecided(facts.layers.lacking["non_finite"])
        return
    what = "NaN" if seen.nan else "infinity"
    given = (
        f" on values from {seen.lowest:.3g} to {seen.highest:.3g}"
        if seen.lowest is not None and seen.highest is not None
        else ""
    )
    whose = f"in {seen.layer}" if seen.layer else "in the model's own code"
    yield Finding(
        "nan-activation", "nan", "error",
        f"{seen.operation} {whose} gives {what}{given}, though inputs and weights are finite",
        "One value that is no number makes the loss of its batch NaN, then every gradient, then every weight.",
        {"layer": seen.layer, "type": seen.type, "operation": seen.operation, "batch": seen.batch, "rows": list(seen.rows),
         "of": seen.of, "nan": seen.nan, "infinite": seen.infinite, "lowest": seen.lowest, "highest": seen.highest},
        seen.where or _held(facts), "", (),
        "Keep what enters this operation within its domain: a lower bound under log, sqrt and a division.",
    )  # fmt: skip


@fallback(
    "nan-loss",
    "nan",
    "labels",
    explained_by=(
        "nan-during-training",
        "non-finite-inputs",
        "nan-activation",
        "nan-weights",
        "all-labels-masked",
        "labels-invalid",
        "wrong-output-layer",
    ),
)
def nan_loss(facts: Facts, found: Sequence[Finding]) -> Iterator[Finding]:
    """Samples without a finite loss that no other finding explains."""
    assert facts.nan and facts.labels
    classes = facts.labels.classes
    # A row that TensorFlow refuses raises in fit as well: that is an exception, not a NaN.
    rows = [row for row in facts.nan.rows if row.why is None and not _no_class(row.label, classes)]
    if not rows:
        return
    yield Finding(
        "nan-loss", "nan", "error",
        f"{len(rows)} of {facts.nan.of} samples have no finite loss on the fresh model",
        "One NaN makes the batch's mean NaN, then every gradient, then every weight.",
        {"rows": [row.row for row in rows], "labels": [row.label for row in rows], "shared": list(facts.nan.shared),
         "inputs_finite": facts.nan.inputs_finite, "weights_not_finite": list(facts.nan.weights)[:10],
         **({"on_the_cpu": list(facts.cpu_twin.said)[:10] or "the same"} if facts.cpu_twin and not facts.cpu_twin.why else {})},
        _held(facts), "", (), "Look at what these samples share, and at their labels.",
    )  # fmt: skip


def _held(facts: Facts) -> Place | None:
    return facts.script.held.where if facts.script and facts.script.held else None


def _no_class(label: str, classes: int | None) -> bool:
    """Whether the label is no class of the model; labels have rules of their own."""
    if classes is None or not label.lstrip("-").isdigit():
        return False
    return not 0 <= int(label) < classes
