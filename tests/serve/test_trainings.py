"""At a seat of a workshop no training outlives its wizard."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from tfwizard.serve import SEAT, outlives
from tfwizard.session.keeper import begin, end_trainings, trains


def test_every_training_below_a_folder_is_ended(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("import time\n\nprint('begun', flush=True)\ntime.sleep(9999)\n")
    sessions = tmp_path / "sessions"
    following = begin(
        script, (), sessions / "one", python=sys.executable, cwd=tmp_path, timeout=600, rehearse=False
    )  # fmt: skip
    until = time.monotonic() + 120
    while not following.printed():
        assert following.alive and time.monotonic() < until
        time.sleep(0.1)
    assert trains(sessions / "one")
    end_trainings(tmp_path / "nowhere")
    assert following.alive
    end_trainings(sessions)
    assert not trains(sessions / "one")
    until = time.monotonic() + 60
    while following.alive:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_only_a_seat_ends_them() -> None:
    assert outlives(os.environ)
    assert not outlives({SEAT: "1"})
