"""A training that outlives its terminal: hung up on, shown again from another one, and stopped there."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tfwizard.session.keeper import Following

from .conftest import Open

LONG = """
import numpy as np
import keras

x, y = np.random.default_rng(0).normal(size=(640, 4)).astype("float32"), np.zeros(640)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(1e-3), loss="mse")
model.fit(x, y, epochs=100_000, verbose=0)
print("BEHIND THE TRAINING")
"""


@pytest.mark.tensorflow
def test_a_training_outlives_its_terminal_and_is_stopped_from_another(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LONG)
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    first = open_terminal(tmp_path, "watch", "train.py", "--no-rehearsal", **state)
    first.wait("▶ training", "loss")
    first.child.kill(signal.SIGHUP)
    assert first.end() == 129
    [folder] = (tmp_path / "state" / "tfwizard" / "sessions").iterdir()
    following = Following(folder)
    try:
        assert following.trains
        before = following.training.epoch if following.training else 0
        second = open_terminal(tmp_path, "watch", "--attach", **state)
        second.wait_until(lambda shown: f"epoch {before}/" not in shown and "▶ training" in shown, "later epoch")
        second.press("x")
        second.wait("Stop the training?")
        second.press("y")
        second.wait("The training was stopped, as you asked", "nothing was found")
        second.press("q")
        assert second.end() == 0
        assert "BEHIND THE TRAINING" in (folder / "script.log").read_text()
    finally:
        if following.alive:
            os.kill(following.pid, signal.SIGTERM)
            while following.alive:
                time.sleep(0.1)
