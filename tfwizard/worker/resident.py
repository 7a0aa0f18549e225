"""What this process holds of the memory, and what there is of it."""

from __future__ import annotations

import ctypes
import gc
import os
from dataclasses import dataclass
from typing import Any

from tfwizard.facts import DeviceFacts

#: Limits of the control group that this process is in, in both versions of cgroups.
GROUP_LIMITS = ("memory.max", "memory.limit_in_bytes")


@dataclass(frozen=True)
class Resident:
    """Bytes of this process in main memory: `anonymous` ones are its data, `files` the libraries that it has touched."""

    anonymous: int
    files: int
    peak: int

    @property
    def all(self) -> int:
        """The resident set."""
        return self.anonymous + self.files


def resident() -> Resident | None:
    """What this process holds now; None where the system does not say."""
    status = _numbers("/proc/self/status", 1024)
    if "RssAnon" not in status or "VmHWM" not in status:
        return None
    return Resident(status["RssAnon"], status.get("RssFile", 0) + status.get("RssShmem", 0), status["VmHWM"])


def settle() -> None:
    """Give back what is free, and let the peak begin anew from here.

    Where the kernel does not allow the latter, the peak stays that of the whole life of the process.
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except (OSError, AttributeError):
        pass  # not glibc, or not allowed


def device_of(tf: Any) -> DeviceFacts:
    """The device that trains: the first GPU, else the processor with what this process may take of main memory."""
    if tf.config.list_physical_devices("GPU"):
        return _gpu()
    memory = _numbers("/proc/meminfo", 1024)
    total, free, limit = memory.get("MemTotal"), memory.get("MemAvailable"), "main memory"
    taken = _numbers("/proc/self/status", 1024)
    for most, now, name in _limits(taken.get("VmSize", 0)):
        if total is None or most < total:
            total, limit = most, name
        free = max(0, most - now) if free is None else min(free, max(0, most - now))
    return DeviceFacts("CPU", total, free, limit)


def _limits(address_space: int) -> list[tuple[int, int, str]]:
    """What is set for this process and for its group: at most, now, by what."""
    found = []
    try:
        import resource

        soft = resource.getrlimit(resource.RLIMIT_AS)[0]
        if soft != resource.RLIM_INFINITY:
            found.append((soft, address_space, "ulimit -v"))
    except (ImportError, OSError, ValueError):
        pass
    for folder in _group_folders():
        for name, used in zip(GROUP_LIMITS, ("memory.current", "memory.usage_in_bytes")):
            most, now = _number(os.path.join(folder, name)), _number(os.path.join(folder, used))
            if most is not None and now is not None and most < 2**60:
                found.append((most, now, "control group"))
    return found


def _group_folders() -> list[str]:
    folders = ["/sys/fs/cgroup", "/sys/fs/cgroup/memory"]
    try:
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            for line in file:
                _, controllers, path = line.rstrip("\n").split(":", 2)
                if controllers in ("", "memory") and path != "/":
                    folders.append(folders[bool(controllers)] + path)
    except (OSError, ValueError):
        pass
    return folders


def _number(path: str) -> int | None:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):  # absent, or "max"
        return None


def _numbers(path: str, unit: int) -> dict[str, int]:
    """The lines `Name:  123 kB` of a file in bytes."""
    found = {}
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                name, _, value = line.partition(":")
                if value.endswith(" kB\n"):
                    found[name] = int(value.split()[0]) * unit
    except (OSError, ValueError):
        pass
    return found


def _gpu() -> DeviceFacts:
    try:
        import pynvml

        pynvml.nvmlInit()
        total = int(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(0)).total)
    except Exception:  # no NVML here
        return DeviceFacts("GPU", None, None, "GPU memory")
    return DeviceFacts("GPU", total, None, "GPU memory")
