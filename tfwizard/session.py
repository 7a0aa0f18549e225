"""One debugging session: drives workers through the stages and keeps what they found. Every command uses this class.

Screens read its attributes and call its methods; they are told by `subscribe` that something changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tfwizard.casebook import Casebook, Journal, StageState, StageStatus
from tfwizard.facts import Call, Environment, Facts, ScriptFacts
from tfwizard.findings import Finding
from tfwizard.reading import read_call, read_facts, section_type
from tfwizard.runner.interpreter import find_interpreter
from tfwizard.runner.log import Log
from tfwizard.runner.process import WorkerProcess
from tfwizard.sources import CannotRead, Sources, diff_between
from tfwizard.stages import BY_ID, STAGES

Topic = Literal["call", "stage", "facts", "casebook", "worker", "progress", "trial", "sources"]
WorkerStatus = Literal["none", "starting", "running", "held", "probing", "ended", "lost"]

#: The questions of the `samples` stage that no program can answer (id, text).
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("samples.readable", "Is the decoded data readable, and is it what the task needs?"),
    ("samples.labels", "Do you agree with the labels?"),
)

#: Probes in the order in which they run, with the stage that each belongs to and its time budget in seconds.
PROBES: tuple[tuple[str, str, float], ...] = (
    ("pipelines", "script", 30.0),
    ("loop", "script", 30.0),
    ("data", "data", 60.0),
    ("scan", "data", 15.0),
    ("samples", "samples", 20.0),
    ("text", "samples", 20.0),
    ("batch", "batch", 60.0),
    ("heads", "batch", 30.0),
    ("layers", "batch", 30.0),
    ("nan", "nan", 30.0),
    ("labels", "labels", 6.0),
    ("hyperparameters", "hyperparameters", 20.0),
    ("rates", "hyperparameters", 40.0),
    ("overfit", "overfit", 40.0),
    ("training", "train", 30.0),
)
AFTER_TRIAL: tuple[Topic, ...] = ("trial", "casebook", "facts", "stage", "sources")
#: What a probe gets on top of its budget before its worker is given up: tracing cannot be interrupted.
GRACE_S = 60.0


class SessionError(Exception):
    """Something that was asked for is not possible now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the probe that runs now is: `values` are the losses so far, where it has any."""

    stage: str
    done: int
    total: int
    label: str = ""
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A remedy applied to the source, not yet tried: `diff` is unified, against the text as it stands in the session."""

    key: str
    title: str
    consequence: str
    diff: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """The verdict on one remedy after a run of the edited copy.

    `verified` when the problem is gone and nothing came back; `regressions` are the keys of resolved problems that did;
    `appeared` are the keys of problems that this run saw for the first time (often hidden by the one that was mended).
    """

    key: str
    preview: Preview
    verified: bool
    why: str
    regressions: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(slots=True)
class RunState:
    """What one run of the script gave so far. A new run gets a new object; the old one stays as it was."""

    number: int
    calls: list[Call] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    findings: dict[str, Finding] = field(default_factory=dict)
    stages: dict[str, StageState] = field(default_factory=dict)
    decided: frozenset[str] = frozenset()
    undecided: dict[str, str] = field(default_factory=dict)
    environment: Environment = field(default_factory=Environment)
    seconds: dict[str, float] = field(default_factory=dict)


class Session:
    """One script under the wizard.

    Attributes that screens read: `script`, `run_state` (facts and findings shown), `trial_state` (a fix being tried, or
    None), `casebook`, `sources`, `log`, `worker` (status), `worker_message` (plain words on the worker's end, if it
    ended), `progress`, `findings` (the last known Finding of every problem, by key, also resolved ones).

    Without `folder` the session leaves nothing behind. Raises NoInterpreter for a `python` that cannot be run.
    """

    def __init__(
        self,
        script: Path,
        args: Sequence[str] = (),
        *,
        python: str | None = None,
        folder: Path | None = None,
        timeout: float = 600.0,
    ) -> None:
        self.script = script
        self.args = tuple(args)
        self.python = find_interpreter(python)
        self.timeout = timeout
        self._temporary = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tfwizard-"))
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sources = Sources(script, backups=self.folder / "backups")
        self._journal = Journal(self.folder / "journal.jsonl")
        self.casebook = Casebook(self._journal)
        self.log = Log(self.folder / "script.log")
        self.run_state = RunState(0)
        self.trial_state: RunState | None = None
        self.findings: dict[str, Finding] = {}
        self.worker: WorkerStatus = "none"
        self.worker_message = ""
        self.progress: Progress | None = None
        self._listeners: list[Callable[[Topic], None]] = []
        self._process: WorkerProcess | None = None
        self._inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._reading: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()
        self._request = 0
        self._gpus: tuple[str, ...] = ()
        #: The key and title of every edit since the beginning; the last ones are those of `sources.steps`.
        self._applied: list[tuple[str, str]] = []

    # --- listeners ---------------------------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Topic], None]) -> Callable[[], None]:
        """Call `listener` on the event loop after each change; returns a function that ends it. Keep it cheap."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, topic: Topic) -> None:
        for listener in tuple(self._listeners):
            listener(topic)

    # --- runs --------------------------------------------------------------------------------------------------------

    async def run(self, why: str = "") -> RunState:
        """Run the script (with the pending edits) in a fresh worker up to its training call and examine every stage."""
        async with self._busy:
            state = RunState(self.casebook.start_run(why))
            self._reread_sources()
            self.run_state = state
            self._tell("facts")
            await self._examine_all(state, self._stage_in_casebook, self._judge_in_casebook)
            return state

    async def probe(self, stage: str) -> None:
        """Examine one stage of the present run again (the overfit test, say). Raises SessionError when nothing is held."""
        async with self._busy:
            if self._process is None or not self._process.alive:
                raise SessionError("The worker is gone: run the script again first.")
            for section, of_stage, budget in PROBES:
                if of_stage == stage:
                    await self._probe(self.run_state, section, stage, budget, self._stage_in_casebook)
            self._judge(self.run_state, self._judge_in_casebook, final=True)
            self._set_worker("held" if self._process.alive else "lost")

    def exit_code(self) -> int:
        """0 nothing open, 1 findings open, 3 when the script died or timed out before anything was captured."""
        script = self.run_state.facts.script
        if script is None or (script.outcome in ("died", "timed_out") and not self.run_state.calls):
            return 3
        return self.casebook.exit_code()

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, while it is there."""
        return self._process.pid if self._process is not None and self._process.alive else None

    async def stop_probe(self) -> None:
        """Ask the probe that runs now to stop; what it has so far is kept."""
        if self._process is not None:
            self._process.send("stop")

    async def go_on(self) -> None:
        """Let the held training call run, to the end of the script. Raises SessionError when nothing is held."""
        async with self._busy:
            if self._process is None or self.worker != "held":
                raise SessionError("Nothing is held: run the script first.")
            self._process.send("go_on")
            self._set_worker("running")
            while (message := await self._inbox.get()) is not None:
                if (outcome := self._take(self.run_state, message)) is not None:
                    self.run_state.facts = replace(self.run_state.facts, script=outcome)
                    self._set_worker("ended", "The script ran to its end.")
                    return
            self._set_worker("lost", f"The worker is gone: {self._process.death}")

    async def _examine_all(
        self, state: RunState, moved: Callable[[str, StageStatus, str], None], judged: Callable[[RunState, bool], None]
    ) -> None:
        started = time.monotonic()
        moved("script", "running", "")
        outcome = await self._script(state)
        state.seconds["script"] = time.monotonic() - started
        state.facts = replace(state.facts, script=outcome)
        self._tell("facts")
        if self._process is None or not self._process.alive:
            moved(
                "script", "blocked" if not state.calls else "passed", outcome.death or "The script's process is gone."
            )
            for stage in STAGES[1:]:
                moved(stage.id, "blocked", "The script's process is gone: run it again.")
            self._judge(state, judged, final=True)
            return
        moved("script", "passed", "")
        for section, stage_id, budget in PROBES:
            await self._probe(state, section, stage_id, budget, moved)
            self._judge(state, judged, final=section == PROBES[-1][0])
        self._set_worker("held" if self._process.alive else "lost")

    async def _script(self, state: RunState) -> ScriptFacts:
        """Start a worker and follow the script until it is held, ends, dies, or runs out of time."""
        await self._end_worker()
        self._set_worker("starting", "")
        started = time.monotonic()
        try:
            self._process = await WorkerProcess.start(self.python, self.log)
        except OSError as error:
            self._set_worker("lost", f"{self.python} could not be started: {error.strerror}")
            return ScriptFacts("died", str(self.script), death=self.worker_message)
        self._reading = asyncio.create_task(self._read(self._process))
        overlay = self.sources.overlay()
        self._process.send("start", script=str(self.script), argv=[str(self.script), *self.args], overlay=overlay)
        self._gpus = await asyncio.to_thread(_gpus)  # while the worker starts
        deadline = started + self.timeout
        while True:
            try:
                message = await asyncio.wait_for(self._inbox.get(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                await self._process.stop()
                return self._gone(state, "timed_out", f"no training call within {self.timeout:.0f} s", started)
            if message is None:
                return self._gone(state, "died", self._process.death or "the process is gone", started)
            if (facts := self._take(state, message)) is not None:
                return facts

    def _take(self, state: RunState, message: dict[str, Any]) -> ScriptFacts | None:
        """One message while the script runs; its outcome ends that."""
        match message["kind"]:
            case "hello":
                state.environment = replace(read_facts(Environment, message["environment"]), gpus=self._gpus)
                self._set_worker("running")
            case "call":
                state.calls.append(read_call(message["call"]))
                self._tell("call")
            case "returned":
                index = int(message["index"])
                state.calls[index] = replace(state.calls[index], seconds=message["seconds"], failed=message["failed"])
                self._tell("call")
            case "outcome":
                self._set_worker("held")
                return replace(read_facts(ScriptFacts, message["facts"]), environment=state.environment)
        return None

    def _gone(self, state: RunState, outcome: str, why: str, started: float) -> ScriptFacts:
        self._set_worker("lost", why)
        code = self._process.exit_code if self._process else None
        return ScriptFacts(
            outcome,
            str(self.script),
            tuple(state.calls),
            None,
            None,
            state.environment,
            round(time.monotonic() - started, 3),
            code,
            why,
        )

    async def _probe(
        self, state: RunState, section: str, stage: str, budget: float, moved: Callable[[str, StageStatus, str], None]
    ) -> None:
        process = self._process
        if process is None or not process.alive:
            moved(stage, "blocked", f"{self.worker_message}. Run the script again.")
            return
        self._request += 1
        self._set_worker("probing")
        main = BY_ID[stage].section == section
        if main:
            moved(stage, "running", "")
        process.send("probe", request=self._request, stage=section, budget_s=budget)
        deadline = time.monotonic() + budget + GRACE_S
        while True:
            try:
                message = await asyncio.wait_for(self._inbox.get(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                process.kill()
                deadline += GRACE_S
                continue
            if message is None:
                self.progress = None
                self._set_worker("lost", f"The worker is gone: {process.death}")
                moved(stage, "blocked", f"{self.worker_message}. Run the script again.")
                return
            if message["kind"] == "progress":
                self.progress = Progress(
                    stage, message["done"], message["total"], message["label"], tuple(message["values"])
                )
                self._tell("progress")
            elif message["kind"] in ("facts", "broken") and message["request"] == self._request:
                self.progress = None
                state.seconds[section] = message["seconds"]
                self._probed(state, section, stage, message, moved)
                return

    def _probed(
        self,
        state: RunState,
        section: str,
        stage: str,
        message: dict[str, Any],
        moved: Callable[[str, StageStatus, str], None],
    ) -> None:
        main = BY_ID[stage].section == section  # the other sections of a stage only add to it
        if message["kind"] == "broken":
            error = message["error"]
            moved(stage, "blocked", f"This could not be examined: {error['type']}: {error['useful']}")
        elif message["facts"] is None:
            if main:
                moved(stage, "blocked", self._blocked_by(state, message["why"], message["by"]))
        else:
            try:
                facts = read_facts(section_type(section), message["facts"])
            except ValueError as error:  # the script shares the worker's process, and may have broken it
                moved(stage, "blocked", f"What the worker sent makes no sense: {error}")
            else:
                state.facts = replace(state.facts, **{section: facts})
                if main:
                    moved(stage, "passed", "")
        self._tell("facts")

    def _blocked_by(self, state: RunState, why: str, by: str) -> str:
        """Why a stage cannot run, and which problem stands in its way."""
        stands = next((one for one in state.findings.values() if one.stage == by and one.severity == "error"), None)
        return f"{why} Mend “{stands.id}” first." if stands else why

    # --- judging -----------------------------------------------------------------------------------------------------

    def _judge(self, state: RunState, judged: Callable[[RunState, bool], None], final: bool) -> None:
        from tfwizard.checks import examine  # not before the first paint

        examination = examine(state.facts, more_to_come=not final)
        state.findings = {finding.key: finding for finding in examination.findings}
        state.decided, state.undecided = examination.decided, examination.undecided
        judged(state, final)

    def _judge_in_casebook(self, state: RunState, final: bool) -> None:
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

    async def preview(self, key: str, remedy: int = 0) -> Preview:
        """The edit for a problem, as a diff. Raises tfwizard.fixes.CannotEdit with what to do by hand."""
        return await asyncio.to_thread(self._preview, key, remedy)

    def _preview(self, key: str, remedy: int) -> Preview:
        from tfwizard.fixes import CannotEdit
        from tfwizard.fixes.plan import plan

        finding = self.findings[key]
        if remedy >= len(finding.remedies):
            raise CannotEdit(finding.advice or "There is no safe edit for this problem.")
        chosen = finding.remedies[remedy]
        files = plan(self.sources, chosen)
        folder = self.script.parent
        diff = "".join(
            diff_between(self.sources.text(name), text, os.path.relpath(name, folder)) for name, text in files.items()
        )
        return Preview(key, chosen.title, chosen.consequence, diff, files)

    async def try_fix(self, key: str, remedy: int = 0) -> Trial:
        """Apply a remedy to a copy, run it in a fresh worker, judge. Kept (not written to disk) only if verified."""
        preview = await self.preview(key, remedy)
        async with self._busy:
            started = time.monotonic()
            problem = self.casebook.problems[key]
            if problem.status != "open":
                raise SessionError(f"{problem.id} is {problem.status}: there is nothing to try.")
            self.casebook.fix_applied(key, preview.title)
            self._tell("casebook")
            self.sources.stage_all(preview.files)
            self._applied.append((key, preview.title))
            resolved = {one.key for one in self.casebook.problems.values() if one.status == "resolved"}
            moves: list[tuple[str, StageStatus, str]] = []
            state = RunState(self.casebook.run + 1)
            self.trial_state = state
            self._tell("trial")

            def moved(stage: str, status: StageStatus, why: str) -> None:
                moves.append((stage, status, why))
                state.stages[stage] = StageState(status, why)
                self._tell("trial")

            try:
                await self._examine_all(state, moved, lambda *_: self._tell("trial"))
                trial = self._verdict(preview, state, resolved, time.monotonic() - started)
            except BaseException:
                self._unstage("the trial was broken off")
                self.trial_state = None
                await self._end_worker()
                self._set_worker("ended", "The trial was broken off; run the script again.")
                raise
            self.trial_state = None
            if trial.verified:
                self._adopt(state, moves, preview)
            else:
                self._unstage(trial.why)
                # What it holds is the edited copy: examining that further would tell of another script.
                await self._end_worker()
                self._set_worker("ended", "The edited copy was dropped; run the script again to go on examining.")
            for topic in AFTER_TRIAL:
                self._tell(topic)
            return trial

    def _verdict(self, preview: Preview, state: RunState, resolved: set[str], seconds: float) -> Trial:
        key = preview.key
        known = set(self.casebook.problems)
        back = tuple(sorted(one for one in state.findings if one in resolved))
        appeared = tuple(one for one in state.findings if one not in known)
        finding_id = self.findings[key].id
        script = state.facts.script
        if key in state.findings:
            why = "The problem is still there."
        elif finding_id not in state.decided:
            why = f"The edited copy did not get far enough to prove it: {state.undecided.get(finding_id, 'not examined')}."
        elif back:
            why = f"It brings back what was resolved: {', '.join(back)}."
        elif (
            broken := next((one for one in appeared if state.findings[one].id == "script-error"), None)
        ) is not None and self._was_further(script):
            why = f"The edited copy fails: {state.findings[broken].title}"
        else:
            return Trial(key, preview, True, "The problem is gone, and nothing came back.", (), appeared, seconds)
        return Trial(key, preview, False, why, back, appeared, seconds)

    def _was_further(self, script: ScriptFacts | None) -> bool:
        """Whether the script got to its training call before the edit, and not after it."""
        before = self.run_state.facts.script
        return bool(before and before.outcome == "held_at_fit" and script and script.outcome != "held_at_fit")

    def _adopt(self, state: RunState, moves: list[tuple[str, StageStatus, str]], preview: Preview) -> None:
        """The edited copy is the script from now on: its run is a run of the session."""
        state.number = self.casebook.start_run(f"tried: {preview.title}")
        self.run_state = state
        for stage, status, why in moves:
            if status != "running":
                self.casebook.stage_moved(stage, status, why)
        self._judge_in_casebook(state, final=True)

    async def fix_all(self, on_trial: Callable[[Trial], None] | None = None) -> list[Trial]:
        """Mend one problem after the other until none with a remedy is left, stopping at the first not verified."""
        trials: list[Trial] = []
        while (key := self.next_fixable(set())) is not None:
            trials.append(await self.try_fix(key))
            if on_trial:
                on_trial(trials[-1])
            if not trials[-1].verified:
                break
        return trials

    def next_fixable(self, tried: set[str]) -> str | None:
        """The first open problem that has a remedy and is not in `tried`."""
        ready = (one.key for one in self.casebook.ordered() if one.status == "open" and one.key not in tried)
        return next((key for key in ready if key in self.run_state.findings and self.findings[key].remedies), None)

    def write(self) -> list[Path]:
        """Write the pending edits to the user's files (atomic, with backups)."""
        written = self.sources.write()
        self.casebook.note("written", files=[str(path) for path in written])
        self._tell("sources")
        return written

    def undo(self) -> str:
        """Take the last step back: the last pending edit, or the last write. Returns what was undone, in words."""
        if self.sources.steps:
            title = self._unstage("undone by you")
            done = f"Undone: {title}. Run again to see where the script stands."
        else:
            files = self.sources.undo_write()
            if not files:
                raise SessionError("There is nothing to undo.")
            self.casebook.note("write undone", files=[str(path) for path in files])
            done = f"Restored {', '.join(path.name for path in files)} as before the last write; its edits are kept, unwritten."
        self._tell("sources")
        self._tell("casebook")
        return done

    def _unstage(self, why: str) -> str:
        """Take the last unwritten edit back; returns its title."""
        key, title = self._applied.pop()
        self.sources.unstage_last()
        if self.casebook.problems[key].status in ("fix applied", "resolved"):
            self.casebook.fix_withdrawn(key, why)
        return title

    def _reread_sources(self) -> None:
        """Take in what the person changed on disk; edits that were made on the old text are dropped."""
        for path in self.sources.changed_on_disk():
            with contextlib.suppress(CannotRead):  # the run itself will say that it is gone
                for _ in self.sources.reload(path):
                    self._applied.pop()
                self.casebook.note("changed on disk", file=str(path))
        self._tell("sources")

    # --- the person ----------------------------------------------------------------------------------------------------

    def answer(self, question: str, yes: bool) -> None:
        """Answer one of QUESTIONS; "no" opens the problem `samples-rejected`."""
        self.casebook.answer(question, yes)
        text = dict(QUESTIONS)[question]
        finding = Finding(
            "samples-rejected", "samples", "error", "You answered that the samples or their labels are wrong",
            "A model can only learn what the data says. Nothing that comes later can repair it.",
            {"question": text}, None, question, (), "Look at where the text and the labels come from, and in which order they are read.",
        )  # fmt: skip
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

    # --- the worker ------------------------------------------------------------------------------------------------------

    async def _read(self, process: WorkerProcess) -> None:
        async for message in process.messages():
            await self._inbox.put(message)
        await self._inbox.put(None)
        # Nothing may be waiting for it: the worker can die while the person reads.
        if process is self._process and not process.expected_to_end and self.worker in ("held", "probing"):
            self._set_worker("lost", f"The worker is gone: {process.death}")

    async def _end_worker(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.stop()
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None
        self._inbox = asyncio.Queue()

    def _set_worker(self, status: WorkerStatus, message: str | None = None) -> None:
        self.worker = status
        if message is not None:
            self.worker_message = message
        self._tell("worker")

    async def close(self) -> None:
        """End the workers and close the journal."""
        await self._end_worker()
        self.log.close()
        self._journal.close()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def _gpus() -> tuple[str, ...]:
    from tfwizard.gpu import gpus

    return tuple(str(gpu) for gpu in gpus())


def words(finding: Finding) -> dict[str, object]:
    """What the casebook keeps of a finding."""
    where = {"file": finding.where.file, "line": finding.where.line} if finding.where else None
    return {
        "id": finding.id,
        "stage": finding.stage,
        "severity": finding.severity,
        "title": finding.title,
        "where": where,
        "evidence": finding.evidence,
    }
