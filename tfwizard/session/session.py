"""One debugging session: what was found, what was edited, and what is asked of the worker.

Screens read its attributes and call its methods; they are told by `subscribe` that something changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from tfwizard.casebook import Casebook, Event, Journal, StageState, StageStatus
from tfwizard.findings import Finding
from tfwizard.runner.interpreter import find_interpreter
from tfwizard.runner.log import Log
from tfwizard.runner.opening import opening
from tfwizard.runner.standby import Standby
from tfwizard.session.absorb import RunRecord
from tfwizard.session.edits import Edits
from tfwizard.session.examiner import Examined, Examiner
from tfwizard.session.lock import Lock
from tfwizard.session.plain import (
    QUESTIONS,
    Preview,
    Progress,
    RunState,
    SessionError,
    Topic,
    Trial,
    WorkerStatus,
    words,
)
from tfwizard.session.verdict import After, Before, Verdict, judge
from tfwizard.sources import CannotRead, Sources, diff_between

P = ParamSpec("P")
T = TypeVar("T")
AFTER_TRIAL: tuple[Topic, ...] = ("trial", "casebook", "facts", "stage", "sources")


class Session:
    """One script under the wizard.

    Attributes that screens read: `script`, `run_state` (facts and findings shown), `trial_state` (a fix being tried, or
    None), `casebook`, `sources`, `log`, `worker` (status), `worker_message` (plain words on the worker's end, if it
    ended), `progress`, `findings` (the last known Finding of every problem, by key, also resolved ones), `standby`,
    `finishing` (a verdict is out, and the rest of its run is still being examined), `notice` (to be said at the beginning).

    Without `folder` the session leaves nothing behind; a folder with a journal in it is taken up by `resume`. With
    `standby`, a second worker gets ready for the next trial. Raises NoInterpreter for a `python` that cannot be run, and
    InUse where another process has the folder.
    """

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
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tfwizard-"))
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = Lock(self.folder)
        self.sources = Sources(script, backups=self.folder / "backups")
        self._journal = Journal(self.folder / "journal.jsonl")
        self.casebook = Casebook.replay(events, self._journal)
        self.edits = Edits(self.sources, self.casebook)
        self.log = Log(self.folder / "script.log")
        self.run_state = RunState(0)
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

    # --- runs --------------------------------------------------------------------------------------------------------

    async def run(self, why: str = "") -> RunState:
        """Run the script (with the pending edits) in a fresh worker up to its training call and examine every stage."""
        async with self._busy:
            state = RunState(self.casebook.start_run(why))
            self.edits.reread()
            self._tell("sources")
            self.run_state = state
            self._tell("facts")
            with self._record(f"{state.number:04}") as record:
                run = Examined(state, record, self._stage_in_casebook)
                await self._script(run)
                await self._sections(run)
            self._get_ready()
            return state

    async def _script(self, run: Examined) -> None:
        begins = await self._parsed(opening, self._script_text())
        await self._examiner.script(run, begins, self.sources.overlay())
        self._know_files(run.state)

    def _know_files(self, state: RunState) -> None:
        """Read the script and its own modules, so that a change on the disk is noticed."""
        script = state.facts.script
        for file in (self.script, *(script.local_files if script else ())):
            with contextlib.suppress(CannotRead):
                self.sources.read(file)

    async def _sections(self, run: Examined) -> None:
        """Compute what is still to be computed of a run of the session, and judge after each."""
        while run.waiting:
            await self._examiner.section(run)
            if run.waiting:
                self._judge_in_casebook(run.state, final=False)
        self._judge_in_casebook(run.state, final=True)
        if self.worker == "probing":
            self._examiner.ended_probing()

    async def probe(self, stage: str) -> None:
        """Examine one stage of the present run again (the overfit test, say). Raises SessionError when nothing is held."""
        async with self._busy:
            if not self._examiner.alive:
                raise SessionError("The worker is gone: run the script again first.")
            with self._record(f"{self.run_state.number:04}", again=True) as record:
                run = Examined(self.run_state, record, self._stage_in_casebook)
                run.waiting = [probe for probe in run.waiting if probe[1] == stage]
                await self._sections(run)

    def exit_code(self) -> int:
        """0 nothing open, 1 findings open, 3 when the script died or timed out before anything was captured."""
        script = self.run_state.facts.script
        if script is None or (script.outcome in ("died", "timed_out") and not self.run_state.calls):
            return 3
        return self.casebook.exit_code()

    async def stop_probe(self) -> None:
        """Ask the probe that runs now to stop; what it has so far is kept."""
        self._examiner.send("stop")

    async def go_on(self) -> None:
        """Let the held training call run, to the end of the script. Raises SessionError when nothing is held."""
        async with self._busy:
            if not self._examiner.alive or self.worker != "held":
                raise SessionError("Nothing is held: run the script first.")
            with self._record(f"{self.run_state.number:04}", again=True) as record:
                await self._examiner.to_the_end(Examined(self.run_state, record, self._stage_in_casebook))

    @contextlib.contextmanager
    def _record(self, name: str, again: bool = False) -> Iterator[RunRecord]:
        record = RunRecord(self.folder / "runs" / f"{name}.jsonl", again)
        try:
            yield record
        finally:
            record.close()

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

    # --- fixes -------------------------------------------------------------------------------------------------------

    async def preview(self, key: str, remedy: int = 0, value: str | None = None) -> Preview:
        """The edit for a problem, as a diff; `value` is for the number that it proposes.

        Raises tfwizard.fixes.CannotEdit with what to do by hand.
        """
        preview = await self._parsed(self._preview, key, remedy, value)
        self._get_ready(preview)
        return preview

    def _preview(self, key: str, remedy: int, value: str | None) -> Preview:
        from tfwizard.fixes import CannotEdit
        from tfwizard.fixes.number import with_number
        from tfwizard.fixes.plan import plan

        finding = self.findings[key]
        if remedy >= len(finding.remedies):
            raise CannotEdit(finding.advice or "There is no safe edit for this problem.")
        chosen = finding.remedies[remedy]
        if value is not None:
            chosen = with_number(chosen, value)
        files = plan(self.sources, chosen)
        before = {name: self.sources.text(name) for name in files}
        folder = self.script.parent
        diff = "".join(diff_between(before[name], text, os.path.relpath(name, folder)) for name, text in files.items())
        return Preview(key, chosen.title, chosen.consequence, diff, files, before, chosen.number)

    async def try_fix(self, key: str, remedy: int = 0, value: str | None = None) -> Trial:
        """Apply a remedy to a copy, run it in a fresh worker, judge. Kept (not written to disk) only if verified.

        Returns with the verdict; the rest of a verified copy's run is examined after it (`finishing`, `rest`).
        """
        await self._busy.acquire()
        try:
            trial, run = await self._try(await self.preview(key, remedy, value))
        except BaseException:
            self._busy.release()
            raise
        if run is None:
            self._busy.release()
            self._get_ready()
        else:
            self._rest = asyncio.create_task(self._finish(run))
        for topic in AFTER_TRIAL:
            self._tell(topic)
        return trial

    async def _try(self, preview: Preview) -> tuple[Trial, Examined | None]:
        started = time.monotonic()
        key = preview.key
        problem = self.casebook.problems[key]
        if problem.status != "open":
            raise SessionError(f"{problem.id} is {problem.status}: there is nothing to try.")
        self.casebook.fix_applied(key, preview.title)
        self._tell("casebook")
        self.edits.stage(key, preview.title, preview.files)
        before = self._before()
        moves: list[tuple[str, StageStatus, str]] = []
        state = RunState(self.casebook.run + 1)
        self.trial_state = state
        self._tell("trial")

        def moved(stage: str, status: StageStatus, why: str) -> None:
            moves.append((stage, status, why))
            state.stages[stage] = StageState(status, why)
            self._tell("trial")

        run = Examined(state, RunRecord(self.folder / "runs" / "trial.jsonl"), moved)
        try:
            verdict = await self._verdict(key, problem.id, before, run)
        except BaseException:
            run.record.drop()
            self.edits.drop_last("the trial was broken off")
            self.trial_state = None
            await self._examiner.end("The trial was broken off; run the script again.")
            raise
        seconds = time.monotonic() - started
        trial = Trial(key, preview, verdict.verified, verdict.why, verdict.regressions, verdict.appeared, seconds)
        self.trial_state = None
        if trial.verified:
            self._adopt(run, moves, preview)
            return trial, run
        run.record.drop()
        self.findings.update({one: state.findings[one] for one in verdict.regressions})
        self.edits.drop_last(trial.why)
        # What it holds is the edited copy: examining that further would tell of another script.
        await self._examiner.end("The edited copy was dropped; run the script again to go on examining.")
        return trial, None

    def _before(self) -> Before:
        state = self.run_state
        script = state.facts.script
        return Before(
            state.passed,
            frozenset(one.key for one in self.casebook.problems.values() if one.status == "resolved"),
            frozenset(self.casebook.problems),
            script is not None and script.outcome == "held_at_fit",
        )

    async def _verdict(self, key: str, id: str, before: Before, run: Examined) -> Verdict:
        """Examine the edited copy until it is certain whether it is mended."""
        await self._script(run)
        while True:
            final = not run.waiting
            examine_state(run.state, final)
            script = run.state.facts.script
            held = script is not None and script.outcome == "held_at_fit"
            after = After(run.state.findings, run.state.decided, run.state.undecided, held, final)
            if (verdict := judge(key, id, before, after)) is not None:
                return verdict
            await self._examiner.section(run)
            self._tell("trial")

    def _adopt(self, run: Examined, moves: list[tuple[str, StageStatus, str]], preview: Preview) -> None:
        """The edited copy is the script from now on: its run is a run of the session."""
        state = run.state
        run.record.becomes(self.folder / "runs" / f"{self.casebook.run + 1:04}.jsonl")
        state.number = self.casebook.start_run(f"tried: {preview.title}")
        run.moved = self._stage_in_casebook
        self.run_state = state
        self.findings.update(state.findings)
        # Of what is decided so far only this problem is resolved: the others wait for the end of the run.
        id = self.casebook.problems[preview.key].id
        self.casebook.examined({key: words(finding) for key, finding in state.findings.items()}, {id})
        for stage, status, why in moves:
            if status != "running" or not run.state.facts.script:
                self.casebook.stage_moved(stage, status, why)

    async def _finish(self, run: Examined) -> None:
        """Examine the rest of a verified copy."""
        try:
            await self._sections(run)
        finally:
            run.record.close()
            self._rest = None
            self._busy.release()
            self._get_ready()
            for topic in AFTER_TRIAL:
                self._tell(topic)

    @property
    def finishing(self) -> bool:
        """Whether the rest of a verified copy's run is still being examined."""
        return self._rest is not None

    async def rest(self) -> None:
        """Wait until the rest of a verified copy's run is examined."""
        if self._rest is not None:
            await asyncio.shield(self._rest)

    async def fix_all(self, on_trial: Callable[[Trial], None] | None = None) -> list[Trial]:
        """Mend one problem after the other until none with a remedy is left, stopping at the first not verified."""
        trials: list[Trial] = []
        while (key := self.next_fixable(set())) is not None:
            trials.append(await self.try_fix(key))
            if on_trial:
                on_trial(trials[-1])
            if not trials[-1].verified:
                break
            await self.rest()
        return trials

    def next_fixable(self, tried: set[str]) -> str | None:
        """The first open problem that has a remedy and is not in `tried`."""
        ready = (one.key for one in self.casebook.ordered() if one.status == "open" and one.key not in tried)
        return next((key for key in ready if key in self.run_state.findings and self.findings[key].remedies), None)

    # --- the user's files ----------------------------------------------------------------------------------------------

    def write(self) -> list[Path]:
        """Write the pending edits to the user's files (atomic, with backups)."""
        written = self.edits.write()
        self._tell("sources")
        return written

    def undo(self) -> str:
        """Take the last step back: the last pending edit, or the last write. Returns what was undone, in words."""
        if self.sources.steps:
            title = self.edits.drop_last("undone by you")
            done = f"Undone: {title}. Run again to see where the script stands."
        else:
            files = self.edits.undo_write()
            if not files:
                raise SessionError("There is nothing to undo.")
            done = f"Restored {', '.join(path.name for path in files)} as before the last write; its edits are kept, unwritten."
        self._tell("sources")
        self._tell("casebook")
        return done

    def changed_on_disk(self) -> list[Path]:
        """The script's files that are not what was read or written last. Cheap: may be asked once a second."""
        return self.sources.changed_on_disk()

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

    def _get_ready(self, preview: Preview | None = None) -> None:
        """Have a worker import ahead what the next trial will: that of `preview`, else of the next fix."""
        if self.standby.status == "off" or self._busy.locked():
            return  # while a run is examined its measurements need the machine
        task = asyncio.create_task(self._prepare(preview))
        self._getting_ready.add(task)
        task.add_done_callback(self._getting_ready.discard)

    async def _prepare(self, preview: Preview | None) -> None:
        from tfwizard.fixes import CannotEdit

        text = self._script_text()
        if preview is None and (key := self.next_fixable(set())) is not None:
            with contextlib.suppress(CannotEdit):
                preview = await self._parsed(self._preview, key, 0, None)
        if preview is not None:
            text = next((new for name, new in preview.files.items() if self._is_script(name)), text)
        begins = await self._parsed(opening, text)
        if not self._busy.locked():
            await self.standby.prepare(begins)

    def _is_script(self, name: str) -> bool:
        return os.path.realpath(self.script.parent / name) == os.path.realpath(self.script)

    # --- the person ----------------------------------------------------------------------------------------------------

    def answer(self, question: str, yes: bool) -> None:
        """Answer one of QUESTIONS; "no" opens the problem `samples-rejected`."""
        self.casebook.answer(question, yes)
        finding = rejected(question)
        if not yes:
            self.findings[finding.key] = finding
            self.casebook.examined({finding.key: words(finding)}, ())
        elif finding.key in self.casebook.problems:
            others = {
                one.key: words(self.findings[one.key])
                for one in self.casebook.open()
                if one.id == finding.id and one.key != finding.key
            }
            self.casebook.examined(others, {finding.id})
        self._tell("casebook")
        self._tell("stage")

    def waive(self, key: str, reason: str) -> None:
        """Set a problem aside with a reason. Raises ValueError without one."""
        self.casebook.waive(key, reason)
        self._tell("casebook")

    def reopen(self, key: str) -> None:
        """Take a waiver back."""
        self.casebook.reopen(key)
        self._tell("casebook")

    def resumed(self, notice: str) -> None:
        """The session goes on from its folder: what is there is shown, and a worker may get ready."""
        self.notice = notice
        self._know_files(self.run_state)
        self._examiner.say("ended", "The wizard was closed; run the script again to go on examining.")

    # --- the end -----------------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """End the workers and close the journal."""
        tasks = [*self._getting_ready, *([self._rest] if self._rest else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(self._examiner.end(), self.standby.close())
        self._parser.shutdown(wait=False, cancel_futures=True)
        self.log.close()
        self._journal.close()
        self._lock.release()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def examine_state(state: RunState, final: bool) -> None:
    """Apply the rules to what a run gave so far; with `final` nothing more comes."""
    from tfwizard.checks import examine  # not before the first paint

    examination = examine(state.facts, more_to_come=not final)
    state.findings = {finding.key: finding for finding in examination.findings}
    state.decided, state.undecided, state.passed = examination.decided, examination.undecided, examination.passed


def rejected(question: str) -> Finding:
    """The problem that the answer "no" to one of QUESTIONS opens."""
    return Finding(
        "samples-rejected", "samples", "error", "You answered that the samples or their labels are wrong",
        "A model can only learn what the data says. Nothing that comes later can repair it.",
        {"question": dict(QUESTIONS)[question]}, None, question, (),
        "Look at where the text and the labels come from, and in which order they are read.",
    )  # fmt: skip
