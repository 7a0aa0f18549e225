"""What is counted of a training in the worker, without TensorFlow."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from tfwizard.facts import Call
from tfwizard.worker.batches import Batch
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.watch.fit import FitWatch
from tfwizard.worker.watch.hooks import step_through, with_callback, without_callback
from tfwizard.worker.watch.loop import _scalar
from tfwizard.worker.watch.tally import MOST_POINTS, POINTS_A_TICK, Tally, number, plain_values
from tfwizard.worker.watch.weights import Weights

np = pytest.importorskip("numpy")


def test_the_losses_of_the_steps_come_out_of_the_means_that_keras_logs() -> None:
    tally, losses = Tally(averaged=True), [4.0, 2.0, 3.0, 1.0]
    tally.begin_epoch(1)
    for count in range(1, 5):
        tally.took(sum(losses[:count]) / count, 1)
    assert [value for _step, value in tally.new_points()] == pytest.approx(losses)
    assert tally.new_points() == []


def test_a_tick_gives_few_points_and_forgets_no_step() -> None:
    tally = Tally(averaged=True)
    tally.begin_epoch(1)
    for _ in range(100):
        tally.took(0.5, 1)
    points = tally.new_points()
    assert len(points) <= POINTS_A_TICK
    assert points[-1][0] == 99


def test_losses_that_are_logged_as_they_are_stay_so() -> None:
    tally = Tally(averaged=False)
    tally.begin_epoch(1)
    tally.took(3.0, 1)
    tally.took(1.0, 1)
    assert [value for _step, value in tally.new_points()] == [3.0, 1.0]


def test_steps_count_over_the_epochs_and_points_stay_few() -> None:
    tally = Tally(averaged=True)
    for epoch in range(MOST_POINTS):
        tally.begin_epoch(epoch + 1)
        for _ in range(POINTS_A_TICK):
            tally.took(1.0, 1)
        tally.new_points()
        tally.end_epoch({"loss": 1.0, "accuracy": 0.5, "val_loss": 2.0})
    assert tally.step == MOST_POINTS * POINTS_A_TICK - 1
    assert len(tally.points) <= MOST_POINTS + POINTS_A_TICK
    assert (tally.epochs[-1].values, tally.epochs[-1].validation) == ({"accuracy": 0.5}, {"loss": 2.0})
    assert len(tally.new_epochs()) == MOST_POINTS
    assert tally.new_epochs() == []


def test_points_of_epochs_that_are_shorter_than_a_tick_stand_where_they_were() -> None:
    tally, points = Tally(averaged=True), []
    tally.pace = 1000.0  # so few steps wait for those that follow
    for epoch in range(1, 31):
        tally.begin_epoch(epoch)
        for _ in range(7):
            tally.took(float(epoch), 1)
        points += tally.new_points()
        tally.end_epoch({"loss": float(epoch)})
    steps = [step for step, _loss in points]
    assert steps == sorted(set(steps))
    assert all(loss == step // 7 + 1 for step, loss in points)
    assert len(points) > 30


def test_what_is_left_counts_the_epochs_to_come() -> None:
    tally = Tally(averaged=True)
    tally.begin_epoch(2)
    tally.took(1.0, 1)
    assert tally.left(10, 3, 2.0) == pytest.approx((10 * 2 - 1) / 2)
    assert tally.left(None, 3, 2.0) is None


def test_logs_that_are_no_numbers_are_left_out() -> None:
    assert plain_values({"loss": 1, "confusion": [[1, 2]], "nan": math.nan}).keys() == {"loss", "nan"}
    assert plain_values(None) == {}
    assert number(np.array([1.0, 2.0])) is None
    assert number(None) is None


def test_the_scripts_own_list_of_callbacks_stays_as_it_is() -> None:
    given = ["a"]
    assert with_callback(given, "ours") == ["a", "ours"]
    assert given == ["a"]
    assert with_callback(None, "ours") == ["ours"]
    assert with_callback("alone", "ours") == ["alone", "ours"]


def test_a_list_of_callbacks_that_trains_once_more_has_none_of_ours() -> None:
    class CallbackList:
        def __init__(self) -> None:
            self.callbacks = ["theirs"]

        def append(self, one: str) -> None:
            self.callbacks.append(one)

    given = CallbackList()
    assert with_callback(given, "ours") is given
    assert given.callbacks == ["theirs", "ours"]
    without_callback(given, "ours")
    assert given.callbacks == ["theirs"]
    without_callback(["theirs", "ours"], "ours")  # a list of ours: nothing to take out


def test_a_model_that_makes_its_step_in_its_own_way_is_asked_as_keras_asks_it() -> None:
    class Own:
        train_function: Any = None

        def make_train_function(self) -> Any:
            self.train_function = self.train_function or (lambda iterator: {"loss": iterator})
            return self.train_function

    model, seen = Own(), []

    def watched(function: Any) -> Any:
        return lambda iterator: seen.append(iterator) or function(iterator)

    with step_through(model, watched, lambda step: False):
        assert model.make_train_function()(3) == {"loss": 3}
    assert seen == [3]
    assert "make_train_function" not in vars(model)
    assert model.train_function(4) == {"loss": 4}
    assert seen == [3]


def test_a_loss_without_a_value_is_none() -> None:
    nest = SimpleNamespace(nest=SimpleNamespace(flatten=lambda given: given if isinstance(given, list) else [given]))
    kind = SimpleNamespace(is_floating=True)
    scalar = SimpleNamespace(dtype=kind, shape=(), numpy=lambda: 1.0)
    of_a_graph, of_rows = SimpleNamespace(dtype=kind, shape=()), SimpleNamespace(dtype=kind, shape=(4,), numpy=list)
    assert _scalar([of_a_graph, of_rows, scalar], nest) is scalar
    assert _scalar(of_rows, nest) is None
    assert _scalar(of_a_graph, nest) is None
    assert _scalar(None, nest) is None


# --- one call of fit, its step and its batches made by hand -------------------------------------------------------------------


class Variable:
    """Stands for a variable: a value that can be read and set."""

    trainable, name, dtype, shape = True, "kernel", "float32", (2,)

    def __init__(self) -> None:
        self.value: Any = np.zeros(2, "float32")

    def numpy(self) -> Any:
        return self.value.copy()

    def assign(self, value: Any) -> None:
        self.value = value


class Made:
    """A training call of as many steps as it is told to make, watched on as many GPUs."""

    def __init__(self, gpus: int = 0, **attributes: Any) -> None:
        self.told: list[dict[str, Any]] = []
        self.alarms: list[FitWatch] = []
        live: Any = SimpleNamespace(
            run_eagerly=True, trainable_variables=[Variable()], non_trainable_variables=[], stop_training=False,
            **attributes,
        )  # fmt: skip
        tf = SimpleNamespace(
            distribute=SimpleNamespace(has_strategy=lambda: False),
            config=SimpleNamespace(list_physical_devices=lambda kind: ["GPU:0"] * gpus),
        )
        model: Any = SimpleNamespace(object=live, own_step=False, built=True, loss_name="mse")
        self.live = live
        self.watch = FitWatch(
            LiveCall(Call(0, "Model.fit"), {}, frozenset()), model, tf, self.told.append, self.alarms.append
        )


class Batches:
    """Stands for the batches of the last calls, that of the last one first."""

    def __init__(self, last: list[Any]) -> None:
        self.last, self.freed = last, False

    def batch(self, back: int) -> Batch | None:
        return Batch({"x": self.last[back]}) if back < len(self.last) else None

    def delivered(self) -> None:
        return None

    def free(self) -> None:
        self.freed = True


def test_on_a_gpu_the_batch_to_blame_is_that_of_its_step_and_not_that_of_the_last_one() -> None:
    made = Made(gpus=1)
    made.watch._size, losses = 6, [1.0, 1.0, math.nan, math.nan, math.nan, math.nan]
    made.watch._kept = Batches([np.full(2, place) for place in reversed(range(6))])  # type: ignore[assignment]
    found = []
    made.watch._alarm = lambda watch: found.append((watch.bad.step, watch.batch.x["x"][0]))  # type: ignore[union-attr]
    for loss in losses:
        made.watch._after({"loss": loss})
    assert found[0] == (2, 2)


@pytest.mark.parametrize(
    ("attribute", "asked", "taken"),
    [
        ("steps_per_execution", None, 25),
        ("steps_per_execution", 25, 30),  # Keras 3 has no end within a call
        ("_steps_per_execution", 25, 25),
    ],
)
def test_the_last_call_of_an_epoch_takes_the_steps_that_are_left(attribute: str, asked: int | None, taken: int) -> None:
    made = Made(**{attribute: 10})
    made.watch.call.bound["steps_per_epoch"] = asked
    made.watch._count_steps()
    made.watch._steps = 25
    for epoch in (1, 2):
        made.watch._tally.begin_epoch(epoch)
        for _ in range(3):
            made.watch._after({"loss": 1.0})
        made.watch._close_epoch({"loss": 1.0})
    assert [one.steps for one in made.watch._tally.epochs] == [taken, taken]
    assert made.watch._tally.step == 2 * taken - 1


def test_a_training_whose_watching_broke_off_can_be_stopped_and_its_end_is_told() -> None:
    made = Made()
    made.watch._safely(lambda: 1 / 0)
    step = made.watch._stepping(lambda iterator: {"loss": 1.0})
    made.watch.stopping = True
    assert step(iter(())) == {"loss": 1.0}
    assert made.live.stop_training
    made.watch._kept = kept = Batches([])  # type: ignore[assignment]
    made.watch._end("stopped")
    assert [one["ended"] for one in made.told] == ["stopped"]
    assert kept.freed
    assert "ZeroDivisionError" in made.watch.facts().unseen[0]


def test_a_step_that_logs_several_numbers_as_its_loss_is_watched_without_it() -> None:
    made = Made()
    for _ in range(3):
        made.watch._safely(made.watch._after, {"loss": np.ones(4)})
    made.watch._judge()
    assert (made.watch._tally.step, made.watch._tally.logged, made.watch.unseen) == (2, None, [])


def test_a_wrong_training_call_raises_what_it_would_have_raised_and_counts_as_failed() -> None:
    def fit(self: object, x: object) -> None:
        raise AssertionError

    made = Made()
    with pytest.raises(TypeError, match=r"fit\(\) got an unexpected keyword argument 'lr'"):
        made.watch.run(fit, (made.live,), {"lr": 1})
    assert made.told[-1]["ended"] == "failed"


def test_weights_are_not_kept_beyond_their_training() -> None:
    made = Made()
    weights = made.watch.weights
    weights.keep(-1, math.inf)
    assert isinstance(weights, Weights)
    made.live.trainable_variables[0].assign(np.ones(2, "float32"))
    made.watch._end("finished")
    assert not weights.back()
