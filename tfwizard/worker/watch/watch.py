"""The training calls of the script, let run under watch, one after the other."""

from __future__ import annotations

import time
from typing import Any, Callable

from tfwizard.facts.watch import FitWatched, WatchFacts
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Case
from tfwizard.worker.link import Link
from tfwizard.worker.model import Model
from tfwizard.worker.watch.fit import FitWatch
from tfwizard.worker.watch.loop import LoopWatch


class Watch:
    """Watches from when the held call goes on to the end of the script. `rest` serves probes where a training is to rest."""

    def __init__(self, link: Link, case: Case, rest: Callable[[], None]) -> None:
        self._link, self._case, self._rest = link, case, rest
        #: The trainings, and of those that ended what was seen of them.
        self._fits: list[FitWatch | LoopWatch | FitWatched] = []
        self._started = time.monotonic()
        self.stopping = False
        case.recorder.passing = True
        link.on_stop_training = self._stop

    def begin(self, call: LiveCall) -> None:
        """A training call of Keras is about to begin."""
        case = self._case
        if "callbacks" not in call.bound:
            self._begin_loop(call)
            return
        model = case.model if call is case.held else Model(call.owner, None, case.tf)
        number = len(self._fits)

        def tick(body: dict[str, Any]) -> None:
            self._link.send("training", fit=number, **body)

        fit = FitWatch(call, model, case.tf, tick, self._alarm)
        fit.stopping = self.stopping
        self._fits.append(fit)

        def run(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            try:
                return fit.run(original, args, kwargs)
            finally:
                self._fits[number] = fit.facts()  # nothing of the model or its data is held any more
                self._send_facts()

        call.around = run

    def _begin_loop(self, call: LiveCall) -> None:
        """A loop of the script's own: it is watched from its held call on, as one training."""
        case = self._case
        if self._fits:
            return
        model = case.model.object if case.has_model else None
        variables = case.loop.variables if case.loop is not None else []

        def tick(body: dict[str, Any]) -> None:
            self._link.send("training", fit=0, **body)

        self._fits.append(LoopWatch(call, case.recorder, model, variables, case.tf, tick, self._alarm))

    def end(self, how: str) -> None:
        """The script came to its end: a loop that goes on to there has no end of its own."""
        for fit in self._fits:
            if isinstance(fit, LoopWatch) and fit.ended == "running":
                fit.ended = "stopped" if fit.stopping else how
                fit.say()
                self._send_facts()

    def _stop(self) -> None:
        """The person asked for an end: this training ends after its step, and so do those that follow."""
        self.stopping = True
        for fit in self._fits:
            if not isinstance(fit, FitWatched):
                fit.stopping = True

    def _alarm(self, fit: FitWatch | LoopWatch) -> None:
        """Hold the training where it is, the weights as they were before, and the batch for the probes."""
        assert fit.bad is not None
        fit.weights.back()
        if fit.batch is not None:
            self._case.look_at(fit.batch)
        self._link.send("alarm", bad=fit.bad)
        self._send_facts()
        self._rest()

    def _send_facts(self) -> None:
        facts = WatchFacts(tuple(fit if isinstance(fit, FitWatched) else fit.facts() for fit in self._fits))
        seconds = round(time.monotonic() - self._started, 3)
        self._link.send("facts", request=0, stage="watch", facts=facts, why="", by="", seconds=seconds)
