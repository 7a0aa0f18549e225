"""The rules on GPUs, on plain facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_facts import SOUND, at

from tfwizard.checks import examine
from tfwizard.facts import (
    Argument,
    Call,
    ErrorFacts,
    Facts,
    GpuFacts,
    GpuProcess,
    GpusFacts,
    LateSetting,
    LibrariesFacts,
    PipelinesFacts,
    Place,
    ScriptFacts,
)
from tfwizard.findings import Finding
from tfwizard.source_edits import InsertFirst, MoveToImport, RemoveDevices

GIB = 2**30
GROWTH = Call(0, "set_memory_growth", at(9), {"enable": Argument("True", True)}, failed=True)
MINE = GpuProcess(
    4711, 30 * GIB, False, "here", "anna", "python -m ipykernel_launcher", 1.7e9, 88, mine=True, notebook=True
)
ANOTHERS = GpuProcess(4712, 20 * GIB, False, "here", "ben", "python big.py", 1.7e9, 99)
OURS = GpuProcess(4713, 60 * GIB, False, "here", "anna", "python launch.py", 1.7e9, 111, mine=True, ours=True)


def gpu(*processes: GpuProcess, used: int | None = None, **changes: object) -> GpuFacts:
    held = sum(one.memory or 0 for one in processes)
    facts = GpuFacts(0, "NVIDIA H100", "GPU-a", 80 * GIB, held if used is None else used, processes=processes)
    return replace(facts, **changes)  # type: ignore[arg-type]


def on(*gpus: GpuFacts, tensorflow: int | None = 1, facts: Facts = SOUND, **libraries: object) -> Facts:
    """A run on a machine with these GPUs, of which TensorFlow lists so many."""
    assert facts.script
    seen = LibrariesFacts(tensorflow_gpus=tensorflow, **libraries)  # type: ignore[arg-type]
    return replace(
        facts, script=replace(facts.script, libraries=seen), gpus=GpusFacts(gpus, "" if gpus else "no driver")
    )


def found(facts: Facts) -> dict[str, Finding]:
    return {one.id: one for one in examine(facts).findings}


# --- TensorFlow does not see it -----------------------------------------------------------------------------------------


def test_a_gpu_that_tensorflow_does_not_see() -> None:
    finding = found(on(gpu(), tensorflow=0))["gpu-not-used"]
    assert finding.severity == "warning"
    assert 'pip install "tensorflow[and-cuda]==2.21.*"' in finding.advice
    assert "without CUDA" in found(on(gpu(), tensorflow=0, built_with_cuda=False))["gpu-not-used"].why
    named = found(on(gpu(), tensorflow=0, visible_devices="3"))["gpu-not-used"]
    assert "CUDA_VISIBLE_DEVICES is '3'" in named.advice


@pytest.mark.parametrize(
    "facts",
    [
        on(gpu()),
        on(gpu(), tensorflow=None),
        on(tensorflow=0),
        on(GpuFacts(0, lost="gone"), tensorflow=0),
        on(gpu(mig=True), tensorflow=0),  # cut into pieces, and there is none
        *(on(gpu(), tensorflow=0, visible_devices=hidden) for hidden in ("-1", "", " ", "-1,0", "NoDevFiles")),
    ],
)
def test_no_gpu_to_see_or_hidden_on_purpose(facts: Facts) -> None:
    assert found(facts) == {}


# --- others hold its memory ---------------------------------------------------------------------------------------------


def test_others_hold_the_memory() -> None:
    finding = found(on(gpu(MINE, ANOTHERS)))["gpu-held-by-others"]
    assert (finding.stage, finding.severity, finding.explains_failure) == ("memory", "warning", False)
    assert finding.title == "GPU 0: other processes hold 50.0 GiB of its 80.0 GiB; 30.0 GiB were free"
    first, second = finding.evidence["processes"]  # type: ignore[misc]
    assert first.startswith("4711 (yours), 30720 MiB, since 20")
    assert first.endswith(", a notebook: python -m ipykernel_launcher")
    assert second.startswith("4712 (ben), 20480 MiB")
    assert "old notebook" in finding.why
    assert "`tfwizard gpus`" in finding.advice
    assert "TF_FORCE_GPU_ALLOW_GROWTH" in finding.advice


@pytest.mark.parametrize(
    "facts",
    [
        on(gpu(OURS)),  # a worker of ours is no other
        on(gpu(replace(ANOTHERS, memory=7 * GIB))),  # less than a tenth
        on(gpu(MINE, ANOTHERS), tensorflow=0, visible_devices="-1"),  # it trains on the CPU
        on(gpu(OURS, replace(ANOTHERS, memory=None), used=70 * GIB)),  # ours may be what holds it
        on(gpu(replace(ANOTHERS, memory=None), used=30 * GIB)),
        on(gpu(used=3 * GIB)),
        on(gpu(replace(MINE, memory=10 * GIB, graphics=True))),  # a desktop
        on(gpu(MINE, memory=None, used=None)),
        on(gpu(MINE, ANOTHERS), allows_growth=True),  # it takes only what it needs, and got it
        on(gpu(MINE), gpu(index=1, uuid="GPU-b"), visible_devices="1"),
        on(gpu(MINE), gpu(index=1, uuid="GPU-b"), visible_devices="GPU-b"),
        on(gpu(MINE), gpu(index=1, uuid="GPU-b", name="NVIDIA T4")),  # which is first for CUDA is not known
    ],
)
def test_memory_that_nobody_misses(facts: Facts) -> None:
    assert found(facts) == {}


def test_memory_of_processes_that_the_driver_does_not_tell() -> None:
    assert "gpu-held-by-others" in found(on(gpu(replace(ANOTHERS, memory=None), used=60 * GIB)))
    hidden = found(on(gpu(used=60 * GIB)))["gpu-held-by-others"]
    assert "hold 60.0 GiB of its 80.0 GiB" in hidden.title
    assert hidden.evidence["processes"] == []
    assert "4711 (in another container)" in str(
        found(on(gpu(GpuProcess(4711, 30 * GIB))))["gpu-held-by-others"].evidence
    )


def test_every_gpu_is_held() -> None:
    facts = on(gpu(MINE), gpu(MINE, index=1, uuid="GPU-b", name="NVIDIA T4"))
    assert "gpu-held-by-others" in found(facts)


def test_an_instance_of_a_gpu_in_pieces() -> None:
    piece = gpu(replace(MINE, memory=4 * GIB), index=3, uuid="MIG-a", memory=5 * GIB)
    assert found(on(gpu(mig=True, instances=(piece,))))["gpu-held-by-others"].title.startswith("GPU 3")


# --- an error of the GPU ------------------------------------------------------------------------------------------------

CUBLAS = ErrorFacts(
    "InternalError", "cublas: not initialized", "cublas: not initialized", at(24), bases=("OpError", "Exception")
)


def stopped(error: ErrorFacts) -> Facts:
    assert SOUND.script
    script = ScriptFacts(
        "failed", "/home/u/train.py", SOUND.script.calls, error=error, environment=SOUND.script.environment
    )
    return Facts(script=script, pipelines=PipelinesFacts())


def test_an_error_of_cublas_is_explained_by_who_holds_the_memory() -> None:
    full = gpu(replace(MINE, memory=70 * GIB), used=75 * GIB)
    facts = replace(on(full, facts=stopped(CUBLAS)), gpus_at_failure=GpusFacts((replace(full, used=80 * GIB),)))
    [finding] = examine(facts).findings
    assert finding.id == "gpu-held-by-others"
    assert finding.where == at(24)
    assert finding.evidence["error"] == "InternalError: cublas: not initialized"
    assert finding.evidence["when_it_failed"] == "GPU 0: NVIDIA H100, 0.0 of 80.0 GiB free"
    [shared] = finding.remedies
    assert shared.edits == (
        InsertFirst(Place("/home/u/train.py", 1), ("import os", 'os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"')),
    )
    growing = on(full, facts=stopped(CUBLAS), allows_growth=True)
    assert found(growing)["gpu-held-by-others"].remedies == ()  # that did not help


def test_a_script_that_lets_memory_grow_shares_the_gpu() -> None:
    assert SOUND.script
    told = replace(GROWTH, failed=False)
    script = replace(SOUND.script, calls=(told, *SOUND.script.calls))
    assert found(on(gpu(MINE, ANOTHERS), facts=replace(SOUND, script=script))) == {}


def test_an_error_that_memory_does_not_explain_stays_an_error() -> None:
    roomy = gpu(replace(MINE, memory=10 * GIB))
    assert set(found(on(roomy, facts=stopped(CUBLAS)))) == {"gpu-held-by-others", "script-error"}
    full = gpu(replace(MINE, memory=70 * GIB))
    own = replace(CUBLAS, type="InternalError", bases=("Exception",))  # a class of the user's own
    assert set(found(on(full, facts=stopped(own)))) == {"gpu-held-by-others", "script-error"}
    assert set(found(on(gpu(), facts=stopped(CUBLAS)))) == {"script-error"}


# --- devices configured too late ----------------------------------------------------------------------------------------


def late(ended: bool, gpus: int, call: Call = GROWTH, about_a_gpu: bool = True, **libraries: object) -> Facts:
    assert SOUND.script
    one = LateSetting(call, "Physical devices cannot be modified after being initialized", at(5), ended, about_a_gpu)
    seen = LibrariesFacts(tensorflow_gpus=gpus, late_settings=(one, one), **libraries)  # type: ignore[arg-type]
    return replace(SOUND, script=replace(SOUND.script, libraries=seen))


def test_memory_growth_that_came_too_late() -> None:
    finding = found(late(True, 1))["memory-growth-too-late"]
    assert (finding.severity, finding.stage, finding.explains_failure) == ("error", "memory", True)
    assert finding.title.endswith("TensorFlow had set up its devices already on line 5")
    move, growth = finding.remedies
    assert move.edits == (MoveToImport(at(9)),)
    assert [type(edit) for edit in growth.edits] == [RemoveDevices, InsertFirst]
    assert found(late(True, 0))["memory-growth-too-late"].severity == "error"  # it ended the script all the same


def test_a_refusal_that_the_script_caught_matters_where_there_is_a_gpu() -> None:
    finding = found(late(False, 1))["memory-growth-too-late"]
    assert (finding.severity, finding.explains_failure) == ("warning", False)
    assert "stays off" in finding.why
    assert found(late(False, 0)) == {}
    assert found(late(False, 1, about_a_gpu=False)) == {}
    assert found(late(False, 1, allows_growth=True)) == {}
    split = replace(GROWTH, name="set_logical_device_configuration", arguments={})
    assert "memory-growth-too-late" in found(late(False, 1, split, allows_growth=True))
    assert len(found(late(True, 1, split))["memory-growth-too-late"].remedies) == 1


def test_in_a_function_only_the_environment_says_it_in_time() -> None:
    in_function = replace(GROWTH, where=replace(at(9), function="main"))
    [growth] = found(late(True, 1, in_function))["memory-growth-too-late"].remedies
    assert growth.edits == (
        RemoveDevices(replace(at(9), function="main")),
        InsertFirst(Place("/home/u/train.py", 1), ("import os", 'os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"')),
    )


def test_a_batch_that_does_not_fit_says_that_others_held_a_part() -> None:
    oom = ErrorFacts("ResourceExhaustedError", "OOM", "OOM", at(24), bases=("OpError", "Exception"))
    full = found(on(gpu(replace(MINE, memory=30 * GIB)), facts=stopped(oom)))
    assert set(full) == {"out-of-memory", "gpu-held-by-others"}
    assert full["out-of-memory"].evidence["before_the_run"] == "GPU 0: NVIDIA H100, 50.0 of 80.0 GiB free"
    assert "gpu-held-by-others" in full["out-of-memory"].advice
    assert "before_the_run" not in found(on(gpu(), facts=stopped(oom)))["out-of-memory"].evidence
