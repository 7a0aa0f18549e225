"""The whole walk scripted: answers come through a pipe, text goes out of another, and nothing of it is for the eye only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .person import FOR_THE_EYE

TESTS = Path(__file__).parent.parent
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from tui.fakes import FakeSession, learning_rate
from tfwizard.plain.program import run_plain
session = FakeSession()
session._left["learning-rate-high"] = learning_rate()
code = run_plain(session)
print("DID", *session.said, sep="; ")
sys.exit(code)
"""


def walk(answers: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(TESTS)], input=answers.encode(), capture_output=True, timeout=120, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.stderr == b""
    text = done.stdout.decode()
    assert not FOR_THE_EYE.findall(text)
    said, _did, did = text.partition("DID")
    return done.returncode, " ".join(said.split()), did


def test_from_the_first_problem_to_all_of_them_proved_fixed_and_written() -> None:
    code, said, did = walk(
        "next\nfix\ntry\nproblems rate\n1\nfix\nchange 2e-5\ntry\nall\nanswer\ny\ny\nwrite\nyes\nquit\n"
    )
    assert code == 0
    assert "4 problems are proved fixed. No problem is open." in said
    assert did.split("; ")[2:] == [
        "try: labels-in-inputs-with-keras-loss 0", "try: learning-rate-high 0 2e-5", "try: attention-mask-missing 0",
        "try: num-labels-too-small 0", "answer: samples.readable True", "answer: samples.labels True", "write", "close\n",
    ]  # fmt: skip


def test_the_end_of_the_answers_leaves_and_writes_nothing() -> None:
    code, said, did = walk("fix\ntry\nquit")
    assert code == 1
    assert said.endswith("3 stay: stay here Which?")
    assert "write" not in did


@pytest.mark.parametrize("columns", ["30", "80", "200"])
def test_the_width_of_the_terminal_is_kept(columns: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(TESTS)], input=b"?\nfix\n\nback\nstages 4\n", capture_output=True, timeout=120,
        check=False, env={**os.environ, "COLUMNS": columns},
    )  # fmt: skip
    rows = [row for row in done.stdout.decode().split("\n") if not row.startswith("DID")]
    prompts = [row for row in rows if "? " in row]
    assert prompts
    longest = max(len(row) for row in rows if row not in prompts)
    assert int(columns) * 0.6 < longest < int(columns)


def test_a_terminal_that_knows_no_unicode_is_no_reason_to_fail() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(TESTS)], input=b"next\nstages 7\n", capture_output=True, timeout=120, check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"")
    assert b'mends "The labels are inside' in done.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-"], ids=["standard input", "standard output"])
def test_without_standard_input_or_output_it_ends_as_where_nobody_is(closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "tfwizard", "gpus", "--plain"],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
