"""A training loop of the script's own (or one of `train_on_batch`), watched from the outside of its step."""

from __future__ import annotations

import functools
import sys
import time
from types import FrameType
from typing import Any, Callable

from tfwizard.facts.watch import BadStep, FitWatched
from tfwizard.language import _
from tfwizard.worker.batches import Batch, as_batch, unpack
from tfwizard.worker.capture.recorder import LiveCall, Recorder
from tfwizard.worker.watch.kept import bad_inputs
from tfwizard.worker.watch.tally import Tally, number
from tfwizard.worker.watch.told import gpu_memory, rate_now
from tfwizard.worker.watch.weights import Weights, name_of

TICK_S = 0.25
MOST_NAMES = 20


class Moved:
    """The variables that a loop moves, as a model has them."""

    def __init__(self, variables: list[Any]) -> None:
        self.trainable_variables = variables
        self.non_trainable_variables: list[Any] = []


class LoopWatch:
    """What watches a loop. `held` is the call at which it was held: one that applies gradients, or `train_on_batch`."""

    def __init__(
        self,
        held: LiveCall,
        recorder: Recorder,
        model: Any,
        variables: list[Any],
        tf: Any,
        tick: Callable[[dict[str, Any]], None],
        alarm: Callable[[LoopWatch], None],
    ) -> None:
        self.held, self.tf = held, tf
        self.weights = Weights(model if model is not None else Moved(variables), tf)
        self.bad: BadStep | None = None
        self.batch: Batch | None = None
        self.ended = "running"
        self.stopping = False
        self._recorder = recorder
        self._optimizer_of = held.owner if held.facts.name.endswith("train_on_batch") else _Optimized(held.owner)
        self._tick, self._alarm = tick, alarm
        self._tally = Tally(averaged=False)
        self._tally.begin_epoch(1)
        self._tally.took(None, 1)  # the step that was held
        self._next_tick = time.perf_counter() + TICK_S
        self._off = False
        self._last: tuple[Any, ...] = ()
        self.unseen: list[str] = []
        self._begin()

    # --- where it is hooked in ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Look behind every call of the traced step; where there is none, behind every call like the held one."""
        step = traced_step()
        if step is None:
            self._recorder.stepping = self._stepping
            return
        cls = type(step)
        original = cls.__call__

        @functools.wraps(original)
        def called(function: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(function, *args, **kwargs)
            if function is step and self.tf.executing_eagerly():
                self._safely(_scalar(result, self.tf), args)
            return result

        called.autograph_info__ = {}  # type: ignore[attr-defined]
        cls.__call__ = called

    def _stepping(self, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = original(*args, **kwargs)
        if args and args[0] is self.held.owner and self.tf.executing_eagerly():
            own = self.held.facts.name.endswith("train_on_batch")
            loss = _first(result) if own else _scalar(self._recorder.tapes.target, self.tf)
            self._safely(loss, args[1:3] if own else ())
        return result

    def _safely(self, loss: Any, given: tuple[Any, ...]) -> None:
        if self.stopping:
            # A loop of the script's own knows of no other way to be told.
            raise KeyboardInterrupt("the training was to stop")
        if self._off:
            return
        try:
            self._after(loss, given)
        except Exception as error:
            self._off = True
            self.unseen.append(
                _("The watching broke off: {type}: {error}", type=type(error).__name__, error=error)[:300]
            )

    # --- each step ---------------------------------------------------------------------------------------------------------------

    def _after(self, loss: Any, given: tuple[Any, ...]) -> None:
        self._last = given
        value = number(loss)
        since = self._tally.step
        self._tally.took(value, 1)
        if value is not None and value - value != 0:
            self._found("loss", since)
        now = time.perf_counter()
        if self.weights.is_due(now):
            if self.weights.bad():
                self._found("weights", self.weights.looked_at)
            self.weights.looked(self._tally.step, time.perf_counter() - now)
            self.weights.keep(self._tally.step, time.perf_counter())
        if now >= self._next_tick:
            self.say()
            self._next_tick = time.perf_counter() + TICK_S

    def _found(self, what: str, since: int) -> None:
        names = [name_of(one) for one in self.weights.bad()]
        tally = self._tally
        self.batch = batch = self._batch()
        self.bad = BadStep(
            what, tally.step, tally.step, 1, since, tally.logged, tuple(names[:MOST_NAMES]), len(names), batch is not None,
            batch.rows() if batch is not None else 0, bad_inputs(batch, self.tf) if batch is not None else (),
            self.weights.kept_at,
        )  # fmt: skip
        self.ended = "nan"
        self.say()
        self._alarm(self)

    def _batch(self) -> Batch | None:
        """What the step was called with, or what was read last; None where that is no batch."""
        try:
            if self._last:
                x, y, weight = (*self._last, None, None)[:3]
                return as_batch(x, y, weight, self.tf)
            element = self._recorder.tapes.element
            return None if element is None else unpack(element, self.tf)
        except Exception:  # arguments of another kind
            return None

    def say(self) -> None:
        """Tell how it goes."""
        tally = self._tally
        self._tick(
            {
                "epoch": 1, "epochs": 1, "step": tally.in_epoch, "steps": None, "loss": tally.logged,
                "points": tally.new_points(), "done": [], "rate": rate_now(self._optimizer_of, self.tf), "samples_per_s": None,
                "steps_per_s": tally.steps_a_second(), "waiting": None, "eta_s": None, "memory_mb": gpu_memory(self.tf),
                "ended": self.ended, "seconds": round(time.perf_counter() - tally.started, 3),
            }
        )  # fmt: skip

    def facts(self) -> FitWatched:
        """What was seen of it."""
        tally = self._tally
        tally.new_points()
        unseen = [_("In a loop of your own there are no epochs to be seen.")]
        if tally.logged is None:
            unseen.append(_("Its loss: the step does not return it as a single number."))
        return FitWatched(
            _("a loop of the script's own"), self.ended, tally.step + 1, (), 1, tuple(tally.points), "", self.bad, None,
            round(time.perf_counter() - tally.started, 3), self.held.facts.where, (*unseen, *self.unseen),
        )  # fmt: skip


class _Optimized:
    """What has an optimizer, as a model does."""

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer


def traced_step() -> Any:
    """The outermost tf.function that is being traced now, None where none is."""
    found, frame = None, sys._getframe(1)
    at: FrameType | None = frame
    while at is not None:
        if at.f_code.co_name == "__call__" and at.f_code.co_filename.endswith("polymorphic_function.py"):
            found = at.f_locals.get("self", found)
        at = at.f_back
    return found


def _scalar(result: Any, tf: Any) -> Any:
    """The loss among what a step returned: its one number, or the first of several; None where there is none.

    A tensor of a graph has no value: a traced function may have asked its tape for the gradients.
    """
    for one in tf.nest.flatten(result):
        if (
            hasattr(one, "numpy")
            and getattr(getattr(one, "dtype", None), "is_floating", False)
            and getattr(one, "shape", None) == ()
        ):
            return one
    return None


def _first(result: Any) -> Any:
    """The loss that `train_on_batch` gave: alone, first of several, or by name."""
    if isinstance(result, dict):
        return result.get("loss")
    return result[0] if isinstance(result, (list, tuple)) else result
