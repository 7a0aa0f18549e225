"""The script's real training, let run under watch."""

from __future__ import annotations

import os
import time
from typing import Any

from tfwizard.language import _
from tfwizard.session.absorb import absorb, read_record
from tfwizard.session.examiner import Examined
from tfwizard.session.keeper import Following, begin
from tfwizard.session.plain import PROBES, REHEARSED, RunState, SessionError
from tfwizard.session.runs import Runs
from tfwizard.session.training import Training, save

#: How often the state of the training goes to the disk, in seconds.
SAVE_S = 1.0


class Watching(Runs):
    """Lets the training of a run go on to its end; what is seen of it becomes facts like those of any probe.

    `training` is how it goes, None before there is one. `following` is a training that was begun from here, and runs in a
    process of its own.
    """

    training: Training | None = None
    following: Following | None = None
    _saved = 0.0
    _taken = False

    async def watch(self, rehearse: bool = True) -> RunState:
        """Run the script, and let its training run under watch; with `rehearse`, look first at what could end it late."""
        async with self._busy:
            state = RunState(self.casebook.start_run("watch"))
            self.run_state = state
            self._tell("facts")
            with self._record(f"{state.number:04}") as record:
                probes = [probe for probe in PROBES if probe[0] in REHEARSED]
                run = Examined(state, record, self._stage_in_casebook, probes)
                await self._script(run)
                script = state.facts.script
                held = script is not None and script.outcome == "held_at_fit"
                if held and not rehearse:
                    run.waiting.clear()  # where it does not come to its training, they say why
                await self._sections(run)
                if held and self._examiner.alive:
                    await self._train(run)
        return state

    async def _train(self, run: Examined) -> None:
        chance = run.state.facts.batch.chance if run.state.facts.batch else None
        self.training = training = Training(os.getpid(), chance=chance)
        self._keep(True)
        rests = await self._examiner.watched(run, self._told)
        if rests:
            run.waiting = [probe for probe in PROBES if probe[0] == "nan"]
        await self._sections(run)
        training.over, training.message = True, self._end_in_words(training)
        await self._examiner.end(training.message)
        self._keep(True)

    def _end_in_words(self, training: Training) -> str:
        script = self.run_state.facts.script
        outcome = script.outcome if script is not None else ""
        if training.stopping > 1:
            return _("The training was ended at once, as you asked twice.")
        if training.ended == "nan":
            return _("The training was stopped at a step that is no number.")
        if outcome == "died":
            return self.worker_message
        if script is not None and script.error is not None:
            said = f"{script.error.type}: {script.error.useful}"
            if script.error.where:
                return _("The script failed: {error}, line {n}", error=said, n=script.error.where.line)
            return _("The script failed: {error}", error=said)
        return (
            _("The training was stopped, as you asked; the script ran on to its end.")
            if training.stopping
            else _("The script ran to its end.")
        )

    def _told(self, message: dict[str, Any]) -> None:
        if self.training is not None:
            self.training.take(message)
            self._keep(message["kind"] == "alarm" or message["ended"] != "running")

    def _keep(self, now: bool) -> None:
        """Tell the screens, and once a second, or `now`, the disk."""
        assert self.training is not None
        if now or time.monotonic() - self._saved > SAVE_S:
            save(self.training, self.folder)
            self._saved = time.monotonic()
        self._tell("training")

    # --- in a process of its own -----------------------------------------------------------------------------------------

    async def train_apart(self) -> Following:
        """Begin the training in a process that outlives this one; the worker here gives back the memory that it needs.

        Raises SessionError where edits are not written: that process runs the files as they are on the disk.
        """
        if self.sources.steps:
            raise SessionError(_("Your edits are not written: w writes them, then the training runs with them."))
        if self.following is not None and self.following.alive:
            raise SessionError(_("A training runs already."))
        async with self._busy:
            await self._examiner.end(_("The training runs in a process of its own."))
            folder = self.folder.with_name(f"{time.strftime('%Y%m%d-%H%M%S')}-watch-{os.getpid()}")
            self.following = begin(
                self.script, self.args, folder, python=self.python, cwd=self.cwd, timeout=self.timeout, rehearse=False,
                teach=self.is_sealed,
            )  # fmt: skip
            self._taken = False
        self._stage_in_casebook("train", "running", "")
        return self.following

    def look_at_training(self) -> bool:
        """See what the training does that was begun from here; whether anything is new. What it gave becomes this run's."""
        if self.following is None or self._taken or not self.following.look():
            return False
        if not self.following.alive:
            self._taken = True
            self._take(self.following)
        return True

    def _take(self, following: Following) -> None:
        state = self.run_state
        with self._record(f"{state.number:04}", again=True) as record:
            for message in read_record(following.folder / "runs" / "0001.jsonl"):
                # The probe of NaN was on the bad batch.
                if message["kind"] == "facts" and message["stage"] in ("watch", "nan"):
                    record.add(message)
                    absorb(state, message)
        training, why = following.training, ""
        if training is None:
            why = _("The script did not come to its training.")
        elif training.ended not in ("finished", "stopped", "nan"):
            why = training.message or _("The training broke off.")
        self._stage_in_casebook("train", "blocked" if why else "passed", why)
        self._judge_in_casebook(state, final=True)

    # --- in this one ---------------------------------------------------------------------------------------------------------

    async def stop_training(self) -> None:
        """Ask the training to end after its step: the script then goes on behind it. Asked again: end it now.

        Raises SessionError where no training runs.
        """
        training = self.training
        if training is None or training.over or self.worker != "training":
            raise SessionError(_("No training runs."))
        training.stopping += 1
        self._keep(True)
        if training.stopping == 1:
            self._examiner.send("stop_training")
        else:
            self._examiner.kill()
