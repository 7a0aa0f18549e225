"""The training set as a whole: what one pass over its batches shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import Place
from tfwizard.facts.data import BrokenBatch


@dataclass(frozen=True)
class EmptyFacts:
    """A training set without a batch: the first step of the pipeline that gives nothing, and what comes before it.

    `function` is that step as the user calls it ("batch", "filter", …), "" where it is not known. `rows_before` counts
    the elements that enter it, `batch_size` and `drop_remainder` are those of a batch step.
    """

    function: str = ""
    rows_before: int | None = None
    batch_size: int | None = None
    drop_remainder: bool = False
    where: Place | None = None


@dataclass(frozen=True)
class NonFiniteFacts:
    """NaN and infinite values in one tensor. `role` is "input" or "label"; `columns` maps a column to its bad values.

    `samples` are the first rows concerned: numbers within the training set, or within the batches as they came.
    `survives` is true when the model's outputs and the gradients of its weights stay finite on these rows all the same,
    None when that could not be tried.
    """

    name: str
    role: str
    nan: int
    infinite: int
    rows: int
    samples: tuple[int, ...] = ()
    columns: dict[str, int] = field(default_factory=dict)
    survives: bool | None = None


@dataclass(frozen=True)
class CountsFacts:
    """The classes of the scanned rows, where each row has one. `kind` is "integer", "one-hot" or "integral float"."""

    kind: str
    counts: dict[str, int] = field(default_factory=dict)
    distinct: int = 0


@dataclass(frozen=True)
class OrderFacts:
    """How the classes are spread over the batches as they come.

    Entropies (in nats) are means over windows of at least `window` rows: as the batches come, and after a permutation
    of the same labels. `first` holds the class counts of the first windows. `function` is the user's call that decides
    on the order ("batch", "shuffle", "fit", "to_tf_dataset", "prepare_tf_dataset"), at `where`; `buffer` the size of a
    shuffle buffer that is too small.
    """

    windows: int
    window: int
    entropy: float
    entropy_permuted: float
    of_one_class: int
    first: tuple[dict[str, int], ...] = ()
    function: str = ""
    where: Place | None = None
    buffer: int | None = None


@dataclass(frozen=True)
class RepeatFacts:
    """Rows whose inputs are the same, bit by bit. `constant_batches` have at least two rows and one distinct row.

    `same_batches` is true when every batch of an epoch of several gives the same rows and nothing asked for that.
    `copies` counts the rows that have a twin; `rich` is true when values are so many that twins are no coincidence.
    """

    rows: int
    distinct: int
    copies: int
    batches: int
    constant_batches: int
    same_batches: bool = False
    rich: bool = False


@dataclass(frozen=True)
class ConflictFacts:
    """Rows with the same inputs and different classes. Entropies are means per row, in nats.

    `floor` is the cross-entropy that no model can go below on the scanned rows, `entropy` that of the classes alone.
    """

    rows: int
    groups: int
    floor: float
    entropy: float
    example: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OverlapFacts:
    """Validation rows whose inputs stand in the training set too. `twins` is the share of training rows with a twin."""

    found: int
    rows: int
    whole: bool
    twins: float
    source: str = "validation_data"


@dataclass(frozen=True)
class ScaleFacts:
    """What enters the first layer that multiplies by weights, and whether the network copes with it.

    The same network, optimizer and steps: losses on raw and on standardised inputs, before and after `steps`. None
    where they are not finite. `saturated` is the share of that layer's outputs at the limits of its activation.
    """

    layer: str
    where: Place | None
    lowest: float
    highest: float
    mean: float
    deviation: float
    columns: tuple[tuple[str, float, float], ...]
    pixels: bool
    steps: int
    raw: tuple[float | None, float | None]
    scaled: tuple[float | None, float | None]
    saturated: float
    saturated_scaled: float


@dataclass(frozen=True)
class RelationFacts:
    """Whether held-out labels can be told from the inputs: z scores against permuted labels, in standard deviations.

    `probes` are simple models of our own, `fitted` and `unseen` the user's model, trained for a moment on one half:
    on that half, and on the other. None where it was not needed or could not be trained.
    """

    rows: int
    kind: str
    probes: dict[str, float]
    fitted: float | None = None
    unseen: float | None = None
    steps: int = 0


@dataclass(frozen=True)
class ThirdPartFacts:
    """The third part of the dataset's tuples, which Keras takes for sample weights."""

    dtype: str
    shape: tuple[int, ...]
    label_shape: tuple[int, ...]
    lowest: float
    highest: float
    distinct: int
    zeros: float
    equals_labels: bool
    follows_labels: bool
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class SwappedFacts:
    """Two inputs of a list that fit each other's slot, and not their own; `why` says in numbers what does not fit."""

    first: str
    second: str
    why: str


@dataclass(frozen=True)
class ScanFacts:
    """The training set as a whole: what one pass over its batches shows.

    A part is None when it does not apply, and when it could not be found out: then `lacking` says why, by the part's
    name. `whole` is true when every row was seen, `numbered` when row numbers are those of the script's own arrays.
    `weighted` says what weighs the samples ("class_weight", "sample_weight", "a loss of its own"), "" for nothing. `unread` is the
    batch at which the pass ended, where it could not be read.
    """

    source: str = ""
    rows: int = 0
    batches: int = 0
    whole: bool = False
    numbered: bool = False
    weighted: str = ""
    empty: EmptyFacts | None = None
    non_finite: tuple[NonFiniteFacts, ...] = ()
    counts: CountsFacts | None = None
    order: OrderFacts | None = None
    repeats: RepeatFacts | None = None
    conflicts: ConflictFacts | None = None
    overlap: OverlapFacts | None = None
    scale: ScaleFacts | None = None
    relation: RelationFacts | None = None
    third: ThirdPartFacts | None = None
    swapped: SwappedFacts | None = None
    unread: BrokenBatch | None = None
    lacking: dict[str, str] = field(default_factory=dict)
