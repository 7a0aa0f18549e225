"""Probes leave everything as it was: the training that follows is the training that would have been."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scripts import SOUND_KERAS, SOUND_TF_KERAS

from tfwizard.checks.comparison import rows_of
from tfwizard.session import Session
from tfwizard.session.comparing import Setting

#: A callback of the user's that writes, keeps a record, and moves the learning rate.
WITH_CALLBACK = """
import os

import numpy as np
import keras

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
points = rng.normal(size=(240, 5)).astype("float32")
labels = (points[:, 0] > 0).astype("int64")
seen = []


class Record(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.lines = []

    def on_epoch_end(self, epoch, logs=None):
        os.makedirs("kept", exist_ok=True)
        self.model.save("kept/model.keras")
        with open("kept/log.txt", "a") as file:
            file.write(f"{epoch} {logs['val_loss']:.6f}\\n")
        self.model.optimizer.learning_rate.assign(self.model.optimizer.learning_rate * 0.5)
        self.lines.append(epoch)
        seen.append(sorted(logs))


model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dropout(0.2),
                          keras.layers.Dense(2)])
model.compile(
    optimizer=keras.optimizers.Adam(1e-2), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
record = Record()
history = model.fit(
    points[:200], labels[:200], validation_data=(points[200:], labels[200:]), epochs=2, verbose=0, callbacks=[record]
)
print("HISTORY", history.history, record.lines, seen, open("kept/log.txt").read().split())
"""


def history(output: str) -> str:
    return next(line for line in output.splitlines() if line.startswith("HISTORY"))


@pytest.mark.parametrize(
    "text", [SOUND_KERAS, SOUND_TF_KERAS, WITH_CALLBACK], ids=["keras", "tf_keras", "keras_with_callback"]
)
def test_the_history_is_the_same_with_all_probes_and_without(text: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(text)
    plain = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    shutil.rmtree(tmp_path / "kept", ignore_errors=True)
    assert asyncio.run(history_after_all_probes(script)) == history(plain.stdout)


async def history_after_all_probes(script: Path) -> str:
    session = Session(script, cwd=script.parent)
    try:
        await session.run()
        assert {one.id for one in session.casebook.open() if one.severity != "advice"} == set()  # they are sound
        assert session.stage_state("overfit").status == "passed"
        assert session.run_state.facts.script is not None
        assert session.run_state.facts.script.outcome == "held_at_fit"
        assert not [line for line in session.log.lines if "HISTORY" in line.text]  # nothing after the call ran
        assert [path.name for path in script.parent.iterdir()] == [script.name]
        assert session.run_state.facts.overfit is not None
        found = await session.compare(Setting("learning_rate", ("1e-4", "1e-2")), seeds=2, steps=20)
        assert [(run.value, run.seed) for run in found.runs] == [("1e-4", 0), ("1e-2", 0), ("1e-4", 1), ("1e-2", 1)]
        assert found.before is not None
        assert [row.best for row in rows_of(found)] == [False, True]
        assert "dropout" in found.varied
        assert len({run.losses[0] for run in found.runs}) > 1
        await session.go_on()
        assert session.run_state.facts.script.outcome == "finished"
        # The last lines may still be in the pipe when the outcome has come over the socket.
        for _ in range(300):
            printed = "\n".join(line.text for line in session.log.lines)
            if "HISTORY" in printed:
                break
            await asyncio.sleep(0.1)
        return history(printed)
    finally:
        await session.close()
