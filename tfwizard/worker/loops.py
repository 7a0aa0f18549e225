"""A training loop of the user's own, as it was when it was held, or failed: its batch, its loss, what it moves."""

from __future__ import annotations

import sys
from typing import Any, Iterator

from tfwizard.language import _
from tfwizard.worker.batches import Source, as_batch, dataset_source, leaves, map_leaves
from tfwizard.worker.capture.recorder import LiveCall, Recorder
from tfwizard.worker.capture.tapes import Called, Gradient, Operation, is_tensor, shape_of, traced_arguments

#: A loss of TensorFlow's own, and the one of Keras that computes the same.
SAME_IN_KERAS = {
    "sparse_softmax_cross_entropy_with_logits": "SparseCategoricalCrossentropy",
    "softmax_cross_entropy_with_logits": "CategoricalCrossentropy",
    "sigmoid_cross_entropy_with_logits": "BinaryCrossentropy",
}
#: Losses of Keras that are functions and take `from_logits`.
WITH_LOGITS = {
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "binary_crossentropy": "BinaryCrossentropy",
}
#: Operations that leave a mean what it is, or add something to it.
PASSING = ("Identity", "Cast", "Mean", "AddV2", "Add", "AddN", "Reshape", "Squeeze")


class Loop:
    """What is known of a loop that was held before it applied gradients with `held`."""

    def __init__(self, recorder: Recorder, held: LiveCall | None) -> None:
        self._recorder = recorder
        failed = recorder.tapes.failed
        self._gradients: list[Gradient] = recorder.tapes.gradients or ([failed] if failed is not None else [])
        self._levels = traced_arguments() if held is not None else recorder.tapes.levels
        #: Gradients and variables of the held call; None where they could not be read without using them up.
        self.pairs = pairs_of(held) if held is not None else None

    @property
    def model_call(self) -> Called | None:
        """The call of the one model that the user's tapes saw, None where there were none or several."""
        calls = [call for one in self._gradients for call in one.models]
        return calls[0] if len({id(call.object) for call in calls}) == 1 else None

    @property
    def loss_call(self) -> Called | None:
        """The call of the one loss that was given what the model gave; None for any other way to a loss."""
        called = self.model_call
        losses = [call for one in self._gradients for call in one.losses]
        if called is None or len(losses) != 1:
            return None
        given = argument(losses[0], 1, ("y_pred", "logits", "output"))
        return losses[0] if any(given is one for one in _outputs(called.result)) else None

    def loss(self, keras: Any) -> Any:
        """The loss as Keras would take it, None where it is not known."""
        call = self.loss_call
        if call is None:
            return None
        name = getattr(call.object, "__name__", "")
        if name.removesuffix("_v2") in SAME_IN_KERAS:
            return getattr(keras.losses, SAME_IN_KERAS[name.removesuffix("_v2")])(from_logits=True)
        extra = {key: value for key, value in call.kwargs.items() if key not in LABELS and key not in PREDICTIONS}
        if not name:
            return call.object
        if name in WITH_LOGITS and not set(extra) - {"from_logits"} and len(call.args) <= 3:
            told = call.args[2] if len(call.args) > 2 else extra.get("from_logits", False)
            return getattr(keras.losses, WITH_LOGITS[name])(from_logits=bool(told))
        return call.object if not extra and len(call.args) <= 2 else None

    @property
    def own_loss(self) -> bool:
        """Whether the model itself was asked for its loss, with the labels among its inputs."""
        called = self.model_call
        return called is not None and getattr(called.result, "loss", None) is not None

    # --- batches ----------------------------------------------------------------------------------------------------------

    def given(self) -> tuple[Any, Any]:
        """Inputs and labels as model and loss were called with them, None for what is not known."""
        called, loss = self.model_call, self.loss_call
        x = self._concrete(inputs_of(called)) if called is not None else None
        if loss is not None:
            y = self._concrete(argument(loss, 0, LABELS))
        else:
            others = [one for one in self._arguments() if not _contains(x, one)]
            y = others[0] if len(others) == 1 and x is not None else None
        return x, y

    def _arguments(self) -> list[Any]:
        """The tensors that the traced step was called with."""
        return [one for one in (self._levels[-1] if self._levels else []) if not hasattr(one, "assign")]

    def _concrete(self, value: Any) -> Any:
        """The values behind tensors that are being traced; None where one of them is computed while tracing."""
        found = map_leaves(lambda leaf: concrete(leaf, self._levels), value)
        parts = leaves(value)
        return found if parts and len(leaves(found)) == len(parts) else None

    def source(self, tf: Any) -> Source | str:
        """The dataset that the loop reads, or the one batch that is known; a text says what is not known."""
        called, iterated = self.model_call, self._recorder.tapes.iterated
        if called is None:
            return _("The script trains in a loop of its own; what enters its model could not be captured.")
        x, y = self.given()
        if iterated:
            ways = self._ways(x, y, self._recorder.tapes.element)
            if ways is not None:
                return dataset_source(iterated[-1], self._recorder, tf, lambda item: _along(item, *ways))
        if x is None:
            return _("The loop computes what enters its model while it is traced: no batch is known.")
        if y is None and not self.own_loss:
            return _("The loop compares its model's output in a way of its own: its labels are not known.")
        batch = as_batch(x, y, None, tf)
        return Source("one batch of the loop", lambda: iter([batch]), None, partial=True)

    def _ways(self, x: Any, y: Any, element: Any) -> tuple[Any, Any] | None:
        """Where in an element of the dataset inputs and labels stand."""
        known = [(path, leaf) for path, leaf in _paths(element)]
        of_x = map_leaves(lambda leaf: _Way(_found(known, leaf)), x)
        if of_x is None or any(way.path is None for _, way in leaves(of_x)):
            return None
        if y is None and self.own_loss:
            return of_x, None
        if y is None:
            used = {way.path for _, way in leaves(of_x)}
            rest = [path for path, _ in known if path not in used]
            if self.loss_call is not None or len(known) != 2 or len(rest) != 1:
                return None
            return of_x, _Way(rest[0])
        of_y = map_leaves(lambda leaf: _Way(_found(known, leaf)), y)
        return None if any(way.path is None for _, way in leaves(of_y)) else (of_x, of_y)

    # --- how it trains ----------------------------------------------------------------------------------------------------

    @property
    def variables(self) -> list[Any]:
        """The variables that the held call moves."""
        return [variable for _, variable in self.pairs or () if variable is not None]

    def why_not_repeated(self, optimizer: Any) -> str:
        """Why steps of our own would not be those of the loop; "" where they would."""
        call = self.loss_call
        gradients = [one for one in self._gradients if call in one.losses]
        if call is None or len(gradients) != 1:
            return _("The loop computes its loss in a way of its own, which a short training would not follow.")
        if not _is_mean(gradients[0], call):
            return _("The loop weighs or sums its loss in a way of its own, which a short training would not follow.")
        if not self.pairs or any(variable is None for _, variable in self.pairs):
            return _("Which variables the loop moves could not be read.")
        results = {id(one) for one in gradients[0].results if one is not None}
        if any(gradient is not None and id(gradient) not in results for gradient, _ in self.pairs):
            return _("The loop changes its gradients before it applies them, which a short training would not follow.")
        if self._rate_was_set(optimizer):
            return _("The loop sets its learning rate as it goes.")
        return ""

    def _rate_was_set(self, optimizer: Any) -> bool:
        """Whether the rate is another one than the optimizer was made with."""
        made = next((call for call in self._recorder.named("optimizer.__init__") if call.owner is optimizer), None)
        given = made.bound.get("learning_rate") if made is not None else None
        if not isinstance(given, (int, float)):
            return given is not None and not callable(given)
        now = optimizer.learning_rate
        return abs(float(now.numpy() if hasattr(now, "numpy") else now) - given) > 1e-5 * abs(given)


LABELS, PREDICTIONS = ("y_true", "labels", "target"), ("y_pred", "logits", "output")


def argument(called: Called, position: int, names: tuple[str, ...]) -> Any:
    """One argument of a call, by its position or by one of its names."""
    if len(called.args) > position:
        return called.args[position]
    return next((called.kwargs[name] for name in names if name in called.kwargs), None)


def inputs_of(called: Called) -> Any:
    """What a model was called with, in the form in which `fit` would give it; None where there is none."""
    named = {name: value for name, value in called.kwargs.items() if is_tensor(value)}
    names = {base.__name__ for base in type(called.object).__mro__}
    if any(is_tensor(value) for value in called.args[1:]):
        return None
    if "TFPreTrainedModel" in names:
        first = called.args[0] if called.args else {}
        return {**(first if hasattr(first, "items") else {"input_ids": first}), **named}
    if called.args:
        return None if named else called.args[0]
    others = [value for value in called.kwargs.values() if leaves(value) and not isinstance(value, (bool, int, float))]
    return others[0] if len(others) == 1 else None


def _outputs(result: Any) -> list[Any]:
    """What a model gave, as a loss may be given it."""
    logits = getattr(result, "logits", None)
    return [result, *([logits] if logits is not None else [leaf for _, leaf in leaves(result)][:1])]


# --- what is behind a tensor that is being traced ------------------------------------------------------------------------------


def concrete(tensor: Any, levels: list[list[Any]]) -> Any:
    """The value that a traced function was called with where `tensor` is its argument; None for any other traced tensor."""
    for _unused in range(len(levels) + 1):
        graph = getattr(tensor, "graph", None)
        if graph is None:
            return tensor
        inputs = list(getattr(graph, "inputs", ()))
        position = next((number for number, one in enumerate(inputs) if one is tensor), None)
        level = next((one for one in levels if _fits(one, inputs)), None)
        if position is None or level is None or position >= len(level):
            return None
        tensor = level[position]
    return None


def _fits(level: list[Any], inputs: list[Any]) -> bool:
    """Whether these values are those of the first arguments of a graph."""
    return 0 < len(level) <= len(inputs) and all(
        hasattr(value, "assign") or (_dtype(value) == _dtype(given) and _same_rank(value, given))
        for value, given in zip(level, inputs)
    )


def _dtype(value: Any) -> str:
    return str(getattr(value.dtype, "name", value.dtype))


def _same_rank(value: Any, given: Any) -> bool:
    shape = shape_of(given)
    return shape is None or len(shape) == len(value.shape)


# --- elements of a dataset -----------------------------------------------------------------------------------------------------


class _Way:
    """The way to one leaf of an element: keys and positions."""

    def __init__(self, path: tuple[Any, ...] | None) -> None:
        self.path = path


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if hasattr(value, "items"):
        for key, part in value.items():
            yield from _paths(part, (*path, key))
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield from _paths(part, (*path, number))
    elif value is not None:
        yield path, value


def _found(known: list[tuple[tuple[Any, ...], Any]], leaf: Any) -> tuple[Any, ...] | None:
    return next((path for path, one in known if _same(one, leaf)), None)


def _same(one: Any, other: Any) -> bool:
    """Whether these are the same tensor, or equal ones."""
    import numpy as np

    if one is other:
        return True
    if not (hasattr(one, "numpy") or isinstance(one, np.ndarray)) or tuple(one.shape) != tuple(other.shape):
        return False
    arrays = [np.asarray(each.numpy() if hasattr(each, "numpy") else each) for each in (one, other)]
    return arrays[0].dtype == arrays[1].dtype and arrays[0].dtype.kind in "iufb" and np.array_equal(*arrays)


def _contains(value: Any, leaf: Any) -> bool:
    return any(one is leaf for _, one in leaves(value))


def _along(item: Any, x: Any, y: Any) -> tuple[Any, ...]:
    """Inputs and labels of an element."""

    def follow(way: Any) -> Any:
        part = item
        for step in way.path:
            part = part[step]
        return part

    return (map_leaves(follow, x),) if y is None else (map_leaves(follow, x), map_leaves(follow, y))


# --- the held call -------------------------------------------------------------------------------------------------------------


def pairs_of(held: LiveCall) -> list[tuple[Any, Any]] | None:
    """Gradients and variables of a call of `apply_gradients` or `apply`; nothing is taken from an iterator."""
    bound = held.bound
    if "grads_and_vars" in bound:
        given = bound["grads_and_vars"]
        if isinstance(given, zip):
            parts = [_behind(one) for one in given.__reduce__()[1]]
            return None if len(parts) != 2 or any(part is None for part in parts) else list(zip(*parts))
        # Gradients alone, where the zip was forgotten: the call will say so itself.
        pairs = isinstance(given, (list, tuple)) and all(
            isinstance(one, (list, tuple)) and len(one) == 2 for one in given
        )
        return [(gradient, variable) for gradient, variable in given] if pairs else None
    gradients, variables = bound.get("grads", bound.get("gradients")), bound.get("trainable_variables")
    if not isinstance(gradients, (list, tuple)):
        return None
    if variables is None:  # those that the optimizer was built for
        variables = getattr(held.owner, "_trainable_variables", None)
    return list(zip(gradients, variables)) if isinstance(variables, (list, tuple)) else None


def _behind(iterator: Any) -> Any:
    """The list that an iterator which was not used yet goes over, without using it."""
    if type(iterator).__name__ not in ("list_iterator", "tuple_iterator"):
        return None
    _unused, given, *position = iterator.__reduce__()
    return given[0] if position == [0] else None  # one that was used up has no position


def initialised(variables: list[Any]) -> bool:
    """Whether these variables have values yet: those made while tracing get theirs when it ends."""
    tf: Any = sys.modules["tensorflow"]
    with tf.init_scope():
        for variable in variables:
            inner = getattr(variable, "value", variable)
            inner = variable if callable(inner) else inner
            ready = inner.is_initialized() if hasattr(inner, "is_initialized") else True
            if hasattr(ready, "numpy") and not bool(ready.numpy()):
                return False
    return True


def _is_mean(one: Gradient, call: Called) -> bool:
    """Whether the target is the mean of the losses that `call` gave, perhaps with scalars added."""
    rank = len(shape_of(call.result) or ())
    if getattr(call.object, "reduction", "") in ("sum", "none", None) and rank == 0:
        return False
    made = {id(tensor): operation for operation in one.operations for tensor in operation.outputs}
    tensor = one.target[0] if isinstance(one.target, (list, tuple)) and len(one.target) == 1 else one.target
    averaged = rank == 0
    for _unused in range(100):
        if tensor is call.result:
            return averaged
        operation = made.get(id(tensor))
        if operation is None or operation.type not in PASSING:
            return False
        averaged = averaged or operation.type == "Mean"
        summands = _summands(operation)
        on_the_way = [given for given in summands if _leads(given, call.result, made)]
        if len(on_the_way) != 1 or (len(summands) > 1 and any(shape_of(given) != () for given in summands)):
            return False
        tensor = on_the_way[0]
    return False


def _summands(operation: Operation) -> tuple[Any, ...]:
    return operation.inputs if operation.type in ("AddV2", "Add", "AddN") else operation.inputs[:1]


def _leads(tensor: Any, to: Any, made: dict[int, Operation]) -> bool:
    queue, seen = [tensor], set()
    while queue:
        one = queue.pop()
        if one is to:
            return True
        operation = made.get(id(one))
        if operation is not None and id(operation) not in seen:
            seen.add(id(operation))
            queue.extend(operation.inputs)
    return False
