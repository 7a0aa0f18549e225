"""The script's real training, let run under watch."""

from __future__ import annotations

import os
import time
from typing import Any

from tfwizard.session.examiner import Examined
from tfwizard.session.plain import PROBES, REHEARSED, RunState, SessionError
from tfwizard.session.runs import Runs
from tfwizard.session.training import Training, save

#: How often the state of the training goes to the disk, in seconds.
SAVE_S = 1.0


class Watching(Runs):
    """Lets the training of a run go on to its end; what is seen of it becomes facts like those of any probe.

    `training` is how it goes, None before there is one.
    """

    training: Training | None = None
    _saved = 0.0

    async def watch(self, rehearse: bool = True) -> RunState:
        """Run the script, and let its training run under watch; with `rehearse`, look first at what could end it late."""
        async with self._busy:
            state = RunState(self.casebook.start_run("watch"))
            self.run_state = state
            self._tell("facts")
            with self._record(f"{state.number:04}") as record:
                probes = [probe for probe in PROBES if probe[0] in REHEARSED] if rehearse else []
                run = Examined(state, record, self._stage_in_casebook, probes)
                await self._script(run)
                await self._sections(run)
                script = state.facts.script
                if self._examiner.alive and script is not None and script.outcome == "held_at_fit":
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
            return "The training was ended at once, as you asked twice."
        if training.ended == "nan":
            return "The training was stopped at a step that is no number."
        if outcome == "died":
            return self.worker_message
        if outcome == "failed":
            return "The script failed."
        return (
            "The training was stopped, as you asked; the script ran on to its end."
            if training.stopping
            else "The script ran to its end."
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

    async def stop_training(self) -> None:
        """Ask the training to end after its step: the script then goes on behind it. Asked again: end it now.

        Raises SessionError where no training runs.
        """
        training = self.training
        if training is None or training.over or self.worker != "training":
            raise SessionError("No training runs.")
        training.stopping += 1
        self._keep(True)
        if training.stopping == 1:
            self._examiner.send("stop_training")
        else:
            self._examiner.kill()
