"""`--plain` in a real pseudo-terminal, and through a pipe: text only, and never an escape."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tfwizard
from tfwizard.stages import STAGES

from .conftest import PATIENCE_S, Open, Terminal

FAILS = "import json\n\nprint('a line of the script')\njson.loads('[bold')\n"


def heard(terminal: Terminal) -> str:
    """Everything so far, wrapped sentences joined."""
    return " ".join(terminal.raw.decode("utf-8", "replace").split())


def wait(terminal: Terminal, *words: str, patience: float = PATIENCE_S) -> str:
    terminal.wait_until(lambda _: all(one in heard(terminal) for one in words), " and ".join(words), patience)
    return heard(terminal)


def prompts(terminal: Terminal) -> int:
    return heard(terminal).count("What next?")


def answer(terminal: Terminal, *answers: str) -> None:
    for one in answers:
        terminal.child.send(f"{one}\n")


def test_a_dumb_terminal_gets_plain_text_by_itself(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILS)
    terminal = open_terminal(tmp_path, "run", "train.py", TERM="dumb")
    wait(terminal, "Plain text, because of TERM=dumb.", "ERROR: JSONDecodeError", "train.py:4", "What next?")
    answer(terminal, "log")
    wait(terminal, "Lines 1 to 1 of 1: a line of the script", "Pages: what next?")
    answer(terminal, "back", "quit")
    assert terminal.end() == 1
    assert b"\x1b" not in terminal.raw


def test_the_variable_asks_for_plain_text_too(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILS)
    terminal = open_terminal(tmp_path, "run", "train.py", TFWIZARD_PLAIN="1")
    wait(terminal, "Plain text, because of TFWIZARD_PLAIN=1.", "What next?")
    terminal.child.sendeof()
    assert terminal.end() == 1
    again = open_terminal(tmp_path, "resume", "--plain")
    wait(again, "Resumed as it was at", "ERROR: JSONDecodeError", "What next?")
    (tmp_path / "train.py").write_text("import json\n\njson.loads('{}')\n")
    answer(again, "", "run")
    wait(again, "train.py changed on disk.", "1 problem is proved fixed.")
    answer(again, "quit")
    assert again.end() == 1  # it never trains: another problem
    assert b"\x1b" not in terminal.raw + again.raw


def test_ctrl_c_stops_a_script_that_hangs_and_twice_leaves(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import time\ntime.sleep(600)\n")
    terminal = open_terminal(tmp_path, "run", "--plain", "train.py")
    wait(terminal, "The script runs.")
    workers = children(terminal.child.pid)
    assert workers
    terminal.child.sendintr()
    wait(terminal, "Stopping it.", "Stopped.", "What next?")
    until = time.monotonic() + 60
    while left := [worker for worker in workers if runs(worker)]:
        assert time.monotonic() < until, f"still there: {left}"
        time.sleep(0.1)
    (tmp_path / "train.py").write_text(FAILS)
    answer(terminal, "run")
    wait(terminal, "ERROR: JSONDecodeError")
    wait_for_prompt(terminal, 2)
    terminal.child.sendintr()
    wait(terminal, "Ctrl+C once more leaves at once")
    wait_for_prompt(terminal, 3)
    terminal.child.sendintr()
    assert terminal.end() == 130


def test_a_script_that_dies_is_told_by_its_signal(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    terminal = open_terminal(tmp_path, "run", "--plain", "train.py")
    assert "SIGKILL" in wait(terminal, "killed by SIGKILL", "What next?")
    (tmp_path / "train.py").write_text(FAILS)
    answer(terminal, "run")
    wait(terminal, "ERROR: JSONDecodeError")
    answer(terminal, "quit")
    assert terminal.end() == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_and_its_worker(open_terminal: Open, tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "train.py").write_text("import time\ntime.sleep(600)\n")
    terminal = open_terminal(tmp_path, "run", "--plain", "train.py")
    wait(terminal, "The script runs.")
    workers = children(terminal.child.pid)
    assert workers
    terminal.child.kill(number)
    assert terminal.end() == code
    assert not [worker for worker in workers if runs(worker)]


def test_answers_come_through_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILS)
    answers = "next\nevidence\nback\nstages 1\nback\ngpus\nback\nreport\nquit\n"
    done = piped(tmp_path, "run", "--plain", "--no-standby", "train.py", answers=answers)
    assert (done.returncode, done.stderr) == (1, b"")
    said = " ".join(done.stdout.decode().split())
    assert "This problem: what next? evidence type: JSONDecodeError." in said
    assert f"Stage 1 of {len(STAGES)}: Run the script." in said
    assert "## What happened train.py fails after" in said
    assert "1 problem is open." in said
    assert b"\x1b" not in done.stdout


def test_without_a_terminal_and_unasked_run_still_does_what_check_does(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILS)
    done = piped(tmp_path, "run", "train.py", answers="next\n", TERM="dumb")
    assert b"doing what `tfwizard check` does" in done.stderr
    assert b"What next?" not in done.stdout


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILS)
    command = f"yes stages | {sys.executable} -m tfwizard run --plain --no-standby train.py | head -n 3"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, timeout=PATIENCE_S, check=False)
    assert len(done.stdout.splitlines()) == 3
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


#: What is mended already in the bundled lesson: all but its last three faults, as every trial of one costs a run.
MENDED = {
    "from datasets import": 'import os\n\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\nfrom datasets import',
    "    AutoTokenizer,\n": "    AutoTokenizer,\n    DataCollatorWithPadding,\n",
    'columns=["input_ids", "labels"],': 'columns=["input_ids", "attention_mask", "label"],'
    ' collate_fn=DataCollatorWithPadding(tokenizer, return_tensors="tf"),',
    'loss="sparse_categorical_crossentropy", ': "",
}


@pytest.fixture
def half_mended(tmp_path: Path) -> Path:
    """A lesson of a teacher's: the bundled one, half mended."""
    folder = tmp_path / "pairs"
    shutil.copytree(Path(tfwizard.__file__).parent / "lessons" / "mnli", folder)
    text = (folder / "train.py").read_text()
    for before, after in MENDED.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "train.py").write_text(text)
    (folder / "lesson.toml").write_text('title = "Pairs"\nlevel = 1\nfaults = ["num-labels-too-small"]\n')
    return folder


@pytest.mark.tensorflow
@pytest.mark.terminal
def test_the_lesson_in_plain_text(open_terminal: Open, half_mended: Path, tmp_path: Path) -> None:
    terminal = open_terminal(tmp_path, "demo", str(half_mended), TERM="dumb")
    script = tmp_path / "tfwizard-demo-pairs" / "train.py"
    wait(terminal, "Plain text, because of TERM=dumb.", "Next: fix (3)", "What next?")
    before = script.read_bytes()
    answer(terminal, "fix")
    wait(terminal, "num_labels=3", "This fix: what next?")
    answer(terminal, "try")
    wait(terminal, "VERIFIED in")
    wait_for_prompt(terminal, 2)
    answer(terminal, "all")
    wait(terminal, "3 problems are proved fixed.", "No problem is open.", "Next: write (5) writes the")
    assert script.read_bytes() == before
    for number, title in enumerate(("Inspect data", "Decode samples", "Run one batch", "Locate NaN", "num_labels"), 2):
        answer(terminal, f"stages {number}", "back")
        wait(terminal, f"Stage {number} of {len(STAGES)}: {title}.")
    answer(terminal, "answer", "yes", "yes", "write")
    wait(terminal, "A backup is kept")
    answer(terminal, "yes")
    wait(terminal, "Written: train.py")
    answer(terminal, "quit")
    assert terminal.end() == 0
    assert "num_labels=3" in script.read_text()
    assert b"\x1b" not in terminal.raw
    said = terminal.raw.decode().replace("\r", "").split("tfwizard, train.py", 1)[1]
    assert max(map(len, said.split("\n"))) <= 80


LONG = """
import numpy as np
import keras

x, y = np.random.default_rng(0).normal(size=(640, 4)).astype("float32"), np.zeros(640)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(1e-3), loss="mse")
model.fit(x, y, epochs=100_000, verbose=0)
"""


@pytest.mark.tensorflow
@pytest.mark.terminal
def test_a_training_is_told_left_running_and_stopped_from_another_terminal(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LONG)
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    first = open_terminal(tmp_path, "watch", "--plain", "--no-rehearsal", "train.py", **state)
    wait(first, "tfwizard watch train.py", "training, epoch", "loss: ")
    first.child.sendintr()
    wait(first, "Stop the training? yes or no?")
    answer(first, "no")
    wait(first, "Go on watching? yes or no?")
    answer(first, "no")
    assert first.end() == 0
    assert "The training goes on. `tfwizard watch --attach" in heard(first)
    second = open_terminal(tmp_path, "watch", "--attach", TERM="dumb", **state)
    wait(second, "training, epoch")
    second.child.sendintr()
    wait(second, "Stop the training? yes or no?")
    answer(second, "yes")
    wait(second, "The training was stopped, as you asked")
    assert second.end() == 0
    assert b"\x1b" not in first.raw + second.raw


def wait_for_prompt(terminal: Terminal, count: int) -> None:
    """Wait until the main menu was asked so many times."""
    terminal.wait_until(lambda _: prompts(terminal) >= count, f"{count} prompts")


def piped(folder: Path, *arguments: str, answers: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tfwizard", *arguments],
        cwd=folder, input=answers.encode(), capture_output=True, timeout=PATIENCE_S, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
