"""`tfwizard gpus` as a person or a script runs it, with the recorded driver and with what this machine has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import TIMEOUT_S

from .recorded import NOTEBOOK

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def stand_in(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with the recorded GPUs."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        f"import sys\nsys.path.append({str(TESTS)!r})\nsys.path.append({str(TESTS.parent)!r})\n"
        f"from gpus import recorded\nfrom pathlib import Path\nproc = Path({str(tmp_path)!r}) / str(__import__('os').getpid())\n"
        "proc.mkdir()\nrecorded.install(proc=proc)\n"
    )
    return {**os.environ, "PYTHONPATH": str(site)}


def gpus(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tfwizard", "gpus", *options],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def test_without_a_terminal_it_is_a_table_once(stand_in: dict[str, str]) -> None:
    done = gpus(**{**stand_in, "COLUMNS": "80"})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "GPU 0  NVIDIA H100 80GB HBM3"
    assert max(map(len, lines)) <= 80
    assert gpus("--once", **{**stand_in, "COLUMNS": "80"}).stdout == done.stdout


def test_as_json(stand_in: dict[str, str]) -> None:
    done = gpus("--json", **stand_in)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "tfwizard-gpus/1"
    assert document["why"] == ""
    first, second, lost = document["gpus"]
    assert (first["name"], first["used"]) == ("NVIDIA H100 80GB HBM3", 60 * 2**30)
    assert first["processes"][0]["pid"] == NOTEBOOK
    assert first["processes"][3]["memory"] is None
    assert second["utilisation"] is None
    assert "restart the machine" in lost["lost"]


def test_the_machine_as_it_is() -> None:
    done = gpus("--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["gpus"] or document["why"]
    assert gpus().stdout.strip()
