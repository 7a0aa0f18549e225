"""The GPUs as NVML sees them. Every call may fail, and then there is simply nothing to show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU. Memory in bytes; None where this device does not tell."""

    index: int
    name: str
    memory: int | None = None
    used: int | None = None

    def __str__(self) -> str:
        """As one short line."""
        if self.memory is None or self.used is None:
            return f"GPU {self.index}: {self.name}"
        gib = 1024**3
        return (
            f"GPU {self.index}: {self.name}, {(self.memory - self.used) / gib:.1f} of {self.memory / gib:.1f} GiB free"
        )


def gpus() -> tuple[Gpu, ...]:
    """The GPUs of this machine; empty without a GPU, a driver, or the right to ask."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        return tuple(_gpu(index) for index in range(pynvml.nvmlDeviceGetCount()))
    except pynvml.NVMLError:
        return ()
    finally:
        pynvml.nvmlShutdown()


def _gpu(index: int) -> Gpu:
    import pynvml

    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    name = pynvml.nvmlDeviceGetName(handle)
    try:
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    except pynvml.NVMLError:  # MIG devices and some drivers do not tell
        return Gpu(index, name)
    return Gpu(index, name, int(memory.total), int(memory.used))
