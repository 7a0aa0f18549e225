"""What the fresh model gives for one batch: loss per sample, logits, predictions, and the loss of chance."""

from __future__ import annotations

import contextlib
import math
from dataclasses import replace
from typing import Any, Iterator

from tfwizard.facts import BatchFacts, LogitsFacts, StepFacts
from tfwizard.language import _
from tfwizard.worker.batches import Batch, leaves, map_leaves
from tfwizard.worker.case import Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.model import Head, Model, call_loss, one_by_one
from tfwizard.worker.state import weights_restored

MOST_LOGITS = 64
OTHER_WEIGHTS = 3  # drawn, to see whether outputs leave the range of probabilities
MOST_ROWS = 32  # of the step that is tried: what fails, fails on these as well
CROSS_ENTROPIES = ("SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy")


def probe(case: Case, report: Any) -> BatchFacts:
    """Run the model once, without training, and look at everything that comes out."""
    batch, model = case.batch, case.model
    try:
        output = model.predictions(batch.x)
    except Exception as error:
        case.memory["exhausted"] = isinstance(error, case.tf.errors.ResourceExhaustedError)
        return BatchFacts(
            error=error_facts(error), loss_name=model.loss_name, step=rehearse(case, list(range(batch.rows())))
        )
    labels = model.labels_of(batch)
    outputs = [tensor for _, tensor in leaves(output)]
    first = outputs[0]
    logits = _as_floats(first)
    classes = _classes(labels, first) if len(outputs) == 1 else None
    if classes is not None:
        case.memory["classes"] = classes
    facts = BatchFacts(
        tuple(int(size) for size in first.shape), classes, logits=_rows(logits), loss_name=model.loss_name,
        finite_logits=all(_finite(_as_floats(tensor)) for tensor in outputs),
    )  # fmt: skip
    no_loss = model.loss is None and not model.internal_loss
    if labels is None or no_loss or (isinstance(labels, dict) and (len(outputs) == 1 or model.transformers)):
        case.memory["computable"] = False
        return replace(facts, step=rehearse(case, list(range(batch.rows()))))
    losses, raised, how = row_losses(case, labels, output)
    case.memory["raised"] = raised
    usable = [row for row, value in enumerate(losses) if math.isfinite(value)]
    case.memory["computable"] = bool(usable)
    return replace(
        facts,
        losses=tuple(losses),
        raised=tuple(why is not None for why in raised),
        labels=tuple(label_text(labels, row) for row in range(batch.rows())),
        predictions=tuple(_prediction(logits, row, classes) for row in range(batch.rows())),
        mean_loss=sum(losses[row] for row in usable) / len(usable) if usable else None,
        chance=math.log(classes) if classes and classes > 1 else None,
        how=how,
        step=rehearse(case, usable or list(range(batch.rows()))),
        from_logits=_logits_facts(case, usable),
    )


def row_losses(case: Case, labels: Any, output: Any) -> tuple[list[float], list[str | None], str]:
    """The loss of each sample, what TensorFlow said of those that it refuses, and how it was computed.

    Under XLA (and on a GPU) an impossible label gives NaN; an ordinary CPU kernel refuses the whole batch, so its samples
    are then taken one by one.
    """
    model, rows = case.model, int(leaves(output)[0][1].shape[0])

    def compute(y: Any, out: Any) -> Any:
        return model.row_losses(y, out)

    values, how = None, _("the whole batch at once")
    try:
        if model.jit:
            how = _("compiled with XLA, as fit would")
            values = case.tf.function(compute, jit_compile=True)(labels, output)
        else:
            values = compute(labels, output)
    except Exception:
        how = _("one sample at a time, since TensorFlow refuses the batch as a whole")
    if values is not None and tuple(values.shape) == (rows,):
        return [float(value) for value in values.numpy()], [None] * rows, how
    found, raised = rows_alone(case, labels, output, rows)
    return found, raised, how if values is None else _("one sample at a time")


def rows_alone(case: Case, labels: Any, output: Any, rows: int) -> tuple[list[float], list[str | None]]:
    """The loss of each row by itself, NaN where TensorFlow refuses it, and what it says then."""

    def of_row(row: int) -> Any:
        parts = (map_leaves(lambda tensor: tensor[row : row + 1], part) for part in (labels, output))
        return case.model.row_losses(*parts)

    return one_by_one(of_row, rows)


def _classes(labels: Any, output: Any) -> int | None:
    """The width of the output, where integer labels index it; None for regression, one-hot and the like."""
    if not hasattr(labels, "dtype") or not labels.dtype.is_integer or len(output.shape) < 2:
        return None
    width = int(output.shape[-1])
    rank = len(labels.shape) - (1 if len(labels.shape) > 1 and labels.shape[-1] == 1 else 0)
    return width if rank == len(output.shape) - 1 and width > 1 else None


def label_text(labels: Any, row: int) -> str:
    """The label of one row as text; several labels stand behind their names."""
    if isinstance(labels, dict):
        return ", ".join(f"{name}: {label_text(part, row)}" for name, part in labels.items())
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


def _as_floats(tensor: Any) -> Any:
    """The values of an output as NumPy; no values where they are no numbers."""
    import numpy as np

    is_number = hasattr(tensor, "numpy") and (tensor.dtype.is_floating or tensor.dtype.is_integer)
    return tensor.numpy().astype("float64") if is_number else np.zeros((0,))


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
        #: Gradients with their variables, and the loss as the step reduced it: for the probe of the layers.
        self.pairs: list[Any] = []
        self.reduced: Any = None

    def __getattr__(self, name: str) -> Any:
        # A train_step may read the learning rate, the iterations or the loss scale.
        return getattr(self._real, name)

    def minimize(self, loss: Any, variables: Any, tape: Any = None, **_: Any) -> None:
        """As Keras 2 calls it."""
        self.loss = float(self._tf.reduce_mean(loss))
        self.reduced = loss
        self.apply_gradients(zip(tape.gradient(loss, variables), variables))

    def apply_gradients(self, pairs: Any, **_: Any) -> None:
        """As Keras 3 and custom steps call it."""
        pairs = list(pairs)
        self.pairs += pairs
        gradients = [gradient for gradient, _ in pairs if gradient is not None]
        self.norm = float(self._tf.linalg.global_norm(gradients)) if gradients else None

    def apply(self, gradients: Any, variables: Any = None, **_: Any) -> None:
        """As Keras 3 calls it."""
        gradients = list(gradients)
        self.apply_gradients(zip(gradients, [None] * len(gradients) if variables is None else variables))

    def scale_loss(self, loss: Any) -> Any:
        """As Keras 3 calls it before the gradients."""
        self.reduced = loss
        return loss


def rehearse(case: Case, usable: list[int], labels: Any = None) -> StepFacts | None:
    """The model's own train_step, eagerly, on some rows whose label it can take: whether anything moves.

    No gradient is applied, and what a step changes by itself (batch statistics, metrics, counters) is put back. `labels`
    stand in for those of the batch. None where nothing was compiled: there is no step of the model's own then.
    """
    live, tf = case.model.object, case.tf
    if case.compile_call is None or getattr(live, "optimizer", None) is None or not hasattr(live, "train_step"):
        return None
    if not usable:
        return StepFacts(False, rows=0)
    rows = usable[:MOST_ROWS]
    part = case.batch if len(rows) == case.batch.rows() else case.batch.take(tf, rows)
    y = part.y if labels is None else map_leaves(lambda tensor: tf.gather(tensor, rows), labels)
    optimizers = {name: value for name, value in vars(live).items() if hasattr(value, "apply_gradients")}
    optimizers["optimizer"] = live.optimizer
    recorder = _Recorder(tf, live.optimizer)
    with contextlib.ExitStack() as undo:
        undo.enter_context(weights_restored(live))
        undo.enter_context(states_restored(case))
        try:
            for name in optimizers:
                setattr(live, name, recorder)
            live.train_step(replace(part, y=y).element())
        except Exception as error:
            return StepFacts(True, recorder.loss, recorder.norm, error_facts(error), len(rows))
        finally:
            case.memory["step"] = recorder
            for name, value in optimizers.items():
                setattr(live, name, value)
    return StepFacts(True, recorder.loss, recorder.norm, None, len(rows))


@contextlib.contextmanager
def states_restored(case: Case) -> Iterator[None]:
    """Give the metrics, and variables that the user keeps on the model, their values back."""
    live = case.model.object
    kept = [value for value in vars(live).values() if isinstance(value, case.tf.Variable)]
    kept += [variable for metric in _metrics(live) for variable in metric.variables]
    values = [variable.numpy() for variable in kept]
    try:
        yield
    finally:
        for metric in _metrics(live):
            metric.reset_state()
        for variable, value in zip(kept, values):
            variable.assign(value)


def _metrics(live: Any) -> list[Any]:
    try:
        return [metric for metric in live.metrics if hasattr(metric, "reset_state")]
    except Exception:  # a property of the user's own may need what a training step sets first
        return []


def _logits_facts(case: Case, usable: list[int]) -> LogitsFacts | None:
    """The first output whose cross-entropy takes it for what it is not; else the first that has a cross-entropy."""
    model = case.model
    if model.internal_loss or model.own_loss or not usable:
        return None
    part = case.batch.take(case.tf, usable)
    found = []
    for number, head in enumerate(model.heads(model.predictions(part.x), model.labels_of(part))):
        facts = _logits_of(case, part, number, head)
        if facts is not None:
            found.append(facts)
    return next((one for one in found if one.from_logits != one.is_logits), found[0] if found else None)


def _logits_of(case: Case, part: Batch, number: int, head: Head) -> LogitsFacts | None:
    """The compiled cross-entropy of one output against the same on true logits, by value and by gradient."""
    import numpy as np

    model, tf = case.model, case.tf
    loss = model.loss_of(head.loss)
    kind = cross_entropy(loss)
    if kind is None or head.labels is None or not _comparable(kind, head.labels, head.output):
        return None
    given_logits = from_logits(loss)
    other = _taking_logits(model, loss, kind, True)
    measured = []
    for one in (loss, other):
        with tf.GradientTape() as tape:
            output = model.heads(model.predictions(part.x), None)[number].output
            mean = tf.reduce_mean(call_loss(one, *model.same_rank(head.labels, output)))
        gradients = [g for g in tape.gradient(mean, model.object.trainable_variables) if g is not None]
        measured.append((float(mean), float(tf.linalg.global_norm(gradients)) if gradients else None))
    values = output.numpy().astype("float64")
    sums = values.sum(axis=-1)
    # Keras divides what a categorical cross-entropy is given by its sum: values from 0 to 1 serve as probabilities.
    probabilities = values.min() >= -1e-6 and values.max() <= 1 + 1e-6
    if kind != "BinaryCrossentropy" and given_logits:
        probabilities = probabilities and bool(np.allclose(sums, 1, atol=1e-3))
    # Logits of a fresh model may all lie between 0 and 1 by chance: behind ReLU features, where they are next to nothing, or
    # two of them in a small batch. Rows that sum to 1 do not come by chance.
    if probabilities and (given_logits or not np.allclose(sums, 1, atol=1e-3)):
        probabilities = _bounded(case, part, number)
    squashed = False
    if given_logits and probabilities:
        # A copy of the output has lost the logits that Keras hangs on it.
        plain = _taking_logits(model, loss, kind, False)
        loss_of_probabilities = tf.reduce_mean(call_loss(plain, *model.same_rank(head.labels, tf.identity(output))))
        squashed = not math.isclose(measured[0][0], float(loss_of_probabilities), rel_tol=1e-3)
    return LogitsFacts(
        kind, given_logits, measured[0][0], measured[1][0], measured[0][1], measured[1][1],
        float(values.min()), float(values.max()), float(sums.min()), float(sums.max()), not probabilities, head.name, squashed,
    )  # fmt: skip


def _bounded(case: Case, part: Batch, number: int) -> bool:
    """Whether an output stays between 0 and 1 with other weights as well, as it does behind a sigmoid or softmax."""
    import numpy as np

    rng = np.random.default_rng(0)
    with weights_restored(case.model.object) as reset:
        for _unused in range(OTHER_WEIGHTS):
            reset()
            for variable in case.model.object.trainable_variables:
                value = variable.numpy()
                size = float(np.std(value.astype("float64"))) or 1.0
                variable.assign((value + rng.normal(0, 3 * size, value.shape)).astype(value.dtype))
            values = case.model.heads(case.model.predictions(part.x), None)[number].output.numpy().astype("float64")
            if np.isfinite(values).all() and (values.min() < -1e-6 or values.max() > 1 + 1e-6):
                return False
    return True


def _taking_logits(model: Model, loss: Any, kind: str, logits: bool) -> Any:
    """The same loss, told that it gets logits or that it gets probabilities."""
    if hasattr(loss, "get_config"):
        return type(loss).from_config({**loss.get_config(), "from_logits": logits})
    return getattr(model.keras.losses, kind)(from_logits=logits)


def _comparable(kind: str, labels: Any, output: Any) -> bool:
    """Whether this loss can take these labels at all; otherwise another rule explains it."""
    if kind == "SparseCategoricalCrossentropy":
        return _classes(labels, output) is not None
    return tuple(labels.shape) == tuple(output.shape) or (len(labels.shape) == 1 and tuple(output.shape[1:]) == (1,))


def cross_entropy(loss: Any) -> str | None:
    """The class name of a cross-entropy loss, whether it was given as an object, a function or a string."""
    name = type(loss).__name__
    if name in CROSS_ENTROPIES:
        return name
    function = getattr(loss, "__name__", "").replace("_", "")
    return next((kind for kind in CROSS_ENTROPIES if kind.lower() == function), None)


def from_logits(loss: Any) -> bool:
    """What the loss believes of its input; the functions behind strings take probabilities."""
    if hasattr(loss, "get_config"):
        return bool(loss.get_config().get("from_logits", getattr(loss, "from_logits", False)))
    return False
