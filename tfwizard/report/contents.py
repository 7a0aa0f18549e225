"""What a report holds: plain, frozen data, gathered once and written out in each format. Nothing of it is a secret any more."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.findings import Evidence


@dataclass(frozen=True, slots=True)
class Lines:
    """A piece of a file; `file` as it is shown to people."""

    file: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception, and what raised it: "script", or the stage that met it. `traceback` reads as Python prints it, ours left out."""

    stage: str
    type: str
    message: str
    useful: str
    traceback: str
    where: Lines | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that shapes the training. `set_by` is "script", "string" (behind `optimizer="adam"`) or "default"."""

    owner: str
    name: str
    value: str
    set_by: str
    default: str | None = None
    usual: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of the batch as it enters the model."""

    name: str
    role: str
    shape: tuple[int, ...]
    dtype: str
    minimum: float | None
    maximum: float | None
    distinct: int | None
    nan: int
    infinite: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch exactly as the model would receive it."""

    source: str
    structure: str
    rows: int
    batches: int | None
    loss: str
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The first sample of the batch: its text, or its values where there is no tokenizer."""

    text: str
    values: dict[str, str]
    label: str
    tokenizer: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """One label of the training set, and how often it was seen."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of the training set; `whole` where every row was seen, `classes` the width of the model's output."""

    column: str
    seen: int
    whole: bool
    classes: int | None
    counts: tuple[Label, ...]
    of_classes: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the batch through the fresh model. `loss` is NaN where it is no number, None where TensorFlow refused it."""

    label: str
    prediction: int | None
    loss: float | None


@dataclass(frozen=True, slots=True)
class Fresh:
    """What the fresh model gives for that batch."""

    mean_loss: float | None
    chance: float | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its name and its points (step, value)."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves over the same axes, and the levels that they are read against (chance, target)."""

    id: str
    title: str
    x: str
    y: str
    lines: tuple[Line, ...]
    levels: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One finding with what proves it. `fix` is the title of what mends it, "" where that is left to a person."""

    id: str
    stage: str
    severity: str
    status: str
    title: str
    why: str
    evidence: Evidence
    where: Lines | None
    fix: str
    advice: str
    reason: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds memory of a GPU, in bytes: a program's name, and whose it is in a word."""

    pid: int
    program: str
    whose: str
    memory: int | None


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU, before the script ran (or `at_failure`). Memory is in bytes; what the driver does not tell is None."""

    index: int
    name: str
    memory: int | None
    used: int | None
    holders: tuple[Holder, ...]
    at_failure: bool = False


@dataclass(frozen=True, slots=True)
class Environment:
    """Versions, and the variables that the libraries read."""

    python: str
    platform: str
    packages: dict[str, str]
    variables: dict[str, str]
    tensorflow_gpus: int | None
    built_with_cuda: bool | None
    keras_of_tf: str | None
    driver: str | None
    gpus: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The script without what the failing call does not need, and a batch made up like the real one. Neither was run."""

    code: str
    left_out: int
    data: str


@dataclass(frozen=True, slots=True)
class Masked:
    """What was masked: of which kind, in which part of the report, how often."""

    kind: str
    where: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a maintainer asks first. `summary` says in a sentence what happened; `lacking` what could not be checked, and why."""

    script: str
    command: tuple[str, ...]
    outcome: str
    summary: str
    made: str
    tfwizard: str
    environment: Environment
    failures: tuple[Failure, ...] = ()
    reproduction: Reproduction | None = None
    settings: tuple[Setting, ...] = ()
    model: dict[str, str] = field(default_factory=dict)
    batch: Batch | None = None
    sample: Decoded | None = None
    labels: Labels | None = None
    fresh: Fresh | None = None
    curves: tuple[Curves, ...] = ()
    findings: tuple[Found, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()
    gpus: tuple[Gpu, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    diff: str = ""
    output: str = ""
    masked: tuple[Masked, ...] = ()
