"""Whether the inputs of a list fit the slots that they are put into, or each other's."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import SwappedFacts
from tfwizard.language import _
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Case
from tfwizard.worker.probes.scale import layers_of, watched
from tfwizard.worker.rows import Seen

#: Beyond this many standard deviations, a column is not what a Normalization layer was adapted to.
FOREIGN, FAMILIAR = 10.0, 4.0


def swapped_facts(case: Case, seen: Seen) -> SwappedFacts | None:
    """Two inputs of a list that fit each other's slot and not their own. None where there is no list, or all fit."""
    import contextlib

    template = seen.template
    if template is None or not isinstance(template.x, (list, tuple)) or len(seen.inputs) < 2:
        return None
    few, most = [part[:64] for part in seen.inputs], case.rows_at_once(64)
    layers = [layer for layer in layers_of(case.model.object) if _demands(layer)]
    if not layers:
        return None
    # An id that is out of range stops the model; what was called until then is noted all the same.
    with watched(layers) as notes, contextlib.suppress(Exception):
        case.model.forward(seen.rebuilt(case.tf, [part[:most] for part in few]))
    slots: dict[int, Any] = {}
    for layer, entering, _unused in notes:
        if hasattr(entering, "numpy"):
            for number, part in enumerate(few):
                if _same(entering.numpy(), part[:most]):
                    slots.setdefault(number, layer)
    names = [name for name, _ in leaves(template.x)]
    for one, layer in slots.items():
        why = _misfit(layer, few[one])
        if not why:
            continue
        for other in range(len(few)):
            if other == one or few[other].shape[1:] != few[one].shape[1:] or _misfit(layer, few[other]):
                continue
            if other not in slots or not _misfit(slots[other], few[one]):
                return SwappedFacts(names[one], names[other], why)
    return None


def _demands(layer: Any) -> bool:
    return _rows_of_table(layer) is not None or _statistics(layer) is not None


def _rows_of_table(layer: Any) -> int | None:
    """The number of ids that an embedding knows."""
    found = getattr(layer, "input_dim", None)
    return int(found) if isinstance(found, int) and hasattr(layer, "output_dim") else None


def _statistics(layer: Any) -> tuple[Any, Any] | None:
    """Mean and variance that a Normalization layer was adapted to."""
    import numpy as np

    mean, variance = getattr(layer, "mean", None), getattr(layer, "variance", None)
    if mean is None or variance is None or not hasattr(layer, "adapt"):
        return None
    return np.ravel(np.asarray(mean)), np.ravel(np.asarray(variance))


def _same(entering: Any, part: Any) -> bool:
    import numpy as np

    return entering.size == part.size and bool(np.allclose(entering.ravel(), part.ravel().astype("float32"), rtol=1e-6))


def _misfit(layer: Any, array: Any) -> str:
    """Why these values are not meant for this layer, "" when they may be."""
    import numpy as np

    table = _rows_of_table(layer)
    if table is not None:
        values = array.astype("float64")
        if (values != np.floor(values)).any():
            return _("an embedding of {table} ids gets fractions", table=table)
        if values.min() < 0 or values.max() >= table:
            lowest, highest = values.min(), values.max()
            return _("an embedding of {table} ids gets values from {lowest:g} to {highest:g}",
                     table=table, lowest=lowest, highest=highest)  # fmt: skip
        return ""
    statistics = _statistics(layer)
    if statistics is None:
        return ""
    mean, variance = statistics
    if array.ndim != 2 or array.shape[1] != len(mean):
        return ""
    away = np.abs(array.mean(axis=0) - mean) / np.sqrt(np.maximum(variance, 1e-12))
    return (
        _("values lie {n:.0f} standard deviations off what the layer was adapted to", n=away.max())
        if away.max() > FOREIGN
        else ""
    )
