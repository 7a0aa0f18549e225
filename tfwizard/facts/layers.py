"""Layer by layer: activations, gradients, and what is trainable."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import Place
from tfwizard.facts.data import BrokenBatch


@dataclass(frozen=True)
class TrainableFacts:
    """What the training step may move. `variables` counts weights, `trainable` those among them that are trainable.

    `layers` are the layers with weights, as they come; `last` is the position of the last one from the end (-1, -2, …) and
    `frozen_model` is true when the model itself is frozen. `model_name` is how the compiling line calls the model.
    `changed` are layers whose flag was changed behind the compile call, for a Keras that goes on with the old one.
    """

    variables: int
    trainable: int
    layers: tuple[str, ...] = ()
    last: int | None = None
    frozen_model: bool = False
    model_name: str = ""
    where: Place | None = None
    changed: tuple[str, ...] = ()
    now_trainable: bool = False
    changed_where: Place | None = None


@dataclass(frozen=True)
class VariableFacts:
    """The gradient of one trainable variable in the model's own step; `norm` is None where there is none.

    `moves_outputs` is true when the outputs change with this variable all the same; None where that was not tried.
    `order` is the place of its layer in the forward pass.
    """

    variable: str
    layer: str
    order: int | None
    shape: tuple[int, ...]
    norm: float | None
    weight_norm: float
    lookup: bool = False
    moves_outputs: bool | None = None
    where: Place | None = None


@dataclass(frozen=True)
class DeadFacts:
    """A layer whose outputs are zero: `dead` of its `units` for every one of `rows` samples."""

    layer: str
    type: str
    activation: str
    units: int
    dead: int
    rows: int
    where: Place | None = None


@dataclass(frozen=True)
class FirstNonFinite:
    """The first operation whose result is not finite though what it is given is.

    `layer` is the layer in which that happens, "" for the model's own code. `where` is the user's line of the operation,
    else that of the layer. `lowest` and `highest` are of what the operation is given, `rows` the samples of the batch.
    """

    layer: str
    type: str
    operation: str
    where: Place | None
    batch: int
    rows: tuple[int, ...]
    of: int
    nan: int
    infinite: int
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class LayerPassed:
    """One layer of a forward pass, as it gave its output: how many of its numbers are NaN or infinite.

    `depth` is in how many other layers it lies. A layer that holds others comes behind them.
    """

    layer: str
    type: str
    depth: int
    nan: int = 0
    infinite: int = 0


@dataclass(frozen=True)
class BadWeightFacts:
    """A variable that holds NaN or infinity before any step. `rows` are the first bad rows of its first axis."""

    variable: str
    layer: str
    shape: tuple[int, ...]
    nan: int
    infinite: int
    bad_rows: int
    rows: tuple[int, ...]
    trainable: bool
    where: Place | None = None


@dataclass(frozen=True)
class IgnoredFacts:
    """Inputs that the predictions do not depend on: `names` of them, `every` when that is all of them."""

    names: tuple[str, ...]
    every: bool
    rows: int


@dataclass(frozen=True)
class RejectedFacts:
    """An input that a layer cannot take. Shapes have -1 for a size that is free; `minimum_rank` where only that is asked.

    `unbatched` is true when the dataset hands out single samples; `in_script` when the script itself failed there.
    `first` is true for the model's own input, false for a layer further in.
    """

    layer: str
    given: tuple[int, ...]
    expected: tuple[int, ...] = ()
    rank: int | None = None
    minimum_rank: int | None = None
    axes: dict[str, int] = field(default_factory=dict)
    unbatched: bool = False
    validation_unbatched: bool = False
    source: str = ""
    first: bool = True
    where: Place | None = None
    in_script: bool = False


@dataclass(frozen=True)
class LayersFacts:
    """Layer by layer: activations, gradients, and what is trainable.

    `loss` is that of the model's own step on `rows` rows, as it was reduced; `halves` those on each half of the rows, where it
    is far above chance. `path` is the way of the batch `path_batch` through the layers: one whose outputs are not finite, where
    there is one, else the first. A part that could not be found out is named in
    `lacking`, with the reason. `stuck` is the first batch that the model does not take, though it takes those before it.
    """

    trainable: TrainableFacts | None = None
    gradients: tuple[VariableFacts, ...] = ()
    zero_weights: tuple[str, ...] = ()
    loss: float | None = None
    rows: int = 0
    chance: float | None = None
    halves: tuple[float, float] | None = None
    loaded: bool = False
    weighted: bool = False
    dead: tuple[DeadFacts, ...] = ()
    non_finite: FirstNonFinite | None = None
    outputs_finite: bool = True
    bad_weights: tuple[BadWeightFacts, ...] = ()
    ignored: IgnoredFacts | None = None
    rejected: RejectedFacts | None = None
    path: tuple[LayerPassed, ...] = ()
    path_batch: int = 0
    stuck: BrokenBatch | None = None
    lacking: dict[str, str] = field(default_factory=dict)
