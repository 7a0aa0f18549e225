"""The walk: what is wrong, what to do next, and the main menu with everything that the wizard can do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from tfwizard.language import N_, _
from tfwizard.plain import beginning, leaving
from tfwizard.plain.console import Console, Interrupted, Left
from tfwizard.plain.editing import Editing
from tfwizard.plain.fixing import Fixing
from tfwizard.plain.gpus import GpusMenu
from tfwizard.plain.learning import Learning
from tfwizard.plain.log import read_log, read_script
from tfwizard.plain.menu import Choice, Chosen, Elsewhere, Home, Menu
from tfwizard.plain.narrate import BETWEEN_S, narrated
from tfwizard.plain.problems import Problems
from tfwizard.plain.report import ReportMenu
from tfwizard.plain.stages import StagesMenu
from tfwizard.plain.training import RealTraining
from tfwizard.session import SessionError
from tfwizard.tui.fixing import FixFlow
from tfwizard.tui.lines import clean
from tfwizard.tui.pending import unwritten
from tfwizard.tui.view import fixable, wanting

if TYPE_CHECKING:
    from tfwizard.session import Session

#: How long a probe that was asked to stop may take before it is ended.
GENTLY_S = 5.0


class Quit(Exception):
    """The person leaves."""


class Walk:
    """One session, walked through in text. The parts of the walk reach everything that they share through it."""

    def __init__(self, session: Session, console: Console, between_s: float = BETWEEN_S) -> None:
        self.session, self.console, self.between_s = session, console, between_s
        self.say = console.say
        self.flow = FixFlow(session, lambda: None)
        #: The problem that was spoken of last.
        self.current: str | None = None
        self.problems, self.fixing, self.stages = Problems(self), Fixing(self), StagesMenu(self)
        self.learning, self.editing, self.reporting = Learning(self), Editing(self), ReportMenu(self)
        self.training, self.gpus = RealTraining(self), GpusMenu(self)
        self.main = Menu(console, lambda: _("What next?"), self.choices, self.choices, empty=self.where_now)
        self._told: set[str] = set()

    def choices(self) -> list[Choice]:
        """The main menu. A choice has the same number at all times."""
        session, problems, fixing = self.session, self.problems, self.fixing
        wants = bool(session.casebook.open())
        edits = unwritten(session)[0] > 0
        return [
            Choice(N_("next"), _("the next problem, explained"), problems.next, "n", wants),
            Choice(N_("problems"), _("every problem with its state"), problems.all, "p", bool(session.casebook.problems)),
            Choice(N_("fix"), _("the change that mends the problem; nothing is changed yet"), fixing.one, "f", wants),
            Choice(N_("all"), _("fix all, one after the other, each proved"), fixing.all, "F", self.has_fix()),
            Choice(N_("write"), _("write the proved edits to your files"), fixing.write, "w", edits),
            Choice(N_("undo"), _("take back the last edit or the last write"), fixing.undo, "u"),
            Choice(N_("stages"), _("the stages with their state; what was seen on each"), self.stages.all, "s"),
            Choice(N_("answer"), _("the questions on the decoded samples"), self.stages.answer, "a", self.stages.can_ask),
            Choice(N_("log"), _("what the script printed"), partial(read_log, self), "l"),
            Choice(N_("script"), _("the script, with the lines concerned"), partial(read_script, self)),
            Choice(N_("run"), _("run the script again"), self.run_again, "r"),
            Choice(N_("train"), _("let the script train for real, under watch"), self.training.train, "m"),
            Choice(N_("compare"), _("short trainings that differ in one hyperparameter"), self.training.compare, "C"),
            Choice(N_("gpus"), _("the GPUs, and who holds their memory"), self.gpus.open, "g"),
            Choice(N_("edit"), _("your editor at the line of the problem; then run the script again"), self.editing.edit, "e"),
            self.learning.summary_choice(),
            Choice(N_("report"), _("what somebody who is to help has to know, to read and to save"), self.reporting.open, "R"),
            Choice(N_("quit"), _("leave; the session is kept"), self.quit, "q"),
        ]  # fmt: skip

    def named(self, word: str) -> str:
        """A choice of the main menu with its number: to be said where that menu is asked next."""
        at = next(at for at, one in enumerate(self.choices(), 1) if one.word == word)
        return _("{word} ({number})", word=_(word), number=at)

    def has_fix(self) -> bool:
        """Whether any problem has a fix of its own."""
        return any(fixable(self.session, problem) for problem in wanting(self.session))

    # --- the loop ----------------------------------------------------------------------------------------------------------

    async def go(self, start: bool) -> int:
        """From the beginning until the person leaves; the exit code. Raises Left where no answer comes any more."""
        self.say(*beginning.greeting(self.session))
        if start:
            await self.run_script(_("the wizard was opened"))
        else:
            self.say(clean(self.session.notice))
        await self.where_now()
        if not start:
            self.say(_("{run} runs the script, so that more can be examined.", run=self.named("run")))
        pending: Chosen | None = None
        while True:
            self.tell_news()
            try:
                if pending is not None:
                    chosen, pending = pending, None
                    await self.do(chosen)
                else:
                    await self.main.once()
            except Elsewhere as other:
                pending = other.chosen
            except Home:
                continue
            except Interrupted:
                self.say(
                    _("{quit} leaves. Ctrl+C once more leaves at once; the session is kept.", quit=self.named("quit"))
                )
            except Quit:
                return self.session.exit_code()
            except Left:
                raise
            except Exception as error:  # one choice that fails must not take the session with it
                self.told(error)

    async def do(self, chosen: Chosen) -> None:
        """Do what was chosen, if it is possible now."""
        now = next(one for one in self.choices() if one.word == chosen.choice.word)
        if now.possible:
            await now.do(chosen.rest)
        else:
            self.say(_("{word} is not possible now; ? lists what is.", word=now.name))

    def tell_news(self) -> None:
        """What happened while the person read: each is told once."""
        session = self.session
        news = [clean(session.worker_message)] if session.worker == "lost" and session.worker_message else []
        try:
            changed = session.changed_on_disk()
        except OSError:
            changed = []  # a file server that is away for a moment: the next look tells
        news += [_("{file} changed on disk.", file=clean(path.name)) for path in changed]
        told, self._told = self._told, {*news, session.not_kept}
        if session.not_kept and session.not_kept not in told:
            self.say(session.not_kept)
        for text in news:
            if text not in told:
                self.say(text, _("{run} runs the script again; what was found so far is kept.", run=self.named("run")))

    async def where_now(self) -> None:
        """What is wrong, how sure that is, and what to do next."""
        self.say("", *beginning.standing(self.session), beginning.next_step(self))

    # --- what takes time ---------------------------------------------------------------------------------------------------

    async def during(
        self, work: Coroutine[Any, Any, object], gently: Callable[[], Awaitable[object]] | None = None
    ) -> bool:
        """Wait for something, saying how it goes; whether it came to its end. Ctrl+C ends it, `gently` where that is given."""
        task = asyncio.ensure_future(work)
        stopping: list[asyncio.Future[object]] = []

        def stop() -> None:
            self.say("", _("Stopping it. Ctrl+C once more leaves; the session is kept."))
            if gently is None:
                task.cancel()
                return
            stopping.append(asyncio.ensure_future(gently()))
            asyncio.get_running_loop().call_later(GENTLY_S, task.cancel)

        try:
            with self.console.stoppable(stop):
                async with narrated(self.session, self.say, self.between_s):
                    await asyncio.wait({task})
        except BaseException:
            task.cancel()
            await asyncio.gather(task, *stopping, return_exceptions=True)
            raise
        await asyncio.gather(*stopping, return_exceptions=True)
        if task.cancelled():
            self.say(_("Stopped."))
            return False
        error = task.exception()
        if isinstance(error, Exception):  # whatever goes wrong with a worker, the walk goes on and says it
            self.told(error)
        elif error is not None:
            raise error
        return error is None

    def told(self, error: Exception) -> None:
        """Say what went wrong; what the session refuses needs no name."""
        refused = isinstance(error, SessionError)
        self.say(clean(error) if refused else _("{kind}: {text}", kind=type(error).__name__, text=clean(error)))

    async def settle(self) -> bool:
        """Wait for what is still examined behind a verdict; whether nothing goes on any more."""
        if self.session.finishing:
            await self.during(self.session.rest(), self.stop_rest)
        return not self.session.finishing

    async def stop_rest(self) -> None:
        """Ask the probe that runs to stop; what it has is kept."""
        await self.session.stop_probe()

    async def run_script(self, why: str) -> None:
        """Run the script and examine it."""
        self.current = None
        await self.during(self.session.run(why))

    # --- choices -----------------------------------------------------------------------------------------------------------

    async def run_again(self, _rest: str) -> None:
        """Run the script again."""
        if await self.settle():
            await self.run_script(_("asked by the person"))
            await self.where_now()

    async def quit(self, _rest: str) -> None:
        """Leave, after a question where edits are not written or a training runs."""
        if await leaving.may_leave(self):
            raise Quit
