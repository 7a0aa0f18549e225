"""A process is asked to stop: only the person's own, only this very one, and never with SIGKILL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tfwizard.facts import GpuProcess
from tfwizard.gpus.processes import described, is_worker, look_at
from tfwizard.gpus.stopping import CannotStop, ask_to_stop, refusal, still_runs
from tfwizard.runner.process import LAUNCH

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a program; what is left of it is ended afterwards."""
    started: list[subprocess.Popen[str]] = []

    def run(*command: str) -> subprocess.Popen[str]:
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        end, mine = time.monotonic() + 30, look_at(os.getpid())
        while not (
            (now := look_at(started[-1].pid)) and mine and now.argv not in ((), mine.argv)
        ):  # not the program yet
            assert time.monotonic() < end
            time.sleep(0.01)
        return started[-1]

    yield run
    for one in started:
        one.kill()
        one.communicate()


def seen(child: subprocess.Popen[str]) -> GpuProcess:
    return described(child.pid, 2**30, False)


def test_sigint_reaches_a_process_of_the_persons_own(start: Start) -> None:
    child = start("sleep", "300")
    process = seen(child)
    assert (process.mine, process.ours, process.notebook, process.command) == (True, False, False, "sleep 300")
    assert process.since == pytest.approx(time.time(), abs=30)
    assert refusal(process) == ""
    ask_to_stop(process, signal.SIGINT)
    assert child.wait(60) == -signal.SIGINT
    assert not still_runs(process)


def test_one_that_ignores_sigint_runs_on_and_ends_at_sigterm(start: Start) -> None:
    child = start("sh", "-c", "trap '' INT; echo ready; exec sleep 300")
    assert child.stdout
    child.stdout.readline()
    process = seen(child)
    ask_to_stop(process, signal.SIGINT)
    time.sleep(0.3)
    assert still_runs(process)
    ask_to_stop(process, signal.SIGTERM)
    assert child.wait(60) == -signal.SIGTERM


def test_without_handles_of_processes_it_works_too(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    child = start("sleep", "300")
    ask_to_stop(seen(child), signal.SIGTERM)
    assert child.wait(60) == -signal.SIGTERM


def test_a_number_that_is_another_process_by_now_is_left_alone(start: Start) -> None:
    child = start("sleep", "300")
    process = seen(child)
    assert process.started is not None
    with pytest.raises(CannotStop, match="ended already"):
        ask_to_stop(replace(process, started=process.started - 1), signal.SIGTERM)
    assert child.poll() is None
    child.kill()
    child.wait()
    with pytest.raises(CannotStop, match="ended already"):
        ask_to_stop(process, signal.SIGTERM)


def test_a_process_that_waits_for_its_parent_has_ended(start: Start) -> None:
    child = start("sleep", "300")
    process = seen(child)
    child.kill()
    end = time.monotonic() + 60
    while still_runs(process):  # nobody has waited for it
        assert time.monotonic() < end
        time.sleep(0.05)
    with pytest.raises(CannotStop, match="ended already"):
        ask_to_stop(process, signal.SIGTERM)


def test_nothing_is_killed(start: Start) -> None:
    child = start("sleep", "300")
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGHUP):
        with pytest.raises(CannotStop):
            ask_to_stop(seen(child), number)
    assert child.poll() is None


MINE = GpuProcess(99999999, 1, False, "here", "me", "python x.py", 1.0, 1, mine=True)


@pytest.mark.parametrize(
    ("process", "said"),
    [
        (replace(MINE, mine=False, owner="ben"), "belongs to ben"),
        (replace(MINE, mine=False, seen="hidden", owner=None), "belongs to another user"),
        (replace(MINE, seen="elsewhere"), "not visible here"),
        (replace(MINE, ours=True), "worker of a tfwizard"),
        (replace(MINE, pid=1), "part of the system"),
        (replace(MINE, pid=os.getpid()), "runs inside it"),
    ],
)
def test_what_is_never_asked(process: GpuProcess, said: str) -> None:
    assert said in refusal(process)
    with pytest.raises(CannotStop, match=said):
        ask_to_stop(process, signal.SIGINT)


def test_what_this_program_runs_inside_is_never_asked(start: Start) -> None:
    ask = "from tests.gpus.test_stopping import *; print(refusal(described(os.getppid(), 1, False)))"
    parent = start("sh", "-c", 'trap "" INT; "$0" -c "$1"; exit 0', sys.executable, ask)
    assert "runs inside it" in parent.communicate(timeout=120)[0]


def test_a_process_that_our_worker_started_is_ours(start: Start, tmp_path: Path) -> None:
    launch = tmp_path / "tfwizard" / "worker" / "launch.py"
    launch.parent.mkdir(parents=True)
    launch.write_text("import subprocess\nprint(subprocess.Popen(['sleep', '300']).pid, flush=True)\ninput()\n")
    worker = start(sys.executable, str(launch), "7")
    assert worker.stdout
    child = int(worker.stdout.readline())
    try:
        assert seen(worker).ours
        assert described(child, None, False).ours
    finally:
        os.kill(child, signal.SIGKILL)
    assert is_worker((sys.executable, str(LAUNCH), "7"))
    assert not described(os.getpid(), None, False).ours


def test_kernels_of_notebooks_are_known_by_what_starts_them(start: Start, tmp_path: Path) -> None:
    (tmp_path / "ipykernel_launcher.py").write_text("print(flush=True)\ninput()\n")
    (tmp_path / "jupyter-lab").write_text(
        "#!/bin/sh\nsleep 300 &\necho $!\nsh -c 'sleep 300 & echo $!; wait'\n", encoding="ascii"
    )
    kernel = start(sys.executable, str(tmp_path / "ipykernel_launcher.py"), "-f", "kernel.json")
    server = start("sh", str(tmp_path / "jupyter-lab"))
    assert kernel.stdout and server.stdout
    kernel.stdout.readline()
    other_kernel, in_its_terminal = (int(server.stdout.readline()) for _ in range(2))
    try:
        assert seen(kernel).notebook
        assert described(other_kernel, None, False).notebook
        assert not described(in_its_terminal, None, False).notebook
    finally:
        for pid in (other_kernel, in_its_terminal):
            os.kill(pid, signal.SIGKILL)
