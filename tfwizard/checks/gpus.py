"""The GPUs: one that TensorFlow does not see, memory that others hold, devices that are configured too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tfwizard.checks.conflicts.gpus import unused_gpus
from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import Call, ErrorFacts, Facts, GpuFacts, GpuProcess, LateSetting, Place, ScriptFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _
from tfwizard.source_edits import InsertFirst, MoveToImport, RemoveDevices


@check("gpu-not-used", "script", "gpus")
def gpu_not_used(facts: Facts) -> Iterator[Finding]:
    """The driver sees a GPU, and TensorFlow none."""
    script, gpus = facts.script, facts.gpus
    assert script and gpus
    libraries = script.libraries
    if not gpus.devices or libraries.gpus_hidden:
        return
    if libraries.tensorflow_gpus is None:
        raise Undecided(_("TensorFlow was not imported"))
    if libraries.tensorflow_gpus:
        return
    built, version = libraries.built_with_cuda, script.environment.packages.get("tensorflow", "")
    found = unused_gpus(gpus, version, built, libraries.visible_devices)
    advice = (
        _(
            'pip install "{package}" in the place of tensorflow-cpu, in the environment that trains.',
            package=found.install[0],
        )
        if built is False
        else _('pip install "{package}", in the environment that trains.', package=found.install[0])
    )
    yield Finding(
        "gpu-not-used", "script", "warning", found.title, found.why, found.evidence,
        script.held.where if script.held else None, "", (), f"{advice} {found.advice}".strip(),
    )  # fmt: skip


#: Others' share of a GPU's memory from which a training may miss it: TensorFlow asks for nearly all that is free.
MATTERS = 0.1
#: Below so much of it free, memory matters whoever holds it.
HALF = 0.5
#: TensorFlow's classes for what CUDA, cuBLAS, cuDNN and the allocator report.
OF_THE_GPU = ("InternalError", "ResourceExhaustedError", "UnknownError", "FailedPreconditionError")
#: What has TensorFlow take a GPU's memory piece by piece, whenever it sets the GPU up.
GROWTH = 'os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"'
#: On a GPU of which less is free than this, such an error needs no other explanation.
SCARCE = 0.25


@check("gpu-held-by-others", "script", "gpus")
def gpu_held_by_others(facts: Facts) -> Iterator[Finding]:
    """Other processes hold so much of the GPU's memory that the training may miss it."""
    script = facts.script
    assert script and facts.gpus
    if script.libraries.tensorflow_gpus is None and facts.gpus.devices:
        raise Undecided(_("TensorFlow was not imported"))
    gpu, error = shared_gpu(facts), gpu_error(facts)
    if gpu is None:
        return
    if _grows(script) and error is None:
        return  # it takes what it needs, and that was there
    others = [one for one in gpu.processes if not one.ours]
    memory, free = gpu.memory or 0, gpu.free or 0
    why = _(
        "TensorFlow takes nearly all of a GPU's memory when it first uses it. Where others hold a part, that can fail in any call "
        "of CUDA, cuBLAS or cuDNN, also in code that worked before."
    )
    if any(one.notebook for one in others):
        why = f"{why} {_('An old notebook keeps its memory until its kernel is shut down.')}"
    who = (
        _("Ask your own to stop (key g, or `tfwizard gpus`).") if any(one.mine for one in others)
        else _("Ask whoever owns them, or name another GPU in CUDA_VISIBLE_DEVICES.")
    )  # fmt: skip
    yield Finding(
        "gpu-held-by-others", "memory", "warning",
        _(
            "GPU {index}: other processes hold {held} of its {memory}; {free} were free",
            index=gpu.index, held=_gib(_missed(gpu)), memory=_gib(memory), free=_gib(free),
        ),
        why,
        {"gpu": str(gpu), "processes": [_process_words(one) for one in others],
         **({"error": f"{error.type}: {error.useful}", "when_it_failed": str(_later(facts, gpu))} if error else {})},
        error.where if error and error.where else (script.held.where if script.held else None),
        "", tuple(_shared(script)) if error else (),
        _("{who} To share the GPU, begin the script with {growth}: TensorFlow then takes only what it needs.", who=who, growth=GROWTH),
        explains_failure=error is not None and free < SCARCE * memory,
    )  # fmt: skip


def _grows(script: ScriptFacts) -> bool:
    """Whether TensorFlow takes a GPU's memory piece by piece here: by the environment, or since the script said so in time."""
    said = any(one.name == "set_memory_growth" and not one.failed and _enables(one) for one in script.calls)
    return script.libraries.allows_growth or said


def _shared(script: ScriptFacts) -> Iterator[Remedy]:
    """The way to live with the others, where something fails because of them: who they are changes from day to day."""
    if not _grows(script):
        yield Remedy(
            _("Let TensorFlow take only the GPU memory that it needs"),
            (InsertFirst(Place(script.path, 1), ("import os", GROWTH)),),
            _("It then starts beside the others; what the training needs has to be free all the same."),
        )


def shared_gpu(facts: Facts) -> GpuFacts | None:
    """The GPU that the script trains on, where others hold so much of it that it may be missed."""
    seen = facts.script.libraries.tensorflow_gpus if facts.script else None
    used = candidates(facts) if seen and facts.gpus else ()
    return used[0] if used and all(_missed(gpu) for gpu in used) else None


def _missed(gpu: GpuFacts) -> int:
    """The bytes that others hold, where they are enough to be missed; else 0. What a desktop draws with is always there."""
    others = [one for one in gpu.processes if not one.ours]
    held, memory = sum(one.memory or 0 for one in others), gpu.memory or 0
    if sum(one.memory or 0 for one in others if not one.graphics) > MATTERS * memory > 0:
        return held
    # The driver may not tell how much some of them hold, or hide those of other containers. Only ours are known not to count.
    if gpu.free is None or gpu.free >= HALF * memory or len(others) < len(gpu.processes):
        return 0
    return gpu.used or 0


def candidates(facts: Facts) -> tuple[GpuFacts, ...]:
    """The GPUs on one of which the script trains: one, where that is certain.

    TensorFlow trains on the first that CUDA shows it. CUDA counts the fastest first, the driver by their place on the bus:
    among GPUs of one kind these are the same.
    """
    assert facts.script and facts.gpus
    devices, chosen = facts.gpus.devices, facts.script.libraries.visible_devices
    first = chosen.split(",")[0].strip() if chosen else "0"
    if not first.isdecimal():
        return tuple(gpu for gpu in devices if gpu.uuid and gpu.uuid.startswith(first))
    if len({gpu.name for gpu in devices}) > 1:
        return devices
    return devices[int(first) : int(first) + 1]


def gpu_error(facts: Facts) -> ErrorFacts | None:
    """An exception of the kind that a GPU without memory gives, out of the script or out of a probe of its model."""
    errors = [facts.script.error if facts.script else None]
    if facts.batch is not None:
        errors += [facts.batch.error, facts.batch.step.error if facts.batch.step else None]
    return next((one for one in errors if one and one.type in OF_THE_GPU and "OpError" in one.bases), None)


def _later(facts: Facts, gpu: GpuFacts) -> GpuFacts:
    """The same GPU when the error came."""
    later = facts.gpus_at_failure.devices if facts.gpus_at_failure else ()
    return next((one for one in later if (one.uuid, one.index) == (gpu.uuid, gpu.index)), gpu)


def _process_words(process: GpuProcess) -> str:
    """A process in one line of the evidence."""
    memory = _("memory N/A") if process.memory is None else _("{memory:.0f} MiB", memory=process.memory / 2**20)
    whose = (
        _("yours")
        if process.mine
        else {"hidden": _("another user's")}.get(process.seen, process.owner or _("in another container"))
    )
    since = (
        "" if process.since is None else _(", since {when:%Y-%m-%d %H:%M}", when=datetime.fromtimestamp(process.since))
    )
    what = f": {process.command}" if process.command else ""
    return f"{process.pid} ({whose}), {memory}{since}{_(', a notebook') if process.notebook else ''}{what}"


def _gib(size: int) -> str:
    return _("{size:.1f} GiB", size=size / 2**30)


@check("memory-growth-too-late", "script")
def memory_growth_too_late(facts: Facts) -> Iterator[Finding]:
    """A call that configures devices was refused, since TensorFlow had set them up already."""
    script = facts.script
    assert script
    libraries = script.libraries
    seen: set[str] = set()
    for late in libraries.late_settings:
        call, grows = late.call, late.call.name == "set_memory_growth" and _enables(late.call)
        # Caught, it matters where there is a GPU, and where the environment does not do the same.
        matters = late.ended or (
            late.gpu and bool(libraries.tensorflow_gpus) and not (grows and libraries.allows_growth)
        )
        if not matters or call.name in seen:
            continue
        seen.add(call.name)
        if late.first_use:
            title = _(
                "{call} came too late: TensorFlow had set up its devices already on line {line}",
                call=call.name,
                line=late.first_use.line,
            )
        else:
            title = _("{call} came too late: TensorFlow had set up its devices already", call=call.name)
        why = _("Devices are set up at their first use, and TensorFlow refuses to change them from then on.")
        if not late.ended:
            effect = (
                _("Memory growth stays off: TensorFlow takes all of the GPU's memory.")
                if grows
                else _("The devices stay as they were.")
            )
            why = f"{why} {effect}"
        yield Finding(
            "memory-growth-too-late", "memory", "error" if late.ended else "warning", title, why,
            {"call": call.name, "error": late.error, "ended_the_script": late.ended,
             "devices_first_used": f"{late.first_use.file}:{late.first_use.line} {late.first_use.text}" if late.first_use else None},
            call.where, call.name, tuple(_in_time(script, late, grows)),
            _("Call it right behind the import of tensorflow, before anything that makes a tensor or lists logical devices."),
            explains_failure=late.ended,
        )  # fmt: skip


def _in_time(script: ScriptFacts, late: LateSetting, grows: bool) -> Iterator[Remedy]:
    """The ways to have it said in time: by the same lines further up, or by the environment."""
    where = late.call.where
    if where is None:
        return
    if where.function == "<module>":
        yield Remedy(
            _("Move it up, right behind the import of tensorflow"), (MoveToImport(where),),
            _("It is then said before TensorFlow sets up its devices."),
        )  # fmt: skip
    if grows:
        first = InsertFirst(Place(script.path, 1), ("import os", GROWTH))
        yield Remedy(
            _("Say it by TF_FORCE_GPU_ALLOW_GROWTH, before the first import"), (RemoveDevices(where), first),
            _("TensorFlow then takes the GPU's memory piece by piece, whenever it sets it up."),
        )  # fmt: skip


def _enables(call: Call) -> bool:
    return "enable" in call.arguments and call.arguments["enable"].value == "True"
