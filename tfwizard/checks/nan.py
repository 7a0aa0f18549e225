"""Losses, outputs and weights that are no numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfwizard.checks.rules import Undecided, check, fallback
from tfwizard.facts import Facts, FirstNonFinite, Place
from tfwizard.findings import Finding
from tfwizard.language import _, ngettext


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
        ngettext(
            "{variable} holds NaN or infinity before any training, in {bad} of its {n} row",
            "{variable} holds NaN or infinity before any training, in {bad} of its {n} rows",
            size, variable=worst.variable, bad=worst.bad_rows,
        ),
        _("Every output that such a weight touches is NaN, and the first step makes all other weights NaN as well."),
        {"weights": [{"variable": one.variable, "layer": one.layer, "shape": list(one.shape), "nan": one.nan, "infinite": one.infinite,
                      "bad_rows": one.bad_rows, "rows": list(one.rows), "trainable": one.trainable} for one in bad[:10]],
         "variables": len(bad)},
        worst.where or _held(facts), "", (),
        _("Look at what these weights were made or loaded from: give rows without a value zeros or small random numbers, or load "
          "the checkpoint again."),
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
    yield Finding(
        "nan-activation", "nan", "error",
        _what_it_gives(seen),
        _("One value that is no number makes the loss of its batch NaN, then every gradient, then every weight."),
        {"layer": seen.layer, "type": seen.type, "operation": seen.operation, "batch": seen.batch, "rows": list(seen.rows),
         "of": seen.of, "nan": seen.nan, "infinite": seen.infinite, "lowest": seen.lowest, "highest": seen.highest},
        seen.where or _held(facts), "", (),
        _("Keep what enters this operation within its domain: a lower bound under log, sqrt and a division."),
    )  # fmt: skip


def _what_it_gives(seen: FirstNonFinite) -> str:
    known = {"operation": seen.operation, "layer": seen.layer, "what": "NaN" if seen.nan else _("infinity")}
    if seen.lowest is None or seen.highest is None:
        return (
            _("{operation} in {layer} gives {what}, though inputs and weights are finite", **known) if seen.layer
            else _("{operation} in the model's own code gives {what}, though inputs and weights are finite", **known)
        )  # fmt: skip
    on = {"lowest": seen.lowest, "highest": seen.highest}
    return (
        _("{operation} in {layer} gives {what} on values from {lowest:.3g} to {highest:.3g}, though inputs and weights are finite",
          **known, **on) if seen.layer
        else _("{operation} in the model's own code gives {what} on values from {lowest:.3g} to {highest:.3g}, "
               "though inputs and weights are finite", **known, **on)
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
        _("{n} of {of} samples have no finite loss on the fresh model", n=len(rows), of=facts.nan.of),
        _("One NaN makes the batch's mean NaN, then every gradient, then every weight."),
        {"rows": [row.row for row in rows], "labels": [row.label for row in rows], "shared": list(facts.nan.shared),
         "inputs_finite": facts.nan.inputs_finite, "weights_not_finite": list(facts.nan.weights)[:10],
         **({"on_the_cpu": list(facts.cpu_twin.said)[:10] or _("the same")} if facts.cpu_twin and not facts.cpu_twin.why else {})},
        _held(facts), "", (), _("Look at what these samples share, and at their labels."),
    )  # fmt: skip


def _held(facts: Facts) -> Place | None:
    return facts.script.held.where if facts.script and facts.script.held else None


def _no_class(label: str, classes: int | None) -> bool:
    """Whether the label is no class of the model; labels have rules of their own."""
    if classes is None or not label.lstrip("-").isdecimal():
        return False
    return not 0 <= int(label) < classes
