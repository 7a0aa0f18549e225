"""The GPUs, live: who holds their memory, and asking a process of the person's own to stop."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from tfwizard.facts import GpuProcess, GpusFacts
from tfwizard.gpus.nvml import read_gpus_soon
from tfwizard.gpus.stopping import CannotStop, ask_to_stop, refusal, still_runs
from tfwizard.language import N_, _
from tfwizard.tui.lines import FAINT, STRONG, Lines, clean, line
from tfwizard.tui.part_keys import bindings_of
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.gpu_panel import CHOSEN, age_of, command_of, gpu_lines, memory_words
from tfwizard.tui.widgets.key_footer import KeyFooter

#: How often the driver is asked while the panel is on the screen, in seconds.
LOOK_S = 1.0
#: How long a process may take to leave after a signal: a training writes its checkpoint first.
PATIENCE_S = 5.0


class GpusScreen(ModalScreen[None]):
    """The panel. The driver is asked once a second while it is shown, and what did not change is not drawn again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", N_("Choose"), key_display="↑↓"),
        Binding("down", "choose(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        *bindings_of("gpus"),
        Binding("escape,q,g", "close", N_("Back"), key_display="q"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.facts: GpusFacts | None = None
        self.chosen: int | None = None
        self._reading = False

    def compose(self) -> ComposeResult:
        """A title, the GPUs, the keys."""
        yield Drawn(self._title, id="gpus-title")
        with VerticalScroll(can_focus=False):
            yield Drawn(self._lines)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Look now, and again and again."""
        self._look()
        self.set_interval(LOOK_S, self._look)

    def _look(self) -> None:
        if self.is_current and not self._reading:
            self.run_worker(self._read(), group="gpus", exit_on_error=False)

    async def _read(self) -> None:
        self._reading = True
        try:
            self.show(await read_gpus_soon(stay=True))
        finally:
            self._reading = False

    def show(self, facts: GpusFacts) -> None:
        """Show what the driver says; the mark stays on its process, or goes to the first that may be asked to stop."""
        self.facts = facts
        pids = [one.pid for one in self._processes]
        if self.chosen not in pids:
            self.chosen = next((one.pid for one in self._processes if not refusal(one)), pids[0] if pids else None)
        self.query_one("#gpus-title", Drawn).show(self._title)
        self.query_one("VerticalScroll Drawn", Drawn).show(self._lines)

    @property
    def _processes(self) -> list[GpuProcess]:
        """Every process once, in the order of the screen."""
        gpus = [
            one for gpu in (self.facts.gpus if self.facts else ()) for one in (gpu.instances if gpu.mig else (gpu,))
        ]
        return list({one.pid: one for gpu in gpus for one in gpu.processes}.values())

    def _title(self, width: int) -> Lines:
        driver = self.facts.driver if self.facts else None
        words = _("driver {version}", version=clean(driver)) if driver else ""
        return [line((_("GPUs"), STRONG), "   ", (words, FAINT))]

    def _lines(self, width: int) -> Lines:
        if self.facts is None:
            return [line((_("asking the driver …"), FAINT))]
        return gpu_lines(self.facts, width, self.chosen)

    # --- keys ------------------------------------------------------------------------------------------------------------

    def action_choose(self, step: int) -> None:
        """The process before or after."""
        pids = [one.pid for one in self._processes]
        if not pids or self.facts is None:
            return
        at = pids.index(self.chosen) if self.chosen in pids else 0
        self.chosen = pids[(at + step) % len(pids)]
        self.show(self.facts)
        scroll = self.query_one(VerticalScroll)
        drawn = scroll.query_one(Drawn).plain.split("\n")
        rows = [number for number, row in enumerate(drawn) if row.startswith(CHOSEN)]
        scroll.scroll_to(y=max(0, rows[0] - scroll.size.height // 2) if rows else 0, animate=False)

    def action_page(self, step: int) -> None:
        """Scroll, where there are more GPUs than rows."""
        for scroll in self.query(
            VerticalScroll
        ):  # none yet, where the key came right behind the one that opened the panel
            (scroll.scroll_page_down if step > 0 else scroll.scroll_page_up)(animate=False)

    def action_close(self) -> None:
        """Back."""
        self.dismiss()

    def action_stop(self) -> None:
        """Ask the chosen process to stop, after a question that names it."""
        process = next((one for one in self._processes if one.pid == self.chosen), None)
        if self.app.is_web:  # who sits there need not be who owns these processes
            self._say(_("From a browser no process is stopped: `tfwizard gpus` does it in a terminal of that machine."))
        elif process is None:
            self._say(_("There is no process to ask."))
        elif why := refusal(process):
            self._say(_("{pid}: {why}", pid=process.pid, why=why))
        else:
            self._ask(process, signal.SIGINT)

    # --- asking a process to stop ----------------------------------------------------------------------------------------

    def _ask(self, process: GpuProcess, number: signal.Signals) -> None:
        words = _("send SIGINT, as ctrl+c does") if number == signal.SIGINT else _("send SIGTERM, which asks it to end")
        dialog = Confirm(question(process, number), question_lines(process, number), [("y", words)])
        self.app.push_screen(dialog, partial(self._answered, process, number))

    def _answered(self, process: GpuProcess, number: signal.Signals, answer: str | None) -> None:
        if answer != "y":
            return
        try:
            ask_to_stop(process, number)
        except CannotStop as why:
            self._say(str(why))
            return
        self._say(_("{signal} was sent to {pid}.", signal=number.name, pid=process.pid))
        self.run_worker(self._wait(process, number), group=f"stop-{process.pid}", exclusive=True, exit_on_error=False)

    async def _wait(self, process: GpuProcess, number: signal.Signals) -> None:
        """See whether it ends; where SIGINT was not enough, offer SIGTERM. It goes no further."""
        until = asyncio.get_running_loop().time() + PATIENCE_S
        while still_runs(process):
            if asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(0.2)
        else:
            self._say(_("{pid} has ended.", pid=process.pid))
            self._look()
            return
        if number == signal.SIGINT and self.is_current:
            self._ask(process, signal.SIGTERM)
        else:
            self._say(_("{pid} still runs. The wizard goes no further.", pid=process.pid))

    def _say(self, text: str) -> None:
        self.app.notify(clean(text), markup=False, timeout=6)


def question(process: GpuProcess, number: signal.Signals) -> str:
    """The title of the question: a second one says that the first signal was not enough."""
    if number == signal.SIGINT:
        return _("Ask process {pid} to stop?", pid=process.pid)
    return _("Process {pid} still runs. Ask it to end?", pid=process.pid)


def question_lines(process: GpuProcess, number: signal.Signals) -> list[str]:
    """The process by name, and what to think of first."""
    held = _("It holds {memory}, and has run for {age}.", memory=memory_words(process.memory), age=age_of(process))
    lines = [command_of(process), held]
    if process.notebook and number == signal.SIGINT:
        lines.append(
            _(
                "A notebook only stops its cell at SIGINT, and keeps the memory. Shutting its kernel down in Jupyter frees it."
            )
        )
    if process.notebook and number == signal.SIGTERM:
        lines.append(_("The notebook loses its variables; its file stays."))
    if process.graphics:
        lines.append(_("It draws on a screen: windows may close with it."))
    if not process.certain:
        lines.append(_("This is a container, and this process does not use the GPU: the driver may mean another one."))
    return lines
