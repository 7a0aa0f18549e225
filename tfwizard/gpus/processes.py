"""What /proc says of a process: whose it is, what it runs, since when, and whether it is a notebook's or ours."""

from __future__ import annotations

import os
import pwd
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tfwizard.facts import GpuProcess

PROC = Path("/proc")
#: The end of the file that the user's interpreter is started with as a worker of ours.
LAUNCH = "tfwizard/worker/launch.py"
#: Programs that start the kernels of notebooks.
NOTEBOOKS = re.compile(r"^(jupyter(-\w+)*|jupyterhub-singleuser|ipython-notebook)$")
#: The number of the pid namespace that the machine began with (PROC_PID_INIT_INO of the kernel).
FIRST_NAMESPACE = 0xEFFFFFFC
MOST_ANCESTORS = 32
LONGEST_COMMAND = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """A process as /proc has it. `started` is in ticks since boot, `uid` the real user."""

    pid: int
    parent: int
    argv: tuple[str, ...]
    name: str
    state: str
    started: int
    uid: int


def look_at(pid: int) -> Seen | None:
    """The process with this number, None where it cannot be seen or is gone."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        command = (PROC / str(pid) / "cmdline").read_bytes()
        status = (PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
        # The name stands in parentheses, and may hold some itself.
        head, _, rest = stat.rpartition(")")
        fields = rest.split()
        uid = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("Uid:"))
        argv = tuple(part.decode("utf-8", "replace") for part in command.split(b"\0") if part)
        return Seen(pid, int(fields[1]), argv, head.partition("(")[2], fields[0], int(fields[19]), uid)
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def described(pid: int, memory: int | None, graphics: bool) -> GpuProcess:
    """A process that NVML names, with what /proc says of it."""
    seen = look_at(pid)
    if seen is None:
        return GpuProcess(pid, memory, graphics, "hidden" if _is_there(pid) else "elsewhere")
    line = [seen, *ancestors(seen)]
    command = " ".join(seen.argv) or f"[{seen.name}]"
    return GpuProcess(
        pid,
        memory,
        graphics,
        "here",
        owner_of(seen.uid),
        command[:LONGEST_COMMAND],
        _since(seen.started),
        seen.started,
        seen.uid == os.getuid(),
        any(is_worker(one.argv) for one in line),
        is_notebook(line),
        _first_namespace() or _uses_gpu(pid),
    )


def ancestors(seen: Seen) -> list[Seen]:
    """The parent of a process, its parent, and so on, as far as they can be seen."""
    found: list[Seen] = []
    while seen.parent > 0 and len(found) < MOST_ANCESTORS and (above := look_at(seen.parent)) is not None:
        found.append(above)
        seen = above
    return found


def is_worker(argv: tuple[str, ...]) -> bool:
    """Whether these arguments start a worker of a tfwizard, this one or another."""
    return any(part.endswith(LAUNCH) for part in argv[1:3])


def is_notebook(line: list[Seen]) -> bool:
    """Whether a process, the first of its line, is a notebook's kernel, or was started by one.

    What runs in a terminal of Jupyter is none: there a shell stands between.
    """
    return any(_runs_kernel(one.argv) for one in line) or any(_is_jupyter(one) for one in line[1:2])


def _runs_kernel(argv: tuple[str, ...]) -> bool:
    words = [word for part in argv[:4] for word in re.split(r"[./\\]", part)]
    return any(word.startswith("ipykernel") or word == "colab_kernel_launcher" for word in words)


def _is_jupyter(seen: Seen) -> bool:
    return any(NOTEBOOKS.match(os.path.basename(part)) for part in seen.argv[:3])


@cache
def owner_of(uid: int) -> str:
    """The name of a user, its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _is_there(pid: int) -> bool:
    """Whether there is such a process that /proc hides from this user (hidepid), and not one in another container."""
    try:
        os.kill(pid, 0)  # sends nothing
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError, OSError):
        return False
    return False  # it was there for a moment: it has just ended


def _uses_gpu(pid: int) -> bool:
    """Whether a process has a device of the driver open; true where that may not be looked up."""
    try:
        handles = list((PROC / str(pid) / "fd").iterdir())
        return any(os.path.basename(os.readlink(one)).startswith("nvidia") for one in handles)
    except OSError:
        return True


def _first_namespace() -> bool:
    """Whether numbers of processes mean the same here as they do to the driver."""
    try:
        return os.stat(PROC / "self" / "ns" / "pid").st_ino == FIRST_NAMESPACE
    except OSError:
        return True


def _since(started: int) -> float | None:
    """When a process began, in seconds since 1970."""
    boot = _boot()
    return None if boot is None else boot + started / os.sysconf("SC_CLK_TCK")


def _boot() -> int | None:
    try:
        lines = (PROC / "stat").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("btime"))
    except (OSError, ValueError, StopIteration, IndexError):
        return None
