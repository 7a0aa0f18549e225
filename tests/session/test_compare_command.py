"""`tfwizard compare` without a worker: what it refuses to read, and what it prints."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from tfwizard.cli import main
from tfwizard.facts import BaselineFacts, ComparedRun, CompareFacts, OutputBaseline
from tfwizard.report.comparison import as_text

BASELINE = BaselineFacts(
    (
        OutputBaseline("", "training", "classes", 600, True, 0, 3, "1", 0.41, 1.0731, 1.0986, loss=1.0731),
        OutputBaseline("", "validation", "classes", 90, False, 0, 3, "0", 0.4, 1.08, 1.0986, loss=1.08),
    ),
    1.0731,
    1.08,
)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["learning_rate=1e-5,1e-4", "batch_size=8,16"], "one at a time"),
        (["optimizer=adam,sgd"], "learning rate of its own"),
        ([], "Missing argument"),
        (["learning_rate=1e-5,1e-4", "--seeds", "0"], "--seeds"),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_runs(arguments: list[str], words: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("")
    found = CliRunner().invoke(main, ["compare", str(script), *arguments, "--", "--name=a,b"])
    assert found.exit_code == 2
    assert words in " ".join(found.output.split())


def compared(stopped: str | None) -> CompareFacts:
    losses = {"5e-5": (0.30, 0.32, 0.31), "1e-3": (1.09, 1.10, math.nan)}
    runs = tuple(
        ComparedRun(value, seed, (1.1, loss), loss, 0.9)
        for value, each in losses.items()
        for seed, loss in enumerate(each)
    )
    return CompareFacts(
        "learning_rate", ("5e-5", "1e-3"), (0, 1, 2), 40, 60, runs, 480, 128, "the validation data", 1.1, 0.3, "5e-05",
        ("the order of the rows",), ("the initial weights (no weight is as its initializer drew it)",), (), stopped,
    )  # fmt: skip


def test_the_text_has_the_baseline_the_table_and_the_verdict() -> None:
    text = as_text(compared("40 steps for each run fit into the time, 60 were asked for"), BASELINE)
    flat = " ".join(text.split())
    assert "always 1 is right in 41.0%" in flat
    assert "(of those that were read)" in flat
    assert "0.3100 ± 0.0100" in text
    assert "best (the script's)" in text
    assert "diverges" in text
    assert "learning_rate matters" in flat
    assert "does not change the initial weights" in flat
    assert "Cut short: 40 steps" in flat
