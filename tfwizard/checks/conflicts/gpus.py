"""GPUs that TensorFlow does not use, or cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.checks.conflicts.tensorflow import minor, tensorflows
from tfwizard.checks.requirements import Requirement, certainly_breaks, contradicts, numbers, requirements
from tfwizard.facts import GpusFacts, InstalledFacts, TensorFlowBuild
from tfwizard.facts.gpus import hides_all_gpus
from tfwizard.language import _, ngettext

#: The optional feature of TensorFlow that brings the libraries of CUDA as packages, and the package that is cuDNN.
WITH_CUDA, CUDNN = "and-cuda", re.compile(r"^nvidia-cudnn-cu\d+$")
_KIND = re.compile(r"^(sm|compute)_(\d+)(\d)a?$")


def unused_gpus(
    gpus: GpusFacts,
    version: str,
    built_with_cuda: bool | None,
    visible_devices: str | None,
    reasons: Sequence[str] = (),
) -> Conflict:
    """The driver sees GPUs and TensorFlow none. `reasons` are what is known of why, where it was built for CUDA."""
    release = minor(version)
    falls_back = _(
        "TensorFlow falls back to the CPU without an error; here this TensorFlow was built for CUDA, and did not find its libraries."
    )
    if built_with_cuda is False:
        falls_back = _(
            "TensorFlow falls back to the CPU without an error; here this TensorFlow was built without CUDA."
        )
    elif reasons:
        falls_back = _("TensorFlow falls back to the CPU without an error. {reasons}", reasons=" ".join(reasons))
    seen = [str(gpu) for gpu in gpus.devices]
    return Conflict(
        "gpu-not-used", "warning",
        ngettext(
            "The driver sees {n} GPU, and TensorFlow none: the training runs on the CPU",
            "The driver sees {n} GPUs, and TensorFlow none: the training runs on the CPU", len(seen),
        ),
        falls_back,
        {"gpus": seen, "tensorflow_gpus": 0, "built_with_cuda": built_with_cuda, "tensorflow": version or None,
         "CUDA_VISIBLE_DEVICES": visible_devices, "driver": gpus.driver},
        (f"tensorflow[and-cuda]=={release}.*" if release else "tensorflow[and-cuda]",),
        advice=_("CUDA_VISIBLE_DEVICES is {devices!r}: that has to name a GPU of this machine.", devices=visible_devices) if visible_devices else "",
    )  # fmt: skip


@conflict("gpu-not-used")
def gpu_not_used(facts: DoctorFacts) -> Iterator[Conflict]:
    """The driver sees a GPU, and this TensorFlow was not built for it, lacks a library of CUDA, or saw none when it was imported."""
    installed = facts.installed
    there, seen, visible = (
        tensorflows(installed),
        installed.tensorflow_gpus,
        installed.variables.get("CUDA_VISIBLE_DEVICES"),
    )
    if not facts.gpus.devices or not there or hides_all_gpus(visible) or seen:
        return
    build = installed.build
    reasons = list(_reasons(facts, build)) if build is not None and build.cuda else []
    if seen == 0 or reasons or (build is not None and not build.cuda):
        found = unused_gpus(facts.gpus, there[0].version, build.cuda if build else None, visible, reasons)
        built_without = build is not None and not build.cuda
        yield Conflict(
            found.id, found.severity, found.title, found.why, {**found.evidence, "seen_by_import": seen is not None}, found.install,
            tuple(one.name for one in there) if built_without else (), found.advice,
        )  # fmt: skip


def _reasons(facts: DoctorFacts, build: TensorFlowBuild) -> Iterator[str]:
    missing = [one.name for one in facts.installed.cuda_libraries if not one.path]
    if missing:
        yield _("Not found here: {libraries}.", libraries=", ".join(missing))
    driver = facts.gpus.cuda or ""
    if driver and numbers(driver)[:1] < numbers(build.cuda_version)[:1]:
        yield _(
            "It was built for CUDA {wanted}, and this driver knows CUDA up to {driver}: update the driver.",
            wanted=build.cuda_version,
            driver=driver,
        )
    kinds = [numbers_of(kind) for kind in build.capabilities if numbers_of(kind)]
    known = [one for gpu in facts.gpus.devices if (one := numbers(gpu.capability or ""))]
    if kinds and known and all(one < min(kinds) for one in known):
        yield _(
            "It is built for GPUs from compute capability {least} on.", least=".".join(str(part) for part in min(kinds))
        )


def numbers_of(kind: str) -> tuple[int, ...]:
    """The compute capability of a kind of GPU: "sm_80" is (8, 0)."""
    found = _KIND.match(kind)
    return (int(found.group(2)), int(found.group(3))) if found else ()


@conflict("gpu-newer-than-tensorflow")
def gpu_newer_than_tensorflow(facts: DoctorFacts) -> Iterator[Conflict]:
    """A GPU is of a later generation than all that this TensorFlow was compiled for."""
    build, visible = facts.installed.build, facts.installed.variables.get("CUDA_VISIBLE_DEVICES")
    kinds = (
        [numbers_of(kind) for kind in build.capabilities if numbers_of(kind)]
        if build is not None and build.cuda
        else []
    )
    if not kinds or hides_all_gpus(visible):
        return
    for gpu in facts.gpus.devices:
        own = numbers(gpu.capability or "")
        if own[:1] <= max(kinds)[:1]:
            continue
        yield Conflict(
            "gpu-newer-than-tensorflow", "warning",
            _("{gpu} has compute capability {own}, and this TensorFlow was compiled up to {most}", gpu=gpu.name or f"GPU {gpu.index}",
              own=gpu.capability, most=".".join(str(part) for part in max(kinds))),
            _("Its kernels are compiled when the training starts. That can take half an hour, and may fail."),
            {"gpu": str(gpu), "capability": gpu.capability, "compiled_for": list(build.capabilities) if build else []},
            advice=_("Install a TensorFlow that was made after this GPU."),
            subject=str(gpu.index),
        )  # fmt: skip


@conflict("cuda-packages")
def cuda_packages(facts: DoctorFacts) -> Iterator[Conflict]:
    """A package of CUDA beside TensorFlow is older than what TensorFlow was built with, or of another generation."""
    if not facts.gpus.devices or hides_all_gpus(facts.installed.variables.get("CUDA_VISIBLE_DEVICES")):
        return
    for one in _of_cuda(facts.installed):
        if not one.contradicted or not certainly_breaks(one):
            continue
        cudnn = bool(CUDNN.match(one.needs))
        yield Conflict(
            "cuda-packages", "error" if cudnn else "warning",
            _("{package} {version} needs {other}{wanted}, and {other} {installed} is installed",
              package=one.package, version=one.version, other=one.needs, wanted=one.specifier, installed=one.installed),
            _("TensorFlow refuses a cuDNN that is older than the one it was built with, at the first convolution.") if cudnn
            else _("A library that is older than the one TensorFlow was built with may lack what TensorFlow calls."),
            {"package": one.package, "version": one.version, "needs": one.needs, "wanted": one.specifier, "installed": one.installed},
            (f"{one.needs}{one.specifier}",),
            advice=_("PyTorch pins these packages as well: where both are needed, make an environment for each."),
            subject=one.needs,
        )  # fmt: skip


@conflict("cuda-library-shadowed")
def cuda_library_shadowed(facts: DoctorFacts) -> Iterator[Conflict]:
    """LD_LIBRARY_PATH puts a cuDNN before TensorFlow's own that is older than what TensorFlow was built with."""
    if not facts.gpus.devices or hides_all_gpus(facts.installed.variables.get("CUDA_VISIBLE_DEVICES")):
        return
    wanted = next((one.specifier for one in _of_cuda(facts.installed) if CUDNN.match(one.needs)), "")
    for one in facts.installed.cuda_libraries:
        version = one.path.rpartition(".so.")[2]
        if (
            not one.shadowed
            or not one.name.startswith("libcudnn.")
            or "." not in version
            or not contradicts(version, wanted)
        ):
            continue
        yield Conflict(
            "cuda-library-shadowed", "error",
            _("LD_LIBRARY_PATH puts cuDNN {version} before the one of this environment", version=version),
            _("TensorFlow refuses a cuDNN that is older than the one it was built with, at the first convolution."),
            {"loaded": one.path, "hidden": one.shadowed, "wanted": wanted, "LD_LIBRARY_PATH": facts.installed.variables.get("LD_LIBRARY_PATH")},
            advice=_("Take that folder out of LD_LIBRARY_PATH."),
            subject=one.name,
        )  # fmt: skip


def _of_cuda(installed: InstalledFacts) -> list[Requirement]:
    """What TensorFlow asks of the packages of CUDA that are there."""
    asked = requirements(tensorflows(installed), installed.distributions, installed.markers, (WITH_CUDA,))
    return [one for one in asked if one.extra == WITH_CUDA and one.installed is not None]
