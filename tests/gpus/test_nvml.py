"""What is read from the driver: every call may fail, and nothing raises."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path

import pynvml
import pytest

from tfwizard.facts import GpusFacts
from tfwizard.gpus.nvml import read_gpus, read_gpus_soon
from tfwizard.protocol import decode, encode
from tfwizard.reading import read_facts

from . import recorded
from .recorded import ANOTHERS, ELSEWHERE, GIB, MIB, NOTEBOOK, OURS, SCREEN, TRAINING, error


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    recorded.install(put=monkeypatch.setattr, proc=tmp_path)
    return monkeypatch


def test_two_gpus_six_processes_and_a_gpu_that_is_lost(driver: pytest.MonkeyPatch) -> None:
    facts = read_gpus()
    assert (facts.why, facts.driver) == ("", "580.95.05")
    h100, a100, lost = facts.gpus
    assert (h100.name, h100.memory, h100.used) == ("NVIDIA H100 80GB HBM3", 81559 * MIB, 60 * GIB)
    assert (h100.utilisation, h100.temperature, h100.power, h100.mig) == (87, 61, 412.345, False)
    assert a100.utilisation is None  # not supported
    assert [one.pid for one in h100.processes] == [NOTEBOOK, ANOTHERS, OURS, SCREEN]  # the most memory first
    assert [(one.pid, one.memory) for one in a100.processes] == [(TRAINING, 4 * GIB), (ELSEWHERE, GIB)]
    assert "restart the machine" in lost.lost
    assert lost.index == 2
    assert [gpu.index for gpu in facts.devices] == [0, 1]
    assert str(h100) == "GPU 0: NVIDIA H100 80GB HBM3, 19.6 of 79.6 GiB free"


def test_whose_a_process_is(driver: pytest.MonkeyPatch) -> None:
    processes = {one.pid: one for gpu in read_gpus().gpus for one in gpu.processes}
    notebook, anothers, ours, screen = (processes[pid] for pid in (NOTEBOOK, ANOTHERS, OURS, SCREEN))
    assert notebook.notebook and notebook.mine and not notebook.ours
    assert notebook.command.startswith("python -m ipykernel_launcher")
    assert notebook.since == pytest.approx(time.time() - 3 * 86400, abs=60)
    assert ours.ours and ours.mine
    assert (anothers.mine, anothers.owner) == (os.getuid() == 1, "daemon")
    assert screen.graphics and screen.memory is None and screen.owner == "root"
    assert not processes[TRAINING].graphics  # it computes as well
    assert processes[ELSEWHERE].seen == "elsewhere"
    assert (processes[ELSEWHERE].owner, processes[ELSEWHERE].command) == (None, "")


def test_a_gpu_in_pieces_is_its_instances(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded.install(recorded.CUT, put=monkeypatch.setattr, proc=tmp_path)
    facts = read_gpus()
    [gpu] = facts.gpus
    assert gpu.mig
    assert [one.index for one in gpu.instances] == [1, 3]
    assert facts.devices == gpu.instances
    assert [one.pid for one in gpu.instances[1].processes] == [TRAINING]


def test_a_driver_that_does_not_list_processes_is_no_gpu_without_any(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorded.install(put=monkeypatch.setattr, proc=tmp_path)
    for name in ("Compute", "Graphics"):
        for version in ("", "_v2"):
            monkeypatch.setattr(
                pynvml, f"nvmlDeviceGet{name}RunningProcesses{version}", raising(error("FUNCTION_NOT_FOUND"))
            )
    assert {(gpu.processes, gpu.processes_known) for gpu in read_gpus().gpus[:2]} == {((), False)}


def test_a_driver_before_510_lists_processes_by_an_older_call(driver: pytest.MonkeyPatch) -> None:
    older = pynvml.nvmlDeviceGetComputeRunningProcesses
    driver.setattr(pynvml, "nvmlDeviceGetComputeRunningProcesses", raising(error("FUNCTION_NOT_FOUND")))
    driver.setattr(pynvml, "nvmlDeviceGetComputeRunningProcesses_v2", older)
    assert NOTEBOOK in [one.pid for one in read_gpus().gpus[0].processes]


def test_memory_that_is_not_available_is_not_a_number(driver: pytest.MonkeyPatch) -> None:
    many = recorded.Device("X", GIB, GIB, compute={TRAINING: 2**64 - 1})
    recorded.install(many, put=driver.setattr, proc=Path(recorded.tempfile.mkdtemp()))
    assert read_gpus().gpus[0].processes[0].memory is None


@pytest.mark.parametrize(
    ("failing", "code", "said"),
    [
        ("nvmlInit", "LIBRARY_NOT_FOUND", "no NVIDIA driver here"),
        ("nvmlInit", "DRIVER_NOT_LOADED", "not loaded"),
        ("nvmlInit", "NO_PERMISSION", "may not be asked"),
        ("nvmlInit", "LIB_RM_VERSION_MISMATCH", "restart the machine"),
        ("nvmlInit", "UNINITIALIZED", "Uninitialized"),
        ("nvmlDeviceGetCount", "UNKNOWN", "Unknown Error"),
    ],
)  # fmt: skip
def test_without_a_driver_it_says_why(driver: pytest.MonkeyPatch, failing: str, code: str, said: str) -> None:
    driver.setattr(pynvml, failing, raising(error(code)))
    facts = read_gpus()
    assert facts.gpus == ()
    assert said in facts.why


@pytest.mark.parametrize("name", sorted(recorded.answers()))
@pytest.mark.parametrize(
    "failure",
    [error("NOT_SUPPORTED"), error("GPU_IS_LOST"), error("FUNCTION_NOT_FOUND"), AttributeError("nvml"), OSError(5)],
)
def test_no_call_that_fails_raises(driver: pytest.MonkeyPatch, name: str, failure: Exception) -> None:
    driver.setattr(pynvml, name, raising(failure))
    facts = read_gpus()
    assert facts.gpus or facts.why


def test_this_machine_is_read_without_a_stand_in() -> None:
    facts = read_gpus()
    assert facts.gpus or facts.why
    again = read_gpus(stay=True)
    assert (len(again.gpus), again.why) == (len(facts.gpus), facts.why)


def test_the_facts_come_back_from_the_record_as_they_were(driver: pytest.MonkeyPatch) -> None:
    facts = read_gpus()
    assert read_facts(GpusFacts, decode(encode("facts", facts=facts))["facts"]) == facts


async def test_a_driver_that_hangs_is_given_up(driver: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    driver.setattr(pynvml, "nvmlInit", lambda: let_go.wait(60))
    facts = await read_gpus_soon(0.05)
    assert "did not answer" in facts.why
    let_go.set()
    await asyncio.sleep(0.1)


def raising(failure: Exception):  # type: ignore[no-untyped-def]
    def call(*_: object) -> object:
        raise failure

    return call
