"""One module a probe: live objects in, facts out."""

from __future__ import annotations

from typing import Any, Callable

from tfwizard.worker.probes import batch, data, hyperparameters, labels, nan, overfit, pipelines, samples

PROBES: dict[str, Callable[[Any, Any], Any]] = {
    "pipelines": pipelines.probe,
    "data": data.probe,
    "samples": samples.probe,
    "batch": batch.probe,
    "nan": nan.probe,
    "labels": labels.probe,
    "hyperparameters": hyperparameters.probe,
    "overfit": overfit.probe,
}
