"""The runs of a session: a script in a worker, examined stage by stage, and judged."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tfwizard.casebook import Casebook, Event, Journal, StageState, StageStatus
from tfwizard.facts import Facts
from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.runner.interpreter import find_interpreter
from tfwizard.runner.log import Log
from tfwizard.runner.opening import opening
from tfwizard.runner.standby import Standby
from tfwizard.session.absorb import RunRecord, absorb
from tfwizard.session.edits import Edits
from tfwizard.session.examiner import Examined, Examiner
from tfwizard.session.lock import Lock
from tfwizard.session.plain import QUESTIONS, Progress, RunState, SessionError, Topic, WorkerStatus, words
from tfwizard.sources import CannotRead, Sources

if TYPE_CHECKING:
    from tfwizard.facts import FittingFacts, TwinFacts
    from tfwizard.session.fitting import Search

#: So many files of a script, of so many bytes together, are looked after.
MOST_FILES, MOST_SOURCE = 500, 16_000_000

P = ParamSpec("P")
T = TypeVar("T")


class Runs:
    """What `Session` knows of its runs. See there for the arguments."""

    def __init__(
        self,
        script: Path,
        args: Sequence[str] = (),
        *,
        python: str | None = None,
        cwd: Path | None = None,
        folder: Path | None = None,
        timeout: float = 600.0,
        standby: bool = False,
        events: Sequence[Event] = (),
    ) -> None:
        self.script = script
        self.args = tuple(args)
        self.python = find_interpreter(python)
        self.timeout = timeout
        #: Where the script runs: its relative paths count from there.
        self.cwd = cwd or Path.cwd()
        self._temporary = folder is None
        if folder is None:
            from tfwizard.session.pruning import prune_temporary  # not before the first paint

            prune_temporary(Path(tempfile.gettempdir()))
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tfwizard-"))
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = Lock(self.folder)
        self.sources = Sources(script, self.folder / "backups", self.cwd)
        self._journal = Journal(self.folder / "journal.jsonl")
        self.casebook = Casebook.replay(events, self._journal)
        self.edits = Edits(self.sources, self.casebook)
        self.log = Log(self.folder / "script.log")
        self.run_state = RunState(0)
        #: Of the last run before this one that came as far as its hyperparameters.
        self.facts_before = Facts()
        self.trial_state: RunState | None = None
        self.findings: dict[str, Finding] = {}
        self.notice = ""
        self._listeners: list[Callable[[Topic], None]] = []
        argv = [str(script), *self.args]
        self.standby = Standby(self.python, self.cwd, script, argv, lambda: self._tell("standby"), standby)
        self._examiner = Examiner(script, self.args, self.python, self.cwd, timeout, self.log, self.standby, self._tell)
        self._busy = asyncio.Lock()
        self._parser = ThreadPoolExecutor(1, "tfwizard-parser")
        self._rest: asyncio.Task[None] | None = None
        self._on_cpu: asyncio.Task[TwinFacts] | None = None
        self._stopped_on_cpu = False
        self._searching: Search | None = None
        self._closing = False
        self._unrecorded = ""
        self._getting_ready: set[asyncio.Task[None]] = set()
        if not events:
            self.casebook.note(
                "session",
                script=str(script),
                args=list(self.args),
                python=self.python,
                cwd=str(self.cwd),
                timeout=timeout,
            )

    # --- listeners ---------------------------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Topic], None]) -> Callable[[], None]:
        """Call `listener` on the event loop after each change; returns a function that ends it. Keep it cheap."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, topic: Topic) -> None:
        for listener in tuple(self._listeners):
            listener(topic)

    @property
    def worker(self) -> WorkerStatus:
        """What the worker does now."""
        return self._examiner.worker

    @property
    def worker_message(self) -> str:
        """Plain words on how the worker ended, if it did."""
        return self._examiner.message

    @property
    def progress(self) -> Progress | None:
        """How far the probe that runs now is."""
        return self._examiner.progress

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, while it is there."""
        return self._examiner.pid

    @property
    def not_kept(self) -> str:
        """In words what of the session is no longer kept on the disk, "" where all is."""
        if why := self.casebook.not_kept:
            return _(
                "{folder} cannot be written: {why}. What comes now is not kept, and nothing can be written.",
                folder=self.folder,
                why=why,
            )
        if why := self._unrecorded:
            return _("The disk does not take what happens here ({why}): `tfwizard resume` will lack it.", why=why)
        return self.log.full

    # --- runs --------------------------------------------------------------------------------------------------------

    async def run(self, why: str = "") -> RunState:
        """Run the script (with the pending edits) in a fresh worker up to its training call and examine every stage."""
        async with self._busy:
            state = RunState(self.casebook.start_run(why))
            self.edits.reread()
            self._tell("sources")
            self.show_run(state)
            self._tell("facts")
            with self._record(f"{state.number:04}") as record:
                run = Examined(state, record, self._stage_in_casebook)
                async with self._may_be_broken_off():
                    await self._script(run)
                    await self._sections(run)
        self.get_ready()
        return state

    @contextlib.asynccontextmanager
    async def _may_be_broken_off(self) -> AsyncIterator[None]:
        """Where the person stops what is done here (the task is cancelled), no worker goes on with it by itself."""
        try:
            yield
        except asyncio.CancelledError:
            if not self._closing:
                await self._examiner.end(_("It was stopped; run the script again."))
                for stage, state in self.casebook.progress.items():
                    if state.status == "running":
                        self._stage_in_casebook(stage, "blocked", _("It was stopped: run the script again."))
            raise

    def show_run(self, state: RunState) -> None:
        """Another run is the one that is shown; what the one before was trained with can be compared with."""
        if self.run_state.facts.hyperparameters is not None:
            self.facts_before = self.run_state.facts
        self.run_state = state

    async def _script(self, run: Examined) -> None:
        begins = await self._parsed(opening, self._script_text())
        await self._examiner.script(run, begins, self.sources.overlay())
        self._know_files(run.state)

    def _know_files(self, state: RunState) -> None:
        """Read the script and its own modules, so that a change on the disk is noticed."""
        script = state.facts.script
        known = 0
        for file in (str(self.script), *(script.local_files[:MOST_FILES] if script else ())):
            with contextlib.suppress(CannotRead):
                known += len(self.sources.read(file).data)
            if known > MOST_SOURCE:
                return

    async def _sections(self, run: Examined) -> None:
        """Compute what is still to be computed of a run of the session, and judge after each."""
        from tfwizard.session.twin import helps  # not before the first paint

        while run.waiting:
            await self._examiner.section(run)
            if run.waiting:
                self._judge_in_casebook(run.state, final=False)
        await self._search_smaller(run)
        self._judge_in_casebook(run.state, final=True)
        if helps(run.state.facts, run.state.findings):
            await self._twin(run)
            self._judge_in_casebook(run.state, final=True)
        if self.worker == "probing":
            self._examiner.ended_probing()

    async def probe(self, stage: str) -> None:
        """Examine one stage of the present run again (the overfit test, say). Raises SessionError when nothing is held."""
        async with self._busy:
            if not self._examiner.alive:
                raise SessionError(_("The worker is gone: run the script again first."))
            with self._record(f"{self.run_state.number:04}", again=True) as record:
                run = Examined(self.run_state, record, self._stage_in_casebook)
                run.waiting = [probe for probe in run.waiting if probe[1] == stage]
                async with self._may_be_broken_off():
                    await self._sections(run)

    # --- on the CPU --------------------------------------------------------------------------------------------------

    async def cpu_twin(self) -> None:
        """Run one batch again in a process that sees no GPU, and keep what its CPU says of it with the facts of the run."""
        async with self._busy:
            if self.run_state.facts.script is None:
                raise SessionError(_("The script has not been run yet: run it first."))
            before = self.worker
            self._examiner.say("probing")
            try:
                with self._record(f"{self.run_state.number:04}", again=True) as record:
                    run = Examined(self.run_state, record, self._stage_in_casebook)
                    await self._twin(run)
                    self._judge_in_casebook(run.state, final=True)
            finally:
                self._examiner.say(before)

    async def _twin(self, run: Examined) -> None:
        from tfwizard.facts import TwinFacts
        from tfwizard.session.twin import ON_CPU, on_the_cpu

        started = time.monotonic()
        self._examiner.progress = Progress("nan", 0, 0, _("the same batch on the CPU"))
        self._tell("progress")
        begins = await self._parsed(opening, self._script_text())
        standby = Standby(self.python, self.cwd, self.script, [], lambda: None, wanted=False)
        examiner = Examiner(
            self.script, self.args, self.python, self.cwd, self.timeout, Log(), standby, lambda topic: None, ON_CPU
        )
        record = self._new_record("twin")
        self._on_cpu = asyncio.create_task(on_the_cpu(examiner, begins, self.sources.overlay(), record))
        try:
            facts = await self._on_cpu
        except asyncio.CancelledError:
            if not self._stopped_on_cpu:
                raise
            facts = TwinFacts(why=_("it was stopped by you"))
        finally:
            self._on_cpu, self._stopped_on_cpu, self._examiner.progress = None, False, None
        run.record.add({"kind": "facts", "stage": "cpu_twin", "facts": facts, "seconds": time.monotonic() - started})
        run.state.facts = replace(run.state.facts, cpu_twin=facts)
        run.state.seconds["cpu_twin"] = time.monotonic() - started
        self._tell("facts")

    # --- the batch size that fits ------------------------------------------------------------------------------------

    async def fit_batch(self) -> None:
        """Find the largest batch size that trains, or a smaller one where the script's own does not fit.

        The held run is ended for that: the search needs the memory. Raises SessionError where no training step was run yet.
        """
        from tfwizard.session.fitting import Search, is_too_large

        async with self._busy:
            if self.run_state.facts.memory is None:
                raise SessionError(
                    _("No training step has been run yet: see why on the stage, and run the script again.")
                )
            with self._record(f"{self.run_state.number:04}", again=True) as record:
                run = Examined(self.run_state, record, self._stage_in_casebook)
                upward = not is_too_large(run.state.facts, "")
                async with self._may_be_broken_off():
                    await self._search(run, Search.larger if upward else Search.smaller)
                self._judge_in_casebook(run.state, final=True)

    async def _search_smaller(self, run: Examined) -> None:
        """Where the script's own batch does not fit: which one does."""
        from tfwizard.session.fitting import Search, is_too_large

        ran_out = "" if self._examiner.alive else self._examiner.ran_out()
        if run.state.facts.fitting is None and is_too_large(run.state.facts, ran_out):
            await self._search(run, Search.smaller)

    async def _search(self, run: Examined, way: Callable[[Search, Facts], Awaitable[FittingFacts]]) -> None:
        """Try sizes in throw-away runs; the run that is held gives its memory to them."""
        from tfwizard.session.fitting import Search

        await self._examiner.end()
        begins = await self._parsed(opening, self._script_text())
        examiner = Examiner(
            self.script, self.args, self.python, self.cwd, self.timeout, Log(), self.standby, lambda topic: None
        )
        record = self._new_record("fitting")
        run.moved("memory", "running", "")
        self._examiner.say("probing", "")
        self._searching = Search(examiner, begins, self.sources.overlay(), record, self._examiner.trying)
        started = time.monotonic()
        try:
            facts = await way(self._searching, run.state.facts)
        finally:
            self._searching = None
            await examiner.end()
            record.drop()
        message = {"kind": "facts", "stage": "fitting", "facts": facts, "seconds": time.monotonic() - started}
        run.record.add(message)
        absorb(run.state, message)
        run.moved("memory", "passed", "")
        self._examiner.ended(
            _("The held run was ended to give its memory to the search; run the script again to go on.")
        )

    def exit_code(self) -> int:
        """0 nothing open, 1 findings open, 3 when the script died or timed out before anything was captured."""
        script = self.run_state.facts.script
        if script is None or (script.outcome in ("died", "timed_out") and not self.run_state.calls):
            return 3
        return self.casebook.exit_code()

    async def stop_probe(self) -> None:
        """Ask the probe or the search that runs now to stop; what it has so far is kept."""
        if self._on_cpu is not None:
            self._stopped_on_cpu = self._on_cpu.cancel()
        if self._searching is not None:
            self._searching.stop()
        self._examiner.send("stop")

    async def go_on(self) -> None:
        """Let the held training call run, to the end of the script. Raises SessionError when nothing is held."""
        async with self._busy:
            if not self._examiner.alive or self.worker != "held":
                raise SessionError(_("Nothing is held: run the script first."))
            with self._record(f"{self.run_state.number:04}", again=True) as record:
                await self._examiner.to_the_end(Examined(self.run_state, record, self._stage_in_casebook))

    @contextlib.contextmanager
    def _record(self, name: str, again: bool = False) -> Iterator[RunRecord]:
        record = self._new_record(name, again)
        try:
            yield record
        finally:
            record.close()
            self._unrecorded = self._unrecorded or record.failed

    def _new_record(self, name: str, again: bool = False) -> RunRecord:
        return RunRecord(self.folder / "runs" / f"{name}.jsonl", again, self.is_sealed)

    @property
    def is_sealed(self) -> bool:
        """Whether what is kept of this session is sealed."""
        return self._journal.sealed

    def seal(self) -> None:
        """From here on nothing that is kept of the session can be read by chance: its learner is still to find what it says."""
        self._journal.sealed = True

    # --- judging -----------------------------------------------------------------------------------------------------

    def _judge_in_casebook(self, state: RunState, final: bool) -> None:
        examine_state(state, final)
        self.findings.update(state.findings)
        # Only a finished run resolves: half of its facts could still miss a problem.
        self.casebook.examined(
            {key: words(finding) for key, finding in state.findings.items()}, state.decided if final else ()
        )
        self._tell("casebook")

    def _stage_in_casebook(self, stage: str, status: StageStatus, why: str) -> None:
        self.casebook.stage_moved(stage, status, why)
        self._tell("stage")

    def stage_state(self, stage: str) -> StageState:
        """Where a stage stands now."""
        asked = [question for question, _ in QUESTIONS] if stage == "samples" and self.run_state.facts.samples else []
        return self.casebook.stage(stage, asked)

    # --- the source ------------------------------------------------------------------------------------------------------

    async def _parsed(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what parses source, away from the event loop, and one after the other.

        Python 3.11 counts the depth of syntax trees once for all threads: two that parse at a time break each other
        (python/cpython#106905).
        """
        return await asyncio.get_running_loop().run_in_executor(self._parser, partial(work, *args, **kwargs))

    def _script_text(self) -> str:
        try:
            return self.sources.text(self.script)
        except CannotRead:
            return ""  # the run itself will say why

    # --- the standby worker ----------------------------------------------------------------------------------------------

    def get_ready(self) -> None:
        """Something ended, and the processors are free: the next trial may be prepared."""


def examine_state(state: RunState, final: bool) -> None:
    """Apply the rules to what a run gave so far; with `final` nothing more comes."""
    from tfwizard.checks import examine  # not before the first paint

    examination = examine(state.facts, more_to_come=not final)
    state.findings = {finding.key: finding for finding in examination.findings}
    state.decided, state.undecided, state.passed = examination.decided, examination.undecided, examination.passed
