"""Which batch size fits, found in throw-away runs of the script that may die of it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import replace

from tfwizard.casebook import StageStatus
from tfwizard.facts import Facts, FittingFacts, SizeTried
from tfwizard.facts.memory import OUT_OF_TIME
from tfwizard.language import _
from tfwizard.runner.standby import Opening
from tfwizard.session.absorb import RunRecord
from tfwizard.session.examiner import Examined, Examiner
from tfwizard.session.plain import RunState

#: Seconds for the training steps of one size, and after which no further size is begun.
TRY_S, SEARCH_S = 120.0, 420.0
#: Larger batches than this gain nothing on small models, and learn less from an epoch (Keskar et al. 2017).
MOST_ROWS = 4096
#: Signals that end a process where memory lacks: the system's own, and what native code without its memory comes to.
KILLED = (signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV)


def is_too_large(facts: Facts, ran_out: str) -> bool:
    """Whether the script's own batch did not fit where it was tried, or could not be tried there.

    `ran_out` says how it is known that the worker died of it.
    """
    memory, batch = facts.memory, facts.batch
    if facts.script is None or facts.script.outcome != "held_at_fit" or not own_size(facts):
        return False
    errors = [batch.error if batch else None, batch.step.error if batch and batch.step else None]
    failed = any(error is not None and error.lacks_memory for error in errors)
    return bool(ran_out) or failed or (memory is not None and bool(memory.untried) and memory.untried != OUT_OF_TIME)


def own_size(facts: Facts) -> int:
    """The script's own batch size; 0 where no batch was read."""
    return facts.memory.rows if facts.memory else (facts.data.rows if facts.data else 0)


class Search:
    """One search. `stop` ends it, and what was tried so far is kept."""

    def __init__(
        self,
        examiner: Examiner,
        opening: Opening,
        overlay: dict[str, str],
        record: RunRecord,
        tell: Callable[[int], None],
    ) -> None:
        self._examiner, self._opening, self._overlay, self._record, self._tell = (
            examiner,
            opening,
            overlay,
            record,
            tell,
        )
        self._run: Examined | None = None
        self._tried: list[SizeTried] = []
        self._stopped = self._why = ""
        self._until = time.monotonic() + SEARCH_S

    async def smaller(self, facts: Facts) -> FittingFacts:
        """Try the script's own size, unless that has failed already, then halves until one fits."""
        own, memory = own_size(facts), facts.memory
        error = facts.batch.error if facts.batch else None
        sizes = [own]
        if error is not None and error.lacks_memory:
            self._tried.append(SizeTried(own, False, error.useful, lacked=True))
            sizes = []
        elif memory is not None and memory.hopeless:
            sizes = []
        size = (memory.fitting if memory else None) or own // 2
        while size >= 1:
            sizes.append(size)
            size //= 2
        for size in sizes:
            if await self._try(size) is not False:
                break
        return self._facts(own, facts, upward=False)

    async def larger(self, facts: Facts) -> FittingFacts:
        """Double the script's own size until one does not fit, or there are no more samples."""
        own, data = own_size(facts), facts.data
        most = MOST_ROWS
        if data is not None and data.batches is not None and data.batches > 0:
            most = min(most, own * data.batches)
        size = 2 * own
        while size <= most and await self._try(size):
            size *= 2
        if size > most and not self._stopped:
            self._stopped = _("{n} samples were the most that was to be tried", n=most)
        return self._facts(own, facts, upward=True)

    def stop(self) -> None:
        """End it now."""
        self._stopped = _("stopped by you")
        self._examiner.kill()

    def _is_over(self) -> bool:
        return bool(self._stopped)

    def _facts(self, own: int, facts: Facts, upward: bool) -> FittingFacts:
        seen = self._run.state.facts.memory if self._run else None
        known = facts.memory or seen
        largest = max((one.rows for one in self._tried if one.fits), default=own if upward and facts.memory else None)
        return FittingFacts(
            own, tuple(self._tried), largest, self._stopped, upward, known.optimizer if known else "",
            known.function if known else "", known.batch_where if known else None,
        )  # fmt: skip

    async def _try(self, rows: int) -> bool | None:
        """Whether a batch of so many rows trains; None where that was not found out."""
        if not self._stopped and time.monotonic() > self._until:
            self._stopped = _("{n:.0f} seconds were over", n=SEARCH_S)
        if self._is_over():
            return None
        self._tell(rows)
        run = await self._at_its_training()
        if run is None:
            return None
        run.state.facts = replace(run.state.facts, memory=None)
        run.waiting, run.options = [("memory", "memory", TRY_S)], {"batch": rows}
        await self._examiner.section(run)
        if self._is_over():
            return None
        seen = run.state.facts.memory
        if not self._examiner.alive:
            lacked = -(self._examiner.exit_code or 0) in KILLED
            self._tried.append(SizeTried(rows, False, self._examiner.message, lacked=lacked))
        elif seen is None or not seen.steps:
            self._stopped = _("a training step fails for another reason: {why}", why=self._why)
            return None
        else:
            self._tried.append(seen.steps[-1])
            if not self._tried[-1].fits:  # what a failure leaves behind takes memory itself
                await self._examiner.end()
        return self._tried[-1].fits

    def _moved(self, stage: str, status: StageStatus, why: str) -> None:
        if stage == "memory":
            self._why = why

    async def _at_its_training(self) -> Examined | None:
        """The throw-away worker, held where the script trains; a fresh one after one that did not fit."""
        if self._run is not None and self._examiner.alive:
            return self._run
        before = self._run.state.facts.memory if self._run else None
        state = RunState(0)
        self._run = Examined(state, self._record, self._moved)
        self._run.waiting = []
        await self._examiner.script(self._run, self._opening, self._overlay)
        script = state.facts.script
        if script is None or script.outcome != "held_at_fit":
            self._stopped = self._stopped or _("the script did not come to its training once more")
            return None
        state.facts = replace(state.facts, memory=before)
        return self._run
