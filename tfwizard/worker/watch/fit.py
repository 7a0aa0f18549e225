"""One call of `fit`, watched: each step's loss and weights, and once or twice a second what is told of them."""

from __future__ import annotations

import contextlib
import inspect
import math
import time
from typing import Any, Callable

from tfwizard.facts.watch import BadStep, FitWatched, PredictedFacts
from tfwizard.language import _
from tfwizard.worker.batches import Batch
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.model import Model
from tfwizard.worker.watch import hooks
from tfwizard.worker.watch.kept import Kept, bad_inputs, is_known
from tfwizard.worker.watch.predicted import predicted
from tfwizard.worker.watch.tally import Tally, number, plain_values
from tfwizard.worker.watch.told import gpu_memory, rate_now
from tfwizard.worker.watch.weights import Weights, name_of

#: How far apart two tellings are, in seconds: in between by the share of the time that one takes.
TICK_S, LONGEST_TICK_S, TICK_SHARE = 0.5, 1.0, 0.0025
#: On a GPU the steps are looked at in groups: to ask for each loss would make the GPU wait for Python.
GROUP = 6
#: So many batches are kept, and those of one group of steps.
KEPT = 64
#: A quick look at the weights may take this share of the time.
SHARE = 0.003
#: So many epochs are told at the end, the last ones.
MOST_EPOCHS = 5000
#: So many variables are named.
MOST_NAMES = 20

#: Told of a tick, and of a step that is not finite: the second holds the training there.
Tick = Callable[[dict[str, Any]], None]
Alarm = Callable[["FitWatch"], None]


class FitWatch:
    """What watches one training call. Whatever goes wrong in here ends the watching, never the training."""

    def __init__(self, call: LiveCall, model: Model, tf: Any, tick: Tick, alarm: Alarm) -> None:
        strategy = getattr(model.object, "distribute_strategy", None)
        replicated = int(getattr(strategy, "num_replicas_in_sync", 1)) > 1 or tf.distribute.has_strategy()
        self.call, self.model, self.tf = call, model, tf
        self.live = model.object
        self.weights = Weights(self.live, tf)
        self.unseen: list[str] = []
        self.bad: BadStep | None = None
        self.batch: Batch | None = None
        self.ended = "running"
        self.stopping = False
        self._tally = Tally(averaged=not model.own_step)
        self._predicted: PredictedFacts | None = None
        self._kept: Kept | None = None
        self._tick, self._alarm = tick, alarm
        self._off = False
        self._losses: list[Any] = []  # of the calls of the step that were not counted yet
        self._behind = 0  # calls that were made since the one that is counted now
        self._quick = not (getattr(self.live, "run_eagerly", False) or replicated)
        self._looked = 0.0
        self._first_look_done = False
        self._on_gpu = bool(tf.config.list_physical_devices("GPU"))
        self._size = 1  # so many calls of the step are counted together
        self._to_look = 1  # steps from one look at the weights to the next
        self._steps_a_call = 1
        self._is_cut = True  # the last call of an epoch takes the steps that are left
        self._scaled = "LossScale" in type(getattr(self.live, "optimizer", None)).__name__
        self._next_tick = time.perf_counter() + TICK_S
        self._epochs = 1
        self._steps: int | None = None
        self._called_at = 0.0
        self._ours: Any = None
        self._stack = contextlib.ExitStack()

    # --- the call ----------------------------------------------------------------------------------------------------------

    def run(self, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Make the training call."""
        try:
            result = self._train(original, args, kwargs)
        except BaseException:
            self._end("failed")
            raise
        self._end("stopped" if self.stopping else "finished")
        return result

    def _train(self, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            bound = inspect.signature(original).bind(*args, **kwargs)
        except TypeError:
            return original(*args, **kwargs)  # the call is wrong, and says so itself
        given = bound.arguments
        for name in {"x", "generator"} & given.keys():
            if given[name] is not self.call.bound[name]:  # batches that the probes read are put back in front
                given[name] = (batch for batch in self.call.bound[name])  # Keras takes real generators alone
        self._ours = hooks.callback_of(
            self.live, on_train_begin=self._train_begins, on_epoch_begin=self._epoch_begins, on_epoch_end=self._epoch_ends
        )  # fmt: skip
        given["callbacks"] = hooks.with_callback(given.get("callbacks"), self._ours)
        self._safely(self._count_steps)
        with self._stack:
            self._stack.callback(hooks.without_callback, given["callbacks"], self._ours)
            self._stack.enter_context(hooks.batches_through(self.tf, self._see, self._steps_a_call > 1))
            self._stack.enter_context(hooks.step_through(self.live, self._stepping, is_known))
            return original(*bound.args, **bound.kwargs)

    def _end(self, how: str) -> None:
        self.ended = how
        if how != "failed" and self._kept is not None:
            self._safely(self._look_at_predictions)
        self.weights.forget()
        # Where the watching broke off as well, how it ended is told, and nothing is kept any more.
        for work in (self._say, *([self._kept.free] if self._kept is not None else [])):
            self._off = False
            self._safely(work)

    def _look_at_predictions(self) -> None:
        assert self._kept is not None
        self._predicted = predicted(self.model, self._kept.batch(0))

    def _safely(self, work: Callable[..., Any], *given: Any) -> None:
        """Do `work` unless something went wrong before; what goes wrong now is told at the end."""
        if self._off:
            return
        try:
            work(*given)
        except Exception as error:
            self._off = True
            self.unseen.append(
                _("The watching broke off: {type}: {error}", type=type(error).__name__, error=error)[:300]
            )

    # --- where it is hooked in ------------------------------------------------------------------------------------------------

    def _see(self, element: Any) -> None:
        if self._kept is not None:
            self._safely(self._kept.see, element)

    def _stepping(self, function: Any) -> Any:
        """The same step, and what is looked at behind it."""
        try:
            self._kept = Kept(self.tf, function, KEPT + (GROUP if self._on_gpu else 1) * self._steps_a_call)
        except TypeError as error:  # a function that nothing can be noted of
            self.unseen.append(_("The batches are not kept: {error}", error=error)[:200])
        kept = self._kept
        begun: list[Any] = []

        def stepped(iterator: Any) -> Any:
            self._called_at = time.time()
            if kept is None:
                logs = function(iterator)
            else:
                if not begun:
                    begun.append(iterator)
                    self._begin(kept, iterator)
                kept.stepping = True
                try:
                    logs = function(iterator)
                finally:
                    kept.stepping = False
            if not self._off:
                self._safely(self._after, logs)
            elif self.stopping:
                self.live.stop_training = True
            return logs

        return stepped

    def _count_steps(self) -> None:
        given: Any = getattr(self.live, "steps_per_execution", None)
        # Keras 3 trains a whole last call beyond steps_per_epoch, Keras 2 what is left.
        self._is_cut = given is None or self.call.bound.get("steps_per_epoch") is None
        given = given or getattr(self.live, "_steps_per_execution", None)
        self._steps_a_call = int(given.numpy() if hasattr(given, "numpy") else given or 1)

    def _begin(self, kept: Kept, iterator: Any) -> None:
        """The first step is about to be taken (and traced)."""
        try:
            kept.begin(iterator)
        except Exception as error:
            self.unseen.append(_("The batches are not kept: {error}", error=error)[:200])
            self._kept = None

    def _train_begins(self, logs: Any = None) -> None:
        self._safely(self._first_copy)

    def _first_copy(self) -> None:
        params = getattr(self._ours, "params", None) or {}
        self._epochs, self._steps = int(params.get("epochs") or 1), params.get("steps")
        if self.model.built:
            self.weights.exclude_bad()
            self.weights.keep(-1, time.perf_counter())
            if self._quick:
                self.weights.seem_finite()  # its graph is made before the first step
        self._looked = time.perf_counter()

    def _epoch_begins(self, epoch: int, logs: Any = None) -> None:
        self._safely(self._tally.begin_epoch, epoch + 1)

    def _epoch_ends(self, epoch: int, logs: Any = None) -> None:
        self._safely(self._close_epoch, logs)

    def _close_epoch(self, logs: Any) -> None:
        self._judge()
        self._look()
        self._steps = self._steps or self._tally.in_epoch
        self._tally.end_epoch(plain_values(logs))
        self._say()

    # --- each step ---------------------------------------------------------------------------------------------------------------

    def _after(self, logs: Any) -> None:
        """Behind each step: this runs as often as the training steps, so it does as little as it can."""
        loss = logs.get("loss") if hasattr(logs, "get") else None
        if not self._on_gpu and loss is not None:
            loss = number(loss)
            if loss is not None and loss - loss != 0:
                self._size = 1
        self._losses.append(loss)
        now = time.perf_counter()
        if now >= self._next_tick:
            self._now_and_then(now)
        elif len(self._losses) >= self._size:
            self._judge()
            if self._tally.step - self.weights.looked_at >= self._to_look:
                self._look()

    def _judge(self) -> None:
        """Count the steps that were taken, and see whether their losses are finite."""
        losses, self._losses = self._losses, []
        self._behind = len(losses)
        for loss in losses:
            self._behind -= 1
            self._took(loss)

    def _took(self, loss: Any) -> None:
        """One call of the step gave this loss."""
        value, since = number(loss), self._tally.step
        self._tally.took(value, self._steps_in(1))
        if value is not None and value - value != 0 and not self._scaled:
            self._found("loss", since)

    def _steps_in(self, calls: int) -> int:
        """The steps that so many calls take, the next ones to be counted."""
        steps = calls * self._steps_a_call
        return (
            steps
            if self._steps is None or not self._is_cut
            else max(calls, min(steps, self._steps - self._tally.in_epoch))
        )

    def _look(self) -> None:
        """Whether the weights are finite; looked at as often as that takes its SHARE of the time, at least each KEPT steps."""
        self._judge()
        began, steps = time.perf_counter(), self._tally.step - self.weights.looked_at
        if not (self.weights.seem_finite() if self._quick else not self.weights.bad()):
            self._found("weights", self.weights.looked_at)
        self.weights.looked_at = self._tally.step
        now = time.perf_counter()
        pace = (began - self._looked) / max(1, steps)
        every = (now - began) / max(SHARE * pace, 1e-9)
        self._to_look = max(1, min(KEPT, math.ceil(every))) if self._first_look_done else 1
        self._size = max(1, self._to_look // self._steps_a_call)
        if self._on_gpu:
            self._size = min(self._size, GROUP)
        self._first_look_done, self._looked = True, now

    def _now_and_then(self, now: float) -> None:
        """Twice a second at most: each time costs some milliseconds."""
        if self._kept is not None and (came := self._kept.delivered()) is not None:
            self._tally.delivered(*came, self._called_at)
        if self.stopping:
            self.live.stop_training = True
        self._look()
        if self.weights.is_due(now):
            if self.weights.bad():
                self._found("weights", self.weights.looked_at)
            self.weights.looked(self._tally.step, time.perf_counter() - now)
        self.weights.keep(self._tally.step, time.perf_counter())
        self._say()
        took = time.perf_counter() - now
        self._next_tick = now + min(LONGEST_TICK_S, max(TICK_S, took / TICK_SHARE))

    def _batch(self, since: int) -> tuple[Batch | None, int, bool]:
        """The batch of the steps behind `since` that is to blame, how many steps back it was taken, and whether that is sure.

        It is where one of them alone holds what is no number; else it is that of the last step, and not sure.
        """
        found: list[tuple[Batch, int]] = []
        last, behind = None, self._steps_in(self._behind)
        for back in range(max(1, min(self._tally.step - since, KEPT))):
            batch = self._kept.batch(behind + back) if self._kept is not None else None
            if back == 0:
                last = batch
            if batch is not None and bad_inputs(batch, self.tf):
                found.append((batch, back))
        return (*found[0], True) if len(found) == 1 else (last, 0, False)

    def _found(self, what: str, since: int) -> None:
        """Loss or weights of the step that was counted last are no numbers: make sure of it, and hold the training."""
        names = tuple(name_of(one) for one in self.weights.bad())
        if what == "weights" and not names:
            return  # a sum of big numbers that are finite
        tally = self._tally
        self.batch, back, sure = self._batch(since)
        inputs = bad_inputs(self.batch, self.tf) if self.batch is not None else ()
        step = tally.step - back
        self.bad = BadStep(
            what, step, tally.in_epoch - 1 - back, tally.epoch, step - 1 if sure else since,
            tally.logged if what == "loss" else None, names[:MOST_NAMES], len(names), self.batch is not None,
            self.batch.rows() if self.batch is not None else 0, inputs, self.weights.kept_at,
        )  # fmt: skip
        self.ended = "nan"
        self._say()
        self._alarm(self)

    # --- what is told ------------------------------------------------------------------------------------------------------------

    def _say(self) -> None:
        tally = self._tally
        points, pace = tally.new_points(), tally.steps_a_second()
        self._tick(
            {
                "epoch": tally.epoch, "epochs": self._epochs, "step": tally.in_epoch, "steps": self._steps,
                "loss": tally.logged, "points": points, "done": tally.new_epochs(), "rate": rate_now(self.live, self.tf),
                "samples_per_s": pace * tally.rows if tally.rows else None, "steps_per_s": pace, "waiting": tally.waiting(),
                "eta_s": tally.left(self._steps, self._epochs, pace), "memory_mb": gpu_memory(self.tf), "ended": self.ended,
                "seconds": round(time.perf_counter() - tally.started, 3),
            }
        )  # fmt: skip

    def facts(self) -> FitWatched:
        """What was seen of this call."""
        tally = self._tally
        tally.new_points()
        return FitWatched(
            self.call.facts.name, self.ended, tally.step + 1, tuple(tally.epochs[-MOST_EPOCHS:]), self._epochs, tuple(tally.points),
            self.model.loss_name, self.bad, self._predicted, round(time.perf_counter() - tally.started, 3),
            self.call.facts.where, tuple(self.unseen),
        )  # fmt: skip
