"""How far the script got, and what stands between its data and its model."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import Call, Environment, ErrorFacts, Place
from tfwizard.facts.gpus import hides_all_gpus
from tfwizard.facts.installed import Distribution

OUTCOMES = ("held_at_fit", "finished", "failed", "no_training", "timed_out", "died")


@dataclass(frozen=True)
class CheckpointFile:
    """The weights that a failed `from_pretrained` would read. `format` is what a safetensors file says of itself: "pt", "tf".

    `beside` are the other weight files of the same checkpoint.
    """

    path: str
    format: str | None
    call: int
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class LateSetting:
    """A call that configures devices (`set_memory_growth`, say), refused since TensorFlow had set them up already.

    `first_use` is the user's line at which it did; `ended` whether the refusal ended the script, and was not caught; `gpu`
    whether it was about a GPU.
    """

    call: Call
    error: str
    first_use: Place | None = None
    ended: bool = False
    gpu: bool = False


@dataclass(frozen=True)
class LibrariesFacts:
    """What the libraries are and see. `checkpoint`, `distributions` (the libraries, and what they ask for) and `markers` (see
    InstalledFacts) are looked up when a script failed.

    `tensorflow_gpus` is None where TensorFlow was not imported; `built_with_cuda` is what this TensorFlow was built for;
    `visible_devices` is CUDA_VISIBLE_DEVICES, None where nobody set it; `allows_growth` whether the environment lets
    TensorFlow take a GPU's memory piece by piece.
    """

    distributions: tuple[Distribution, ...] = ()
    markers: dict[str, str] = field(default_factory=dict)
    checkpoint: CheckpointFile | None = None
    tensorflow_gpus: int | None = None
    built_with_cuda: bool | None = None
    visible_devices: str | None = None
    late_settings: tuple[LateSetting, ...] = ()
    allows_growth: bool = False

    @property
    def gpus_hidden(self) -> bool:
        """Whether CUDA_VISIBLE_DEVICES hides every GPU."""
        return hides_all_gpus(self.visible_devices)


@dataclass(frozen=True)
class ScriptFacts:
    """How far the script got. `outcome` is one of OUTCOMES; `seconds` is the time until then.

    `custom_loop` is true when gradients were applied outside of `fit`; `death` names a signal or an exit code when the
    process ended by itself; `read_stdin` when the failure came from reading the closed standard input. `keras_of_tf` is
    the package that `tf.keras` stands for, None while nothing has settled that. `local_files` are the modules of the
    user's own that were imported. `out_of_memory` says how it is known that the process was ended because memory ran out.
    `died_in` is the stage that was examined when a script that was held, or had ended, took its process along.
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
    libraries: LibrariesFacts = field(default_factory=LibrariesFacts)
    local_files: tuple[str, ...] = ()
    out_of_memory: str = ""
    died_in: str = ""


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
    """An object given to `compile` or `fit`, and the Keras package that its class comes from ("keras", "tf_keras").

    `where` is the user's line that made it, where that was seen.
    """

    role: str
    type: str
    keras: str
    module: str = ""
    where: Place | None = None


@dataclass(frozen=True)
class PipelinesFacts:
    """Everything that stands between the user's data and the model, and the objects handed to the model.

    `mixed` are an object of one Keras and one of the other that met in the call that failed: the one called, and what it
    was given.
    """

    pipelines: tuple[PipelineFacts, ...] = ()
    model_keras: str | None = None
    model_type: str | None = None
    objects: tuple[KerasObject, ...] = ()
    compile_call: Call | None = None
    load_call: Call | None = None
    mixed: tuple[KerasObject, ...] = ()
