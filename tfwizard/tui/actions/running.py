"""Keys that run something: the script, a probe, or nothing any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from tfwizard.language import _
from tfwizard.session import SessionError
from tfwizard.stages import ORDER, STAGES
from tfwizard.tui import keymap
from tfwizard.tui.actions.problems import Problems
from tfwizard.tui.lines import clean
from tfwizard.tui.view import first_with_problems


class Running(Problems):
    """Runs and probes, in the background."""

    def start_run(self, why: str) -> None:
        """Run the script in the background."""
        self.navigated = False
        self.notice = self.said = ""
        self.run_worker(self._run(why), group="run", exclusive=True, exit_on_error=False)

    async def _run(self, why: str) -> None:
        await self._guard(self.session.run(why))
        if not self.navigated and self.place.startswith("stage-"):
            self.go_to_first()
        self.look_at_disk()
        self.refresh_now()

    def go_to_first(self) -> None:
        """Show the first stage that wants something."""
        stage = first_with_problems(self.session)
        if stage:
            self.stage_at = ORDER[stage.id]
            self.go(f"stage-{stage.id}")

    async def _guard(self, work: Awaitable[object]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception as error:  # whatever goes wrong with a worker, the wizard stays and says it
            refused = isinstance(error, SessionError)  # what the session refuses needs no name
            self.notice = clean(error) if refused else _("{kind}: {text}", kind=type(error).__name__, text=clean(error))
        self.mark_dirty()

    def say_it_runs(self) -> None:
        """Why the key does nothing now."""
        self.say(_("Something is running already; {x} stops a test or a trial.", x=keymap.now("x")))

    def action_run_again(self) -> None:
        """Run the script again, unless it runs."""
        if self.script_runs or self.is_trying:
            self.say_it_runs()
            return
        if not self.place.startswith("stage-"):
            self.action_to_stage()
        self.start_run(_("asked by the person"))

    def action_probe_again(self) -> None:
        """Examine the stage on the screen again; on the stage of the memory: search the batch size that fits."""
        if self.script_runs or self.is_trying or self.session.finishing:
            self.say_it_runs()
            return
        self.notice = ""
        stage = STAGES[self.stage_at].id
        work = self.session.fit_batch() if stage == "memory" else self.session.probe(stage)
        self.run_worker(self._guard(work), group="run", exclusive=True, exit_on_error=False)

    def action_cpu_twin(self) -> None:
        """Run one batch again where there is no GPU."""
        if self.script_runs or self.is_trying or self.session.finishing:
            self.say_it_runs()
            return
        self.notice = ""
        self.run_worker(self._guard(self.session.cpu_twin()), group="run", exclusive=True, exit_on_error=False)
        self.action_stage(ORDER["nan"])

    def action_stop(self) -> None:
        """Stop the probe or the trial that runs; the rest of the last run comes before a trial that waits for it."""
        if self.is_trying and not (self.session.finishing and self.session.trial_state is None):
            self.workers.cancel_group(self, "trial")
            self.mark_dirty()
        else:
            self.run_worker(self._guard(self.session.stop_probe()), group="stop", exit_on_error=False)
