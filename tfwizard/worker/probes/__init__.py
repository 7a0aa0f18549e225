"""One module a section of the facts: each computes that section on the live objects of the held script."""

from __future__ import annotations

from typing import Any, Callable

from tfwizard.worker.probes import (
    baseline,
    batch,
    compare,
    cpu_twin,
    data,
    heads,
    hyperparameters,
    labels,
    layers,
    loop,
    memory,
    nan,
    overfit,
    pipelines,
    rates,
    samples,
    scan,
    text,
    training,
)

PROBES: dict[str, Callable[..., Any]] = {
    module.__name__.rsplit(".", 1)[-1]: module.probe
    for module in (
        pipelines, data, scan, samples, text, batch, heads, layers, loop, nan, labels, hyperparameters, rates, training, overfit, baseline, compare,
        cpu_twin, memory,
    )
}  # fmt: skip
