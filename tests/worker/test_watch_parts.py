"""What is counted of a training in the worker, without TensorFlow."""

from __future__ import annotations

import math

import pytest

from tfwizard.worker.watch.hooks import with_callback
from tfwizard.worker.watch.tally import MOST_POINTS, POINTS_A_TICK, Tally, plain_values


def test_the_losses_of_the_steps_come_out_of_the_means_that_keras_logs() -> None:
    tally, losses = Tally(averaged=True), [4.0, 2.0, 3.0, 1.0]
    tally.begin_epoch(1)
    for number in range(4):
        tally.took(sum(losses[: number + 1]) / (number + 1), 1)
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


def test_what_is_left_counts_the_epochs_to_come() -> None:
    tally = Tally(averaged=True)
    tally.begin_epoch(2)
    tally.took(1.0, 1)
    assert tally.left(10, 3, 2.0) == pytest.approx((10 * 2 - 1) / 2)
    assert tally.left(None, 3, 2.0) is None


def test_logs_that_are_no_numbers_are_left_out() -> None:
    assert plain_values({"loss": 1, "confusion": [[1, 2]], "nan": math.nan}).keys() == {"loss", "nan"}
    assert plain_values(None) == {}


def test_the_scripts_own_list_of_callbacks_stays_as_it_is() -> None:
    given = ["a"]
    assert with_callback(given, "ours") == ["a", "ours"]
    assert given == ["a"]
    assert with_callback(None, "ours") == ["ours"]
    assert with_callback("alone", "ours") == ["alone", "ours"]
