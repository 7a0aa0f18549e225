"""What is installed beside an interpreter, as the packages' own metadata tells, and what else decides how it imports."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts.calls import Environment

#: The packages that bring the module tensorflow, the usual one first.
TENSORFLOWS = (
    "tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-intel", "tensorflow-macos", "tensorflow-rocm",
    "tensorflow-aarch64", "tensorflow-cpu-aws", "intel-tensorflow", "intel-tensorflow-avx512", "tf-nightly", "tf-nightly-cpu",
    "tf-nightly-gpu", "tf-nightly-rocm",
)  # fmt: skip


@dataclass(frozen=True)
class Distribution:
    """An installed package. `requires` are its lines of Requires-Dist as they stand there, conditions and all.

    `name` is in lower case with "-" between its words. `tags` are the interpreters that its compiled files are for
    ("cp311"), empty where there are none or nothing tells. `folder` is where it was found.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    requires_python: str = ""
    tags: tuple[str, ...] = ()
    folder: str = ""


@dataclass(frozen=True)
class TensorFlowBuild:
    """What a TensorFlow was built for, by its own build_info.py. `capabilities` are the kinds of GPU: "sm_80", "compute_90"."""

    cuda: bool = False
    cuda_version: str = ""
    cudnn_version: str = ""
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class SharedLibrary:
    """A library of CUDA that this TensorFlow loads by name. `path` is where the loader finds it, "" where it does not.

    `shadowed` is the same library in the environment's own packages, where a folder of LD_LIBRARY_PATH comes before it.
    """

    name: str
    path: str = ""
    shadowed: str = ""


@dataclass(frozen=True)
class Imported:
    """An import that was really tried. `error` says why it failed, "" where it did not; `seconds` is what it took."""

    module: str
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class InstalledFacts:
    """An environment without a script in it.

    `distributions` are those that an import finds; `hidden` are further versions of them, which it does not. `markers` are
    the values that conditions in requirements ask for (PEP 508). `keras_backend` is the backend of Keras 3 by its
    configuration file, "" where that names none. `cuda_libraries` are looked for where this TensorFlow was built for CUDA.
    `imports` were tried where that was asked for, and then `tensorflow_gpus` is how many GPUs TensorFlow sees.
    """

    environment: Environment = field(default_factory=Environment)
    distributions: tuple[Distribution, ...] = ()
    hidden: tuple[Distribution, ...] = ()
    markers: dict[str, str] = field(default_factory=dict)
    keras_backend: str = ""
    build: TensorFlowBuild | None = None
    cuda_libraries: tuple[SharedLibrary, ...] = ()
    imports: tuple[Imported, ...] = ()
    tensorflow_gpus: int | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that the libraries read."""
        return self.environment.variables

    def find(self, name: str) -> Distribution | None:
        """The package of this name, None where it is not installed."""
        return next((one for one in self.distributions if one.name == name), None)
