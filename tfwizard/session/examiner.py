"""One worker after the other: starts it, follows the script in it, and has it probed, section by section."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from tfwizard.casebook import StageStatus
from tfwizard.language import _, language
from tfwizard.runner.log import Log
from tfwizard.runner.process import WorkerProcess
from tfwizard.runner.ran_out import kills, ran_out
from tfwizard.runner.standby import Opening, Standby
from tfwizard.session.absorb import RunRecord, absorb
from tfwizard.session.inbox import Inbox
from tfwizard.session.plain import PROBES, Progress, RunState, Topic, WorkerStatus
from tfwizard.session.time_limit import TimeLimit
from tfwizard.stages import BY_ID, STAGES

#: What a probe gets on top of its budget before its worker is given up: tracing cannot be interrupted.
GRACE_S = 60.0
#: Of the output, where a process says why it dies.
LAST_LINES = 40


class Moved(Protocol):
    """Called when a stage begins, is blocked, or ends."""

    def __call__(self, stage: str, status: StageStatus, why: str) -> None: ...  # noqa: D102


@dataclass(slots=True)
class Examined:
    """A run under examination: its state, its record on disk, and who is told of its stages.

    `options` go to every probe of `waiting`; most take none.
    """

    state: RunState
    record: RunRecord
    moved: Moved
    waiting: list[tuple[str, str, float]] = field(default_factory=lambda: list(PROBES))
    options: dict[str, Any] = field(default_factory=dict)


class Examiner:
    """The present worker of a session. `worker`, `message` and `progress` say what it does now.

    A run is examined by `script`, then by `section` until `Examined.waiting` is empty. `environment` is added to what the
    workers find in theirs.
    """

    def __init__(
        self,
        script: Path,
        args: tuple[str, ...],
        python: str,
        cwd: Path,
        timeout: float,
        log: Log,
        standby: Standby,
        tell: Callable[[Topic], None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.script_path, self.args, self.python, self.cwd = script, args, python, cwd
        self.timeout, self.log = timeout, log
        self.standby, self.environment = standby, environment
        self.worker: WorkerStatus = "none"
        self.message = ""
        self.progress: Progress | None = None
        self._tell = tell
        self._process: WorkerProcess | None = None
        self._inbox = Inbox()
        self._reading: asyncio.Task[None] | None = None
        self._request = 0
        self._kills = 0
        self._said_so = False
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether the worker is there."""
        return self._process is not None and self._process.alive

    @property
    def pid(self) -> int | None:
        """The process id of the worker, while it is there."""
        return self._process.pid if self._process is not None and self.alive else None

    def send(self, kind: str) -> None:
        """Send a word to the worker, if it is there."""
        if self._process is not None:
            self._process.send(kind)

    @property
    def exit_code(self) -> int | None:
        """How the last worker ended; negative for a signal, None while it is there."""
        return self._process.exit_code if self._process is not None else None

    def kill(self) -> None:
        """End the worker now, whatever it does."""
        if self._process is not None:
            self._process.expected_to_end = True
            self._process.kill()

    # --- the script ----------------------------------------------------------------------------------------------------

    async def script(self, run: Examined, opening: Opening, overlay: dict[str, str]) -> None:
        """Run the script in a fresh worker, up to its training call or its end; `opening` is with what it begins."""
        started = time.monotonic()
        run.moved("script", "running", "")
        await self._follow_script(run, opening, overlay)
        run.state.seconds["script"] = time.monotonic() - started
        self._tell("facts")
        outcome = run.state.facts.script
        if self.alive:
            run.moved("script", "passed", "")
            return
        run.waiting.clear()
        why = (outcome.death if outcome else None) or _("The script's process is gone.")
        run.moved("script", "passed" if run.state.calls else "blocked", why)
        for stage in (one for one in STAGES[1:] if one.section):
            run.moved(stage.id, "blocked", _("The script's process is gone: run it again."))

    async def _follow_script(self, run: Examined, opening: Opening, overlay: dict[str, str]) -> None:
        await self.end()
        self.say("starting", "")
        started = time.monotonic()
        # The GPUs are looked at before the script runs: what holds their memory then is none of its doing.
        heard, _none = await asyncio.gather(self._start(opening), self._look_at_gpus(run, "gpus"))
        if heard is None:
            self._gone(run, "died", self.message, started)
            return
        process, inbox = self._process, self._inbox  # kept, as `end` forgets them while this waits
        assert process is not None
        process.send(
            "start",
            script=str(self.script_path),
            argv=[str(self.script_path), *self.args],
            overlay=overlay,
            language=language(),
        )
        for told in heard:
            self._take(run, told)
        limit = TimeLimit(self.timeout - (time.monotonic() - started))
        message: dict[str, Any] | None
        while True:
            try:
                message = await limit.wait(inbox.get)
            except TimeoutError:
                await process.stop()
                self._gone(run, "timed_out", _("no training call within {s:.0f} s", s=self.timeout), started)
                return
            if message is None:
                self._gone(run, "died", process.death or _("the process is gone"), started)
                return
            if message["kind"] == "astray":
                await process.stop()
                why = _("the script trains in a process that it forks off, where the wizard cannot look")
                self._gone(run, "no_training", why, started)
                return
            if self._take(run, message):
                await self._look_after_failure(run)
                return

    async def _start(self, opening: Opening) -> list[dict[str, Any]] | None:
        """A worker for a script with this opening, and what it has said already; None where none can be started."""
        taken = await self.standby.take(opening)
        try:
            process, heard = taken or (
                await WorkerProcess.start(self.python, self.cwd, self.log, self.environment),
                [],
            )
        except OSError as error:
            self.say("lost", _("{python} could not be started: {error}", python=self.python, error=error.strerror))
            return None
        if self._closed:  # while it was started: nobody would end it
            await process.stop()
            raise asyncio.CancelledError
        process.log_to(self.log)
        self._process, self._kills, self._said_so = process, kills(), False
        self._reading = asyncio.create_task(self._read(process))
        return heard

    def _take(self, run: Examined, message: dict[str, Any]) -> bool:
        """One message while the script runs; whether it has come to its outcome."""
        if message["kind"] == "unusable":
            self._left_out(message["why"])
        if message["kind"] not in ("hello", "call", "returned", "outcome"):
            return False
        try:
            absorb(run.state, message)
        except ValueError as error:
            self._left_out(str(error))
            return False
        run.record.add(message)
        match message["kind"]:
            case "hello":
                self.say("running")
            case "outcome":
                self.say("held")
                return True
            case _:
                self._tell("call")
        return False

    def _left_out(self, why: str) -> None:
        """Something that the worker sent is no use: said once for each worker, where its output is read."""
        if not self._said_so:
            self._said_so = True
            self.log.say(_("tfwizard: the script's process sent what makes no sense ({why}). It is left out.", why=why))

    async def _look_at_gpus(self, run: Examined, section: str) -> None:
        """Have the driver say who holds the memory of the GPUs now, and keep it as a section of the facts."""
        from tfwizard.gpus.nvml import read_gpus_soon  # not before the first paint

        facts = await read_gpus_soon()
        run.record.add({"kind": "facts", "stage": section, "facts": facts, "seconds": 0.0})
        found: dict[str, Any] = {section: facts}
        run.state.facts = replace(run.state.facts, **found)

    async def _look_after_failure(self, run: Examined, broken: bool = False) -> None:
        """Have the GPUs looked at again where something failed that a lack of their memory can make fail."""
        from tfwizard.checks.gpus import gpu_error

        facts = run.state.facts
        if facts.gpus and facts.gpus.devices and facts.gpus_at_failure is None and (broken or gpu_error(facts)):
            await self._look_at_gpus(run, "gpus_at_failure")

    def _gone(self, run: Examined, outcome: str, why: str, started: float) -> None:
        from tfwizard.facts import ScriptFacts  # not before the first paint

        self.say("lost", why)
        code, before = self.exit_code, run.state.facts.script
        facts = ScriptFacts(
            outcome, str(self.script_path), tuple(run.state.calls), before.held if before else None, None, run.state.environment,
            round(time.monotonic() - started, 3), code, why, out_of_memory=self.ran_out(),
        )  # fmt: skip
        message = {"kind": "gone", "facts": facts}
        run.record.add(message)
        run.state.facts = replace(run.state.facts, script=facts)

    def ran_out(self) -> str:
        """How it is known that the worker ended because memory ran out; "" where it is not, or while it is there."""
        printed = [line.text for line in list(self.log.lines)[-LAST_LINES:]]
        return ran_out(self._process.exit_code, printed, self._kills) if self._process is not None else ""

    async def to_the_end(self, run: Examined) -> None:
        """Let the held call go on, to the end of the script."""
        process, inbox = self._process, self._inbox
        assert process is not None
        process.send("go_on")
        self.say("running")
        while (message := await inbox.get()) is not None:
            if self._take(run, message):
                self.say("ended", _("The script ran to its end."))
                return
        self.say("lost", _("The worker is gone: {how}", how=process.death))

    async def watched(self, run: Examined, told: Callable[[dict[str, Any]], None]) -> bool:
        """Let the held call run under watch, to the end of the script; `told` hears how the training goes.

        True where it rests at a step that is not finite: its batch is probed then.
        """
        process, inbox = self._process, self._inbox
        assert process is not None
        process.send("go_on", watch=True)
        self.say("training")
        run.moved("train", "running", "")
        started, rests = time.monotonic(), False
        while (message := await inbox.get()) is not None:
            if message["kind"] in ("training", "alarm"):
                rests = message["kind"] == "alarm"
                told(message)
            elif message["kind"] == "facts" and message["stage"] == "watch":
                self._probed(run, "watch", "train", message)
                if rests:
                    self.say("held")
                    return True
            elif self._take(run, message):
                break
        else:
            if not process.expected_to_end:
                self._gone(run, "died", process.death or _("the process is gone"), started)
        run.moved("train", "passed", "")
        return False

    # --- the probes ----------------------------------------------------------------------------------------------------

    async def section(self, run: Examined) -> None:
        """Have the next section of the facts computed."""
        section, stage, budget = run.waiting.pop(0)
        process = self._process
        if process is None or not process.alive:
            run.moved(stage, "blocked", _("{why}. Run the script again.", why=self.message))
            return
        self._request += 1
        self.say("probing")
        if BY_ID[stage].section == section:
            run.moved(stage, "running", "")
        process.send("probe", request=self._request, stage=section, budget_s=budget, options=run.options)
        limit, inbox, overdue = TimeLimit(budget + GRACE_S), self._inbox, False
        while True:
            try:
                message = await limit.wait(inbox.get)
            except TimeoutError:
                process.kill()
                limit.left, overdue = limit.left + GRACE_S, True
                continue
            if message is None:
                self.progress = None
                how = process.death or ""
                if overdue:
                    how = _("it did not answer for {s:.0f} s and was ended", s=budget + GRACE_S)
                self.say("lost", _("The worker is gone: {how}", how=how))
                if not process.expected_to_end:
                    self._died_in(run, stage, how)
                run.moved(stage, "blocked", _("{why}. Run the script again.", why=self.message))
                return
            if message["kind"] == "unusable":
                self._left_out(message["why"])
                if message["request"] == self._request:  # nothing else will come
                    self._makes_no_sense(run, section, stage, message["why"])
                    return
            elif message["kind"] == "progress":
                done, total, label, values = (message[name] for name in ("done", "total", "label", "values"))
                self.progress = Progress(stage, done, total, label, tuple(values))
                self._tell("progress")
            elif message["kind"] in ("facts", "broken") and message["request"] == self._request:
                if message["stage"] != section:
                    why = _(
                        "it was asked about {asked}, and answers about {other}", asked=section, other=message["stage"]
                    )
                    self._makes_no_sense(run, section, stage, why)
                    return
                self.progress = None
                self._probed(run, section, stage, message)
                await self._look_after_failure(run, message["kind"] == "broken")
                return

    def _died_in(self, run: Examined, stage: str, how: str) -> None:
        """The script's own code, which a stage has run, took the process along."""
        script = run.state.facts.script
        if script is not None:
            facts = replace(script, death=how, died_in=stage, exit_code=self.exit_code, out_of_memory=self.ran_out())
            run.record.add({"kind": "gone", "facts": facts})
            run.state.facts = replace(run.state.facts, script=facts)

    def _probed(self, run: Examined, section: str, stage: str, message: dict[str, Any]) -> None:
        main = BY_ID[stage].section == section  # the other sections of a stage only add to it
        run.record.add(message)
        absorb(run.state, message)
        if message["kind"] == "broken":
            error = message["error"]
            why = _("This could not be examined: {type}: {error}", type=error.type, error=error.useful)
            run.moved(stage, "blocked", why)
        elif main and message["facts"] is None:
            run.moved(stage, "blocked", _blocked_by(run.state, message["why"], message["by"]))
        elif main:
            run.moved(stage, "passed", "")
        self._tell("facts")

    def _makes_no_sense(self, run: Examined, section: str, stage: str, why: str) -> None:
        self.progress = None
        words = _("What the worker sent makes no sense: {error}", error=why)
        run.state.lacking[section] = words
        run.moved(stage, "blocked", words)
        self._tell("facts")

    def trying(self, rows: int) -> None:
        """A batch of so many rows is tried in another worker."""
        self.progress = Progress("memory", rows, 0, _("trying a batch of {rows} samples", rows=rows))
        self._tell("progress")

    def ended(self, message: str) -> None:
        """There is no worker any more, as was meant; `message` says why."""
        self.progress = None
        self.say("ended", message)

    def ended_probing(self) -> None:
        """No section is left to compute: the worker holds the script, or is gone."""
        self.say("held" if self.alive else "lost")

    # --- the worker ------------------------------------------------------------------------------------------------------

    async def _read(self, process: WorkerProcess) -> None:
        async for message in process.messages():
            self._inbox.put(message, process.last_size)
        self._inbox.close()
        # Nothing may be waiting for it: the worker can die while the person reads.
        if process is self._process and not process.expected_to_end and self.worker in ("held", "probing"):
            self.say("lost", _("The worker is gone: {how}", how=process.death))

    async def end(self, message: str | None = None) -> None:
        """End the worker; `message` says what that means to the person."""
        process, self._process = self._process, None
        if process is not None:
            await process.stop()
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None
        self._inbox.close()  # whoever still waits there hears that nothing comes
        self._inbox = Inbox()
        self.progress = None
        if message is not None:
            self.ended(message)

    async def close(self) -> None:
        """End the worker, and have none from now on: a run that would start one is cancelled."""
        self._closed = True
        await self.end()

    def say(self, worker: WorkerStatus, message: str | None = None) -> None:
        """The worker's status changed."""
        self.worker = worker
        if message is not None:
            self.message = message
        self._tell("worker")


def _blocked_by(state: RunState, why: str, by: str) -> str:
    """Why a stage cannot run, and which problem stands in its way."""
    stands = next((one for one in state.findings.values() if one.stage == by and one.severity == "error"), None)
    return _("{why} Mend “{id}” first.", why=why, id=stands.id) if stands else why
