"""Every lesson shows its own faults and no others; what has no fix of its own is mended as its solution says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import tfwizard

from tfwizard.lessons.lesson import Lesson
from tfwizard.lessons.shelf import lessons

#: mnli has tests of its own.
LESSONS = {one.name: one for one in lessons()[0] if one.name != "mnli"}
TEACHERS = """\
title = "Two kinds of noise"
level = 1
faults = ["from-logits-mismatch"]
"""
SCRIPT = """\
import numpy as np
from tensorflow import keras

rows = np.random.default_rng(0).normal(size=(200, 3)).astype("float32")
kinds = (rows[:, 0] > 0).astype("int64")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(2)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy")
model.fit(rows, kinds)
"""


def copied(name: str, into: Path) -> Path:
    done = tfwizard("demo", name, "--copy-only", "--into", str(into), cwd=into.parent)
    assert done.code == 0, done.err
    return into


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_lesson_shows_its_own_faults_and_no_others(lesson: Lesson, tmp_path: Path) -> None:
    folder = copied(lesson.name, tmp_path / "copy")
    before = tfwizard("check", lesson.script, "--json", cwd=folder)
    assert before.loud == set(lesson.faults)
    if not all(before.open[id]["fix"] for id in lesson.faults):
        shutil.copy(lesson.folder / "solution.py", folder / lesson.script)
        after = tfwizard("check", lesson.script, "--json", cwd=folder)
        assert (after.loud, after.document["outcome"]) == (set(), "held_at_fit")


def test_a_teachers_lesson_asks_before_it_tells(tmp_path: Path) -> None:
    lesson = tmp_path / "noise"
    lesson.mkdir()
    (lesson / "lesson.toml").write_text(TEACHERS)
    (lesson / "train.py").write_text(SCRIPT)
    folder = copied(str(lesson), tmp_path / "copy")
    asked = tfwizard("check", "train.py", "--json", "--teach", cwd=folder)
    [question] = [one for one in asked.document["findings"] if one["severity"] == "error"]
    assert (question["id"], question["evidence"], question["where"], question["fix"]) == ("question", {}, None, None)
    for told in ("logits", "from_logits", "probabilities"):
        assert told not in asked.out
        assert told not in asked.err
    assert asked.code == 1
