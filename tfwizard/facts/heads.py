"""Each output of the model beside its labels, its loss and its metrics."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import ErrorFacts, Place


@dataclass(frozen=True)
class TargetFacts:
    """The labels of one output. `shape` is that of the batch; the rest holds for `seen` rows (`whole`: for all of them).

    `kind` is "class ids" (whole numbers, more than two), "binary" (0 and 1), "signs" (-1 and 1), "one-hot", "soft" (rows
    of probabilities), "multi-hot", "real", "text" or "other". `several` is the share of rows with more than one 1,
    `fractional` that of values that are no whole number, `below` that of values under 0 and `above` that over 1, `beyond`
    that of values outside of -1 to 1. `masked` counts the labels that transformers leave out (-100): the numbers here leave them out too.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    kind: str
    minimum: float | None = None
    maximum: float | None = None
    distinct: int | None = None
    fractional: float = 0.0
    below: float = 0.0
    above: float = 0.0
    beyond: float = 0.0
    several: float = 0.0
    row_sum_spread: float | None = None
    negatives: tuple[int, ...] = ()
    masked: int = 0
    seen: int = 0
    whole: bool = False


@dataclass(frozen=True)
class LastLayer:
    """The layer that gives an output, found by running the model.

    `activation` is "softmax", "sigmoid", "relu", "tanh", "linear", or the name of another one. It may be a layer of its
    own: then `activation_layer` is that layer's class. Places are the user's lines, None where a library made the layer,
    or one line made several layers. `before_dense` is the line of the first of the dense layers at the end, `sequences` the
    recurrent layer before them that returns its whole sequence. `fixed_size` is whether no axis but that of the rows is
    open.
    """

    type: str
    units: int | None = None
    activation: str = ""
    where: Place | None = None
    activation_layer: str = ""
    activation_where: Place | None = None
    before_dense: Place | None = None
    fixed_size: bool = True
    sequences: str = ""
    sequences_where: Place | None = None


@dataclass(frozen=True)
class MetricFacts:
    """One metric of `compile`. `source` is how it could be written again, `given` what was written ("accuracy").

    `kind` is what it compares: "equality", "ids", "one-hot", "threshold", "curve", "values", "counts" or "other".
    `value` is what it gives on the batch, `expected` what NumPy gives for what is meant by it.
    """

    name: str
    source: str
    given: str = ""
    kind: str = "other"
    threshold: float | None = None
    value: float | None = None
    expected: float | None = None
    where: Place | None = None
    error: ErrorFacts | None = None
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutputFacts:
    """One output with its labels and its loss.

    `loss_kind` is "sparse", "categorical", "binary", "regression", "hinge", "internal", "custom" or "". `loss_source` is
    how the loss could be written again. `error` is what the loss raises on this batch; `aligned` is its value once the
    labels have the output's shape, beside `as_given`, where both could be computed. `constant` is true when all values of
    the output are the same, `whole_numbers` when all of them are whole.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    lowest: float | None = None
    highest: float | None = None
    constant: bool = False
    whole_numbers: bool = False
    target: TargetFacts | None = None
    loss: str = ""
    loss_kind: str = ""
    loss_source: str = ""
    loss_imports: tuple[str, ...] = ()
    from_logits: bool = False
    ignored_class: int | None = None
    error: ErrorFacts | None = None
    as_given: float | None = None
    aligned: float | None = None
    last: LastLayer | None = None
    metrics: tuple[MetricFacts, ...] = ()


@dataclass(frozen=True)
class FitLabels:
    """How the training call is given its labels, for an edit there.

    `given` is "y" (an argument of its own), "pairs" (a dataset of inputs and labels), "weighted pairs", "inputs" (a key of
    the dict of inputs) or "". `validation` is the same for validation_data. `key` is that key.
    """

    given: str = ""
    validation: str = ""
    key: str = ""


@dataclass(frozen=True)
class ClassWeights:
    """The class_weight of the training call. `keys` are as text, `values` beside them; `kind` is the class of the object.

    `unweighted` are labels without a key, `unused` keys that are no label. `keras_refuses` is whether this Keras raises.
    """

    kind: str
    keys: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    whole_keys: bool = True
    labels: tuple[int, ...] = ()
    unweighted: tuple[int, ...] = ()
    unused: tuple[str, ...] = ()
    refused: bool = False
    label_names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HeadsFacts:
    """Each output of the model beside its labels, its loss and its metrics.

    `no_labels` says what was tried where no label reaches the loss: "" where one does, or none is needed. `extra_inputs`
    are inputs that the model's call does not take. `loss_shape` and `metrics_shape` say how `compile` was given them:
    "one", "list" or "dict". The step norms are gradient norms of a train_step of the user's own, with the labels as they are and
    in the shape of the output.
    """

    outputs: tuple[OutputFacts, ...] = ()
    keras: str = ""
    transformers: bool = False
    own_loss: bool = False
    no_labels: str = ""
    batch_keys: tuple[str, ...] = ()
    extra_inputs: tuple[str, ...] = ()
    loss_shape: str = "one"
    metrics_shape: str = "list"
    fit: FitLabels = field(default_factory=FitLabels)
    class_weights: ClassWeights | None = None
    step_norm_as_given: float | None = None
    step_norm_aligned: float | None = None
