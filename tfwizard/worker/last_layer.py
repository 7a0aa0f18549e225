"""The layer that gives each output of the model, found by running the model: whatever it is called."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import LastLayer, Place
from tfwizard.worker.case import Case
from tfwizard.worker.model import keras_package

#: Layers that are an activation and nothing else.
ACTIVATIONS = {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "PReLU": "prelu"}
#: Layers between the dense ones at the end of a network.
AMONG_DENSE = {"Dense", "Dropout", "Activation", "BatchNormalization", "LayerNormalization", *ACTIVATIONS}


class Trace:
    """One forward pass with every call of a layer: what went in, what came out."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.calls: list[tuple[Any, Any, Any]] = []
        base = case.model.keras.layers.Layer
        original = base.__call__
        calls = self.calls

        def traced(layer: Any, *args: Any, **kwargs: Any) -> Any:
            output = original(layer, *args, **kwargs)
            calls.append((layer, args[0] if args else next(iter(kwargs.values()), None), output))
            return output

        traced.autograph_info__ = {}  # type: ignore[attr-defined]
        base.__call__ = traced
        try:
            self.predictions = case.model.predictions(case.batch.x)
        finally:
            base.__call__ = original

    def last_layer(self, output: Any) -> LastLayer | None:
        """The layer whose result `output` is; None where it was computed outside of any layer."""
        maker = self._maker(output)
        if maker is None:
            return None
        layer, given, _ = maker
        activation, alone = activation_of(layer)
        activation_layer, activation_where = "", None
        if alone:
            activation_layer, activation_where = type(layer).__name__, self._place(layer)
            behind = self._maker(given)
            if behind is not None:
                layer = behind[0]
                inner, _ = activation_of(layer)
                activation = activation if inner in ("linear", "") else f"{activation} of {inner}"
        position = self._position(layer)
        sequences, sequences_where = self._sequences(position)
        return LastLayer(
            type(layer).__name__, getattr(layer, "units", getattr(layer, "filters", None)), activation, self._place(layer),
            activation_layer, activation_where, self._before_dense(position), self._fixed_size(), sequences, sequences_where,
        )  # fmt: skip

    def _maker(self, output: Any) -> tuple[Any, Any, Any] | None:
        """The innermost layer that returned this tensor: layers that pass a tensor on come later."""
        for call in self.calls:
            if call[2] is output:
                return call
        return None

    def _position(self, layer: Any) -> int:
        return next((n for n, call in enumerate(self.calls) if call[0] is layer), len(self.calls))

    def _place(self, layer: Any) -> Place | None:
        """The line that made this layer, where it made no other one of this model: an edit there would change them all."""
        where = self._case.recorder.where_made
        place = where(layer)
        siblings = [other for other, _, _ in self.calls if type(other) is type(layer) and other is not layer]
        return None if any(where(other) == place for other in siblings) else place

    def _before_dense(self, position: int) -> Place | None:
        """The first layer of the dense ones at the end: what flattens belongs before it."""
        first = None
        for layer, _, _ in reversed(self.calls[: position + 1]):
            if type(layer).__name__ not in AMONG_DENSE:
                break
            if type(layer).__name__ == "Dense":
                first = layer
        return self._place(first) if first is not None else None

    def _fixed_size(self) -> bool:
        shape = getattr(self._case.model.object, "output_shape", None)
        return isinstance(shape, tuple) and all(isinstance(size, int) for size in shape[1:])

    def _sequences(self, position: int) -> tuple[str, Place | None]:
        """The last recurrent layer before the head, where it returns its whole sequence."""
        for layer, _, _ in reversed(self.calls[:position]):
            inner = getattr(layer, "forward_layer", layer)
            returns = getattr(inner, "return_sequences", None)
            if returns is not None and keras_package(layer) is not None:
                return (type(inner).__name__, self._place(self._as_written(inner))) if returns else ("", None)
        return "", None

    def _as_written(self, layer: Any) -> Any:
        """Bidirectional works on a copy, named forward_…, of the layer that the user made."""
        name = str(getattr(layer, "name", ""))
        made = self._case.recorder.made.values()
        return next((one for one, _ in made if f"forward_{getattr(one, 'name', None)}" == name), layer)


def activation_of(layer: Any) -> tuple[str, bool]:
    """The name of a layer's activation, and whether the layer is nothing else."""
    kind = type(layer).__name__
    if keras_package(layer) is None:
        return "", False
    if kind in ACTIVATIONS:
        return ACTIVATIONS[kind], True
    given = getattr(layer, "activation", None)
    if given is None:
        return "", False
    return activation_name(given), kind == "Activation"


def activation_name(given: Any) -> str:
    """An activation by the name that its library gives it; "custom" for what the user wrote."""
    if keras_package(given) is not None:
        return ACTIVATIONS.get(type(given).__name__, type(given).__name__)
    root = str(getattr(given, "__module__", "")).split(".")[0]
    return str(getattr(given, "__name__", "custom")) if root in ("keras", "tf_keras", "tensorflow") else "custom"
