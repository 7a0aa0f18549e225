"""Stands in for the NVIDIA driver, since most machines that run these tests have no GPU.

The values are in the shape that nvidia-ml-py 13 gives them, with names and memory sizes as nvidia-smi lists such cards; the
processes are made up, so that each kind is there once:

- GPU 0, an H100 of 81559 MiB: a notebook of the person's own (30 GiB), another user's training (20 GiB), a worker of ours
  (8 GiB), and the root's X server, whose memory the driver does not tell;
- GPU 1, an A100 of 40960 MiB that does not tell its utilisation: a training of the person's own that stands in both lists,
  and a process of another container;
- GPU 2 is lost: the driver still lists it, and every question about it fails.

`install()` puts the answers into `pynvml`, and a /proc with these processes behind `tfwizard.gpus`. From outside of a test:
a `sitecustomize.py` on PYTHONPATH that calls `recorded.install()` does the same for the whole program.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pynvml

import tfwizard.gpus.processes as processes

MIB, GIB = 2**20, 2**30
HOUR, DAY = 3600.0, 86400.0
NOTEBOOK, ANOTHERS, OURS, SCREEN, TRAINING, ELSEWHERE = 3100, 3200, 3300, 3400, 3500, 3600


def error(name: str) -> pynvml.NVMLError:
    """NVML's error of this name: error("GPU_IS_LOST")."""
    return pynvml.NVMLError(getattr(pynvml, f"NVML_ERROR_{name}"))


@dataclass
class Device:
    """What the driver says of one GPU. An exception stands for a call that fails so."""

    name: Any
    total: int = 0
    used: int = 0
    utilisation: Any = 0
    temperature: Any = 40
    power: Any = 70_000
    mig: Any = field(default_factory=lambda: [0, 0])
    compute: Mapping[int, int | None] = field(default_factory=dict)
    graphics: Mapping[int, int | None] = field(default_factory=dict)
    instances: Mapping[int, Device] = field(default_factory=dict)
    all: Exception | None = None


H100 = Device(
    "NVIDIA H100 80GB HBM3", 81559 * MIB, 60 * GIB, 87, 61, 412_345,
    compute={NOTEBOOK: 30 * GIB, ANOTHERS: 20 * GIB, OURS: 8 * GIB}, graphics={SCREEN: None},
)  # fmt: skip
A100 = Device(
    "NVIDIA A100-SXM4-40GB", 40960 * MIB, 6 * GIB, error("NOT_SUPPORTED"), 38,
    compute={TRAINING: 4 * GIB, ELSEWHERE: 1 * GIB}, graphics={TRAINING: 4 * GIB},
)  # fmt: skip
LOST = Device("", all=error("GPU_IS_LOST"))
#: An A100 that is cut in pieces: instance 1 is free, and there is none with the number 0.
CUT = Device(
    "NVIDIA A100-SXM4-40GB", 40960 * MIB, 5 * GIB, error("NOT_SUPPORTED"), 38, mig=[1, 1], compute=error("NO_PERMISSION"),  # type: ignore[arg-type]
    instances={1: Device("NVIDIA A100-SXM4-40GB MIG 1g.5gb", 4864 * MIB, 12 * MIB, error("NOT_SUPPORTED"), error("NOT_SUPPORTED")),
               3: Device("NVIDIA A100-SXM4-40GB MIG 3g.20gb", 19968 * MIB, 5 * GIB, error("NOT_SUPPORTED"), compute={TRAINING: 4 * GIB})},
)  # fmt: skip


def answers(*devices: Device) -> dict[str, Callable[..., Any]]:
    """The functions of pynvml for these GPUs."""

    def asked(pick: Callable[[Device], Any]) -> Callable[..., Any]:
        def call(handle: Device, *_: Any) -> Any:
            value = handle.all or pick(handle)
            if isinstance(value, Exception):
                raise value
            return value

        return call

    def listed(held: Any) -> Any:
        if isinstance(held, Exception):
            return held
        return [
            SimpleNamespace(pid=pid, usedGpuMemory=memory, gpuInstanceId=0xFFFFFFFF) for pid, memory in held.items()
        ]

    def instance(handle: Device, index: int) -> Device:
        if index not in handle.instances:
            raise error("NOT_FOUND")
        return handle.instances[index]

    return {
        "nvmlInit": lambda: None,
        "nvmlShutdown": lambda: None,
        "nvmlSystemGetDriverVersion": lambda: "580.95.05",
        "nvmlDeviceGetCount": lambda: len(devices),
        "nvmlDeviceGetHandleByIndex": lambda index: devices[index],
        "nvmlDeviceGetName": asked(lambda one: one.name),
        "nvmlDeviceGetUUID": asked(lambda one: f"GPU-{sum(one.name.encode()):08x}-6ba7-4a4c-9d5e-000000000000"),
        "nvmlDeviceGetMemoryInfo": asked(lambda one: SimpleNamespace(total=one.total, used=one.used, free=one.total - one.used)),
        "nvmlDeviceGetUtilizationRates": asked(
            lambda one: one.utilisation if isinstance(one.utilisation, Exception) else SimpleNamespace(gpu=one.utilisation, memory=3)
        ),
        "nvmlDeviceGetTemperature": asked(lambda one: one.temperature),
        "nvmlDeviceGetPowerUsage": asked(lambda one: one.power),
        "nvmlDeviceGetMigMode": asked(lambda one: one.mig),
        "nvmlDeviceGetMaxMigDeviceCount": asked(lambda one: 7),
        "nvmlDeviceGetMigDeviceHandleByIndex": instance,
        "nvmlDeviceGetComputeRunningProcesses": asked(lambda one: listed(one.compute)),
        "nvmlDeviceGetGraphicsRunningProcesses": asked(lambda one: listed(one.graphics)),
    }  # fmt: skip


def make_proc(folder: Path) -> Path:
    """A /proc that has the processes above, all but that of another container."""
    me, now = os.getuid(), time.time()
    boot = int(now - 40 * DAY)
    (folder / "stat").write_text(f"cpu 0\nbtime {boot}\n", encoding="ascii")
    kernel = ["python", "-m", "ipykernel_launcher", "-f", "/home/you/.local/share/jupyter/runtime/kernel-1c5d.json"]
    for pid, parent, uid, age, argv in (
        (1, 0, 0, 40 * DAY, ["/sbin/init"]),
        (NOTEBOOK, 1, me, 3 * DAY, kernel),
        (ANOTHERS, 1, 1, 5 * HOUR, ["python", "train_big.py", "--epochs", "90"]),
        (OURS, 1, me, 120.0, ["python", "/opt/tfwizard/worker/launch.py", "7"]),
        (SCREEN, 1, 0, 40 * DAY, ["/usr/lib/xorg/Xorg", "vt2"]),
        (TRAINING, 1, me, HOUR, ["/home/you/.venv/bin/python", "finetune.py"]),
    ):
        home = folder / str(pid)
        home.mkdir(parents=True)
        ticks = int((now - age - boot) * os.sysconf("SC_CLK_TCK"))
        name = os.path.basename(argv[0])
        (home / "stat").write_text(f"{pid} ({name}) S {parent} {' 0' * 17} {ticks} 0 0\n", encoding="ascii")
        (home / "status").write_text(f"Name:\t{name}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n", encoding="ascii")
        (home / "cmdline").write_bytes(b"\0".join(part.encode() for part in argv) + b"\0")
    return folder


def install(
    *devices: Device,
    put: Callable[[Any, str, Any], None] = setattr,
    proc: Path | None = None,
) -> None:
    """Have pynvml give these answers, and those of the docstring without any; `put` is monkeypatch.setattr in a test.

    The processes are those of `make_proc`, in the folder `proc`; with the real /proc they are whatever has their numbers.
    """
    for name, function in answers(*(devices or (H100, A100, LOST))).items():
        put(pynvml, name, function)
    if proc != Path("/proc"):
        put(processes, "PROC", make_proc(proc or Path(tempfile.mkdtemp(prefix="proc-"))))
