"""From the command to the first screen, to the held call, and to the end of `check`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import tfwizard
from tests.benchmarks.row import Asked, Part, Row, Taken, compared, in_turns, python
from tests.benchmarks.terminal import Terminal

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
TO_THAT_LINE = "plain python to that line"

#: Prints the seconds to the held call, and those of the worker's and this process' processors.
HELD = """\
import asyncio, resource, time
from pathlib import Path
from tfwizard.session import Session

async def go():
    session = Session(Path('train.py').resolve())
    task = asyncio.create_task(session.run())
    while session.worker not in ('held', 'probing', 'lost'):
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await session.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(session.run_state.seconds['script'], children.ru_utime + children.ru_stime + time.process_time())

asyncio.run(go())
"""


def first_paint(folder: Path, _size: tuple[int, int] = (80, 24)) -> Taken:
    """From the command to the first screen, in a real pseudo-terminal; its worker has nothing to do."""
    terminal = Terminal(folder, ("run", "idle.py"), _size)
    try:
        seen = terminal.wait("num_labels")  # a stage's name: the screen is drawn
        return Taken(seen - terminal.began, terminal.processor())
    finally:
        terminal.close()


def held(folder: Path) -> Taken:
    """From the start of the worker to the held training call."""
    done = subprocess.run([sys.executable, "-c", HELD], cwd=folder, check=True, capture_output=True, text=True)
    return Taken(*map(float, done.stdout.split()[-2:]))


def paint_rows(folder: Path, asked: Asked) -> Iterator[Row]:
    """The first paint."""
    (folder / "idle.py").write_text("import time\ntime.sleep(60)\n")
    pairs = in_turns(lambda: first_paint(folder), lambda: python("-c", "import textual.app"), max(5, asked.rounds))
    yield compared("first paint", 'python -c "import textual.app"', pairs, 1.5)


def _lesson(folder: Path) -> Path:
    lesson = folder / "lesson"
    shutil.copytree(LESSON, lesson)
    (lesson / "train.py").write_text(MENDED + TRAIN)
    (lesson / "plain.py").write_text(MENDED + LEAVE)
    return lesson


def held_rows(folder: Path, asked: Asked) -> Iterator[Row]:
    """To the held call."""
    lesson = _lesson(folder)
    pairs = in_turns(lambda: held(lesson), lambda: python("plain.py", cwd=lesson), asked.rounds)
    yield compared("held at the training call", TO_THAT_LINE, pairs, 1.1)


def check_rows(folder: Path, asked: Asked) -> Iterator[Row]:
    """The whole of `check` on a sound script."""
    lesson = _lesson(folder)
    pairs = in_turns(
        lambda: python("-m", "tfwizard", "check", "train.py", "--json", cwd=lesson),
        lambda: python("plain.py", cwd=lesson),
        asked.rounds,
    )
    yield compared("check, whole", TO_THAT_LINE, pairs, 2.0)


PARTS = (
    Part("paint", "from the command to the first screen", 0.5, paint_rows),
    Part("held", "from the command to the held training call", 4, held_rows),
    Part("check", "the whole of `check` on a sound script", 6, check_rows),
)
