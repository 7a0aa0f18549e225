"""Losses that are no numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfwizard.checks.rules import fallback
from tfwizard.facts import Facts
from tfwizard.findings import Finding


@fallback("nan-loss", "nan", "labels")
def nan_loss(facts: Facts, found: Sequence[Finding]) -> Iterator[Finding]:
    """Samples without a finite loss that no other finding explains."""
    assert facts.nan and facts.labels
    classes = facts.labels.classes
    # A row that TensorFlow refuses raises in fit as well: that is an exception, not a NaN.
    rows = [row for row in facts.nan.rows if row.why is None and not _no_class(row.label, classes)]
    if not rows:
        return
    held = facts.script.held if facts.script else None
    yield Finding(
        "nan-loss", "nan", "error",
        f"{len(rows)} of {facts.nan.of} samples have no finite loss on the fresh model",
        "One NaN makes the batch's mean NaN, then every gradient, then every weight.",
        {"rows": [row.row for row in rows], "labels": [row.label for row in rows], "shared": list(facts.nan.shared),
         "inputs_finite": facts.nan.inputs_finite, "weights_not_finite": list(facts.nan.weights)[:10],},
        held.where if held else None, "", (), "Look at what these samples share, and at their labels.",
    )  # fmt: skip


def _no_class(label: str, classes: int | None) -> bool:
    """Whether the label is no class of the model; labels have rules of their own."""
    if classes is None or not label.lstrip("-").isdigit():
        return False
    return not 0 <= int(label) < classes
