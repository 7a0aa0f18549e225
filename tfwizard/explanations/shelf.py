"""Where the explanations are found."""

from __future__ import annotations

from tfwizard.explanations import (
    batch,
    callbacks,
    data,
    environment,
    gradients,
    hyperparameters,
    labels,
    labels_in_data,
    loss,
    memory,
    nan,
    overfit,
    samples,
    script,
    text,
    train,
)
from tfwizard.explanations.explanation import Explanation

#: In the order of the walk.
MODULES = (
    script, environment, data, text, labels_in_data, samples, batch, gradients, nan, labels, loss, hyperparameters, callbacks,
    overfit, memory, train,
)  # fmt: skip

EXPLANATIONS: dict[str, Explanation] = {fault: one for module in MODULES for fault, one in module.EXPLANATIONS.items()}


def explanation(fault: str) -> Explanation | None:
    """The explanation of the fault with this id; None for an id that has none."""
    return EXPLANATIONS.get(fault)
