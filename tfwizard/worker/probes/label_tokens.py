"""Labels that stand token by token: at padded positions, all left out, or copied from the inputs."""

from __future__ import annotations

import contextlib
from typing import Any

from tfwizard.facts import CopiedLabels, MaskedLabels, PaddedLabels
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.case import Case
from tfwizard.worker.model import call_loss
from tfwizard.worker.probes.data import _padded, pad_id

IGNORED = -100  # the label that transformers' losses and collators leave out
#: Batches that are looked through for padding, rows on which the losses are compared, and logits that one may hold.
BATCHES, ROWS, MOST_LOGITS = 4, 8, 20_000_000
#: Two losses that differ by less are the same one, rounded (float32).
SAME = 1e-5


class TokenLabels:
    """Looks at one batch after another; `padded` and `masked` say what was seen."""

    def __init__(self, case: Case, kind: str) -> None:
        self._case, self._kind = case, kind
        self._counts = [0, 0, 0, 0]
        self._values: dict[int, int] = {}
        self._losses: tuple[float | None, float | None] = (None, None)
        self._seen = self._looked = self._masked = 0
        self._first: int | None = None
        self._masked_loss: float | None = None
        self._told_by = ""

    def add(self, batch: Batch) -> None:
        """Look at one more batch."""
        labels = token_labels(self._case, batch)
        if labels is None:
            return
        values = labels.numpy()
        if self._case.model.internal_loss and values.size and not _counted(self._case, values, batch).any():
            self._masked += 1
            if self._first is None:
                self._first, self._masked_loss = self._seen, internal_loss(self._case, batch, labels)
        self._seen += 1
        if self._looked < BATCHES:
            self._looked += 1
            self._look_at_padding(batch, labels, values)

    def _look_at_padding(self, batch: Batch, labels: Any, values: Any) -> None:
        found = padding_of(self._case, batch, values)
        counted = _counted(self._case, values, batch)
        if found is None or counted is None:
            return
        padding, self._told_by = found
        if self._kind == "the next token" and self._told_by != "labels":
            # The first padded position may be a token too: the end of the text, which the model has to learn.
            padding = padding & ~((padding.cumsum(axis=1) == 1) & padding)
        both = padding & counted
        for place, mask in enumerate((padding | True, padding, counted, both)):
            self._counts[place] += int(mask.sum())
        for value in values[both].tolist():
            self._values[value] = self._values.get(value, 0) + 1
        if both.any() and self._losses[0] is None:
            self._losses = losses_with_and_without(self._case, batch, labels, values, both)

    def masked(self) -> MaskedLabels | None:
        """The batches in which no label counts."""
        return MaskedLabels(self._seen, self._masked, self._first, self._masked_loss) if self._seen else None

    def padded(self) -> PaddedLabels | None:
        """The labels at padded positions. None where nothing says what is padding."""
        if not self._told_by:
            return None
        pipeline = self._case.source.pipeline
        collator = pipeline.bound.get("collate_fn") if pipeline is not None else None
        positions, padded, counted, both = self._counts
        loss, loss_without = self._losses
        return PaddedLabels(
            self._looked, positions, padded, counted, both,
            max(self._values, key=self._values.__getitem__, default=None), loss, loss_without,
            type(collator).__name__ if collator is not None else None,
            self._case.recorder.where_made(collator) if collator is not None else None,
            getattr(collator, "label_pad_token_id", None), self._told_by, pad_id(self._case),
        )  # fmt: skip


def token_labels(case: Case, batch: Batch) -> Any:
    """The integer labels of a batch where each row has several; None otherwise."""
    labels = case.model.labels_of(batch)
    if labels is None or isinstance(labels, (dict, list, tuple)) or not hasattr(labels, "numpy"):
        return None
    if len(labels.shape) != 2 or not labels.dtype.is_integer or labels.shape[1] == 1:
        return None
    return labels


def padding_of(case: Case, batch: Batch, labels: Any) -> tuple[Any, str] | None:
    """Where the labels are padding, and what says so. None where nothing does."""
    pad = pad_id(case) if case.model.transformers else None
    inputs = dict(batch.x.items()) if hasattr(batch.x, "items") else {"": batch.x}
    if getattr(case.model.config, "is_encoder_decoder", False):
        return None if pad is None else (_padded(labels, pad), "labels")
    mask = inputs.get("attention_mask")
    if mask is not None and tuple(mask.shape) == labels.shape:
        return mask.numpy() == 0, "attention_mask"
    ids = inputs.get("input_ids")
    if ids is not None and pad is not None and tuple(ids.shape) == labels.shape:
        return _padded(ids.numpy(), pad), "input_ids"
    if case.model.transformers or len(inputs) != 1:
        return None
    return _trailing_zeros(case, next(iter(inputs.values())), labels)


def _trailing_zeros(case: Case, ids: Any, labels: Any) -> tuple[Any, str] | None:
    """Zeros that fill up rows of ids before an embedding, where one filler stands for every label there and for others."""
    if tuple(getattr(ids, "shape", ())) != labels.shape or not ids.dtype.is_integer or not _embeds(case.model.object):
        return None
    values = ids.numpy()
    padding = _padded(values, 0) & (values.cumsum(axis=1) > 0)
    fillers = set(labels[padding].tolist())
    # A class that stands nowhere else is a class of its own for padding: meant so.
    if len(fillers) != 1 or not (labels[~padding] == next(iter(fillers))).any():
        return None
    return padding, "inputs"


def _embeds(live: Any) -> bool:
    layers = list(live._flatten_layers()) if hasattr(live, "_flatten_layers") else []
    return any(base.__name__ == "Embedding" for layer in layers for base in type(layer).__mro__)


def _counted(case: Case, labels: Any, batch: Batch) -> Any:
    """The positions whose label the loss takes, as a mask; None where that is not known."""
    import numpy as np

    counted = np.ones(labels.shape, bool)
    if case.model.internal_loss:
        counted = labels >= 0  # transformers' token losses leave out -100, and -1 where they once did
    else:
        ignored = ignored_class(case)
        if ignored is False:
            return None
        if ignored is not None:
            counted = labels != ignored
    weight = batch.weight
    if weight is not None:
        weights = weight.numpy() if hasattr(weight, "numpy") else None
        if weights is None:
            return None
        if weights.shape == labels.shape:
            counted = counted & (weights > 0)
    return counted


def ignored_class(case: Case) -> Any:
    """The label that the compiled sparse cross-entropy leaves out, or None; False where the loss is another one."""
    loss = case.model.loss
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    if not isinstance(name, str) or name.replace("_", "").lower() != "sparsecategoricalcrossentropy":
        return False
    if hasattr(loss, "get_config"):
        return loss.get_config().get("ignore_class", getattr(loss, "ignore_class", None))
    return None


def internal_loss(case: Case, batch: Batch, labels: Any) -> float | None:
    """The model's own loss of this batch with these labels."""
    x = case.model.inputs_only(batch.x)
    inputs = dict(x.items()) if hasattr(x, "items") else {case.model.call_arguments[0]: x}
    with contextlib.suppress(Exception):
        loss = case.model.object({**inputs, "labels": labels}, training=False).loss
        return float(case.tf.reduce_mean(loss))
    return None


def losses_with_and_without(
    case: Case, batch: Batch, labels: Any, values: Any, padding: Any
) -> tuple[float | None, float | None]:
    """The loss of a few rows as it is, and with the padded positions left out."""
    import numpy as np

    rows = [row for row in range(len(values)) if padding[row].any()][:ROWS]
    part, y, tf = batch.take(case.tf, rows), case.tf.gather(labels, rows), case.tf
    if case.model.internal_loss:
        bare = tf.constant(np.where(padding[rows], IGNORED, values[rows]).astype(values.dtype))
        return internal_loss(case, part, y), internal_loss(case, part, bare)
    with contextlib.suppress(Exception):
        output = case.model.forward(part.x)
        if int(np.prod(output.shape)) > MOST_LOGITS:
            return None, None
        counted = _counted(case, values[rows], part)
        if getattr(output, "_keras_mask", None) is not None:  # Keras leaves masked positions out of the loss
            counted = counted & output._keras_mask.numpy()
        losses = np.asarray(call_loss(case.model.loss_object(), y, output))
        bare = counted & ~padding[rows]
        return float(losses[counted].mean()), float(losses[bare].mean()) if bare.any() else None
    return None, None


# --- copied from the inputs ------------------------------------------------------------------------------------------------


def copied_labels(case: Case, batch: Batch) -> CopiedLabels | None:
    """Labels beside the ids of the same shape, where a Keras loss compares them position by position."""
    import numpy as np

    labels = token_labels(case, batch)
    if labels is None or case.model.loss is None or ignored_class(case) is False:
        return None
    inputs = [(name, one) for name, one in leaves(case.model.inputs_only(batch.x)) if _alike(one, labels)]
    ids = next((one for name, one in inputs if name in ("input_ids", "decoder_input_ids")), None)
    if ids is None and len(inputs) == 1:
        ids = inputs[0][1]
    if ids is None:
        return None
    values, copies = labels.numpy(), ids.numpy()
    real = values >= 0
    same = int((values == copies)[real].sum())
    if same < int(real.sum()) or not real.any() or len(np.unique(copies)) < 3:
        return CopiedLabels(int(real.sum()), same)
    return CopiedLabels(int(real.sum()), same, _causal(case, batch, ids))


def _alike(tensor: Any, labels: Any) -> bool:
    return hasattr(tensor, "dtype") and tensor.dtype.is_integer and tuple(tensor.shape) == tuple(labels.shape)


def _causal(case: Case, batch: Batch, ids: Any) -> bool | None:
    """Whether the outputs before a position stay as they are when the ids from there on change."""
    import numpy as np

    tf = case.tf
    row = batch.take(tf, [0])
    values = tf.gather(ids, [0]).numpy()
    middle = values.shape[1] // 2
    changed = values.copy()
    others = np.unique(ids.numpy()).tolist()
    changed[:, middle:] = np.where(values[:, middle:] == others[0], others[1], others[0])
    x = (
        {key: changed_if(value, values, changed, tf) for key, value in row.x.items()}
        if hasattr(row.x, "items")
        else None
    )
    with contextlib.suppress(Exception):
        before = case.model.forward(row.x).numpy()
        after = case.model.forward(tf.constant(changed) if x is None else x).numpy()
        if before.shape != after.shape or before.ndim != 3 or before.shape[1] != values.shape[1]:
            return None
        early, late = (
            float(np.abs(before[:, part] - after[:, part]).max()) for part in (slice(0, middle), slice(middle, None))
        )
        return early < SAME and late > SAME
    return None


def changed_if(tensor: Any, values: Any, changed: Any, tf: Any) -> Any:
    """`changed` in place of the tensor that holds `values`; any other tensor as it is."""
    import numpy as np

    same = tuple(tensor.shape) == values.shape and bool(np.array_equal(tensor.numpy(), values))
    return tf.constant(changed) if same else tensor
