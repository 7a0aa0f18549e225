"""The labels of the training set against the classes of the model."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import Call, Place


@dataclass(frozen=True)
class InvalidLabels:
    """Labels of one column that are no value at all, or no class. `rows` are the first such rows.

    `missing` counts None (and what became of it: the smallest int64), `nan` NaN, `fractional` values between two classes.
    """

    name: str
    of: int
    missing: int = 0
    nan: int = 0
    fractional: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class HeadFacts:
    """What the model makes of labels, as its class, its config and its output say.

    `kind` is what its loss reads: "one class a sample", "one class a token", "the next token", "a hidden token", or ""
    where the class does not settle it. `arguments` are the label arguments that its call takes, `given` the names of the
    labels that the batch holds ("" for a bare tensor), `unread` those that no argument takes. `loss_computed` is whether
    the model gave a loss for them, None when that was not tried. `loaded_as` is the class that the script named, `headed`
    the class of the same architecture with the head that these labels need, "" where there is none.
    """

    model: str
    kind: str = ""
    own_loss: bool = False
    gives_logits: bool = True
    outputs: tuple[str, ...] = ()
    width: int | None = None
    num_labels: int | None = None
    problem_type: str | None = None
    architecture: str = ""
    arguments: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    separate: bool = False
    loss_computed: bool | None = None
    pairs_in_order: bool = False
    loaded_as: str = ""
    headed: str = ""
    config_call: Call | None = None
    config_place: Place | None = None
    config_type: str = ""


@dataclass(frozen=True)
class PaddedLabels:
    """Labels at the padded positions of the batches that were read.

    `counted` positions have a label that the loss takes, `padded` are padded and `padded_counted` both. `value` is the
    label that stands there most often. The losses are those of the first batch as it is and without its padding.
    `told_by` says what marks the padding: "attention_mask", "input_ids", "labels" (their own trailing pad ids) or "inputs"
    (trailing zeros). `collator` is the class that pads, then the line that made it, and what it fills labels up with.
    """

    batches: int
    positions: int
    padded: int
    counted: int
    padded_counted: int
    value: int | None = None
    loss: float | None = None
    loss_without: float | None = None
    collator: str | None = None
    collator_place: Place | None = None
    collator_value: int | None = None
    told_by: str = ""
    pad_id: int | None = None


@dataclass(frozen=True)
class MaskedLabels:
    """Batches in which every label is left out of the loss. `first` is the number of the first one, from 0."""

    batches: int
    masked: int = 0
    first: int | None = None
    loss: float | None = None


@dataclass(frozen=True)
class CopiedLabels:
    """Labels that are the input ids themselves, beside a loss that does not shift them.

    `causal` is whether the output at a position is blind to what comes after it.
    """

    positions: int
    same: int
    causal: bool | None = None


@dataclass(frozen=True)
class LabelsFacts:
    """The labels of the training set against the classes of the model.

    `counts` maps the label, as text, to its number of rows. `whole` is true when every row was seen. `classes` is the
    width of the model's output, None when it is no classifier of single labels. `integer_type` is whether the labels
    reach the loss as integers, `shape` that of one batch of them, `rows_sum_to_one` whether each row has exactly one 1.
    `reads_classes` is whether the loss is known to index the output by the label; `regression_meant` what says that a
    regression is meant, "" where nothing does; `last_layer` the class of the layer that sets the width, and its line.
    """

    column: str
    source: str
    kind: str
    counts: dict[str, int] = field(default_factory=dict)
    seen: int = 0
    total: int | None = None
    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None
    classes: int | None = None
    classes_from: str = ""
    model_names: dict[str, str] = field(default_factory=dict)
    dataset_names: tuple[str, ...] = ()
    integer_type: bool | None = None
    shape: tuple[int, ...] = ()
    binary: bool = False
    rows_sum_to_one: bool = False
    reads_classes: bool | None = None
    regression_meant: str = ""
    last_layer: str = ""
    last_layer_place: Place | None = None
    invalid: tuple[InvalidLabels, ...] = ()
    invalid_loss_finite: bool | None = None
    head: HeadFacts | None = None
    padded: PaddedLabels | None = None
    masked: MaskedLabels | None = None
    copied: CopiedLabels | None = None
