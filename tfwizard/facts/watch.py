"""What was seen of the script's real training."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import Place


@dataclass(frozen=True)
class EpochWatched:
    """One epoch, numbered from 1. `values` are the metrics of the training, `validation` those of the validation data."""

    epoch: int
    steps: int
    loss: float | None = None
    values: dict[str, float] = field(default_factory=dict)
    validation: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class BadInput:
    """A tensor of a batch that holds values that are no numbers; `rows` are the first such rows."""

    name: str
    nan: int
    infinite: int
    rows: tuple[int, ...] = ()
    of: int = 0


@dataclass(frozen=True)
class BadStep:
    """The first step whose loss or weights are not finite. Steps count from 0, as Keras counts batches; epochs from 1.

    `what` is "loss" or "weights". `step` counts over all epochs; `since` is the last step known to be clean, -1 where
    there was none: the two stand next to each other where every step was looked at. `weights` are the variables that
    hold NaN or infinity after it, `of` how many there are. `batch` says whether its batch was kept, `inputs` what is wrong
    in it; `before` is the step whose weights were kept and given back to the model (-1: those of
    the beginning), None where none were.
    """

    what: str
    step: int
    step_of_epoch: int
    epoch: int
    since: int = -1
    loss: float | None = None
    weights: tuple[str, ...] = ()
    of: int = 0
    batch: bool = False
    rows: int = 0
    inputs: tuple[BadInput, ...] = ()
    before: int | None = None

    @property
    def exact(self) -> bool:
        """Whether the step is known, not only a range of steps."""
        return self.since + 1 >= self.step


@dataclass(frozen=True)
class PredictedFacts:
    """The classes that the trained model gives for the last batch of its training, and those of its labels."""

    rows: int
    predicted: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FitWatched:
    """One training call, watched. `ended` is "finished", "stopped" (asked by the person), "nan", "failed" or "running".

    `losses` are (step, mean loss of the steps up to it), down-sampled; `loss_name` the loss as compiled. `unseen` says what
    could not be watched, and why.
    """

    function: str
    ended: str
    steps: int = 0
    epochs: tuple[EpochWatched, ...] = ()
    planned_epochs: int = 0
    losses: tuple[tuple[int, float], ...] = ()
    loss_name: str = ""
    bad: BadStep | None = None
    predicted: PredictedFacts | None = None
    seconds: float = 0.0
    where: Place | None = None
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True)
class WatchFacts:
    """The training calls of the script that ran under watch, in their order."""

    fits: tuple[FitWatched, ...] = ()
