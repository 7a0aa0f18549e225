"""Forward passes: one, watched, with every call of a layer and every operation whose result is not finite; and many, fast."""

from __future__ import annotations

import contextlib
from typing import Any, Callable, Iterator

from tfwizard.facts import LayerPassed, Place
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Case
from tfwizard.worker.places import place_in, user_frame
from tfwizard.worker.trainer import graph_of, loosely

#: Called before and after a layer: the layer, what it is given, and what it gives (None before).
Watcher = Callable[[Any, Any, Any], None]
#: So many calls of layers are told one by one.
MOST_PASSED = 500
#: To trace a model takes about as long as a dozen passes without a graph.
TRACED_AFTER, WORTH_A_TRACE = 4, 12


class Forward:
    """The predictions for one batch after the other: of many, those behind the first few come out of a graph."""

    def __init__(self, case: Case, expected: int) -> None:
        self._case = case
        self._eager = TRACED_AFTER if expected >= TRACED_AFTER + WORTH_A_TRACE else expected
        self._graph: Callable[[Any], Any] | None = None

    def __call__(self, x: Any) -> Any:
        """As `Model.predictions`."""
        model, tf = self._case.model, self._case.tf
        if self._eager > 0 or getattr(model.object, "run_eagerly", False):
            self._eager -= 1
            return model.predictions(x)
        given = (model.inputs_only(x),)
        try:
            if self._graph is None:
                arguments = loosely(tf, given, lengths=model.transformers, rows=True)
                self._graph = graph_of(tf, model.predictions, arguments, reduce_retracing=True)
            return self._graph(*given)
        except Exception:  # a model that runs without a graph alone; or these inputs, which the pass below will tell
            self._eager = 1 << 30
            return model.predictions(x)


@contextlib.contextmanager
def layers_watched(case: Case, before: Watcher, after: Watcher) -> Iterator[None]:
    """Call `before` and `after` at each call of a layer; in Keras 3 also of the operations of a functional model."""
    layer_class = case.model.keras.layers.Layer
    bases = [layer_class] + [base for base in layer_class.__mro__[1:] if base.__name__ == "Operation"]
    originals = [(base, base.__dict__["__call__"]) for base in bases if "__call__" in base.__dict__]

    def watched(base: Any, original: Any) -> Any:
        def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
            if base is not layer_class and isinstance(layer, layer_class):
                return original(layer, *args, **kwargs)  # the layer's own call is watched already
            before(layer, (args, kwargs), None)
            output = original(layer, *args, **kwargs)
            after(layer, (args, kwargs), output)
            return output

        call.autograph_info__ = {}  # type: ignore[attr-defined]
        return call

    for base, original in originals:
        base.__call__ = watched(base, original)
    try:
        yield
    finally:
        for base, original in originals:
            base.__call__ = original


def tensors(tf: Any, value: Any) -> list[Any]:
    """The dense floating-point tensors with a value in a nested structure."""
    found = []
    for _, one in leaves(value):
        one = getattr(one, "value", one) if isinstance(one, tf.Variable) else one
        if isinstance(one, tf.Tensor) and hasattr(one, "numpy") and one.dtype.is_floating:
            found.append(one)
    return found


def finite(tf: Any, value: Any) -> bool:
    """Whether every number in a nested structure is finite."""
    return all(bool(tf.reduce_all(tf.math.is_finite(one))) for one in tensors(tf, value))


class Passed:
    """The way through the layers: what each of them gave. To be called before and after each layer."""

    def __init__(self, case: Case) -> None:
        self._case, self._depth = case, 0
        self.layers: list[LayerPassed] = []

    def enter(self, layer: Any, given: Any, _: Any) -> None:
        """A layer begins."""
        self._depth += 1

    def leave(self, layer: Any, given: Any, output: Any) -> None:
        """A layer has given its output; the model itself is no step on the way."""
        self._depth = max(0, self._depth - 1)
        if layer is self._case.model.object or len(self.layers) >= MOST_PASSED:
            return
        tf = self._case.tf
        given_out = tensors(tf, output)
        nan = sum(int(tf.math.count_nonzero(tf.math.is_nan(one))) for one in given_out)
        infinite = sum(int(tf.math.count_nonzero(tf.math.is_inf(one))) for one in given_out)
        name = str(getattr(layer, "name", "") or type(layer).__name__)
        self.layers.append(LayerPassed(name, type(layer).__name__, max(0, self._depth - 1), nan, infinite))


class FirstBad:
    """Finds where a forward pass stops being finite: the operation, the layer that runs it, the user's line.

    Infinity alone may be meant (a mask before a softmax): the first NaN counts, and infinity where there is no NaN.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._stack: list[Any] = []
        self.passed = Passed(case)
        self._found: dict[str, dict[str, Any]] = {}

    def run(self, x: Any, training: bool = False) -> dict[str, Any] | None:
        """What is known of the first bad operation, None when all of them are finite."""
        from tensorflow.python.framework import op_callbacks

        op_callbacks.add_op_callback(self._operation)
        try:
            with layers_watched(self._case, self._enter, self._leave):
                self._case.model.predictions(x, training)
        finally:
            op_callbacks.remove_op_callback(self._operation)
        return self._found.get("nan") or self._found.get("infinite")

    def _enter(self, layer: Any, given: Any, _: Any) -> None:
        self._stack.append(layer)
        self.passed.enter(layer, given, _)

    def _leave(self, layer: Any, given: Any, output: Any) -> None:
        if self._stack and self._stack[-1] is layer:
            self._stack.pop()
        self.passed.leave(layer, given, output)

    def _operation(
        self, op_type: Any, inputs: Any, attributes: Any, outputs: Any, op_name: Any = None, graph: Any = None
    ) -> None:
        import numpy as np

        if graph is not None or "nan" in self._found:
            return
        bad = [one.numpy() for one in outputs if _is_float(one)]
        bad = [one for one in bad if not np.isfinite(one).all()]
        if not bad:
            return
        kind = "nan" if any(np.isnan(one).any() for one in bad) else "infinite"
        given = [one.numpy() for one in inputs if _is_float(one)]
        if kind in self._found or not all(np.isfinite(one).all() for one in given):
            return
        frame = user_frame()
        name = op_type.decode() if isinstance(op_type, bytes) else str(op_type)
        self._found[kind] = {
            "operation": name, "stack": list(self._stack), "place": place_in(frame), "given": given, "bad": bad[0],
        }  # fmt: skip


def _is_float(one: Any) -> bool:
    return hasattr(one, "numpy") and one.dtype.is_floating and one.dtype.name != "bfloat16"


def user_layer(case: Case, stack: list[Any]) -> tuple[Any, Place | None]:
    """The innermost layer of a stack that the user's code made, with its line; else the innermost layer."""
    for layer in reversed(stack):
        if (place := case.recorder.where_made(layer)) is not None:
            return layer, place
    return (stack[-1] if stack else None), None
