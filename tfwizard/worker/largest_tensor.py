"""The largest tensor of a forward pass, read from its graph: nothing of that size is ever allocated."""

from __future__ import annotations

import math

from tfwizard.facts import TensorNeed
from tfwizard.worker.batches import map_leaves
from tfwizard.worker.case import Case


def largest_tensor(case: Case) -> TensorNeed | None:
    """The largest tensor for the batch of the case, and how it grows with the rows. None where no size is known."""
    rows = case.batch.rows()
    small = max(1, rows // 2)
    largest, less = _of_graph(case, rows), _of_graph(case, small)
    if largest is None:
        return None
    if less is None or small == rows:
        return largest
    power = math.log(largest.bytes / less.bytes) / math.log(rows / small)
    return TensorNeed(largest.shape, largest.bytes, largest.operation, round(power, 2))


def _of_graph(case: Case, rows: int) -> TensorNeed | None:
    tf = case.tf
    x = case.model.inputs_only(case.batch.x)
    spec = map_leaves(lambda one: tf.TensorSpec((rows, *one.shape[1:]), one.dtype), x)
    traced = tf.function(lambda given: case.model.predictions(given), autograph=False).get_concrete_function(spec)
    found = [
        TensorNeed(tuple(output.shape), output.shape.num_elements() * output.dtype.size, one.type)
        for one in traced.graph.get_operations()
        for output in one.outputs
        if output.shape.is_fully_defined() and output.dtype.size
    ]
    return max((one for one in found if one.bytes), key=lambda one: one.bytes, default=None)
