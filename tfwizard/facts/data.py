"""One batch exactly as the model would receive it."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts.calls import ErrorFacts


@dataclass(frozen=True)
class TensorFacts:
    """One tensor of the batch as it enters the model. `role` is "input", "label" or "sample weight".

    `label_like` marks an input whose name the model reads as its labels. `preview` holds the first values of the first
    rows as text.
    """

    name: str
    role: str
    shape: tuple[int, ...]
    dtype: str
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    distinct: int | None = None
    nan: int = 0
    infinite: int = 0
    label_like: bool = False
    preview: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class PaddingFacts:
    """Padding in the input ids of one batch. `effect` is the largest change of a logit when the mask is given.

    `real` are the first position of each of the first rows that is no padding, and the one behind the last: what lies outside
    is padding.
    """

    column: str
    pad_id: int
    padded: int
    positions: int
    has_mask: bool
    model_takes_mask: bool
    effect: float | None = None
    real: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class BrokenBatch:
    """A batch that fails, behind `number` others of the epoch that do not. `shapes` are those of its tensors that are not as in the
    first batch: the name, the shape there, and the shape here.
    """

    number: int
    error: ErrorFacts
    shapes: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class DataFacts:
    """One batch exactly as the model would receive it.

    `structure` is how the pieces are packed: "dict", "(inputs, labels)", … `batches` is the number of batches in an
    epoch, None when unknown, -1 when endless. `error` is set when no batch could be read, `refusal` when
    the training call itself was tried, because something is wrong with its arguments, and raised.
    """

    source: str
    structure: str = ""
    rows: int = 0
    batches: int | None = None
    tensors: tuple[TensorFacts, ...] = ()
    labels_in_inputs: tuple[str, ...] = ()
    labels_separate: bool = False
    internal_loss: bool = False
    loss: str | None = None
    loss_explicit: bool = False
    padding: PaddingFacts | None = None
    error: ErrorFacts | None = None
    refusal: ErrorFacts | None = None
    notes: tuple[str, ...] = ()
    replicas: int = 1
    per_replica: int | None = None
