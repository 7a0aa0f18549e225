"""How much memory one forward pass needs, read from its graph: nothing of that size is ever allocated."""

from __future__ import annotations

import math
import os
from typing import Any

from tfwizard.facts import MemoryFacts
from tfwizard.worker.batches import map_leaves
from tfwizard.worker.case import Case

#: A training step keeps the activations for the backward pass and makes gradients of their size; a third of the free
#: memory for the forward pass leaves room for both.
SHARE = 1 / 3
#: Larger batches than this gain nothing on small models, and learn less from an epoch (Keskar et al. 2017).
USUAL_BATCH = 256


def memory_facts(case: Case) -> MemoryFacts:
    """The largest tensor of a forward pass on this batch, how it grows, and a batch size that fits."""
    rows = case.batch.rows()
    function, where = _batch_call(case)
    small = max(1, rows // 2)
    largest, shape, operation, total = _graph(case, rows)
    less = _graph(case, small)[0]
    power = math.log(largest / less) / math.log(rows / small) if less and small < rows else 1.0
    free = free_bytes(case)
    fitting = None
    if free:
        for size in (2**n for n in range(int(math.log2(USUAL_BATCH)), -1, -1)):
            if size < rows and _graph(case, size)[3] < free * SHARE:
                fitting = size
                break
    return MemoryFacts(rows, shape, largest, operation, round(power, 2), total, free, fitting, function, where)


def _graph(case: Case, rows: int) -> tuple[int, tuple[int, ...], str, int]:
    """Bytes, shape and operation of the largest tensor, and the bytes of all, for a batch of that many rows."""
    tf = case.tf
    x = case.model.inputs_only(case.batch.x)
    spec = map_leaves(lambda one: tf.TensorSpec((rows, *one.shape[1:]), one.dtype), x)
    traced = tf.function(lambda given: case.model.predictions(given), autograph=False).get_concrete_function(spec)
    largest, shape, operation, total = 0, (), "", 0
    for one in traced.graph.get_operations():
        for output in one.outputs:
            elements = output.shape.num_elements() if output.shape.rank is not None else None
            size = (elements or 0) * (output.dtype.size or 0)
            total += size
            if size > largest:
                largest, shape, operation = size, tuple(output.shape), one.type
    return largest, shape, operation, total


def free_bytes(case: Case) -> int | None:
    """The free memory of the device that trains, in bytes."""
    gpus = case.tf.config.list_physical_devices("GPU")
    if gpus:
        try:
            return _gpu_bytes()
        except Exception:  # no NVML here
            return None
    try:
        return int(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError):
        return None


def _gpu_bytes() -> int:
    import pynvml

    pynvml.nvmlInit()
    return int(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(0)).total)


def _batch_call(case: Case) -> tuple[str, Any]:
    """The call that decides on the batch size, and its line."""
    held = case.held
    if held is None or case.custom_loop:
        return "", None
    if case.source.kind == "arrays":
        return "fit", held.facts.where
    if case.source.pipeline is not None:
        call = case.source.pipeline
        return call.facts.name.rsplit(".", 1)[-1], call.facts.where
    calls = [
        one for one in case.recorder.named("tf.data.Dataset.batch") if one.bound.get("batch_size") == case.batch.rows()
    ]
    return ("batch", calls[0].facts.where) if len(calls) == 1 else ("", None)
