"""The GPUs of the machine as the driver's NVML sees them, and the processes that hold their memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tfwizard.language import _

#: How much of a process /proc lets this user see: all of it, only that it is there, or nothing (it is in another container).
Seen = Literal["here", "hidden", "elsewhere"]


@dataclass(frozen=True)
class GpuProcess:
    """A process that holds memory of a GPU. `memory` is in bytes, None where the driver does not tell.

    What follows `seen` is known for "here" alone: `owner` (a number where the user has no name),
    `since` in seconds since 1970, `started` in the kernel's ticks since boot (it tells a process from a later one with the
    same id). `mine` means the person's own, `ours` a worker of a tfwizard, `notebook` the kernel of a notebook.
    `certain` is false in a container where the process does not use the GPU itself: the driver numbers processes as the
    machine does, and the number may be another one's here.
    """

    pid: int
    memory: int | None = None
    graphics: bool = False
    seen: Seen = "elsewhere"
    owner: str | None = None
    command: str = ""
    since: float | None = None
    started: int | None = None
    mine: bool = False
    ours: bool = False
    notebook: bool = False
    certain: bool = True


@dataclass(frozen=True)
class GpuFacts:
    """One GPU, or one MIG instance of it. What the driver does not tell is None.

    Memory is in bytes, `utilisation` in %, `temperature` in °C, `power` in watts. `mig` tells whether the GPU is cut into
    `instances`. `lost` says in words why nothing more is known of a GPU that the driver lists, "" where it answers.
    `processes_known` is false where the driver does not list processes. `capability` is its compute capability: "9.0".
    """

    index: int
    name: str = ""
    uuid: str | None = None
    memory: int | None = None
    used: int | None = None
    utilisation: int | None = None
    temperature: int | None = None
    power: float | None = None
    mig: bool | None = None
    instances: tuple[GpuFacts, ...] = ()
    processes: tuple[GpuProcess, ...] = ()
    processes_known: bool = True
    lost: str = ""
    capability: str | None = None

    @property
    def free(self) -> int | None:
        """Bytes that nobody holds, None where the driver does not tell."""
        return None if self.memory is None or self.used is None else self.memory - self.used

    def __str__(self) -> str:
        """As one short line."""
        name = f"GPU {self.index}: {self.name or _('no name')}"
        if self.lost:
            return f"GPU {self.index}: {self.lost}"
        if self.memory is None or self.free is None:
            return name
        free, memory = self.free / 2**30, self.memory / 2**30
        return _("{gpu}, {free:.1f} of {memory:.1f} GiB free", gpu=name, free=free, memory=memory)


@dataclass(frozen=True)
class GpusFacts:
    """One look at the GPUs. `why` says in words why there is none to see, "" where there is one.

    `cuda` is the newest CUDA that the driver knows: "12.4".
    """

    gpus: tuple[GpuFacts, ...] = ()
    why: str = ""
    driver: str | None = None
    cuda: str | None = None

    @property
    def devices(self) -> tuple[GpuFacts, ...]:
        """What a program can train on: the GPUs that answer, and for one that is cut into instances, those."""
        return tuple(one for gpu in self.gpus for one in (gpu.instances if gpu.mig else (gpu,)) if not one.lost)


def hides_all_gpus(visible_devices: str | None) -> bool:
    """Whether this value of CUDA_VISIBLE_DEVICES hides every GPU: its list ends at the first name that is none."""
    first = None if visible_devices is None else visible_devices.split(",")[0].strip()
    return first in ("", "-1", "NoDevFiles")
