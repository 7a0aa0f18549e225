"""Whether the model can learn one batch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from tfwizard.checks.rules import Undecided, fallback
from tfwizard.facts import Facts
from tfwizard.findings import Finding
from tfwizard.language import _

#: A curve that lost half of its loss is learning, only slowly: no proof of a fault.
STAYS_UP = 0.5
#: Deep networks first stay on a plateau. Measured on ten convolutions without normalisation, SGD at 0.01: down 11 to 15 %
#: after 60 steps, and the last third of these lowers the loss 1.0 to 2.3 times as much as the one before.
STILL_FALLS, LEVELS_OFF = 0.05, 0.5


#: Warnings that say why a batch is not learned.
CAUSES = (
    "learning-rate-too-low", "learning-rate-too-high", "schedule-mismatch", "frozen-after-compile", "dead-units", "inputs-ignored",
    "vanishing-gradients", "exploding-gradients", "inputs-not-scaled", "conflicting-labels", "labels-unrelated-to-inputs",
    "weights-not-loaded", "unknown-tokens", "read-as-sample-weights", "initial-loss-off-chance", "removed-argument",
)  # fmt: skip


@fallback("cannot-overfit", "overfit", explained_by=CAUSES)
def cannot_overfit(facts: Facts, found: Sequence[Finding]) -> Iterator[Finding]:
    """One batch holding every label, and the loss stays up at every rate tried, with no finding to explain it."""
    test = facts.overfit
    assert test
    if test.stopped is not None:
        raise Undecided(_("the test was not finished: {why}", why=test.stopped))
    if not test.losses or not test.classification:
        return
    curves = [test.losses, *(curve.losses for curve in test.retried)]
    if any(_lowest(curve) < max(test.target, STAYS_UP * curve[0]) for curve in curves):
        return
    if any(finding.severity == "error" for finding in found):
        return
    if any(_falls_on(curve) for curve in curves):
        raise Undecided(_("the loss was still falling when the steps of the test were over"))
    held = facts.script.held if facts.script else None
    yield Finding(
        "cannot-overfit", "overfit", "error",
        _("One batch of {n} samples is not learned: the loss goes from {first:.3g} to {last:.3g} in {steps} steps",
          n=test.rows, first=test.losses[0], last=test.losses[-1], steps=test.steps),
        _("A model that can learn at all can learn one batch by heart. Other learning rates were tried as well and did not help."),
        {"losses": list(test.losses), "learning_rate": test.learning_rate, "labels": list(test.labels), "accuracy": test.accuracy,
         "other_rates": {f"{curve.rate:g}": [curve.losses[0], curve.losses[-1]] for curve in test.retried}, "loaded_from": test.loaded_from},
        held.where if held else None, "", (),
        _("Look at the samples again: are the inputs different from each other, and do the labels depend on them?"),
    )  # fmt: skip


def _lowest(losses: Sequence[float]) -> float:
    finite = [loss for loss in losses if math.isfinite(loss)]
    return min(finite) if finite else math.inf


def _falls_on(losses: Sequence[float]) -> bool:
    """Whether the loss falls on as before at the end, and has fallen by a part of itself: it leaves a plateau."""
    third = len(losses) // 3
    if third < 5 or not all(math.isfinite(loss) for loss in losses):
        return False
    start, before, last = (sum(losses[n : n + 3]) / 3 for n in (0, len(losses) - third - 3, len(losses) - 3))
    middle = sum(losses[-2 * third - 3 : -2 * third]) / 3
    return before - last > LEVELS_OFF * (middle - before) > 0 and start - last > STILL_FALLS * start
