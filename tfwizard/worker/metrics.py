"""The metrics that `compile` was given: what each compares, and its value on one batch."""

from __future__ import annotations

import inspect
from typing import Any

from tfwizard.facts import MetricFacts
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.model import Head, keras_package
from tfwizard.worker.probes.labels import IGNORED

#: What Keras' own metrics compare, by their class.
KINDS = {
    "equality": ("Accuracy",),
    "ids": ("SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "SparseCategoricalCrossentropy"),
    "one-hot": ("CategoricalAccuracy", "TopKCategoricalAccuracy", "CategoricalCrossentropy"),
    "threshold": ("BinaryAccuracy", "Precision", "Recall"),
    "curve": ("AUC", "PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity", "SpecificityAtSensitivity"),
    "values": (
        "MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "MeanAbsolutePercentageError",
        "MeanSquaredLogarithmicError", "R2Score",
    ),
    "counts": ("MeanIoU",),
}  # fmt: skip
CLASS_OF = {name.lower(): name for names in KINDS.values() for name in names}
SHORT = {"mse": "MeanSquaredError", "mae": "MeanAbsoluteError", "mape": "MeanAbsolutePercentageError"}
NEVER_WRITTEN = ("name", "dtype", "reduction", "fn")


def metric_facts(case: Case, head: Head) -> tuple[MetricFacts, ...]:
    """The metrics of one output."""
    given = [value for _, value in leaves(head.metrics)]
    return tuple(_facts(case, head, one) for one in given if one is not None)


def _facts(case: Case, head: Head, given: Any) -> MetricFacts:
    source, imports = source_of(given, "metrics")
    name = class_of(case, head, given)
    where = case.recorder.where_made(given)
    kind = next((kind for kind, names in KINDS.items() if name in names), "other")
    text = given if isinstance(given, str) else ""
    if kind == "other" or head.labels is None:
        return MetricFacts(name, source, text, kind, where=where, imports=imports)
    config = given.get_config() if hasattr(given, "get_config") else {}
    if kind == "counts" and not config.get("sparse_y_pred", True):
        kind = "other"
    threshold = config.get("threshold", config.get("thresholds"))
    threshold = threshold if isinstance(threshold, (int, float)) else (0.5 if kind == "threshold" else None)
    if kind == "curve" and config.get("from_logits"):
        kind = "other"
    value, error = None, None
    try:
        value = _value(case, head, given, name)
    except Exception as raised:
        error = error_facts(raised)
    return MetricFacts(
        name, source, text, kind, threshold, value, _expected(head, name), where, error, imports
    )  # fmt: skip


def class_of(case: Case, head: Head, given: Any) -> str:
    """The class of Keras' own that a metric stands for; its own name where it is none of them."""
    if isinstance(given, str):
        if given.lower() in ("accuracy", "acc"):
            return _accuracy_for(head)
        plain = given.lower().replace("_", "")
        return CLASS_OF.get(plain) or SHORT.get(plain, given)
    if keras_package(given) is not None and type(given).__module__.split(".")[0] in ("keras", "tf_keras"):
        return type(given).__name__
    own = str(getattr(given, "__module__", "")).split(".")[0] in ("keras", "tf_keras")
    name = str(getattr(given, "__name__", type(given).__name__))
    return CLASS_OF.get(name.replace("_", ""), name) if own else name


def _accuracy_for(head: Head) -> str:
    """Which accuracy Keras takes "accuracy" for: it looks at the shapes (the same rule in Keras 2 and 3)."""
    if head.labels is None or not head.output.shape:
        return "BinaryAccuracy"
    labels, output = head.labels.shape, head.output.shape
    if output[-1] == 1:
        return "BinaryAccuracy"
    sparse = len(labels) < len(output) or (labels[-1] == 1 and output[-1] > 1)
    return "SparseCategoricalAccuracy" if sparse else "CategoricalAccuracy"


def _value(case: Case, head: Head, given: Any, name: str) -> float | None:
    """What a new metric of the same class and settings gives for this batch."""
    keras = case.model.keras
    if hasattr(given, "update_state"):
        fresh = type(given).from_config(given.get_config())
    else:
        fresh = getattr(keras.metrics, name)()
    labels, output = head.labels, head.output
    if keras_package(case.model.object) == "tf_keras":
        labels, output = case.model.same_rank(labels, output)
    fresh.update_state(labels, output)
    result = fresh.result()
    return float(result) if getattr(result, "shape", ()) in ((), None) or len(result.shape) == 0 else None


def _expected(head: Head, name: str) -> float | None:
    """The share of right predictions as NumPy counts them, without labels that the loss leaves out."""
    import numpy as np

    if not name.endswith("Accuracy") or name.startswith(("TopK", "SparseTopK")):
        return None
    labels, output = head.labels.numpy(), head.output.numpy()
    if output.ndim < 2 or output.shape[-1] < 2 or labels.dtype.kind not in "iufb":
        return None
    chosen = output.argmax(axis=-1)
    if labels.shape == output.shape:
        return float((labels.argmax(axis=-1) == chosen).mean())
    if labels.size != chosen.size:
        return None
    labels = labels.reshape(chosen.shape)
    counted = labels != IGNORED
    return float((labels == chosen)[counted].mean()) if counted.any() else float(np.nan)


def source_of(given: Any, module: str) -> tuple[str, tuple[str, ...]]:
    """A metric or loss as source text, with the class to import; "" where it cannot be written again."""
    if isinstance(given, str):
        return f'"{given}"', ()
    if hasattr(given, "get_config") and type(given).__module__.split(".")[0] in ("keras", "tf_keras"):
        name = type(given).__name__
        try:
            written = _arguments(given)
        except (TypeError, ValueError):
            return "", ()
        return ("", ()) if written is None else (f"{name}({written})", (name,))
    return "", ()


def _arguments(given: Any) -> str | None:
    """The arguments that differ from the defaults; None where one of them is no plain value."""
    parameters = inspect.signature(type(given).__init__).parameters
    parts = []
    # Some losses of Keras 3 (Huber) leave their own arguments out of get_config.
    for key, value in {**given.get_config(), **getattr(given, "_fn_kwargs", {})}.items():
        if key not in parameters or (key in NEVER_WRITTEN and key != "name"):
            continue
        default = parameters[key].default
        if value == default or (key == "name" and (default is None or value.startswith(_plain(type(given).__name__)))):
            continue
        if not isinstance(value, (bool, int, float, str, list, type(None))):
            return None
        parts.append(f"{key}={value!r}" if not isinstance(value, str) else f'{key}="{value}"')
    return ", ".join(parts)


def _plain(name: str) -> str:
    """SparseTopK → sparse_top_k, as Keras names objects by their class."""
    return "".join(f"_{letter.lower()}" if letter.isupper() and n else letter.lower() for n, letter in enumerate(name))
