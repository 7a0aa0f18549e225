"""What the fresh model gives for one batch: loss per sample, logits, predictions, and the loss of chance."""

from __future__ import annotations

import math
from typing import Any

from tfwizard.facts import BatchFacts, LogitsFacts, StepFacts
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.model import call_loss, one_by_one

MOST_LOGITS = 64
CROSS_ENTROPIES = ("SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy")


def probe(case: Case, report: Any) -> BatchFacts:
    """Run the model once, without training, and look at everything that comes out."""
    batch, model = case.batch, case.model
    if not model.single_output:
        raise Blocked("The model has several outputs; only single ones are examined so far.")
    try:
        output = model.forward(batch.x)
    except Exception as error:
        return BatchFacts(
            error=error_facts(error), loss_name=model.loss_name, step=_step(case, list(range(batch.rows())))
        )
    labels = model.labels_of(batch)
    shape = tuple(int(size) for size in output.shape)
    logits = output.numpy().astype("float64")
    classes = _classes(labels, output)
    if classes is not None:
        case.memory["classes"] = classes
    if labels is None or isinstance(labels, dict):
        return BatchFacts(
            shape, classes, logits=_rows(logits), loss_name=model.loss_name, finite_logits=_finite(logits)
        )
    losses, raised, how = row_losses(case, labels, output)
    case.memory["raised"] = raised
    usable = [row for row, value in enumerate(losses) if math.isfinite(value)]
    case.memory["computable"] = bool(usable)
    return BatchFacts(
        shape,
        classes,
        tuple(losses),
        tuple(why is not None for why in raised),
        tuple(label_text(labels, row) for row in range(batch.rows())),
        tuple(_prediction(logits, row, classes) for row in range(batch.rows())),
        _rows(logits),
        sum(losses[row] for row in usable) / len(usable) if usable else None,
        math.log(classes) if classes and classes > 1 else None,
        how,
        model.loss_name,
        _finite(logits),
        _step(case, usable or list(range(len(losses)))) if _questionable(case, usable) else None,
        _logits_facts(case, labels, usable),
    )


def _questionable(case: Case, usable: list[int]) -> bool:
    """Whether one real step is worth its time: no sample has a loss, or the labels sit where a Keras loss does not look."""
    return not usable or bool(case.model.misplaced_labels(case.batch))


def row_losses(case: Case, labels: Any, output: Any) -> tuple[list[float], list[str | None], str]:
    """The loss of each sample, what TensorFlow said of those that it refuses, and how it was computed.

    Under XLA (and on a GPU) an impossible label gives NaN; an ordinary CPU kernel refuses the whole batch, so its samples
    are then taken one by one.
    """
    model, rows = case.model, int(output.shape[0])

    def compute(y: Any, out: Any) -> Any:
        return model.row_losses(y, out)

    if model.jit:
        values, how = case.tf.function(compute, jit_compile=True)(labels, output), "compiled with XLA, as fit would"
    else:
        try:
            values, how = compute(labels, output), "the whole batch at once"
        except Exception:
            values, how = None, "one sample at a time, since TensorFlow refuses the batch as a whole"
    if values is not None and tuple(values.shape) == (rows,):
        return [float(value) for value in values.numpy()], [None] * rows, how
    found, raised = one_by_one(lambda row: compute(labels[row : row + 1], output[row : row + 1]), rows)
    return found, raised, how if values is None else "one sample at a time"


def _classes(labels: Any, output: Any) -> int | None:
    """The width of the output, where integer labels index it; None for regression, one-hot and the like."""
    if labels is None or isinstance(labels, dict) or not labels.dtype.is_integer or len(output.shape) < 2:
        return None
    width = int(output.shape[-1])
    rank = len(labels.shape) - (1 if len(labels.shape) > 1 and labels.shape[-1] == 1 else 0)
    return width if rank == len(output.shape) - 1 and width > 1 else None


def label_text(labels: Any, row: int) -> str:
    """The label of one row as text."""
    value = labels[row].numpy()
    return " ".join(str(one) for one in (value.ravel().tolist() if hasattr(value, "ravel") else [value])[:16])


def _prediction(logits: Any, row: int, classes: int | None) -> int | None:
    import numpy as np

    if not classes or logits.ndim != 2 or not np.isfinite(logits[row]).all():
        return None
    return int(logits[row].argmax())


def _rows(logits: Any) -> tuple[tuple[float, ...], ...]:
    return (
        tuple(tuple(float(value) for value in row.ravel()[:16]) for row in logits[:MOST_LOGITS]) if logits.ndim else ()
    )


def _finite(logits: Any) -> bool:
    import numpy as np

    return bool(np.isfinite(logits).all())


class _Recorder:
    """Stands in for the optimizer during one real training step: it computes the gradients and applies none."""

    def __init__(self, tf: Any, real: Any) -> None:
        self._tf = tf
        self._real = real
        self.loss: float | None = None
        self.norm: float | None = None

    def __getattr__(self, name: str) -> Any:
        # A train_step may read the learning rate, the iterations or the loss scale.
        return getattr(self._real, name)

    def minimize(self, loss: Any, variables: Any, tape: Any = None, **_: Any) -> None:
        """As Keras 2 calls it."""
        self.loss = float(self._tf.reduce_mean(loss))
        self.apply_gradients(zip(tape.gradient(loss, variables), variables))

    def apply_gradients(self, pairs: Any, **_: Any) -> None:
        """As Keras 3 and custom steps call it."""
        gradients = [gradient for gradient, _ in pairs if gradient is not None]
        self.norm = float(self._tf.linalg.global_norm(gradients)) if gradients else None

    def apply(self, gradients: Any, variables: Any = None, **_: Any) -> None:
        """As Keras 3 calls it."""
        self.apply_gradients((gradient, None) for gradient in gradients)

    def scale_loss(self, loss: Any) -> Any:
        """As Keras 3 calls it before the gradients."""
        return loss


def _step(case: Case, usable: list[int]) -> StepFacts:
    """The model's own train_step on the rows whose label it can take: whether anything moves."""
    live, tf = case.model.object, case.tf
    if not usable:
        return StepFacts(False, rows=0)
    part = case.batch.take(tf, usable)
    optimizer = live.optimizer
    recorder = _Recorder(tf, optimizer)
    try:
        live.optimizer = recorder
        live.train_step(tuple(one for one in (part.x, part.y, part.weight) if one is not None))
    except Exception as error:
        # Metrics come after the gradients: what they raise says nothing about the labels.
        if recorder.norm is None:
            return StepFacts(True, recorder.loss, error=error_facts(error), rows=len(usable))
    finally:
        live.optimizer = optimizer
    return StepFacts(True, recorder.loss, recorder.norm, None, len(usable))


def _logits_facts(case: Case, labels: Any, usable: list[int]) -> LogitsFacts | None:
    """The compiled cross-entropy against the same on true logits, by value and by gradient."""
    import numpy as np

    model, tf = case.model, case.tf
    loss = model.loss_object()
    kind = _cross_entropy(loss, model.loss)
    if kind is None or not usable or not _comparable(kind, labels, model.forward(case.batch.x)):
        return None
    part = case.batch.take(tf, usable)
    part_labels = model.labels_of(part)
    from_logits = _from_logits(loss)
    other = getattr(model.keras.losses, kind)(from_logits=True)
    measured = []
    for one in (loss, other):
        with tf.GradientTape() as tape:
            output = model.forward(part.x)
            mean = tf.reduce_mean(call_loss(one, *model.same_rank(part_labels, output)))
        gradients = [g for g in tape.gradient(mean, model.object.trainable_variables) if g is not None]
        measured.append((float(mean), float(tf.linalg.global_norm(gradients)) if gradients else None))
    values = output.numpy().astype("float64")
    sums = values.sum(axis=-1)
    probabilities = values.min() >= -1e-6 and values.max() <= 1 + 1e-6
    if kind != "BinaryCrossentropy":
        probabilities = probabilities and bool(np.allclose(sums, 1, atol=1e-3))
    return LogitsFacts(
        kind, from_logits, measured[0][0], measured[1][0], measured[0][1], measured[1][1],
        float(values.min()), float(values.max()), float(sums.min()), float(sums.max()), not probabilities,
    )  # fmt: skip


def _comparable(kind: str, labels: Any, output: Any) -> bool:
    """Whether this loss can take these labels at all; otherwise another rule explains it."""
    if kind == "SparseCategoricalCrossentropy":
        return _classes(labels, output) is not None
    return tuple(labels.shape) == tuple(output.shape) or (len(labels.shape) == 1 and tuple(output.shape[1:]) == (1,))


def _cross_entropy(loss: Any, given: Any) -> str | None:
    """The class name of a cross-entropy loss, whether it was given as an object, a function or a string."""
    name = type(loss).__name__
    if name in CROSS_ENTROPIES:
        return name
    function = getattr(loss, "__name__", "").replace("_", "")
    return next((kind for kind in CROSS_ENTROPIES if kind.lower() == function), None)


def _from_logits(loss: Any) -> bool:
    """What the loss believes of its input; the functions behind strings take probabilities."""
    if hasattr(loss, "get_config"):
        return bool(loss.get_config().get("from_logits", getattr(loss, "from_logits", False)))
    return False
