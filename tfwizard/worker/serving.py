"""Serves probe requests while the script is held (or after it ended)."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

from tfwizard.language import _
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.link import Link
from tfwizard.worker.probes import PROBES
from tfwizard.worker.replicas import first_replica, strategy_of
from tfwizard.worker.state import preserved

#: Sections that run the model on the batch again.
RUN_THE_MODEL = ("heads", "nan", "labels", "hyperparameters", "rates", "overfit", "training", "baseline", "compare")


class Report:
    """What a probe uses to say how far it is, and to learn that it should stop.

    `stopped` is true once the person asked to stop or the budget is spent; a probe then returns what it has.
    `options` are what the wizard asks for, by name.
    """

    def __init__(self, link: Link, stage: str, budget_s: float, options: dict[str, Any]) -> None:
        self.options = options
        self._link = link
        self._stage = stage
        self._sent = 0.0
        self.deadline = time.monotonic() + budget_s

    @property
    def asked_to_stop(self) -> bool:
        """Whether the person asked."""
        return self._link.stop.is_set()

    @property
    def out_of_time(self) -> bool:
        """Whether the budget is spent."""
        return time.monotonic() > self.deadline

    @property
    def stopped(self) -> bool:
        """Whether to return now with what there is."""
        return self.asked_to_stop or self.out_of_time

    @property
    def left_s(self) -> float:
        """Seconds of the budget that are left."""
        return max(0.0, self.deadline - time.monotonic())

    def progress(self, done: int, total: int, label: str = "", values: tuple[float, ...] = ()) -> None:
        """Tell the screen; at most some ten times a second crosses the socket."""
        now = time.monotonic()
        if done == total or now - self._sent > 0.1:
            self._sent = now
            self._link.send("progress", stage=self._stage, done=done, total=total, label=label, values=values)


def serve_probes(link: Link, case: Case) -> dict[str, Any]:
    """Answer requests until the wizard ends this process, or lets the held call go on: gives the message that says so."""
    while (message := link.next())["kind"] != "go_on":
        if message["kind"] == "probe":
            _serve(link, case, message)
    return message


def _serve(link: Link, case: Case, message: dict[str, Any]) -> None:
    stage, request = message["stage"], message["request"]
    link.stop.clear()
    report = Report(link, stage, float(message.get("budget_s", 60.0)), message.get("options") or {})
    started = time.monotonic()
    try:
        facts = _eagerly(case, lambda: _preserving(case, stage, report))
    except Blocked as blocked:
        link.send(
            "facts",
            request=request,
            stage=stage,
            facts=None,
            why=blocked.why,
            by=blocked.by,
            seconds=time.monotonic() - started,
        )
    except BaseException as error:  # a probe must not end the worker, whatever the user's objects raise
        if case.memory.get("refused"):  # arguments that Keras does not take: of course they break what works on them
            why = _("The training call itself fails.")
            link.send(
                "facts",
                request=request,
                stage=stage,
                facts=None,
                why=why,
                by="script",
                seconds=time.monotonic() - started,
            )
            return
        link.send("broken", request=request, stage=stage, error=error_facts(error), seconds=time.monotonic() - started)
    else:
        link.send("facts", request=request, stage=stage, facts=facts, why="", by="", seconds=time.monotonic() - started)


def _preserving(case: Case, stage: str, report: Report) -> Any:
    if case.memory.get("exhausted") and stage in RUN_THE_MODEL:
        raise Blocked(_("The model does not fit into memory with this batch."), "batch")  # each try costs ten seconds
    with preserved(case), first_replica(case):
        return PROBES[stage](case, report)


def _eagerly(case: Case, work: Callable[[], Any]) -> Any:
    """Do `work` outside of any graph and of any strategy: a script that is held inside a tf.function is being traced.

    Graphs and the scopes of strategies belong to a thread, so another thread is outside of them. (`tf.init_scope` would be
    too, but it pauses gradient tapes.)
    """
    strategy_of(case)  # known in this thread alone, where it is the scope that says so
    if case.tf is None or (case.tf.executing_eagerly() and not case.tf.distribute.has_strategy()):
        return work()

    def at_work() -> Any:
        case.recorder.at_work.add(threading.get_ident())
        try:
            return work()
        finally:
            case.recorder.at_work.discard(threading.get_ident())

    with ThreadPoolExecutor(1) as other_thread:
        return other_thread.submit(at_work).result()
