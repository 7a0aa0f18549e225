"""What every part of the benchmarks gives: rows, each a cost beside what it may be."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True)
class Row:
    """One cost. With a `yardstick` (the plain thing `against`, measured in turns in the same run) it is judged by the ratio,
    else by what was `measured` itself; both are in `unit`. One without `allowed` is told, and not judged.
    """

    what: str
    measured: float
    unit: str
    allowed: float | None
    against: str = ""
    yardstick: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the yardstick."""
        return self.measured / self.yardstick if self.yardstick else None

    @property
    def judged(self) -> float:
        """What is compared with what is allowed."""
        return self.measured if self.ratio is None else self.ratio

    @property
    def verdict(self) -> str:
        """ok, OVER, or nothing where it is only told."""
        if self.allowed is None:
            return ""
        return "OVER" if self.judged > self.allowed else "ok"


@dataclass(frozen=True)
class Asked:
    """How thoroughly to measure: `rounds` of each pair, `seconds` of each live view."""

    rounds: int = 5
    seconds: float = 10.0


@dataclass(frozen=True)
class Part:
    """Some rows that are measured together, in an empty folder; `minutes` are those of two slow cores."""

    name: str
    about: str
    minutes: float
    rows: Callable[[Path, Asked], Iterator[Row]]


class Taken(NamedTuple):
    """Seconds by the clock, and of the processors."""

    wall: float
    processor: float


def run(*command: str, cwd: Path | None = None, check: bool = True) -> Taken:
    """What a command takes, its children counted."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if check and process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Taken(time.monotonic() - started, used.ru_utime + used.ru_stime)


def python(*arguments: str, cwd: Path | None = None, check: bool = True) -> Taken:
    """What this Python takes for that."""
    return run(sys.executable, *arguments, cwd=cwd, check=check)


def in_turns(ours: Callable[[], Taken], plain: Callable[[], Taken], rounds: int) -> list[tuple[Taken, Taken]]:
    """Both in turns, so that a busy machine is busy for both; each once before, so that files come from the disk once."""
    plain()
    ours()
    return [(ours(), plain()) for _ in range(rounds)]


def compared(
    what: str, against: str, pairs: Sequence[tuple[Taken, Taken]], allowed: float, unit: str = "s", scale: float = 1.0
) -> Row:
    """The medians of both by the clock; the note has the median of the pairs' ratios, and that of the processors' seconds."""
    ours, plain = (statistics.median(one[side].wall for one in pairs) * scale for side in (0, 1))
    each = statistics.median(one.wall / other.wall for one, other in pairs)
    used = [one.processor / other.processor for one, other in pairs if other.processor]
    note = f"of pairs {each:.2f}" + (f", processor {statistics.median(used):.2f}" if used else "")
    return Row(what, ours, unit, allowed, against, plain, note)


def status_of(pid: int) -> Mapping[str, int]:
    """The memory of a process in bytes, by the names of /proc: VmRSS now, VmHWM at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.endswith(" kB")}
