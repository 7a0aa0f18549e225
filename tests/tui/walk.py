"""One walk through every screen, on a fake session: what the snapshots are taken of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from textual.command import CommandList

from tfwizard.facts import GpuFacts, GpuProcess, GpusFacts
from tfwizard.language import _, use
from tfwizard.session import Progress
from tfwizard.session.learner import LearnersSession
from tfwizard.session.teaching import Teaching
from tfwizard.stages import KEYS, STAGES
from tfwizard.tui.app import WizardApp
from tfwizard.tui.watch_app import WatchApp

from .conftest import Wizard
from .fakes import SCRIPT, FakeFollowing, FakeSession, learning_rate
from .shots import Shot, take

GIB = 2**30
DAY = 86400.0


def gpus() -> GpusFacts:
    """Two GPUs, one of them held by a notebook and by somebody else."""
    since = time.time() - 60
    return GpusFacts(
        (
            GpuFacts(
                0, "NVIDIA H100 80GB HBM3", None, 80 * GIB, 58 * GIB, 87, 61, 412.3,
                processes=(
                    GpuProcess(3100, 30 * GIB, False, "here", "you", "python -m ipykernel_launcher -f kernel.json", since - 3 * DAY, 1, True, notebook=True),
                    GpuProcess(3200, 20 * GIB, False, "here", "daemon", "python train_big.py --epochs 90", since - 2 * DAY, 2),
                    GpuProcess(3300, 8 * GIB),
                ),
            ),
            GpuFacts(1, "NVIDIA A100-SXM4-40GB", lost="the driver has lost it"),
        ),
        driver="580.95.05",
    )  # fmt: skip


@contextmanager
def standing_still(language: str) -> Iterator[None]:
    """The same person, machine, GPUs and second for all; the language that is asked for, and English afterwards."""

    async def read(stay: bool = False) -> GpusFacts:
        return gpus()

    use(language)
    with ExitStack() as patched:
        clock = SimpleNamespace(monotonic=lambda: 1000.0)
        patched.enter_context(patch("tfwizard.tui.showing.time", clock))
        patched.enter_context(patch("tfwizard.tui.widgets.status_line.place", lambda: "you@gpu"))
        patched.enter_context(patch("tfwizard.tui.screens.gpus.read_gpus_soon", read))
        patched.enter_context(patch("tfwizard.report.gather.__version__", "1.0"))
        patched.enter_context(patch("tfwizard.tui.actions.reporting.short", lambda path: "~/work"))
        try:
            yield
        finally:
            use("en")


async def every_screen(size: tuple[int, int], language: str) -> dict[str, Shot]:
    """Every screen by its name, in the order of the walk."""
    shots: list[Shot] = []
    with standing_still(language):
        await the_wizard(size, shots)
        await what_goes_wrong(size, shots)
        await while_learning(size, shots)
        await the_view(size, shots)
    return {shot.name: shot for shot in shots}


class Walker(Wizard):
    """Presses keys, and keeps what it sees."""

    shots: list[Shot]

    async def to(self, name: str, *keys: str) -> None:
        """A screen, by these keys."""
        await self.press(*keys)
        self.shots.append(take(self.app, name))


async def the_wizard(size: tuple[int, int], shots: list[Shot]) -> None:
    """The stages, the problems, the fixes, and what can be asked from there."""
    session = FakeSession()
    session.gate.clear()
    session.may_compare = True
    session._left["learning-rate-high"] = learning_rate()
    app = WizardApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        it = Walker(app, pilot, session)
        it.shots = shots
        await it.settle()
        await it.to("script-starting")
        session.gate.set()
        await it.settle()
        for number, stage in enumerate(STAGES, 1):
            await it.to(f"stage-{number:02}-{stage.id}", KEYS[stage.id])
            await it.press("pagedown")
            if it.screen() != "\n".join(shots[-1].rows):
                await it.to(f"stage-{number:02}-{stage.id}-below")
        await it.to("report-save", "E")
        await it.to("batch-table", "escape", "2", "j", "right", "down")
        await it.press("escape")
        await it.to("problems", "1", "p")
        await it.to("problem", "6", "i")
        await it.to("problem-explained", "question_mark")
        await it.to("problem-explained-below", "end")
        await it.to("fix-preview", "escape", "f")
        await it.to("fix-verified", "t")
        await it.to("write", "w")
        await it.to("quit", "escape", "q")
        await it.to("fix-number", "escape", "7", "f")
        await it.to("fix-other-number", "c")
        await it.to("waive", "escape", "7", "i", "v")
        await it.to("script", "escape", "1", "s")
        await it.to("log", "1", "l")
        await it.to("log-search", "slash", *"call", "enter")
        await it.to("help", "escape", "1", "question_mark")
        await it.to("help-below", "end")
        await it.press("escape", "ctrl+p")
        for _wait in range(100):
            await it.settle()
            if app.screen.query_one(CommandList).option_count:
                break
        await it.to("palette")
        await it.to("gpus", "escape", "g")
        await it.to("compare-ask", "escape", "0", "C")
        await it.to("compare", "home", "ctrl+k", *"lr=5e-5,1e-3", "enter")
        await it.to("fix-all", "F")
        await it.to("train-ask", "0", "m")
        await it.to("train-live", "y")
        await it.to("train-stop", "x")
        await it.to("train-leave", "escape", "q")
        await it.press("escape")
        await pilot.resize_terminal(40, 12)
        await it.settle()
        await it.to("too-small")


async def what_goes_wrong(size: tuple[int, int], shots: list[Shot]) -> None:
    """What is live, blocked, lost, changed, or not proved."""
    session = FakeSession()
    session.verifies = False
    app = WizardApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        it = Walker(app, pilot, session)
        it.shots = shots
        await it.settle()
        await it.to("fix-not-verified", "6", "f", "t")
        session.casebook.stage_moved("overfit", "running")
        session.progress = Progress("overfit", 20, 60, "overfitting", (1.0, 0.5, 0.25))
        await it.to("overfit-live", "8")
        session.progress = None
        session.casebook.stage_moved("batch", "blocked", _("No batch could be read."))
        await it.to("blocked", "4")
        session.changed_files = [SCRIPT]
        app.look_at_disk()
        await it.to("changed-on-disk", "2")
        session.changed_files = []
        session.lose_worker = True
        await it.to("worker-lost", "r")


async def while_learning(size: tuple[int, int], shots: list[Shot]) -> None:
    """With --teach: a finding is a question, with hints, and a summary at the end."""
    session = FakeSession()
    learner = LearnersSession(session, Teaching(session.casebook.note, ()))  # type: ignore[arg-type]
    app = WizardApp(learner)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        it = Walker(app, pilot, learner)  # type: ignore[arg-type]
        it.shots = shots
        await it.settle()
        await it.to("teach-question", "6", "i")
        await it.to("teach-hint", "h")
        await it.to("teach-stage", "escape")
        await it.to("teach-summary", "S")


async def the_view(size: tuple[int, int], shots: list[Shot]) -> None:
    """A training under watch, then at its end."""
    following = FakeFollowing()
    app = WatchApp(following, "train.py")  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await asyncio.sleep(0.3)
        shots.append(take(app, "watch"))
        following.alive = False
        assert following.training
        following.training.over, following.training.ended = True, "finished"
        following.document = {
            "findings": [{"severity": "warning", "title": "The loss is that of chance after 3 epochs"}]
        }
        await asyncio.sleep(0.6)
        await pilot.pause()
        shots.append(take(app, "watch-ended"))
