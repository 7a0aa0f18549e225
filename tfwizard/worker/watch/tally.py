"""How a training goes: its losses by step, its epochs, its pace."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Any

from tfwizard.facts.watch import EpochWatched

#: So many points are kept of a whole training.
MOST_POINTS = 400
#: So many new points cross the socket with a tick.
POINTS_A_TICK = 16
#: A pace is that of so many seconds: one that was taken over less jumps.
PACE_S = 1.0
#: The share of waiting is that of so many steps, one a tick.
WAITS = 20


class Tally:
    """What was measured so far. Keras logs the mean loss of the epoch (`averaged`); here it is that of the steps."""

    def __init__(self, averaged: bool) -> None:
        self.averaged = averaged
        self.step = -1  # the last step, over all epochs
        self.in_epoch = 0  # steps done in this epoch
        self.epoch = 0
        self.epochs: list[EpochWatched] = []
        self.points: list[tuple[int, float]] = []
        self._epochs_told = 0
        self.logged: float | None = None
        self.started = time.perf_counter()
        self.rows = 0  # of the last batch that was looked at
        self._waited: deque[float] = deque(maxlen=WAITS)
        # Each with the step that its epoch began at: those of several epochs may wait together.
        self._fresh: list[tuple[int, int, float]] = []
        self._mark: tuple[int, int, float] = (0, 0, 0.0)
        self._epoch_began = self.started
        self.pace = 0.0
        self._mark_of_pace: tuple[int, float] = (-1, self.started)

    def begin_epoch(self, epoch: int) -> None:
        """A new epoch, numbered from 1."""
        self.new_points()
        self.epoch, self.in_epoch = epoch, 0
        self._epoch_began = time.perf_counter()

    def took(self, loss: float | None, steps: int) -> None:
        """So many steps were taken; `loss` is what was logged behind them."""
        self.step += steps
        self.in_epoch += steps
        self.logged = loss
        if loss is not None:
            self._fresh.append((self.step - self.in_epoch, self.in_epoch, loss))

    def new_points(self) -> list[tuple[int, float]]:
        """The points since this was asked last, each the mean loss of the steps since the point before it.

        A few steps right behind an epoch's end wait for those that follow: alone they would be a spike in the curve.
        """
        if self.step > self.in_epoch and len(self._fresh) < self.pace / 16:
            return []
        fresh, self._fresh = self._fresh, []
        stride = max(1, math.ceil(len(fresh) / POINTS_A_TICK))
        found = []
        for last in range(stride - 1, len(fresh) + stride - 1, stride):
            began, at, logged = fresh[min(last, len(fresh) - 1)]
            epoch, before, mean = self._mark
            if began != epoch:
                before, mean = 0, 0.0
            # The difference of two running means is that of their sums; late in an epoch, rounding is all of it.
            value = (at * logged - before * mean) / (at - before) if self.averaged and at > before else logged
            self._mark = (began, at, logged)
            found.append((began + at, value))
        self.points += found
        if len(self.points) > MOST_POINTS:  # twice as far apart, for the whole of it
            self.points = [*self.points[:-1:2], self.points[-1]]
        return found

    def new_epochs(self) -> list[EpochWatched]:
        """The epochs that ended since this was asked last."""
        told, self._epochs_told = self._epochs_told, len(self.epochs)
        return self.epochs[told:]

    def end_epoch(self, values: dict[str, float]) -> EpochWatched:
        """The epoch is over; `values` is all that it logged."""
        validation = {name[4:]: value for name, value in values.items() if name.startswith("val_")}
        others = {name: value for name, value in values.items() if not name.startswith("val_") and name != "loss"}
        seconds = round(time.perf_counter() - self._epoch_began, 3)
        done = EpochWatched(self.epoch, self.in_epoch, values.get("loss"), others, validation, seconds)
        self.epochs.append(done)
        return done

    def delivered(self, at: float, rows: int, called: float) -> None:
        """The batch of the step that was called at `called` and has just ended came at `at`, both in seconds since 1970."""
        self.rows = rows
        took = time.time() - called
        if took > 0 and self.step > 0:  # the first one is traced first
            self._waited.append(min(1.0, max(0.0, at - called) / took))

    def waiting(self) -> float | None:
        """The share of a step that goes by before its batch is there, None where that is not known."""
        return sum(self._waited) / len(self._waited) if self._waited else None

    def left(self, steps: int | None, epochs: int, pace: float) -> float | None:
        """Seconds to the end at this pace, None where the number of steps is not known."""
        if not steps or pace <= 0:
            return None
        return (steps * (epochs - self.epoch + 1) - self.in_epoch) / pace

    def steps_a_second(self) -> float:
        """The pace of the last second or more; 0 while that is not known."""
        now = time.perf_counter()
        step, at = self._mark_of_pace
        if now - at >= (PACE_S if self.pace else PACE_S / 4):
            self._mark_of_pace = (self.step, now)
            self.pace = (self.step - step) / (now - at)
        return self.pace


def plain_values(logs: Any) -> dict[str, float]:
    """The numbers of an epoch's logs by name."""
    found: dict[str, float] = {}
    for name, value in dict(logs or {}).items():
        if (known := number(value)) is not None:
            found[str(name)] = known
    return found


def number(value: Any) -> float | None:
    """What was logged as a number; None for what is none, or several: a step of the script's own logs what it likes."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
