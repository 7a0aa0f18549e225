"""The GPUs and who holds their memory; a process of the person's own may be asked to stop."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

from tfwizard.facts import GpuProcess, GpusFacts
from tfwizard.gpus.nvml import read_gpus_soon
from tfwizard.gpus.stopping import CannotStop, ask_to_stop, refusal, still_runs
from tfwizard.language import N_, _
from tfwizard.plain.console import Console
from tfwizard.plain.menu import Choice, Menu, back
from tfwizard.plain.spoken import spoken
from tfwizard.tui.lines import clean
from tfwizard.tui.screens.gpus import PATIENCE_S, question, question_lines
from tfwizard.tui.widgets.gpu_panel import gpu_lines

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk


class Gpus:
    """The GPUs as they are now. `alone`: there is no other menu to go back to."""

    def __init__(self, console: Console, alone: bool = False) -> None:
        self.console, self.alone = console, alone
        self.facts: GpusFacts | None = None

    async def look(self, _rest: str = "") -> None:
        """Ask the driver, and say what it says."""
        facts = self.facts = await read_gpus_soon()
        self.console.say(*spoken(lambda width: gpu_lines(facts, width)))

    def choices(self) -> list[Choice]:
        """What can be done here."""
        return [
            Choice(N_("look"), _("ask the driver again"), self.look),
            Choice(
                N_("stop"), _("ask a process of yours to stop: stop and its pid"), self.stop, "k", bool(self._processes)
            ),
            Choice(N_("quit"), _("leave"), back, "q")
            if self.alone
            else Choice(N_("back"), _("to the menu before"), back, "b q"),
        ]

    @property
    def _processes(self) -> dict[str, GpuProcess]:
        gpus = [
            one for gpu in (self.facts.gpus if self.facts else ()) for one in (gpu.instances if gpu.mig else (gpu,))
        ]
        return {str(one.pid): one for gpu in gpus for one in gpu.processes}

    async def stop(self, rest: str) -> None:
        """Ask a process to stop, after a question that names it; where SIGINT was not enough, offer SIGTERM."""
        pid = rest or await self.console.ask(_("Which pid?"))
        process = self._processes.get(pid)
        if process is None:
            self.console.say(_("There is no process {pid} on the GPUs.", pid=pid))
            return
        if why := refusal(process):
            self.console.say(clean(_("{pid}: {why}", pid=process.pid, why=why)))
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            self.console.say(*(clean(text) for text in question_lines(process, number)))
            if not await self.console.confirm(question(process, number)):
                return
            try:
                ask_to_stop(process, number)
            except CannotStop as why_not:
                self.console.say(clean(why_not))
                return
            self.console.say(_("{signal} was sent to {pid}.", signal=number.name, pid=process.pid))
            if await _ends(process):
                self.console.say(_("{pid} has ended.", pid=process.pid))
                return
        self.console.say(_("{pid} still runs. The wizard goes no further.", pid=process.pid))


async def _ends(process: GpuProcess) -> bool:
    """Whether it ends within a moment."""
    until = time.monotonic() + PATIENCE_S
    while still_runs(process):
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.2)
    return True


class GpusMenu:
    """The GPUs out of the main menu."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    async def open(self, _rest: str) -> None:
        """Look, then ask what to do."""
        gpus = Gpus(self.walk.console)
        await gpus.look()
        await Menu(self.walk.console, lambda: _("GPUs: what next?"), gpus.choices, self.walk.choices).loop()


async def only_gpus(console: Console) -> int:
    """The GPUs by themselves (`tfwizard gpus --plain`)."""
    gpus = Gpus(console, alone=True)
    await gpus.look()
    await Menu(console, lambda: _("GPUs: what next?"), gpus.choices, lambda: []).loop()
    return 0
