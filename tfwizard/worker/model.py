"""The user's model, whichever Keras it is made with: its outputs, its loss as compiled, its classes."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from typing import Any, Callable

from tfwizard.language import N_
from tfwizard.worker.batches import Batch
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.places import is_user_file

#: Names under which transformers' models take their labels.
LABEL_NAMES = ("labels", "label", "label_ids", "start_positions", "end_positions", "next_sentence_label")


def keras_package(value: Any) -> str | None:
    """The Keras package that an object's class comes from: "keras", "tf_keras", or None."""
    for base in type(value).__mro__:
        root = base.__module__.split(".")[0]
        if root in ("keras", "tf_keras"):
            return root
    return None


@dataclass
class Head:
    """One output of the model with its labels, and what `compile` was given for it: a loss, its weight, its metrics."""

    name: str
    output: Any
    labels: Any = None
    loss: Any = None
    weight: float = 1.0
    metrics: Any = None


class Model:
    """A thin, uniform view of a live Keras model. It never changes the model, and never trains with its optimizer."""

    def __init__(self, live: Any, compile_call: LiveCall | None, tf: Any) -> None:
        self.object = live
        self.compile_call = compile_call
        #: Whether a training loop of the user's own trains it, with which loss, and whether it is the model's own one.
        self.in_loop = False
        self.loop_loss: Any = None
        self.loop_internal = False
        self.tf = tf

    @property
    def keras(self) -> Any:
        """The Keras package of this model, as a module."""
        return sys.modules[keras_package(self.object) or "keras"]

    @property
    def built(self) -> bool:
        """Whether its weights exist."""
        try:
            return bool(getattr(self.object, "built", True)) and bool(self.object.weights)
        except ValueError:  # Keras 2 raises for the weights of a model without an input shape
            return False

    @property
    def transformers(self) -> bool:
        """Whether it is one of transformers' own TF models."""
        return any(base.__name__ == "TFPreTrainedModel" for base in type(self.object).__mro__)

    @property
    def config(self) -> Any:
        """The transformers config, or None."""
        return getattr(self.object, "config", None) if self.transformers else None

    @property
    def call_arguments(self) -> tuple[str, ...]:
        """The argument names that its call takes."""
        try:
            return tuple(inspect.signature(self.object.call).parameters)
        except (TypeError, ValueError):
            return ()

    def label_keys(self, x: Any) -> tuple[str, ...]:
        """The keys of an input dict that the model reads as labels."""
        if not hasattr(x, "items"):
            return ()
        known = set(LABEL_NAMES) if self.transformers else {"labels", "label"} - set(self._input_names())
        return tuple(key for key in x if key in known)

    def misplaced_labels(self, batch: Batch) -> tuple[str, ...]:
        """The labels among the inputs. A train_step that the user wrote takes them from where the user put them."""
        return () if batch.y is not None or self.own_step else self.label_keys(batch.x)

    @property
    def own_step(self) -> bool:
        """Whether the user wrote the train_step of this model."""
        return self._written("train_step")

    def _written(self, method: str) -> bool:
        found = getattr(inspect.unwrap(getattr(type(self.object), method, None) or object), "__code__", None)
        return found is not None and is_user_file(found.co_filename)

    @property
    def own_loss(self) -> bool:
        """Whether the user wrote how this model computes its loss: labels then go where only that code knows."""
        unknown = self.in_loop and self.loop_loss is None and not self.loop_internal
        return unknown or self._written("compute_loss") or self._written("hf_compute_loss")

    def _input_names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in getattr(self.object, "input_names", None) or ())

    # --- loss ---------------------------------------------------------------------------------------------------------

    @property
    def loss(self) -> Any:
        """The loss as the user gave it to `compile`: a string, a function, a Loss, or None."""
        if self.compile_call is None:
            return self.loop_loss
        if "loss" not in self.compile_call.explicit:
            return None
        given = self.compile_call.bound.get("loss")
        return None if given in ("auto", "auto_with_warning", "passthrough") else given

    @property
    def internal_loss(self) -> bool:
        """Whether transformers' own loss is used."""
        return self.transformers and self.loss is None and (self.loop_internal or not self.in_loop)

    @property
    def loss_name(self) -> str:
        """The loss in words, which are translated where they are shown."""
        loss = self.loss
        if loss is None:
            return N_("the model's own loss") if self.internal_loss else N_("no loss")
        return loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)

    def loss_object(self) -> Any:
        """The compiled loss as a Loss object or function of Keras. None for the internal one, or several of them."""
        return self.loss_of(self.loss)

    def loss_of(self, given: Any) -> Any:
        """A loss as Keras would take it: a Loss object or a function. None where there is none, or several."""
        while isinstance(given, (dict, list, tuple)) and len(given) == 1:
            given = next(iter(given.values())) if isinstance(given, dict) else given[0]
        if given is None or isinstance(given, (dict, list, tuple)):
            return None
        try:
            return self.keras.losses.get(given)
        except (ValueError, TypeError):  # no loss has this name: the training call says so
            return None

    def row_losses(self, y: Any, output: Any) -> Any:
        """The loss of each sample, shape (rows,): the compiled loss, without its reduction over the batch.

        `output` is what `predictions` gives; the losses of several outputs are summed with their weights, as Keras does.
        """
        if self.internal_loss:
            return self._by_row(self._compute_internal(y, output))
        heads = [head for head in self.heads(output, y) if head.loss is not None and head.labels is not None]
        if not heads:
            raise ValueError("no output has both a loss and labels")
        total: Any = 0.0
        for head in heads:
            values = call_loss(self.loss_of(head.loss), *self.same_rank(head.labels, head.output))
            total = total + head.weight * self._by_row(values)
        return total

    def _by_row(self, values: Any) -> Any:
        values = self.tf.convert_to_tensor(values)
        extra = list(range(1, len(values.shape)))
        return self.tf.reduce_mean(values, axis=extra) if extra else values

    def same_rank(self, y: Any, output: Any) -> tuple[Any, Any]:
        """Labels and outputs as Keras aligns them: (N,) labels beside (N, 1) outputs get their missing axis.

        Keras 3 also gives the labels the type of the outputs.
        """
        if len(y.shape) == len(output.shape) - 1 and output.shape[-1] == 1:
            y = self.tf.expand_dims(y, -1)
        elif len(y.shape) == len(output.shape) + 1 and y.shape[-1] == 1:
            output = self.tf.expand_dims(output, -1)
        if keras_package(self.object) == "keras" and (y.dtype.is_integer or y.dtype.is_bool or y.dtype.is_floating):
            y = self.tf.cast(y, output.dtype) if hasattr(self.keras, "ops") and output.dtype.is_floating else y
        return y, output

    def _compute_internal(self, y: Any, output: Any) -> Any:
        compute = getattr(self.object, "hf_compute_loss", None) or self.object.compute_loss
        return compute(y, output)

    @property
    def jit(self) -> bool:
        """Whether `fit` would compile the step with XLA."""
        flag = getattr(self.object, "jit_compile", None)
        if flag is None:
            flag = getattr(self.object, "_jit_compile", False)
        return flag is True

    # --- outputs --------------------------------------------------------------------------------------------------------

    def inputs_only(self, x: Any) -> Any:
        """The inputs without the labels among them."""
        keys = self.label_keys(x)
        return {key: value for key, value in x.items() if key not in keys} if keys else x

    def labels_of(self, batch: Batch) -> Any:
        """The labels of a batch, wherever they are: None when there are none; a dict when there are several."""
        y = batch.y
        if y is None:
            keys = self.label_keys(batch.x)
            y = {key: batch.x[key] for key in keys} or None
        if isinstance(y, (list, tuple)):
            names = self._output_names()
            fits = len(names) == len(y)
            y = {names[number] if fits else str(number): part for number, part in enumerate(y)} if len(y) != 1 else y[0]
        if hasattr(y, "items"):
            parts = dict(y.items())
            return next(iter(parts.values())) if len(parts) == 1 else parts
        return y

    def outputs(self, x: Any, training: bool = False) -> Any:
        """What calling the model gives, whole."""
        return self.object(self.inputs_only(x), training=training)

    def forward(self, x: Any, training: bool = False) -> Any:
        """The first output (the logits, in transformers' models), as a tensor."""
        output = self.predictions(x, training)
        if isinstance(output, dict):
            return next(iter(output.values()))
        return output[0] if isinstance(output, (list, tuple)) else output

    def predictions(self, x: Any, training: bool = False) -> Any:
        """What the loss is given: one tensor, or a dict or list of them where the model has several outputs."""
        output = self.outputs(x, training)
        if hasattr(output, "logits"):
            return output.logits
        if hasattr(output, "to_tuple"):
            return output.to_tuple()[0]
        if isinstance(output, dict) and len(output) == 1:
            return next(iter(output.values()))
        return output[0] if isinstance(output, (list, tuple)) and len(output) == 1 else output

    def _output_names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in getattr(self.object, "output_names", None) or ())

    def heads(self, predictions: Any, labels: Any) -> list[Head]:
        """Each output beside its labels (as `labels_of` gives them), its loss, weight and metrics."""
        if isinstance(predictions, dict):
            outputs = {str(name): part for name, part in predictions.items()}
        elif isinstance(predictions, (list, tuple)):
            names = self._output_names()
            fits = len(names) == len(predictions)
            outputs = {names[n] if fits else f"output_{n + 1}": part for n, part in enumerate(predictions)}
        else:
            outputs = {"": predictions}
        several = tuple(outputs)
        given = self.compile_call.bound if self.compile_call is not None else {}
        targets = _shared(labels, several, False)
        losses = _shared(self.loss, several, True)
        weights = _shared(given.get("loss_weights"), several, True)
        metrics = _shared(given.get("metrics"), several, len(several) == 1)
        return [
            Head(
                name, outputs[name], targets.get(name), losses.get(name), float(_number(weights.get(name))), metrics.get(name)
            )
            for name in several
        ]  # fmt: skip

    @property
    def single_output(self) -> bool:
        """Whether the model has one output only."""
        outputs = getattr(self.object, "outputs", None)
        return self.transformers or outputs is None or len(outputs) == 1


def _shared(value: Any, names: tuple[str, ...], to_all: bool) -> dict[str, Any]:
    """What each output is given: by its name, by its position, or one for all (`to_all`; else for the first alone)."""
    if value is None:
        return {}
    if len(names) == 1:
        if isinstance(value, dict):
            value = next(iter(value.values())) if len(value) == 1 else None
        return {names[0]: value}
    if isinstance(value, dict):
        by_position = all(str(key) == str(number) for number, key in enumerate(value)) and len(value) == len(names)
        return dict(zip(names, value.values())) if by_position else {str(key): part for key, part in value.items()}
    if isinstance(value, (list, tuple)) and len(value) == len(names):
        return dict(zip(names, value))
    return dict.fromkeys(names if to_all else names[:1], value)


def _number(value: Any) -> float:
    """A loss weight: 1 where none was given."""
    try:
        return 1.0 if value is None else float(value)
    except (TypeError, ValueError):
        return 1.0


def call_loss(loss: Any, y: Any, output: Any) -> Any:
    """A Loss or a loss function, without its reduction over the batch."""
    return loss.call(y, output) if hasattr(loss, "call") else loss(y, output)


def one_by_one(function: Callable[[int], Any], rows: int) -> tuple[list[float], list[str | None]]:
    """`function` for each row by itself: the values, NaN where it raised, and what it raised."""
    from tfwizard.worker.errors import useful_line

    values: list[float] = []
    raised: list[str | None] = []
    for row in range(rows):
        try:
            values.append(float(function(row).numpy().mean()))
            raised.append(None)
        except Exception as error:
            values.append(float("nan"))
            raised.append(useful_line(str(error)))
    return values, raised
