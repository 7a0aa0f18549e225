"""What the trained model predicts for one batch, beside that batch's labels."""

from __future__ import annotations

from typing import Any

from tfwizard.facts.watch import PredictedFacts
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.model import Model

#: A table of more classes tells a person nothing.
MOST_CLASSES = 1000


def predicted(model: Model, batch: Batch | None) -> PredictedFacts | None:
    """The classes of one batch; None where the model is no classifier of single labels."""
    import numpy as np

    if batch is None:
        return None
    labels = [leaf for _, leaf in leaves(model.labels_of(batch))]
    output = [leaf for _, leaf in leaves(model.forward(batch.x))]
    if len(labels) != 1 or len(output) != 1 or len(output[0].shape) != 2:
        return None
    given, scores = labels[0].numpy(), output[0].numpy()
    if given.ndim == 2 and given.shape[1] == scores.shape[1] > 1:
        given = given.argmax(-1)
    given = given.reshape(-1)
    whole = given.dtype.kind in "iub" or bool(np.all(given == np.round(given)))
    if not whole or len(given) != len(scores) or not 2 <= scores.shape[1] <= MOST_CLASSES:
        return None
    return PredictedFacts(len(scores), _counted(scores.argmax(-1)), _counted(given))


def _counted(values: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[str(int(value))] = counts.get(str(int(value)), 0) + 1
    return counts
