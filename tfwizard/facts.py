"""What was seen: plain, frozen data without tensors. Both processes import this module.

The worker fills these classes from live objects and sends them as JSON; the UI process reads them back with their types.
Standard library only, and Python 3.9: the worker runs inside the user's environment (so no `slots=True`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

# --- where, and what was called -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A line of the user's code. `line` counts from 1; `text` is the line without its indentation."""

    file: str
    line: int
    function: str = "<module>"
    text: str = ""


@dataclass(frozen=True)
class Argument:
    """One argument of a captured call: its value as short text, and whether the user wrote it."""

    value: str
    explicit: bool
    type: str = ""


@dataclass(frozen=True)
class Call:
    """One call of a public entry point, made by the user's code. `seconds` is None while it has not returned."""

    index: int
    name: str
    where: Place | None = None
    arguments: dict[str, Argument] = field(default_factory=dict)
    seconds: float | None = None
    failed: bool = False


@dataclass(frozen=True)
class Frame:
    """One frame of a traceback; `user` tells the user's own files from the libraries'."""

    place: Place
    user: bool


@dataclass(frozen=True)
class ErrorFacts:
    """An exception, read from the exception object.

    `useful` is the line of the message that says what is wrong: TensorFlow and Keras surround it with dumps.
    `call` is the index of the captured call that it came out of. `module_name` and `path` come from the exception's
    own attributes (ModuleNotFoundError.name, OSError.filename).
    """

    type: str
    message: str
    useful: str
    where: Place | None = None
    frames: tuple[Frame, ...] = ()
    bases: tuple[str, ...] = ()
    call: int | None = None
    module_name: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Environment:
    """The interpreter and the libraries of the worker. `packages` holds installed versions by distribution name."""

    python: str = ""
    executable: str = ""
    platform: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    gpus: tuple[str, ...] = ()


# --- script -------------------------------------------------------------------------------------------------------------

OUTCOMES = ("held_at_fit", "finished", "failed", "no_training", "timed_out", "died")


@dataclass(frozen=True)
class ScriptFacts:
    """How far the script got. `outcome` is one of OUTCOMES; `seconds` is the time until then.

    `custom_loop` is true when gradients were applied outside of `fit`; `death` names a signal or an exit code when the
    process ended by itself; `read_stdin` when the failure came from reading the closed standard input. `keras_of_tf` is
    the package that `tf.keras` stands for, None while nothing has settled that.
    """

    outcome: str
    path: str = ""
    calls: tuple[Call, ...] = ()
    held: Call | None = None
    error: ErrorFacts | None = None
    environment: Environment = field(default_factory=Environment)
    seconds: float = 0.0
    exit_code: int | None = None
    death: str | None = None
    custom_loop: bool = False
    read_stdin: bool = False
    keras_of_tf: str | None = None


@dataclass(frozen=True)
class ColumnFacts:
    """One column of an Arrow dataset. Lengths are of its lists over every row, None when its values are no lists."""

    name: str
    type: str
    shortest: int | None = None
    longest: int | None = None


@dataclass(frozen=True)
class PipelineFacts:
    """One `to_tf_dataset` or `prepare_tf_dataset` call: what was asked for, and what dataset and collator give.

    `available` are the names that a batch would hold: None where the collator could not be tried. `tokenizers` are the
    names by which the calling code can reach a tokenizer. `feeds_training` is true for the dataset that `fit` was given.
    """

    call: Call
    columns: tuple[str, ...] = ()
    label_columns: tuple[str, ...] = ()
    dataset_columns: tuple[ColumnFacts, ...] = ()
    available: tuple[str, ...] | None = None
    collator: str | None = None
    pads: bool = False
    rows: int | None = None
    batch_size: int | None = None
    shuffle: bool = False
    tokenizers: tuple[str, ...] = ()
    feeds_training: bool = False
    failed: bool = False


@dataclass(frozen=True)
class KerasObject:
    """An object given to `compile` or `fit`, and the Keras package that its class comes from ("keras", "tf_keras")."""

    role: str
    type: str
    keras: str
    module: str = ""


@dataclass(frozen=True)
class PipelinesFacts:
    """Everything that stands between the user's data and the model, and the objects handed to the model."""

    pipelines: tuple[PipelineFacts, ...] = ()
    model_keras: str | None = None
    model_type: str | None = None
    objects: tuple[KerasObject, ...] = ()
    compile_call: Call | None = None
    load_call: Call | None = None


# --- data ---------------------------------------------------------------------------------------------------------------


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
    """Padding in the input ids of one batch. `effect` is the largest change of a logit when the mask is given."""

    column: str
    pad_id: int
    padded: int
    positions: int
    has_mask: bool
    model_takes_mask: bool
    effect: float | None = None


@dataclass(frozen=True)
class DataFacts:
    """One batch exactly as the model would receive it.

    `structure` is how the pieces are packed: "dict", "(inputs, labels)", … `batches` is the number of batches in an
    epoch, None when unknown, -1 when endless. `error` is set when no batch could be read.
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
    notes: tuple[str, ...] = ()


# --- samples ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """One input id. `kind` is "word", "special", "padding" or "unknown"."""

    id: int
    text: str
    kind: str
    masked: bool = False


@dataclass(frozen=True)
class Sample:
    """One row of the batch, decoded where there is a tokenizer; otherwise `values` shows its numbers."""

    row: int
    text: str = ""
    tokens: tuple[Token, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    label: str = ""
    label_name: str | None = None


@dataclass(frozen=True)
class SamplesFacts:
    """The samples of one batch. `tokenizer` names the tokenizer that decoded them."""

    samples: tuple[Sample, ...] = ()
    tokenizer: str | None = None
    unknown: int = 0
    words: int = 0


# --- batch and nan ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StepFacts:
    """The model's own train_step on one batch of `rows` rows: its gradients are computed, and none is applied."""

    ran: bool
    loss: float | None = None
    gradient_norm: float | None = None
    error: ErrorFacts | None = None
    rows: int = 0


@dataclass(frozen=True)
class LogitsFacts:
    """The loss as compiled and on true logits, on the same batch: means over the rows whose label is a class.

    `is_logits` is true when the outputs cannot be probabilities; gradients are global norms over the trainable weights.
    """

    loss_class: str
    from_logits: bool
    as_compiled: float
    on_logits: float
    gradient_as_compiled: float | None
    gradient_on_logits: float | None
    lowest: float
    highest: float
    row_sum_lowest: float
    row_sum_highest: float
    is_logits: bool


@dataclass(frozen=True)
class BatchFacts:
    """What the fresh model gives for one batch.

    `losses` has one value a row, NaN where it is NaN; `raised` marks rows whose loss TensorFlow refused to compute.
    `chance` is ln K. `how` says how the loss was computed.
    """

    output_shape: tuple[int, ...] = ()
    classes: int | None = None
    losses: tuple[float, ...] = ()
    raised: tuple[bool, ...] = ()
    labels: tuple[str, ...] = ()
    predictions: tuple[int | None, ...] = ()
    logits: tuple[tuple[float, ...], ...] = ()
    mean_loss: float | None = None
    chance: float | None = None
    how: str = ""
    loss_name: str = ""
    finite_logits: bool = True
    step: StepFacts | None = None
    from_logits: LogitsFacts | None = None
    error: ErrorFacts | None = None


@dataclass(frozen=True)
class NanRow:
    """One row whose loss is not a number. `why` is what TensorFlow said of this row alone, where it refused it."""

    row: int
    label: str
    why: str | None = None
    text: str = ""


@dataclass(frozen=True)
class NanFacts:
    """The rows without a finite loss, and what they share. `finite_rows_labels` has one label a row with a finite loss."""

    rows: tuple[NanRow, ...] = ()
    of: int = 0
    how: str = ""
    shared: tuple[str, ...] = ()
    inputs_finite: bool = True
    weights: tuple[str, ...] = ()
    logits_finite: bool = True
    finite_rows_labels: tuple[str, ...] = ()


# --- labels -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LabelsFacts:
    """The labels of the training set against the classes of the model.

    `counts` maps the label, as text, to its number of rows. `whole` is true when every row was seen. `classes` is the
    width of the model's output, None when it is no classifier of single labels.
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


# --- hyperparameters ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hyperparameter:
    """One value that shapes the training.

    `set_by` is "script" (written down), "string" (a default behind a string, `optimizer="adam"`) or "default".
    """

    owner: str
    name: str
    value: str
    set_by: str
    default: str | None = None
    usual: str | None = None
    where: Place | None = None


@dataclass(frozen=True)
class SweepCurve:
    """Loss on the same few batches, step by step, from the same weights, at one learning rate."""

    rate: float
    losses: tuple[float, ...]


@dataclass(frozen=True)
class SweepFacts:
    """A short learning-rate sweep. `best` is the rate with the lowest last loss. `stopped_early` says what ran out."""

    curves: tuple[SweepCurve, ...]
    steps: int
    rows: int
    best: float
    stopped_early: str | None = None


@dataclass(frozen=True)
class HyperparametersFacts:
    """Every hyperparameter that could be read, and the sweep where one was needed.

    `optimizer_where` is the line that made the optimizer, None when a string or a default did. `learning_rate` is the
    highest value that the optimizer will use (its schedule's peak where it has one).
    `loaded_from` names the checkpoint when the weights were loaded, None when they are random.
    """

    table: tuple[Hyperparameter, ...] = ()
    optimizer: str | None = None
    optimizer_where: Place | None = None
    learning_rate: float | None = None
    schedule: str | None = None
    loaded_from: str | None = None
    transformer: bool = False
    sweep: SweepFacts | None = None
    why_no_sweep: str | None = None


# --- overfit ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OverfitFacts:
    """One batch, learned again and again at the script's own learning rate, and undone.

    `labels` are the classes in that batch, `missing_labels` those of the training set that it could not be given.
    `retried` holds the curves at other rates when the script's own did not get there.
    """

    losses: tuple[float, ...] = ()
    learning_rate: float | None = None
    steps: int = 0
    rows: int = 0
    target: float = 0.1
    labels: tuple[str, ...] = ()
    missing_labels: tuple[str, ...] = ()
    accuracy: float | None = None
    stopped: str | None = None
    restored: bool = False
    classification: bool = True
    loaded_from: str | None = None
    retried: tuple[SweepCurve, ...] = ()
    error: ErrorFacts | None = None


# --- all of one run -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """All that one run of the script gave. A section is None until its probe has ended."""

    script: ScriptFacts | None = None
    pipelines: PipelinesFacts | None = None
    data: DataFacts | None = None
    samples: SamplesFacts | None = None
    batch: BatchFacts | None = None
    nan: NanFacts | None = None
    labels: LabelsFacts | None = None
    hyperparameters: HyperparametersFacts | None = None
    overfit: OverfitFacts | None = None
