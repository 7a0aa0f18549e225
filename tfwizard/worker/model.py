"""The user's model, whichever Keras it is made with: its outputs, its loss as compiled, its classes."""

from __future__ import annotations

import inspect
import sys
from typing import Any, Callable

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


class Model:
    """A thin, uniform view of a live Keras model. It never changes the model, and never trains with its optimizer."""

    def __init__(self, live: Any, compile_call: LiveCall | None, tf: Any) -> None:
        self.object = live
        self.compile_call = compile_call
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
        step = getattr(type(self.object), "train_step", None)
        written = step is not None and is_user_file(inspect.unwrap(step).__code__.co_filename)
        return () if batch.y is not None or written else self.label_keys(batch.x)

    def _input_names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in getattr(self.object, "input_names", None) or ())

    # --- loss ---------------------------------------------------------------------------------------------------------

    @property
    def loss(self) -> Any:
        """The loss as the user gave it to `compile`: a string, a function, a Loss, or None."""
        if self.compile_call is None or "loss" not in self.compile_call.explicit:
            return None
        given = self.compile_call.bound.get("loss")
        return None if given in ("auto", "auto_with_warning", "passthrough") else given

    @property
    def internal_loss(self) -> bool:
        """Whether transformers' own loss is used."""
        return self.transformers and self.loss is None

    @property
    def loss_name(self) -> str:
        """The loss in words."""
        loss = self.loss
        if loss is None:
            return "the model's own loss" if self.internal_loss else "no loss"
        return loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)

    def loss_object(self) -> Any:
        """The compiled loss as a Loss object or function of Keras. None for the internal one, or several of them."""
        loss = self.loss
        if loss is None or isinstance(loss, (dict, list, tuple)):
            return None
        return self.keras.losses.get(loss)

    def row_losses(self, y: Any, output: Any) -> Any:
        """The loss of each sample, shape (rows,): the compiled loss, without its reduction over the batch."""
        if self.internal_loss:
            values = self._compute_internal(y, output)
        else:
            values = call_loss(self.loss_object(), *self.same_rank(y, output))
        values = self.tf.convert_to_tensor(values)
        extra = list(range(1, len(values.shape)))
        return self.tf.reduce_mean(values, axis=extra) if extra else values

    def same_rank(self, y: Any, output: Any) -> tuple[Any, Any]:
        """Labels and outputs as Keras' losses align them: (N,) labels beside (N, 1) outputs get their missing axis."""
        if len(y.shape) == len(output.shape) - 1 and output.shape[-1] == 1:
            y = self.tf.expand_dims(y, -1)
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
        if hasattr(y, "items"):
            parts = dict(y.items())
            return next(iter(parts.values())) if len(parts) == 1 else parts
        if isinstance(y, (list, tuple)) and len(y) == 1:
            return y[0]
        return y

    def outputs(self, x: Any, training: bool = False) -> Any:
        """What calling the model gives, whole."""
        return self.object(self.inputs_only(x), training=training)

    def forward(self, x: Any, training: bool = False) -> Any:
        """The first output (the logits, in transformers' models), as a tensor."""
        output = self.outputs(x, training)
        if hasattr(output, "logits"):
            return output.logits
        if hasattr(output, "to_tuple"):
            return output.to_tuple()[0]
        if isinstance(output, dict):
            return next(iter(output.values()))
        return output[0] if isinstance(output, (list, tuple)) else output

    @property
    def single_output(self) -> bool:
        """Whether the model has one output only."""
        outputs = getattr(self.object, "outputs", None)
        return self.transformers or outputs is None or len(outputs) == 1


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
