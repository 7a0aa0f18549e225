"""The state of a training: from messages, to the disk and back; and in lines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tfwizard.headless_watch import Lines, line_of
from tfwizard.reading import typed
from tfwizard.session.keeper import DOCUMENT, SAID, Following, trains
from tfwizard.session.lock import Lock
from tfwizard.session.training import MOST_POINTS, Training, load, save


def tick(**changes: Any) -> dict[str, Any]:
    plain = {
        "kind": "training", "fit": 0, "epoch": 1, "epochs": 3, "step": 10, "steps": 20, "loss": 0.5, "points": [[9, 0.5]],
        "done": [], "rate": 1e-3, "samples_per_s": 320.0, "steps_per_s": 10.0, "waiting": 0.25, "eta_s": 5.0, "memory_mb": None,
        "seconds": 1.0, "ended": "running",
    }  # fmt: skip
    return typed({**plain, **changes})


EPOCH = {
    "epoch": 1,
    "steps": 20,
    "loss": 0.4,
    "values": {"accuracy": 0.75},
    "validation": {"loss": 0.6},
    "seconds": 2.0,
}


def test_points_and_epochs_add_up_and_stay_few() -> None:
    training = Training()
    for number in range(3 * MOST_POINTS):
        training.take(tick(points=[[number, 1.0 / (number + 1)]]))
    training.take(tick(done=[EPOCH]))
    assert len(training.points) <= MOST_POINTS
    assert training.points[-1][0] == 9
    assert training.done[0].validation == {"loss": 0.6}


def test_another_training_call_begins_anew() -> None:
    training = Training()
    training.take(tick(done=[EPOCH]))
    training.take(tick(fit=1, points=[[0, 2.0]]))
    assert (training.fit, training.points, training.done) == (1, [(0, 2.0)], [])


def test_a_tick_right_behind_another_says_nothing_of_the_pace() -> None:
    training = Training()
    training.take(tick())
    training.take(tick(steps_per_s=0.0, samples_per_s=None))
    assert (training.steps_per_s, training.samples_per_s) == (10.0, 320.0)


def test_what_is_on_the_disk_is_the_training_nan_and_all(tmp_path: Path) -> None:
    training = Training(pid=7)
    training.take(tick(loss=float("nan"), points=[[3, float("inf")]]))
    training.take(typed({"kind": "alarm", "bad": {"what": "loss", "step": 3, "step_of_epoch": 3, "epoch": 1}}))
    save(training, tmp_path)
    again = load(tmp_path)
    assert again is not None
    assert repr(again) == repr(training)
    assert load(tmp_path / "elsewhere") is None


def test_a_folder_that_cannot_be_written_ends_no_training(tmp_path: Path) -> None:
    save(Training(), tmp_path / "gone")


# --- from another process ------------------------------------------------------------------------------------------------


def test_a_keeper_that_is_gone_is_not_taken_for_another_process(tmp_path: Path) -> None:
    (tmp_path / SAID).write_text("Run the script …\n")
    save(Training(), tmp_path)
    (tmp_path / "lock").write_text(str(os.getpid()))  # as a killed keeper leaves it, its number given to someone else
    following = Following(tmp_path)
    assert not following.alive
    assert not trains(tmp_path)
    following.stop()


def test_a_keeper_is_followed_while_it_holds_its_session(tmp_path: Path) -> None:
    (tmp_path / SAID).write_text("Run the script …\n\n")
    lock = Lock(tmp_path)
    following = Following(tmp_path)
    assert following.alive
    assert not following.trains
    assert following.said() == ["Run the script …"]
    save(Training(), tmp_path)
    assert following.look()
    assert following.trains
    assert not following.look()
    (tmp_path / DOCUMENT).write_text('{"findings": []}')
    lock.release()
    assert following.look()
    assert following.document == {"findings": []}


# --- in lines ------------------------------------------------------------------------------------------------------------


def test_an_epoch_gives_a_line_and_the_end_another() -> None:
    said: list[str] = []
    lines, training = Lines(said.append), Training()
    training.take(tick())
    lines.heard("training", training)
    training.take(tick(done=[EPOCH]))
    lines.heard("training", training)
    lines.heard("training", training)
    training.over, training.message = True, "The script ran to its end."
    lines.heard("training", training)
    lines.heard("training", training)
    assert said[1:] == [
        "epoch 1/3  20 steps in 2.0 s  loss 0.4  accuracy 0.75  val_loss 0.6", "The script ran to its end."
    ]  # fmt: skip


def test_a_line_has_what_is_known() -> None:
    training = Training()
    training.take(tick())
    assert line_of(training) == (
        "epoch 1/3  step 10/20  loss 0.5  rate 0.001  320 samples/s  25% waiting for data  5 s left"
    )
    assert line_of(Training(epoch=1, epochs=1)) == "epoch 1/1  step 0"


def test_of_thousands_of_epochs_each_is_told_once() -> None:
    training, said = Training(), []
    lines = Lines(said.append)
    for number in range(1, 3001):
        training.take(tick(done=[{**EPOCH, "epoch": number}], step=0))
        lines.heard("training", training)
    assert [text.split("/")[0] for text in said] == [f"epoch {number}" for number in range(1, 3001)]
