"""The bytes that the wizard sends to its terminal, and how long a key takes to be seen.

usage: python -m tests.benchmarks.screen [--only WORDS] [--seconds N] [--json FILE]

Bytes are the same on a busy machine; the times of keys are worth something on a quiet one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.terminal import Terminal, Traffic

#: The limit of live views is that of the first: the other has more than three times as many cells.
SIZES = ((80, 24), (140, 45))
IDLE, LIVE, FLOOD, REFRESHES, KEY_MS = 0.0, 10_000.0, 40_000.0, 4.0, 50.0
LINES_A_SECOND, FLOOD_S = 10_000, 20

#: A hundredth of them may be slower.
KEYS_PRESSED = 200

FAILS = "import json\n\njson.loads('[bold')\n"
FLOODS = f"""\
import sys
import time

began, written = time.monotonic(), 0
while written < {LINES_A_SECOND * FLOOD_S}:
    due = int((time.monotonic() - began) * {LINES_A_SECOND})
    for written in range(written + 1, min(due, {LINES_A_SECOND * FLOOD_S}) + 1):
        sys.stdout.write(f"line {{written}}: loss 0.{{written % 997:03}}, and so on\\n")
    sys.stdout.flush()
    time.sleep(0.01)
"""
#: Recurrent and long, so that one batch takes its time to be learned by heart.
TRAINS = """\
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(640, 120, 16)).astype("float32"), rng.integers(0, 3, 640)
model = keras.Sequential([keras.Input((120, 16)), keras.layers.LSTM(96), keras.layers.Dense(3)])
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y, epochs={epochs}, verbose=0)
"""
FLOODS_MEANWHILE = (
    "import threading\n\n\ndef flood():\n{body}\n\n\nthreading.Thread(target=flood, daemon=True).start()\n"
)

#: Keys and what the changed screen shows: the stages one by one, then the panels over them and back.
KEYS: tuple[tuple[str, str], ...] = (
    ("2", "Inspect data"), ("4", "Run one batch"), ("6", "num_labels"), ("7", "Hidden hyper"), ("\x1b[A", "num_labels"),
    ("\x1b[A", "Locate NaN"), ("\x1b[B", "num_labels"), ("p", "proved fixed"), ("p", "num_labels"), ("s", "train.py"), ("s", "num_labels"),
    ("l", "Log, "), ("l", "num_labels"), ("1", "Run the script"), ("\x1b[B", "Inspect data"),
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One value beside its limit; `binding` where going over it fails the whole."""

    name: str
    size: str
    value: float
    limit: float
    unit: str
    binding: bool = True

    @property
    def over(self) -> bool:
        """Whether it is more than is allowed."""
        return self.binding and self.value > self.limit

    def __str__(self) -> str:
        limit = f"{self.limit:10.1f}" if self.binding else f"{'–':>10}"
        return f"{self.name:46} {self.size:>7} {self.value:10.1f} {limit}  {self.unit:12} {'OVER' if self.over else ''}"


@contextlib.contextmanager
def opened(folder: Path, script: str, size: tuple[int, int], *arguments: str) -> Iterator[Terminal]:
    """The wizard on a script of its own."""
    (folder / "train.py").write_text(script)
    terminal = Terminal(folder, arguments or ("run", "train.py"), size)
    try:
        yield terminal
    finally:
        terminal.close()


def named(size: tuple[int, int]) -> str:
    """80×24."""
    return f"{size[0]}×{size[1]}"


def live(what: str, size: tuple[int, int], seen: Traffic, limit: float) -> Iterator[Measured]:
    """Bytes and refreshes of a view."""
    yield Measured(f"{what}: bytes", named(size), seen.bytes, limit, "B/s", limit != LIVE or size == SIZES[0])
    yield Measured(f"{what}: refreshes", named(size), seen.refreshes, REFRESHES, "1/s")


# --- what is measured -------------------------------------------------------------------------------------------------------


def idle(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Measured]:
    """A session that stands still sends nothing."""
    with opened(folder, FAILS, size) as terminal:
        terminal.wait("JSONDecodeError", "1 problem")
        terminal.quiet(5.0)
        yield Measured("idle: bytes", named(size), terminal.measure(max(10.0, seconds)).bytes, IDLE, "B/s")


def flood(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Measured]:
    """A script that prints without end: on the page of the log, on a stage's; and every line is on the disk."""
    with opened(folder, FLOODS, size) as terminal:
        terminal.wait("running")
        pressed = terminal.press("l")
        terminal.wait("Log, ", since=pressed)
        yield from live("flood, log page", size, terminal.measure(min(seconds, 5)), FLOOD)
        for key, words, what in (("1", "Run the script", "stage page"), ("s", "train.py", "script page")):
            pressed = terminal.press(key)
            terminal.wait(words, since=pressed)
            yield from live(f"flood, {what}", size, terminal.measure(min(seconds, 3)), FLOOD)
        terminal.wait("ended")
        terminal.quiet(2.0)
        expected = LINES_A_SECOND * FLOOD_S
        yield Measured(
            "flood: lines missing on the disk", named(size), float(expected - whole_lines(folder)), 0, "lines"
        )


def whole_lines(folder: Path) -> int:
    """How many lines of the flood the newest session's log has, each whole and in its place."""
    [path] = (folder / "state" / "tfwizard" / "sessions").glob("*/script.log")
    lines = [line for line in path.read_text().split("\n") if line.startswith("line ")]
    path.rename(path.with_suffix(".read"))
    return sum(line.startswith(f"line {n}: loss 0.{n % 997:03}, and so on") for n, line in enumerate(lines, 1))


def overfit(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Measured]:
    """One batch that is learned by heart, seen live."""
    with opened(folder, TRAINS.format(epochs=1), size) as terminal:
        terminal.wait("/60")
        pressed = terminal.press("8")
        terminal.wait("loss on the same batch", since=pressed)
        yield from live("overfit test", size, terminal.measure(min(seconds, 5)), LIVE)


def watch(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Measured]:
    """A real training under watch."""
    arguments = ("watch", "train.py", "--no-rehearsal")
    with opened(folder, TRAINS.format(epochs=100_000), size, *arguments) as terminal:
        terminal.wait("loss over the steps")
        yield from live("training under watch", size, terminal.measure(seconds), LIVE)
        terminal.press("x")
        terminal.wait("Stop the training?")
        terminal.press("y")
        terminal.wait("ended")


def keys(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Measured]:
    """From a key to the screen that it asked for, while the script floods and one batch is learned by heart."""
    body = textwrap.indent(FLOODS.replace(f"written < {LINES_A_SECOND * FLOOD_S}", "True").replace(f"min(due, {LINES_A_SECOND * FLOOD_S})", "due"), "    ")  # fmt: skip
    with opened(folder, FLOODS_MEANWHILE.format(body=body) + TRAINS.format(epochs=1), size) as terminal:
        terminal.wait("/60")
        taken: list[float] = []
        while len(taken) < KEYS_PRESSED:
            for key, words in KEYS:
                pressed = terminal.press(key)
                taken.append(1000 * (terminal.wait(words, since=pressed, patience=30) - pressed))
                time.sleep(0.05)
            terminal.press("8")
            terminal.wait("loss on the same batch")
            terminal.press("o")  # again, where it has ended; else it says that it runs
        taken.sort()
        yield Measured("key to paint, flood and overfit test: p50", named(size), statistics.median(taken), KEY_MS, "ms")
        yield Measured(
            "key to paint, flood and overfit test: p99", named(size), taken[int(0.99 * (len(taken) - 1))], KEY_MS, "ms"
        )
        yield Measured(
            "key to paint, flood and overfit test: keys", named(size), float(len(taken)), 0, "", binding=False
        )


PARTS: dict[str, Callable[[Path, tuple[int, int], float], Iterator[Measured]]] = {
    "idle": idle, "flood": flood, "overfit": overfit, "watch": watch, "keys": keys,
}  # fmt: skip


def main() -> int:
    """Measure, print the table, and exit 1 when something is over what is allowed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", help=f"some of: {' '.join(PARTS)}")
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--json", type=Path)
    asked = options.parse_args()
    wanted = asked.only.split() or list(PARTS)
    rows: list[Measured] = []
    print(f"{'what':46} {'size':>7} {'measured':>10} {'limit':>10}", flush=True)
    for name in wanted:
        for size in SIZES if name != "keys" else SIZES[:1]:
            with tempfile.TemporaryDirectory() as scratch:
                os.environ.update(HF_HUB_OFFLINE="1", TFWIZARD_LANG="en", XDG_STATE_HOME=str(Path(scratch) / "state"))
                for row in PARTS[name](Path(scratch), size, asked.seconds):
                    rows.append(row)
                    print(row, flush=True)
    if asked.json:
        asked.json.write_text(json.dumps([{**asdict(row), "over": row.over} for row in rows], indent=1))
    return int(any(row.over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
