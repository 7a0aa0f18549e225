"""Trains the user's model on a few batches with an optimizer of our own, for the sweep and the overfit test."""

from __future__ import annotations

from typing import Any, Callable

from tfwizard.worker.batches import Batch, map_leaves
from tfwizard.worker.case import Case
from tfwizard.worker.model import Model


class Trainer:
    """One compiled training step, used at any learning rate from the same weights.

    The user's optimizer is never touched: a clone from its configuration, with what is `changed` of it, has its own slots.
    Without `dropout`, curves can be compared step by step; it is on where batch normalisation needs the training mode.
    """

    def __init__(self, case: Case, dropout: bool = False, **changed: Any) -> None:
        self._tf = case.tf
        self._model: Model = case.model
        self._optimizer = clone_optimizer(case.optimizer, **changed)
        #: A loop of the user's own may move a part of the variables only.
        self._variables = case.loop.variables if case.loop is not None else None
        self._fresh: list[Any] | None = None
        self._training = dropout or has_batch_statistics(case.model.object)
        self._step: Callable[..., Any] | None = None

    def start(self, rate: float) -> None:
        """Begin anew at this learning rate: the optimizer forgets its moments."""
        if self._fresh is None:
            self.build()
            self._fresh = [variable.numpy() for variable in variables_of(self._optimizer)]
        for variable, value in zip(variables_of(self._optimizer), self._fresh):
            variable.assign(value)
        set_rate(self._optimizer, rate)

    def build(self) -> None:
        """Make the optimizer's variables."""
        build(self._optimizer, self._trained())

    @property
    def slots(self) -> list[Any]:
        """The optimizer's variables."""
        return variables_of(self._optimizer)

    def _trained(self) -> list[Any]:
        return self._variables or self._model.object.trainable_variables

    def step(self, batch: Batch) -> float:
        """One step on one batch; returns the mean loss before it."""
        given = (self._model.inputs_only(batch.x), self._model.labels_of(batch), batch.weight)
        if self._step is None and getattr(self._model.object, "run_eagerly", False):
            self._step = self._train  # it may run without a graph alone
        if self._step is None:
            # Transformers' models take texts of any length.
            arguments = loosely(self._tf, given, lengths=self._model.transformers)
            self._step = graph_of(self._tf, self._train, arguments, reduce_retracing=True)
        return float(self._step(*given))

    def _train(self, x: Any, y: Any, weight: Any) -> Any:
        tf = self._tf
        variables = self._trained()
        with tf.GradientTape() as tape:
            output = self._model.predictions(x, training=self._training)
            losses = self._model.row_losses(y, output)
            if weight is not None:
                losses = losses * tf.cast(weight, losses.dtype)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, variables)
        self._optimizer.apply_gradients([(g, v) for g, v in zip(gradients, variables) if g is not None])
        return loss


def graph_of(tf: Any, function: Callable[..., Any], arguments: tuple[Any, ...], **options: Any) -> Callable[..., Any]:
    """A function as a graph, traced for these arguments.

    AutoGraph reads and rewrites the source of everything that is called, which takes longer than the tracing. Only Python that
    branches on tensors needs it, and fails without.
    """
    graph: Callable[..., Any]
    try:
        graph = tf.function(function, autograph=False, **options)
        graph.get_concrete_function(*arguments)  # type: ignore[attr-defined]
    except Exception:
        graph = tf.function(function, **options)
    return graph


def loosely(tf: Any, given: tuple[Any, ...], lengths: bool, rows: bool = False) -> tuple[Any, ...]:
    """The same arguments for a trace that takes sequences of any `lengths`, and any number of `rows`: one serves all batches."""

    def spec(one: Any) -> Any:
        if not isinstance(one, tf.Tensor) or not one.shape.rank:
            return one
        shape = [None if rows else one.shape[0], *one.shape[1:]]
        if lengths and _is_sequence(one):
            shape[1] = None
        return tf.TensorSpec(shape, one.dtype)

    mapped: tuple[Any, ...] = tf.nest.map_structure(spec, given)
    return mapped


def build(optimizer: Any, variables: Any) -> None:
    """Make the slots for these variables."""
    make = getattr(optimizer, "build", None) or optimizer._create_all_weights  # the legacy classes
    make(variables)


def clone_optimizer(given: Any, **changed: Any) -> Any:
    """A new optimizer of the same class and settings, with a constant learning rate that can be set."""
    inner = getattr(given, "inner_optimizer", given)  # mixed precision wraps it in a loss scale
    settings = {**inner.get_config(), "learning_rate": 1e-3, **changed}
    settings.pop("jit_compile", None)
    settings.pop("is_legacy_optimizer", None)
    return type(inner).from_config(settings)


def variables_of(optimizer: Any) -> list[Any]:
    """The optimizer's variables: a property in some versions, a method in others."""
    found = optimizer.variables
    return list(found() if callable(found) else found)


def set_rate(optimizer: Any, rate: float) -> None:
    """Set the constant learning rate."""
    variable = optimizer.learning_rate
    if hasattr(variable, "assign"):
        variable.assign(rate)
    else:
        optimizer.learning_rate = rate


def has_batch_statistics(live: Any) -> bool:
    """Whether a layer keeps moving statistics of its batches: it must then run in training mode."""
    layers = getattr(live, "_flatten_layers", None)
    return any(
        "moving_mean" in vars(layer) or hasattr(layer, "moving_mean") for layer in (layers() if layers else live.layers)
    )


def pad_together(case: Case, batches: list[Batch], pad: int | None) -> list[Batch]:
    """The same batches, each padded to the longest of them, so that one compiled step serves all."""
    longest = max((int(t.shape[1]) for b in batches for t in _sequences(b)), default=0)

    def widen(name: str, tensor: Any) -> Any:
        missing = longest - int(tensor.shape[1])
        filler = pad or 0 if name == "input_ids" else (-100 if name == "labels" else 0)
        return case.tf.pad(tensor, [[0, 0], [0, missing]], constant_values=filler) if missing else tensor

    if not all(hasattr(batch.x, "items") for batch in batches):
        return batches
    return [
        Batch({name: widen(name, tensor) if _is_sequence(tensor) else tensor for name, tensor in batch.x.items()},
              map_leaves(lambda tensor: widen("labels", tensor) if _is_sequence(tensor) else tensor, batch.y), batch.weight, batch.structure)
        for batch in batches
    ]  # fmt: skip


def _is_sequence(tensor: Any) -> bool:
    return len(tensor.shape) == 2 and tensor.dtype.is_integer and int(tensor.shape[1]) > 1


def _sequences(batch: Batch) -> list[Any]:
    return [tensor for tensor in (batch.x.values() if hasattr(batch.x, "items") else ()) if _is_sequence(tensor)]
