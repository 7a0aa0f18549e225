"""The bundled lesson, from its first error to a script that is proved to train."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import TIMEOUT_S, Ran, tfwizard

EXPECTED = {
    "column-not-found",
    "no-collator",
    "two-kerases",
    "attention-mask-missing",
    "labels-in-inputs-with-keras-loss",
    "num-labels-too-small",
    "from-logits-mismatch",
    "learning-rate-too-high",
    "hidden-defaults",
}


def python(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "train.py"], cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lesson") / "mnli"
    assert tfwizard("demo", "--copy-only", "--into", str(folder), cwd=folder.parent).code == 0
    return folder


@pytest.fixture(scope="module")
def fixed(lesson: Path) -> Ran:
    return tfwizard("fix", "train.py", "--json", cwd=lesson)


def test_every_fault_of_the_lesson_is_found_and_proved_fixed(fixed: Ran) -> None:
    statuses = {one["id"]: one["status"] for one in fixed.document["findings"]}
    assert statuses == dict.fromkeys(EXPECTED, "resolved")
    assert len(fixed.document["findings"]) == len(EXPECTED)
    assert fixed.code == 0
    assert {one["status"] for one in fixed.document["stages"]} == {"passed"}


def test_nothing_was_written(fixed: Ran, lesson: Path) -> None:
    import tfwizard as package

    assert fixed.document["diff"]
    assert (lesson / "train.py").read_bytes() == (Path(package.__file__).parent / "lessons/mnli/train.py").read_bytes()


def test_it_fails_before_and_trains_after_the_diff(fixed: Ran, lesson: Path, tmp_path: Path) -> None:
    folder = tmp_path / "patched"
    shutil.copytree(lesson, folder)
    before = python(folder)
    assert before.returncode != 0
    assert "Column labels not found" in before.stderr
    subprocess.run(
        ["patch", "-p1"], cwd=folder, input=fixed.document["diff"], text=True, check=True, capture_output=True
    )
    after = python(folder)
    assert after.returncode == 0, after.stderr[-2000:]
    loss = float(re.findall(r"loss: ([0-9.]+|nan)", after.stdout)[-1])
    assert loss < math.log(3) / 2

    # The fixed script is sound, and is said to be.
    sound = tfwizard("check", "train.py", "--json", cwd=folder)
    assert (sound.code, sound.open) == (0, {})
    assert sound.document["outcome"] == "held_at_fit"
