"""Whether the training can run as written: steps, schedules, callbacks, evaluation."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import ErrorFacts, Place


@dataclass(frozen=True)
class ArgumentFacts:
    """An argument that `function` does not take: it raises, or drops it (`ignored`).

    `renamed` is the name under which it takes the same value now; `positional` when the argument landed there by its
    position alone.
    """

    function: str
    name: str
    value: str
    where: Place | None = None
    ignored: bool = False
    renamed: str | None = None
    positional: bool = False


@dataclass(frozen=True)
class EagerFacts:
    """What runs the training step without a graph: `function` is "compile", "run_functions_eagerly" or "" (an attribute)."""

    function: str
    where: Place | None = None


@dataclass(frozen=True)
class ScheduleFacts:
    """The learning rate over the steps of this training. `rates` are (step, rate), the last one being the last step.

    `dead_from` is the step from which it stays at nothing; `later` is the highest rate that would come after the end.
    `function` and `argument` are what sets its length, at `where`; `value` is what stands there and `proposed` the number
    that was tried and fits.
    """

    name: str
    steps: int
    rates: tuple[tuple[int, float], ...]
    dead_from: int | None = None
    later: float = 0.0
    function: str = ""
    argument: str = ""
    value: str = ""
    proposed: int | None = None
    where: Place | None = None


@dataclass(frozen=True)
class MonitorFacts:
    """A callback that watches `monitor`, which is not in the logs; `error` is what it raised when it was tried.

    `hook` is the method of the user's own callback that reads it there, "" for a callback of Keras.
    """

    callback: str
    monitor: str
    where: Place | None = None
    proposed: str | None = None
    error: ErrorFacts | None = None
    hook: str = ""


@dataclass(frozen=True)
class SavingFacts:
    """A callback that cannot save. `argument` with `value` is what was tried instead, and saved.

    `literal` is true when the path stands in the source as it is, so that it can be replaced. `hook` is when it saves,
    `folder` the one that is not there or cannot be written to.
    """

    callback: str
    path: str
    error: ErrorFacts
    weights_only: bool = False
    where: Place | None = None
    argument: str | None = None
    value: str = ""
    literal: bool = False
    made: bool = True
    hook: str = "on_epoch_end"
    folder: str = ""


@dataclass(frozen=True)
class StepsFacts:
    """How many batches there are, and how many are asked for. `batches` is None when unknown, -1 when endless.

    `once` is the number of batches before the data repeats. A generator is used up by one pass.
    """

    source: str
    batches: int | None
    asked: int | None
    epochs: int = 1
    once: int | None = None
    generator: bool = False


@dataclass(frozen=True)
class EvaluationFacts:
    """What fails when the model is evaluated: `what` is "validation_data" or the name of a callback.

    `batch` counts from 1; `hook` is the method of the user's own callback that fails.
    """

    what: str
    error: ErrorFacts
    where: Place | None = None
    batch: int = 1
    hook: str = ""


@dataclass(frozen=True)
class ReuseFacts:
    """An optimizer that was built for other variables than those of the model that trains."""

    optimizer: str
    unknown: int
    variables: int
    where: Place | None = None


@dataclass(frozen=True)
class TrainingFacts:
    """Whether the training can run as written: steps, schedules, callbacks, evaluation.

    `lacking` says why a part could not be found out, by the part's name. `logged` are the names that an epoch logs.
    """

    arguments: tuple[ArgumentFacts, ...] = ()
    eager: EagerFacts | None = None
    schedule: ScheduleFacts | None = None
    steps: tuple[StepsFacts, ...] = ()
    logged: tuple[str, ...] = ()
    monitors: tuple[MonitorFacts, ...] = ()
    checkpoints: tuple[SavingFacts, ...] = ()
    evaluation: EvaluationFacts | None = None
    reused: ReuseFacts | None = None
    keras: str | None = None
    lacking: dict[str, str] = field(default_factory=dict)
