"""The rules on an environment, on plain facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tfwizard.checks.conflicts import Conflict, DoctorFacts, examine, ids
from tfwizard.checks.requirements import certainly_breaks, requirements
from tfwizard.facts import (
    Distribution,
    Environment,
    FolderFacts,
    GpuFacts,
    GpusFacts,
    Imported,
    InstalledFacts,
    MachineFacts,
    SharedLibrary,
    TensorFlowBuild,
    TerminalFacts,
)

GIB = 2**30
ROOMY = FolderFacts("/home/u/.local/state/tfwizard", 50 * GIB)
MACHINE = MachineFacts(
    ROOMY,
    FolderFacts("/tmp", 50 * GIB),
    FolderFacts("/dev/shm", 8 * GIB),
    TerminalFacts("xterm-256color", "utf-8", "truecolor", "", 80, 24),
)
CUDA = (
    'nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
    'nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
)
PACKAGES = (
    Distribution("tensorflow", "2.21.0", ("numpy>=1.26.0", "keras>=3.12.0", "protobuf<8.0.0,>=6.31.1", *CUDA), ">=3.10", ("cp312",), "/v"),
    Distribution("keras", "3.15.1", ("numpy",), folder="/v"),
    Distribution("numpy", "2.4.6", folder="/v"),
    Distribution("protobuf", "7.36.2", folder="/v"),
    Distribution("tf-keras", "2.21.0", ("tensorflow<2.22,>=2.21",), folder="/v"),
    Distribution("transformers", "4.54.1", ("tokenizers<0.22,>=0.21", "numpy>=1.17"), folder="/v"),
    Distribution("tokenizers", "0.21.4", folder="/v"),
    Distribution("datasets", "5.0.1", ("pyarrow>=21.0.0", "fsspec[http]<=2026.6.0,>=2023.1.0", "dill<0.4.2,>=0.3.0"), folder="/v"),
    Distribution("pyarrow", "26.0.1", folder="/v"),
    Distribution("fsspec", "2026.6.0", folder="/v"),
    Distribution("dill", "0.4.1", folder="/v"),
)  # fmt: skip
MAIN = ("tensorflow", "tf-keras", "keras", "transformers", "numpy")
A100 = GpuFacts(0, "NVIDIA A100", memory=80 * GIB, used=0, capability="8.0")
BUILD = TensorFlowBuild(True, "12.5.1", "9", ("sm_60", "sm_70", "sm_80", "sm_89", "compute_90"))
LIBRARIES = tuple(
    SharedLibrary(name, f"/v/nvidia/lib/{name}") for name in ("libcudart.so.12", "libcublas.so.12", "libcudnn.so.9")
)


def environment(
    *changed: Distribution | str,
    python: str = "3.12.4",
    gpus: GpusFacts | None = None,
    machine: MachineFacts = MACHINE,
    **more: object,
) -> DoctorFacts:
    """A sound environment, with packages added or replaced, or (by their name) taken away."""
    there = {one.name: one for one in PACKAGES}
    for one in changed:
        if isinstance(one, str):
            del there[one]
        else:
            there[one.name] = one
    packages = {name: there[name].version for name in MAIN if name in there}
    other = next(
        (one.version for name, one in there.items() if name.startswith(("tensorflow-cpu", "tf-nightly"))), None
    )
    if other and "tensorflow" not in packages:
        packages["tensorflow"] = other
    said: dict[str, str] = more.pop("variables", {})  # type: ignore[assignment]
    around = Environment(python, "/v/bin/python", packages=packages, variables=said)
    installed = InstalledFacts(around, tuple(there.values()), build=BUILD)
    return DoctorFacts(replace(installed, **more), gpus or GpusFacts(why="no NVIDIA driver here"), machine)  # type: ignore[arg-type]


def found(facts: DoctorFacts) -> dict[str, Conflict]:
    return {one.id: one for one in examine(facts)}


def package(name: str, version: str, *requires: str, **more: object) -> Distribution:
    return Distribution(name, version, requires, **{"folder": "/v", **more})  # type: ignore[arg-type]


def with_gpu(
    *changed: Distribution | str, cuda: str = "12.4", gpus: tuple[GpuFacts, ...] = (A100,), **more: object
) -> DoctorFacts:
    return environment(
        *changed, gpus=GpusFacts(gpus, driver="550.54", cuda=cuda), **{"cuda_libraries": LIBRARIES, **more}
    )  # type: ignore[arg-type]


def variables(**values: str) -> dict[str, dict[str, str]]:
    return {"variables": values}


SILENT = {
    "as measured": environment(),
    "with a GPU": with_gpu(),
    "on the CPU alone": environment("tensorflow", package("tensorflow-cpu", "2.21.0", "numpy>=1.26.0"), build=TensorFlowBuild()),
    "TensorFlow with its Keras 2": environment(
        package("tensorflow", "2.15.1", "numpy<2.0.0,>=1.23.5", "keras<2.16,>=2.15.0"), package("keras", "2.15.0"), package("numpy", "1.26.4"),
        package("transformers", "4.30.2"), "tf-keras", python="3.11.7",
    ),
    "without transformers": environment("transformers", "tf-keras", "tokenizers"),
    "Keras 2 asked for, and there": environment(**variables(TF_USE_LEGACY_KERAS="1")),
    "the GPUs hidden": with_gpu(build=TensorFlowBuild(), **variables(CUDA_VISIBLE_DEVICES="-1")),
    "the GPU seen by the import": with_gpu(tensorflow_gpus=1, cuda_libraries=()),
    "TensorFlow by its switch": environment(**variables(USE_TF="1", KERAS_BACKEND="tensorflow")),
    "no terminal": environment(machine=replace(MACHINE, terminal=TerminalFacts(encoding="ascii"))),
    "a small /dev/shm, and one GPU": with_gpu(machine=replace(MACHINE, shared_memory=FolderFacts("/dev/shm", 60 * 2**20))),
    "another version further behind": environment(hidden=(package("numpy", "1.26.4", folder="/usr/lib"),)),
    "CUDA's packages newer than asked": with_gpu(package("nvidia-cudnn-cu12", "9.14.0.64"), package("nvidia-cublas-cu12", "12.9.1.4")),
    "an older cuDNN, and no GPU": environment(package("nvidia-cudnn-cu12", "9.1.0.70")),
}  # fmt: skip


@pytest.mark.parametrize("facts", SILENT.values(), ids=SILENT)
def test_sound_environments_are_silent(facts: DoctorFacts) -> None:
    assert found(facts) == {}


ERRORS = {
    "tensorflow-missing": (environment("tensorflow"), ["pip install 'tensorflow==2.21.*' 'tf-keras==2.21.*'"]),
    "python-too-old": (environment("tensorflow", python="3.8.18"), []),
    "transformers-without-tf": (
        environment(package("transformers", "5.2.0")), ["pip install 'transformers>=4.49,<4.55' 'tf-keras==2.21.*'"],
    ),
    "tf-keras-missing": (environment("tf-keras"), ["pip install 'tf-keras==2.21.*'"]),
    "transformers-before-keras-3": (
        environment(package("transformers", "4.30.2")), ["pip install 'transformers>=4.49,<4.55' 'tf-keras==2.21.*'"],
    ),
    "checkpoint-loader-broken": (environment(package("transformers", "4.56.2")), ["pip install 'transformers>=4.49,<4.55'"]),
    "incompatible-versions": (environment(package("protobuf", "5.29.3")), ["pip install 'protobuf<8.0.0,>=6.31.1'"]),
    "compiled-for-numpy-1": (environment(package("pandas", "2.2.1", "numpy>=1.26")), ["pip install 'pandas>=2.2.2'"]),
    "too-old-for-python": (environment(package("dill", "0.3.5.1")), ["pip install 'dill>=0.3.6'"]),
    "tensorflow-twice": (
        environment(package("tf-nightly", "2.22.0.dev20260101")),
        ["pip uninstall -y tensorflow tf-nightly", "pip install 'tensorflow==2.21.0'"],
    ),
    "made-for-another-python": (environment(package("numpy", "2.4.6", tags=("cp311",))), ["pip install --force-reinstall numpy"]),
    "legacy-keras-missing": (
        environment("tf-keras", "transformers", **variables(TF_USE_LEGACY_KERAS="True")), ["pip install 'tf-keras==2.21.*'"],
    ),
    "tensorflow-switched-off": (environment(**variables(USE_TORCH="yes")), ["unset USE_TORCH"]),
    "keras-backend": (environment(**variables(KERAS_BACKEND="jax")), ["export KERAS_BACKEND=tensorflow"]),
    "import-fails": (environment(imports=(Imported("tensorflow", 0.2, "ImportError: no"),)), []),
    "folder-not-writable": (environment(machine=replace(MACHINE, state=replace(ROOMY, error="Permission denied"))), []),
    "disk-full": (environment(machine=replace(MACHINE, state=replace(ROOMY, free=0))), []),
    "cuda-packages": (
        with_gpu(package("nvidia-cudnn-cu12", "9.1.0.70")), ["pip install 'nvidia-cudnn-cu12<10.0,>=9.3.0.75'"],
    ),
    "cuda-library-shadowed": (
        with_gpu(
            package("nvidia-cudnn-cu12", "9.14.0.64"),
            cuda_libraries=(SharedLibrary("libcudnn.so.9", "/usr/local/cuda/lib64/libcudnn.so.9.1.0", "/v/nvidia/cudnn/lib/libcudnn.so.9"),),
        ),
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("id", ERRORS)
def test_what_breaks(id: str) -> None:
    facts, commands = ERRORS[id]
    [one] = examine(facts)
    assert (one.id, one.severity, one.commands()) == (id, "error", commands)
    assert commands or one.advice


def test_a_tensorflow_that_another_one_is_made_of_is_not_a_second_one() -> None:
    found = environment(
        package("tensorflow", "2.15.1", 'tensorflow-cpu-aws==2.15.1; python_version >= "3"'), package("tensorflow-cpu-aws", "2.15.1")
    )  # fmt: skip
    assert "tensorflow-twice" not in {one.id for one in examine(found)}


WARNINGS = {
    "tensorflow-twice": environment(package("tensorflow-cpu", "2.21.0")),
    "outside-a-bound": environment(package("tf-keras", "2.19.0", "tensorflow<2.20,>=2.19")),
    "requirement-missing": environment("pyarrow"),
    "installed-twice": environment(hidden=(package("numpy", "1.26.4"),)),
    "legacy-keras-refused": environment(**variables(TF_USE_LEGACY_KERAS="0")),
    "keras-backend": environment(package("jax", "0.8.0"), keras_backend="jax"),
    "disk-full": environment(machine=replace(MACHINE, temporary=FolderFacts("/tmp", 20 * 2**20))),
    "shared-memory": with_gpu(gpus=(A100, replace(A100, index=1)), machine=replace(MACHINE, shared_memory=FolderFacts("/dev/shm", 60 * 2**20))),
    "locale-without-utf-8": environment(machine=replace(MACHINE, terminal=TerminalFacts("xterm", "iso8859-1", columns=80, lines=24))),
    "gpu-newer-than-tensorflow": with_gpu(gpus=(replace(A100, name="NVIDIA B200", capability="10.0"),)),
    "gpu-not-used": with_gpu(build=TensorFlowBuild()),
    "cuda-packages": with_gpu(package("nvidia-cublas-cu12", "12.1.3.1")),
}  # fmt: skip


@pytest.mark.parametrize("id", WARNINGS)
def test_what_may_break(id: str) -> None:
    [one] = examine(WARNINGS[id])
    assert (one.id, one.severity) == (id, "warning")
    assert one.commands() or one.advice


@pytest.mark.parametrize(
    ("term", "multiplexer", "wanted"),
    [("dumb", "", "xterm-256color"), ("xterm", "tmux", "tmux-256color"), ("linux", "screen", "screen-256color")],
)
def test_the_terminals_type(term: str, multiplexer: str, wanted: str) -> None:
    terminal = replace(MACHINE.terminal, term=term, multiplexer=multiplexer)
    [one] = examine(environment(machine=replace(MACHINE, terminal=terminal)))
    assert (one.id, one.severity, one.commands()) == ("terminal-type", "advice", [f"export TERM={wanted}"])


def test_every_rule_is_tried_here() -> None:
    assert {*ERRORS, *WARNINGS, "terminal-type"} == ids()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (with_gpu(cuda="11.8"), "update the driver"),
        (with_gpu(cuda_libraries=(*LIBRARIES[:2], SharedLibrary("libcudnn.so.9"))), "libcudnn.so.9"),
        (with_gpu(gpus=(replace(A100, capability="5.2"),)), "6.0"),
        (with_gpu(build=TensorFlowBuild()), "without CUDA"),
        (with_gpu(tensorflow_gpus=0), "did not find its libraries"),
    ],
)
def test_why_a_gpu_is_not_used(facts: DoctorFacts, reason: str) -> None:
    one = found(facts)["gpu-not-used"]
    assert reason in one.why
    assert "'tensorflow[and-cuda]==2.21.*'" in one.commands()[-1]


def test_one_package_that_several_do_not_take_is_one_conflict() -> None:
    facts = environment(
        package("transformers", "4.54.1", "huggingface-hub<1.0,>=0.34.0"), package("tokenizers", "0.21.4", "huggingface-hub<1.0,>=0.16.4"),
        package("huggingface-hub", "1.2.0"), package("keras", "3.15.1", "tokenizers"),
    )  # fmt: skip
    [one] = examine(facts)
    assert one.commands() == ["pip install 'huggingface-hub<1.0,>=0.34.0'"]
    assert len(one.evidence["contradictions"]) == 2  # type: ignore[arg-type]


def test_an_older_numpy_mends_what_was_compiled_for_it() -> None:
    old = package("tensorflow", "2.15.1", "numpy<2.0.0,>=1.23.5", "ml-dtypes~=0.3.1")
    facts = environment(old, package("keras", "2.15.0"), "tf-keras", package("ml-dtypes", "0.3.2"), python="3.11.7")
    [one] = examine(facts)
    assert one.commands() == ["pip install 'numpy<2.0.0,>=1.23.5'"]


def test_keras_2_is_brought_to_the_tensorflow_that_is_there() -> None:
    [one] = examine(environment(package("tf-keras", "2.19.0", "tensorflow<2.20,>=2.19")))
    assert (one.id, one.commands()) == ("outside-a-bound", ["pip install 'tf-keras==2.21.*'"])


def test_no_tensorflow_for_a_new_python() -> None:
    one = found(environment("tensorflow", python="3.14.1"))["tensorflow-missing"]
    assert not one.commands() and "3.13" in one.advice


def test_what_is_missing_is_not_imported_in_vain() -> None:
    facts = environment("tf-keras", imports=(Imported("transformers", 1.0, "RuntimeError: Failed to import"),))
    assert found(facts).keys() == {"tf-keras-missing"}


def test_a_rule_that_fails_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from tfwizard.checks.conflicts import registry

    def broken(facts: DoctorFacts) -> list[Conflict]:
        raise ZeroDivisionError

    monkeypatch.setitem(registry._REGISTRY, "tensorflow-twice", broken)
    assert [(one.id, one.severity) for one in examine(environment("tf-keras"))] == [
        ("tf-keras-missing", "error"),
        ("tensorflow-twice", "advice"),
    ]


@pytest.mark.parametrize(
    ("installed", "specifier", "certain"),
    [
        ("1.26.4", ">=2", True), ("2.1.0", "<2", True), ("2.0.0", "<2.0.0,>=1.23.5", True), ("2.3.1", "<2.2.0,>=1.26.0", False),
        ("0.22.1", "<0.22,>=0.21", True), ("0.21.9", "<0.21.5", False), ("0.4.2", "<0.4.2,>=0.3.0", False), ("1.2.0", "<1.0,>=0.34.0", True),
        ("2026.9.0", "<=2026.6.0,>=2023.1.0", False), ("2022.1.0", ">=2023.1.0", False), ("1.5", "!=1.5", True), ("3.0.1", "==3.0.*", False),
        ("3.1.0", "==3.0.*", False), ("8.0", "~=7.4", True), ("1.26.4", ">=1.20", False),
    ],
)  # fmt: skip
def test_whether_a_bound_is_more_than_care(installed: str, specifier: str, certain: bool) -> None:
    asks = Distribution("a", "1", (f"b{specifier}",))
    [one] = requirements([asks], [asks, Distribution("b", installed)], {})
    assert certainly_breaks(one) is certain


def test_conditions_are_those_of_the_interpreter_that_is_asked() -> None:
    lines = (
        'old; python_version < "3.10"',
        'new>=2; sys_platform == "darwin"',
        'more; extra == "tf"',
        "not a line at all ;;",
        "Mixed_Case.Name>1",
    )
    asks = Distribution("a", "1", lines)
    markers = {"python_version": "3.9", "sys_platform": "darwin"}
    assert [(one.needs, one.extra) for one in requirements([asks], [asks], markers, ("tf",))] == [
        ("old", ""), ("new", ""), ("more", "tf"), ("mixed-case-name", ""),
    ]  # fmt: skip
