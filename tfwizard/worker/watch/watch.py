"""The training calls of the script, let run under watch, one after the other."""

from __future__ import annotations

import time
from typing import Any, Callable

from tfwizard.facts.watch import WatchFacts
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Case
from tfwizard.worker.link import Link
from tfwizard.worker.model import Model
from tfwizard.worker.watch.fit import FitWatch


class Watch:
    """Watches from when the held call goes on to the end of the script. `rest` serves probes where a training is to rest."""

    def __init__(self, link: Link, case: Case, rest: Callable[[], None]) -> None:
        self._link, self._case, self._rest = link, case, rest
        self._fits: list[FitWatch] = []
        self._started = time.monotonic()
        link.on_stop_training = self._stop

    def begin(self, call: LiveCall) -> None:
        """A training call of Keras is about to begin."""
        case = self._case
        if "callbacks" not in call.bound:  # train_on_batch
            return
        model = case.model if call is case.held else Model(call.owner, None, case.tf)
        number = len(self._fits)

        def tick(body: dict[str, Any]) -> None:
            self._link.send("training", fit=number, **body)

        fit = FitWatch(call, model, case.tf, tick, self._alarm)
        self._fits.append(fit)

        def run(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            try:
                return fit.run(original, args, kwargs)
            finally:
                self._send_facts()

        call.around = run

    def _stop(self) -> None:
        """The person asked for an end: this training ends after its step, and so do those that follow."""
        for fit in self._fits:
            fit.stopping = True

    def _alarm(self, fit: FitWatch) -> None:
        """Hold the training where it is, the weights as they were before, and the batch for the probes."""
        assert fit.bad is not None
        fit.weights.back()
        if fit.batch is not None:
            self._case.look_at(fit.batch)
        self._link.send("alarm", bad=fit.bad)
        self._send_facts()
        self._rest()

    def _send_facts(self) -> None:
        facts = WatchFacts(tuple(fit.facts() for fit in self._fits))
        seconds = round(time.monotonic() - self._started, 3)
        self._link.send("facts", request=0, stage="watch", facts=facts, why="", by="", seconds=seconds)
