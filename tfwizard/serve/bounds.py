"""What one seat may take of the machine, so that the others get theirs."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping

#: How many threads the libraries of a script make; each reads its own variable.
THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
#: TensorFlow takes nearly all memory of every GPU that it sees: two seats would not fit.
GPUS = "CUDA_VISIBLE_DEVICES"
GB = 1024**3


def share(environment: Mapping[str, str], seats: int) -> dict[str, str]:
    """The variables that bound a seat among so many; what the environment sets already stays."""
    threads = str(max(1, cores() // seats))
    wanted = {**dict.fromkeys(THREADS, threads), GPUS: "-1"}
    return {name: value for name, value in wanted.items() if name not in environment}


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_bound_memory() -> bool:
    """Whether this system can bound the memory of a process that runs."""
    return hasattr(resource, "prlimit")


def bound_memory(pid: int, gigabytes: float) -> None:
    """Bound the data of this process, and of each that it will start; beyond, they get no memory and fail by name.

    Where the system allows less (ulimit -Hd), that stays.
    """
    most = int(gigabytes * GB)
    allowed = resource.prlimit(pid, resource.RLIMIT_DATA)[1]
    if allowed != resource.RLIM_INFINITY:
        most = min(most, allowed)
    resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))
