"""The bytes that the wizard sends to its terminal, and how long a key takes to be seen.

Bytes are the same on a busy machine; the times of keys are worth something on a quiet one.
"""

from __future__ import annotations

import contextlib
import statistics
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.row import Asked, Part, Row
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


def live(what: str, size: tuple[int, int], seen: Traffic, limit: float) -> Iterator[Row]:
    """Bytes and refreshes of a view."""
    judged = limit != LIVE or size == SIZES[0]
    yield Row(f"{what}, {named(size)}: bytes", seen.bytes, "B/s", limit if judged else None)
    yield Row(f"{what}, {named(size)}: refreshes", seen.refreshes, "1/s", REFRESHES)


# --- what is measured -------------------------------------------------------------------------------------------------------


def idle(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Row]:
    """A session that stands still sends nothing."""
    with opened(folder, FAILS, size) as terminal:
        terminal.wait("JSONDecodeError", "1 problem")
        terminal.quiet(5.0)
        sent = terminal.measure(max(10.0, seconds)).bytes
        yield Row(f"a session that stands still, {named(size)}: bytes", sent, "B/s", IDLE)


def flood(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Row]:
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
        missing = float(expected - whole_lines(folder))
        yield Row(f"flood, {named(size)}: lines missing on the disk", missing, "lines", 0)


def whole_lines(folder: Path) -> int:
    """How many lines of the flood the newest session's log has, each whole and in its place."""
    [path] = (folder / "state" / "tfwizard" / "sessions").glob("*/script.log")
    lines = [line for line in path.read_text().split("\n") if line.startswith("line ")]
    path.rename(path.with_suffix(".read"))
    return sum(line.startswith(f"line {n}: loss 0.{n % 997:03}, and so on") for n, line in enumerate(lines, 1))


def overfit(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Row]:
    """One batch that is learned by heart, seen live."""
    with opened(folder, TRAINS.format(epochs=1), size) as terminal:
        terminal.wait("/60")
        pressed = terminal.press("8")
        terminal.wait("loss on the same batch", since=pressed)
        yield from live("overfit test", size, terminal.measure(min(seconds, 5)), LIVE)


def watch(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Row]:
    """A real training under watch."""
    arguments = ("watch", "train.py", "--no-rehearsal")
    with opened(folder, TRAINS.format(epochs=100_000), size, *arguments) as terminal:
        terminal.wait("loss over the steps")
        yield from live("training under watch", size, terminal.measure(seconds), LIVE)
        terminal.press("x")
        terminal.wait("Stop the training?")
        terminal.press("y")
        terminal.wait("ended")


def keys(folder: Path, size: tuple[int, int], seconds: float) -> Iterator[Row]:
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
        what, note = "key to paint, flood and overfit test", f"{len(taken)} keys"
        yield Row(f"{what}: p50", statistics.median(taken), "ms", KEY_MS, note=note)
        yield Row(f"{what}: p99", taken[int(0.99 * (len(taken) - 1))], "ms", KEY_MS, note=note)


Measure = Callable[[Path, tuple[int, int], float], Iterator[Row]]


def at(measure: Measure, sizes: tuple[tuple[int, int], ...] = SIZES) -> Callable[[Path, Asked], Iterator[Row]]:
    """The same at each size of the terminal."""

    def rows(folder: Path, asked: Asked) -> Iterator[Row]:
        for size in sizes:
            yield from measure(folder, size, asked.seconds)

    return rows


PARTS = (
    Part("idle", "bytes of a session that stands still", 0.7, at(idle)),
    Part("flood", "bytes while the script prints 10,000 lines a second", 1.5, at(flood)),
    Part("overfit", "bytes of the overfit test, live", 2.5, at(overfit)),
    Part("training", "bytes of a training under watch", 2, at(watch)),
    Part("keys", "from a key to what it shows, in a flood and the overfit test", 3, at(keys, SIZES[:1])),
)
