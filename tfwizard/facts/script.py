"""How far the script got, and what stands between its data and its model."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import Call, Environment, ErrorFacts

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
