"""A training loop of the user's own: its tape, its loss, its updates."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import BroadcastFacts, CutFacts, LoopFacts, LossCall, TapeFacts
from tfwizard.worker.capture.tapes import Gradient, Operation, checksums, crossed, is_variable, shape_of
from tfwizard.worker.case import Case

#: Operations that read variables: what comes out of them depends on the model.
READS = ("ReadVariableOp", "ResourceGather", "ResourceGatherNd")
#: Operations whose registered gradient is None, or nothing: TensorFlow counts them among those that have one.
WITHOUT_DERIVATIVE = ("Round", "Rint", "Floor", "Ceil", "FloorDiv", "FloorMod", "StopGradient", "PreventGradient")
UPDATES = ("optimizer.apply", "optimizer.apply_gradients")


def probe(case: Case, report: Any) -> LoopFacts:
    """What the user's tapes recorded, and whether anything came of it."""
    recorder = case.recorder
    return LoopFacts(
        tuple(_gradient(one) for one in recorder.tapes.gradients),
        tuple(found for one in recorder.tapes.gradients for found in _broadcasts(one)),
        len(recorder.named(*UPDATES)),
        len({id(call.owner) for call in recorder.named("optimizer.__init__")}),
        len(case.loop.pairs) if case.loop is not None and case.loop.pairs is not None else None,
        _loss(case),
    )


def _loss(case: Case) -> LossCall | None:
    call = case.loop.loss_call if case.loop is not None else None
    if call is None:
        return None
    name = getattr(call.object, "__name__", "")
    made = call.place if name else case.recorder.where_made(call.object)
    return LossCall(name.removesuffix("_v2") or type(call.object).__name__, call.place, made)


def _gradient(one: Gradient) -> TapeFacts:
    variables = [source for source in one.sources if is_variable(source)]
    missing = [
        _name(source)
        for source, result in zip(one.sources, one.results)
        if result is None and is_variable(source)
    ]  # fmt: skip
    after = checksums(variables) if one.before is not None else None
    cuts, connected = _cuts(one) if missing else ([], True)
    return TapeFacts(
        one.place, len(variables), tuple(missing), tuple(cuts), connected, one.calls, one.traced,
        None if after is None else after != one.before,
    )  # fmt: skip


def _name(variable: Any) -> str:
    return str(getattr(variable, "path", None) or getattr(variable, "name", "variable")).split(":")[0]


# --- where the way from the variables to the loss breaks off -----------------------------------------------------------------


def _cuts(one: Gradient) -> tuple[list[CutFacts], bool]:
    """The operations without a derivative between variables and loss, and whether there is any way at all."""
    depends, live = _reached(one.operations)
    made = {id(tensor): operation for operation in one.operations for tensor in operation.outputs}
    targets = one.target if isinstance(one.target, (list, tuple)) else [one.target]
    queue, seen, found = list(targets), set(), []
    while queue:
        tensor = queue.pop()
        operation = made.get(id(tensor))
        if operation is None or id(operation) in seen:
            continue
        seen.add(id(operation))
        alive_in = any(id(given) in live for given in operation.inputs)
        if alive_in and not any(id(given) in live for given in operation.outputs):
            found.append(CutFacts(operation.type, operation.place))
        queue.extend(operation.inputs)
    return found, any(id(target) in depends for target in targets)


def _reached(operations: list[Operation]) -> tuple[set[int], set[int]]:
    """What depends on the variables in any way, and what does so through derivatives: the ids of tensors."""
    depends: set[int] = set()
    live: set[int] = set()
    for one in operations:
        given = {id(tensor) for tensor in one.inputs}
        read = one.type in READS
        if read or given & depends:
            depends.update(id(tensor) for tensor in one.outputs)
        if read or (given & live and _has_derivative(one.type)):
            live.update(id(tensor) for tensor in one.outputs if _differentiable(tensor))
    return depends, live


def _differentiable(tensor: Any) -> bool:
    kind = getattr(tensor, "dtype", None)
    # A variant or resource carries tensors through loops and functions.
    return bool(getattr(kind, "is_floating", False) or getattr(kind, "is_complex", False)) or str(
        getattr(kind, "name", "")
    ) in ("variant", "resource")


def _has_derivative(kind: str) -> bool:
    from tensorflow.python.framework import ops

    if kind in WITHOUT_DERIVATIVE:
        return False
    registry = getattr(ops, "gradient_registry", None) or getattr(ops, "_gradient_registry", None)
    try:
        return registry is None or registry.lookup(kind) is not None
    except LookupError:  # TensorFlow would say so itself
        return True


# --- labels and predictions that stretch each other --------------------------------------------------------------------------


def _broadcasts(one: Gradient) -> list[BroadcastFacts]:
    """Where what depends on the variables meets what does not, as (n,) and (n, 1), on the way to the loss."""
    depends, _ = _reached(one.operations)
    on_the_way = _before(one)
    found: list[BroadcastFacts] = []
    for operation in one.operations:
        if len(operation.inputs) != 2 or id(operation) not in on_the_way or not operation.names:
            continue
        mine = [id(tensor) in depends for tensor in operation.inputs]
        shapes = [shape_of(tensor) for tensor in operation.inputs]
        if mine[0] == mine[1] or not crossed(*shapes) or not _squared(operation, shapes):
            continue
        predicted = mine.index(True)
        shape, other = shapes[predicted], shapes[1 - predicted]
        if shape is None or other is None:
            continue
        found.append(
            BroadcastFacts(operation.type, shape, other, operation.place, operation.names[predicted], operation.names[1 - predicted])
        )  # fmt: skip
    return found[:1]


def _squared(operation: Operation, shapes: list[Any]) -> bool:
    """Whether the result is rows by rows: it has two axes, and neither is of size 1."""
    result = shape_of(operation.outputs[0]) if operation.outputs else None
    return result is not None and len(result) == 2 and 1 not in result


def _before(one: Gradient) -> set[int]:
    """The ids of the operations that the loss is made of."""
    made = {id(tensor): operation for operation in one.operations for tensor in operation.outputs}
    queue = list(one.target) if isinstance(one.target, (list, tuple)) else [one.target]
    seen: set[int] = set()
    while queue:
        operation = made.get(id(queue.pop()))
        if operation is not None and id(operation) not in seen:
            seen.add(id(operation))
            queue.extend(operation.inputs)
    return seen
