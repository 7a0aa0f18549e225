"""One batch exactly as it enters the model, key by key."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import DataFacts, PaddingFacts, TensorFacts
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.rehearsal import not_compiled, refusal, refused_at_once, unknown_loss
from tfwizard.worker.replicas import strategy_of

#: Rows and values of a tensor that a screen is given to scroll through: all of them cross the socket as text.
PREVIEW_ROWS, PREVIEW_VALUES = 32, 4096


def probe(case: Case, report: Any) -> DataFacts:
    """Read one batch and describe it. A batch that cannot be read is a fact too."""
    try:
        return _described(case)
    except Blocked:
        raise
    except Exception:
        if (raised := refusal(case)) is None:
            raise
        return DataFacts(case.source.kind, error=raised, refusal=raised)


def _described(case: Case) -> DataFacts:
    source, model = case.source, case.model
    try:
        batch = case.batch
    except Blocked as blocked:
        if case.batch_error is None:
            raise blocked
        return DataFacts(
            source.kind, batches=source.count, internal_loss=model.internal_loss, loss=model.loss_name,
            loss_explicit=model.loss is not None, error=error_facts(case.batch_error), refusal=refusal(case),
            notes=tuple(source.notes),
        )  # fmt: skip
    label_keys = model.label_keys(batch.x)
    tensors = [
        *(tensor_facts(name or "inputs", "input", tensor, name in label_keys) for name, tensor in leaves(batch.x)),
        *(tensor_facts(name or "labels", "label", tensor) for name, tensor in leaves(batch.y)),
        *(tensor_facts(name or "sample_weight", "sample weight", tensor) for name, tensor in leaves(batch.weight)),
    ]
    return DataFacts(
        source.kind,
        batch.structure,
        batch.rows(),
        source.count,
        tuple(tensors),
        model.misplaced_labels(batch),
        batch.y is not None,
        model.internal_loss,
        model.loss_name,
        model.loss is not None,
        padding(case, batch),
        None,
        refusal(case) if source.uneven or not_compiled(case) or unknown_loss(case) else refused_at_once(case),
        tuple(source.notes),
        *_shares(case, batch),
    )


def _shares(case: Case, batch: Batch) -> tuple[int, int | None]:
    """How many replicas share a batch, and how many rows of it the largest share has."""
    strategy = strategy_of(case)
    if strategy is None or case.custom_loop:  # a loop may make its batches for each replica by itself
        return 1, None
    replicas = int(strategy.num_replicas_in_sync)
    return replicas, -(-batch.rows() // replicas)


def tensor_facts(name: str, role: str, tensor: Any, label_like: bool = False) -> TensorFacts:
    """Shape, dtype, range and the first values of one tensor."""
    import numpy as np

    array = tensor.numpy()
    dtype = tensor.dtype.name
    facts = TensorFacts(
        name, role, tuple(int(size) for size in array.shape), dtype, label_like=label_like, preview=_preview(array)
    )
    if array.dtype.kind not in "iufb" or array.size == 0:
        return facts
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    few = array.ravel()[:100_000]
    return TensorFacts(
        name, role, facts.shape, dtype,
        float(finite.min()) if finite.size else None,
        float(finite.max()) if finite.size else None,
        float(finite.astype("float64").mean()) if finite.size else None,
        len(np.unique(few)),
        int(np.isnan(array).sum()) if array.dtype.kind == "f" else 0,
        int(np.isinf(array).sum()) if array.dtype.kind == "f" else 0,
        label_like,
        facts.preview,
    )  # fmt: skip


def _preview(array: Any) -> tuple[tuple[str, ...], ...]:
    """The first values of the first rows; a tensor of one number has one row with it."""
    if array.ndim == 0:
        return ((_text(array.item()),),)
    rows = array[:PREVIEW_ROWS]
    most = PREVIEW_VALUES // max(len(rows), 1)
    if array.ndim == 1:
        return tuple((_text(value),) for value in rows.tolist())
    return tuple(tuple(_text(value) for value in row.ravel()[:most].tolist()) for row in rows)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")[:60]
    return f"{value:.4g}" if isinstance(value, float) else str(value)[:60]


def pad_id(case: Case) -> int | None:
    """The id that pads: the tokenizer's, else the model config's."""
    found = getattr(case.tokenizer(), "pad_token_id", None)
    if found is None:
        found = getattr(case.model.config, "pad_token_id", None)
    return found


def padding(case: Case, batch: Batch) -> PaddingFacts | None:
    """Padding in the input ids, and what the mask would change. None where there are no input ids or no pad id."""
    import numpy as np

    ids = batch.x.get("input_ids") if hasattr(batch.x, "items") else None
    pad = pad_id(case)
    if (
        ids is None
        and case.model.transformers
        and not hasattr(batch.x, "items")
        and not isinstance(batch.x, (list, tuple))
    ):
        ids = batch.x  # to_tf_dataset gives the bare tensor when one column is left
    if ids is None or pad is None or len(ids.shape) != 2:
        return None
    values = ids.numpy()
    padded = _padded(values, pad)
    takes = "attention_mask" in case.model.call_arguments
    given = hasattr(batch.x, "items") and "attention_mask" in batch.x
    effect = None
    if takes and not given and padded.any():
        mask = case.tf.constant((~padded).astype(np.int32))
        inputs = batch.x if hasattr(batch.x, "items") else {"input_ids": ids}
        try:
            without = case.model.forward(inputs).numpy()
            effect = float(np.nanmax(np.abs(without - case.model.forward({**inputs, "attention_mask": mask}).numpy())))
        except Exception:
            effect = None
    return PaddingFacts(
        "input_ids", int(pad), int(padded.sum()), int(values.size), given, takes, effect, _real_parts(padded[:PREVIEW_ROWS])
    )  # fmt: skip


def _real_parts(padded: Any) -> tuple[tuple[int, int], ...]:
    """For each row where its first real position stands, and where padding begins behind the last one."""
    import numpy as np

    parts = (np.flatnonzero(~row) for row in padded)
    return tuple((int(real[0]), int(real[-1]) + 1) if real.size else (0, 0) for real in parts)


def _padded(values: Any, pad: int) -> Any:
    """Where padding stands: pad ids at the end or the beginning of a row. A pad id amidst a text is a token of it."""
    import numpy as np

    is_pad = values == pad
    trailing = np.cumprod(is_pad[:, ::-1], axis=1)[:, ::-1].astype(bool)
    leading = np.cumprod(is_pad, axis=1).astype(bool)
    return trailing | leading
