"""A long session: the real wizard in a terminal, one script run again and again while it prints and tells how far it is.

usage: python -m tests.benchmarks.long [--runs 100] [--lines 1000000] [--updates 10000]

The script is a light one that ends by itself. A thread of it says on the worker's socket what a probe would say of its progress:
ten thousand live updates of real probes would take hours. Memory is that of the wizard's own process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .terminal import Terminal

#: What the wizard may take, and grow by between the first and the last third of its runs, in MB.
MOST_MB, GROWTH_MB = 120.0, 5.0
#: Before so many runs it still reads modules and fills what is bounded.
WARM_UP = 5
PATIENCE_S = 300.0
SIZE = (140, 45)

SCRIPT = """\
import gc, threading, time
[link] = [one for one in gc.get_objects() if type(one).__name__ == "Link" and hasattr(one, "_mark")]

def tell():
    for done in range({updates}):
        message = '{{"kind":"progress","stage":"overfit","done":%d,"total":{updates},"label":"step","values":[%s]}}\\n'
        link._sendall(link._mark + (message % (done, ",".join(str(1 / (n + 1)) for n in range(done % 60)))).encode())
        time.sleep(0.001)

for number in range({lines}):
    print("step", number, "loss", 1 / (number + 1))
threading.Thread(target=tell, daemon=True).start()
"""


class Row(NamedTuple):
    """One line of the table; over its limit it fails."""

    what: str
    measured: float
    limit: float
    unit: str

    @property
    def over(self) -> bool:
        """Whether it is more than is allowed."""
        return self.measured > self.limit

    def __str__(self) -> str:
        return f"{self.what:46} {self.measured:>10.1f} {self.limit:>10.1f} {self.unit:4} {'OVER' if self.over else ''}"


@dataclass(slots=True)
class Sample:
    """What the wizard holds after one of its runs; of sockets and pipes only that they are there."""

    mb: float
    descriptors: tuple[str, ...]
    threads: int
    temporary: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(slots=True)
class Long:
    """A session of many runs."""

    samples: list[Sample] = field(default_factory=list)
    left: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """What was measured, against what is allowed."""
        warm = self.samples[min(WARM_UP, len(self.samples) - 2) :]
        third = max(1, len(warm) // 3)
        early, late = (statistics.median(one.mb for one in part) for part in (warm[:third], warm[-third:]))
        first, last = warm[0], warm[-1]
        yield Row("memory at the end", self.samples[-1].mb, MOST_MB, "MB")
        yield Row("memory at most, after each run", max(one.mb for one in self.samples), MOST_MB, "MB")
        yield Row("memory: last third against first", late - early, GROWTH_MB, "MB")
        yield Row("descriptors that were not there before", len(last.descriptors) - len(first.descriptors), 0, "")
        yield Row("threads that were not there before", last.threads - first.threads, 0, "")
        yield Row("temporary files that were not there before", len(last.temporary) - len(first.temporary), 0, "")
        grew = len(last.files) - len(first.files) - (len(warm) - 1)
        yield Row("files of the session, beside a record a run", grew, 0, "")
        yield Row("temporary files at the end", len(self.left), 0, "")


def long_session(folder: Path, runs: int, lines: int, updates: int) -> Long:
    """The wizard on a script that prints `lines` and tells of `updates`, over so many runs together; `folder` is a scratch one."""
    (folder / "train.py").write_text(SCRIPT.format(lines=lines // runs, updates=updates // runs))
    temporary = folder / "tmp"
    temporary.mkdir()
    os.environ.update(TFWIZARD_LANG="en", XDG_STATE_HOME=str(folder / "state"), TMPDIR=str(temporary))
    found = Long()
    terminal = Terminal(folder, ["run", "train.py", "--no-standby"], SIZE)
    try:
        for number in range(1, runs + 1):
            _wait_for_run(folder, number, terminal)
            found.samples.append(_sample(terminal.pid, folder))
            terminal.chunks.clear()  # what it wrote is not asked for
            terminal.press("l" if number % 2 else "1")
    finally:
        terminal.close()
        del os.environ["TMPDIR"]
    found.left = tuple(str(path) for path in temporary.rglob("*"))
    return found


def _wait_for_run(folder: Path, number: int, terminal: Terminal) -> None:
    """Wait until the run of this number is examined; it is begun by a key."""
    end, pressed = time.monotonic() + PATIENCE_S, time.monotonic() if number == 1 else 0.0
    while time.monotonic() < end:
        record = next(iter((folder / "state").glob(f"tfwizard/sessions/*/runs/{number:04}.jsonl")), None)
        if record is None and time.monotonic() - pressed > 10:
            pressed = terminal.press("r")
        if record is not None and b'"stage":"memory"' in record.read_bytes():
            time.sleep(0.5)  # it is judged and drawn
            return
        time.sleep(0.05)
    raise TimeoutError(f"run {number} did not come to its end")


def _sample(pid: int, folder: Path) -> Sample:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    handles = [os.readlink(path).split(":[")[0] for path in Path(f"/proc/{pid}/fd").iterdir()]
    files = (str(path) for path in (folder / "state").rglob("*") if path.is_file())
    return Sample(
        int(status["VmRSS"].split()[0]) / 1000,
        tuple(sorted(handles)),
        int(status["Threads"]),
        tuple(str(path) for path in (folder / "tmp").rglob("*")),
        tuple(files),
    )


def main() -> int:
    """Measure, print the table, and exit 1 when something is over what is allowed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=100)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--updates", type=int, default=10_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        began = time.monotonic()
        found = long_session(Path(scratch), asked.runs, asked.lines, asked.updates)
        print(
            f"{asked.runs} runs, {asked.lines} lines, {asked.updates} live updates in {time.monotonic() - began:.0f} s"
        )
    print("memory after each run, in MB:", " ".join(f"{one.mb:.0f}" for one in found.samples))
    rows = list(found.rows())
    for row in rows:
        print(row)
    return int(any(row.over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
