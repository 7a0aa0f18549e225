"""Prints what the wizard costs, each as a ratio to the plain thing, measured in turns in one run.

With --memory: how far the foreseen peak of the memory is from that of the plain training, and nothing else.

usage: python -m tests.benchmarks [--rounds N] [--json FILE] [--memory]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pty
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import tfwizard
from tests.benchmarks import memory
from tests.benchmarks.verification import walk

LESSON = Path(tfwizard.__file__).parent / "lessons" / "mnli"

#: The lesson with every fault mended: the longest way through the probes that a sound script takes.
MENDED = """\
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

from datasets import load_dataset
from tensorflow.keras.optimizers import Adam
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

raw = load_dataset("json", data_files={"train": "data/train.jsonl"})
tokenizer = AutoTokenizer.from_pretrained("checkpoint")
tokenized = raw.map(lambda rows: tokenizer(rows["premise"], rows["hypothesis"], truncation=True), batched=True)
train = tokenized["train"].to_tf_dataset(
    columns=["input_ids", "attention_mask", "label"],
    batch_size=16,
    shuffle=True,
    collate_fn=DataCollatorWithPadding(tokenizer, return_tensors="tf"),
)
model = TFAutoModelForSequenceClassification.from_pretrained("checkpoint", num_labels=3)
model.compile(optimizer=Adam(5e-5))
"""
TRAIN = "model.fit(train)\n"
LEAVE = "os._exit(0)\n"


@dataclass(frozen=True)
class Ratio:
    """One measured cost beside its yardstick, medians in seconds, and the ratio that is allowed."""

    name: str
    against: str
    seconds: float
    yardstick_s: float
    allowed: float

    @property
    def ratio(self) -> float:
        """How many times the yardstick."""
        return self.seconds / self.yardstick_s


def measure(
    name: str, against: str, ours: Callable[[], float], plain: Callable[[], float], rounds: int, allowed: float
) -> Ratio:
    """Both in turns, so that a busy machine is busy for both; the medians."""
    plain()  # files come from the disk once
    pairs = [(ours(), plain()) for _ in range(rounds)]
    return Ratio(
        name, against, statistics.median(one for one, _ in pairs), statistics.median(one for _, one in pairs), allowed
    )


def wall(*command: str, cwd: Path | None = None, check: bool = True) -> float:
    """Seconds that a command takes."""
    started = time.monotonic()
    subprocess.run(
        command, cwd=cwd, check=check, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.monotonic() - started


def first_paint(folder: Path) -> float:
    """Seconds from the command to the first screen, in a real pseudo-terminal."""
    started = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24")
        os.execv(sys.executable, [sys.executable, "-m", "tfwizard", "run", "idle.py"])
    seen = b""
    try:
        while b"num_labels" not in seen:  # a stage's name: the screen is drawn
            if not select.select([terminal], [], [], 60)[0]:
                raise TimeoutError("no first screen within a minute")
            seen += os.read(terminal, 65536)
        return time.monotonic() - started
    finally:
        os.kill(pid, 15)
        while True:
            try:
                if not os.read(terminal, 65536):
                    break
            except OSError:
                break
        os.waitpid(pid, 0)
        os.close(terminal)


def to_the_held_call(folder: Path) -> float:
    """Seconds from the start of the worker to the held training call."""
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom tfwizard.session import Session\n"
        "async def go():\n"
        "    session = Session(Path('train.py').resolve())\n"
        "    task = asyncio.create_task(session.run())\n"
        "    while session.worker not in ('held', 'probing', 'lost'):\n"
        "        await asyncio.sleep(0.01)\n"
        "    task.cancel()\n"
        "    await asyncio.gather(task, return_exceptions=True)\n"
        "    print(session.run_state.seconds['script'])\n"
        "    await session.close()\n"
        "asyncio.run(go())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def main() -> int:
    """Measure, print the table, and exit 1 when a ratio is over what is allowed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", type=Path)
    options.add_argument("--memory", action="store_true", help="only the memory: estimates against plain trainings")
    asked = options.parse_args()
    os.environ.update(HF_HUB_OFFLINE="1")
    if asked.memory:
        return memory.main()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "lesson"
        shutil.copytree(LESSON, folder)
        os.environ["XDG_STATE_HOME"] = scratch
        (folder / "train.py").write_text(MENDED + TRAIN)
        (folder / "plain.py").write_text(MENDED + LEAVE)
        (folder / "idle.py").write_text("import time\ntime.sleep(60)\n")

        def plain() -> float:
            return wall(sys.executable, "plain.py", cwd=folder)

        rows = [
            measure(
                "first paint", 'python -c "import textual.app"',
                lambda: first_paint(folder), lambda: wall(sys.executable, "-c", "import textual.app"), max(5, asked.rounds), 1.5,
            ),
            measure("held at the training call", "plain python to that line", lambda: to_the_held_call(folder), plain, asked.rounds, 1.1),
            measure(
                "check, whole", "plain python to that line",
                lambda: wall(sys.executable, "-m", "tfwizard", "check", "train.py", "--json", cwd=folder), plain, asked.rounds, 2.0,
            ),
        ]  # fmt: skip
        shutil.copy(LESSON / "train.py", folder / "train.py")
        fixes = asyncio.run(walk(folder, lambda file: wall(sys.executable, file, cwd=folder, check=False)))
        rows.append(
            Ratio(
                f"try to verdict, {len(fixes)} fixes", "plain python, edited, to that line",
                statistics.median(ours for _, ours, _ in fixes), statistics.median(theirs for *_, theirs in fixes), 0.6,
            )
        )  # fmt: skip
    for key, ours, theirs in fixes:
        print(f"  {key:40} {ours:6.2f} s to the verdict, {theirs:6.2f} s plain: {ours / theirs:.2f}")
    print(f"{'what':26} {'seconds':>8} {'against':32} {'seconds':>8} {'ratio':>6} {'allowed':>8}")
    for row in rows:
        print(
            f"{row.name:26} {row.seconds:8.2f} {row.against:32} {row.yardstick_s:8.2f} {row.ratio:6.2f} {row.allowed:8.1f}"
        )
    if asked.json:
        asked.json.write_text(json.dumps([{**asdict(row), "ratio": round(row.ratio, 3)} for row in rows], indent=1))
    return int(any(row.ratio > row.allowed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
