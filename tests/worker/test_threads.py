"""Scripts that train in threads of their own: a worker speaks of one of them, and no other one trains meanwhile."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tfwizard

LAUNCH = Path(tfwizard.__file__).parent / "worker" / "launch.py"
#: The module of Keras in which the worker holds a script, without the rest of it: what it does while a model trains does not matter.
TRAINER = """
class TensorFlowTrainer:
    def __init__(self, name):
        self.name = name

    def fit(self, x=None):
        print(f"trains {self.name}\\n", end="")
"""
IMPORTS = """
import os
import threading
import time
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer as Model

def train(name):
    print(f"is to train {name}\\n", end="")  # in one piece: several threads print
    Model(name).fit([1])

def train_when_told(name):
    while not os.path.exists("told"):
        time.sleep(0.05)
    train(name)
"""
#: Long enough for what would be done at once.
SHORT_S = 0.5


class Worker:
    """A worker in a process of its own, and both ends of what is said."""

    def __init__(self, folder: Path, script: str) -> None:
        module = folder / "keras" / "src" / "backend" / "tensorflow" / "trainer.py"
        module.parent.mkdir(parents=True)
        for package in module.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
        module.write_text(TRAINER)
        path = folder / "train.py"
        path.write_text(IMPORTS + script)
        self._end, other = socket.socketpair()
        self._end.settimeout(60)
        self._process = subprocess.Popen(
            [sys.executable, str(LAUNCH), str(other.fileno())], pass_fds=[other.fileno()], cwd=folder, start_new_session=True,
            stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        other.close()
        self._file = self._end.makefile("rb")
        self._told = folder / "told"
        self._end.sendall(b"mark\n")
        self.send("start", script=str(path), argv=[str(path)], overlay={}, language="en")

    def send(self, kind: str, **body: Any) -> None:
        self._end.sendall(json.dumps({"kind": kind, **body}).encode() + b"\n")

    def tell(self) -> None:
        """Have the script train where it waits for that."""
        self._told.touch()

    def outcome(self) -> str:
        """The next outcome that the worker tells."""
        while True:
            message = json.loads(self._file.readline().removeprefix(b"mark"))
            if message["kind"] == "outcome":
                return str(message["facts"]["outcome"])

    def prints(self, seconds: float = 60) -> str:
        """The next line of the script, "" where none comes."""
        assert self._process.stdout is not None
        there, _, _ = select.select([self._process.stdout], [], [], seconds)
        return self._process.stdout.readline().decode().strip() if there else ""

    def says_nothing(self) -> bool:
        return not select.select([self._end, self._process.stdout], [], [], SHORT_S)[0]

    def close(self) -> None:
        self.send("end")
        self._process.wait(60)
        for one in (self._file, self._end, self._process.stdout):
            one.close()  # type: ignore[union-attr]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    workers: list[Worker] = []

    def begin(script: str) -> Worker:
        workers.append(Worker(tmp_path, script))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.close()


def test_the_end_of_the_script_waits_for_the_thread_that_is_held(start: Any) -> None:
    worker = start("threading.Thread(target=train, args=('a',)).start()\n")
    assert worker.prints() == "is to train a"
    assert worker.outcome() == "held_at_fit"
    assert worker.says_nothing()
    worker.send("go_on")
    assert worker.prints() == "trains a"
    assert worker.outcome() == "finished"


def test_nothing_else_trains_while_a_thread_is_held(start: Any) -> None:
    worker = start("threading.Thread(target=train, args=('a',)).start()\ntrain_when_told('b')\n")
    assert worker.prints() == "is to train a"
    assert worker.outcome() == "held_at_fit"
    worker.tell()
    assert worker.prints() == "is to train b"
    assert worker.says_nothing()
    worker.send("go_on")
    assert {worker.prints(), worker.prints()} == {"trains a", "trains b"}
    assert worker.outcome() == "finished"


def test_a_thread_that_trains_behind_the_last_line_is_held(start: Any) -> None:
    worker = start("threading.Thread(target=train_when_told, args=('a',)).start()\nprint('the last line')\n")
    assert worker.prints() == "the last line"
    worker.tell()
    assert worker.prints() == "is to train a"
    assert worker.outcome() == "held_at_fit"


@pytest.mark.parametrize("thread", ["Thread(target=time.sleep, args=(3600,))", "Timer(3600, print)"])
def test_a_thread_without_code_of_the_script_is_not_waited_for(start: Any, thread: str) -> None:
    assert start(f"threading.{thread}.start()\n").outcome() == "no_training"


def test_what_would_train_behind_the_end_does_not(start: Any) -> None:
    worker = start("threading.Thread(target=train_when_told, args=('a',), daemon=True).start()\n")
    assert worker.outcome() == "no_training"
    worker.tell()
    assert worker.prints() == "is to train a"
    assert worker.says_nothing()


def test_of_threads_that_come_to_train_at_once_one_is_held_and_the_others_wait(start: Any) -> None:
    names = [str(number) for number in range(8)]
    worker = start(f"for name in {names}:\n    threading.Thread(target=train_when_told, args=(name,)).start()\n")
    worker.tell()
    assert {worker.prints() for _ in names} == {f"is to train {name}" for name in names}
    assert worker.outcome() == "held_at_fit"
    assert worker.says_nothing()
    worker.send("go_on")
    assert {worker.prints() for _ in names} == {f"trains {name}" for name in names}
