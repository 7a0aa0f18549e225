"""An app on a fake session, with what it shows as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from tfwizard.tui.app import WizardApp

from .fakes import FakeSession

SIZES = [(80, 24), (140, 45)]
EVERY_SIZE = pytest.mark.parametrize("size", [(50, 20), (80, 24), (140, 45)], ids=["50x20", "80x24", "140x45"])


class Wizard:
    """The app under test: press keys, read the screen."""

    def __init__(self, app: WizardApp, pilot: Pilot[int], session: FakeSession) -> None:
        self.app, self.pilot, self.session = app, pilot, session

    async def press(self, *keys: str) -> str:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()
        return self.screen()

    async def settle(self) -> None:
        await self.pilot.pause()
        for _ in range(200):
            if self.is_busy:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.02)
        self.app.refresh_now()
        await self.pilot.pause()

    @property
    def is_busy(self) -> bool:
        """Whether something goes on that ends by itself."""
        groups = {"preview"} | ({"run", "trial"} if self.session.gate.is_set() else set())
        return any(worker.group in groups and not worker.is_finished for worker in self.app.workers)

    def screen(self) -> str:
        """What is drawn, row by row."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    def flat(self) -> str:
        """What is drawn in the main pane, as one line of words (wrapped sentences joined)."""
        pane = self.app.screen_stack[0].query_one("#main").region
        rows = [row[pane.x : pane.right] for row in self.screen().split("\n")[pane.y : pane.bottom]]
        return " ".join(" ".join(rows).split())

    async def whole(self, stage: str, pages: int = 4) -> str:
        """All of a stage's page, screen by screen, as one line of words; what stands on two of them comes twice."""
        await self.press(stage)
        seen = [self.flat()]
        for _ in range(pages):
            await self.press("pagedown")
            seen.append(self.flat())
        return " ".join(seen)

    def footer(self) -> str:
        return self.screen().split("\n")[-1]


Open = Callable[..., AbstractAsyncContextManager[Wizard]]


@pytest.fixture
def wizard() -> Open:
    """Open the wizard: `async with wizard(size) as it`. The run has ended unless `hold` is given."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (80, 24), session: FakeSession | None = None, hold: bool = False, **more: Any
    ) -> AsyncIterator[Any]:
        session = session or FakeSession()
        if hold:
            session.gate.clear()
        app = WizardApp(session, **more)  # type: ignore[arg-type]
        async with app.run_test(size=size, notifications=True) as pilot:
            it = Wizard(app, pilot, session)
            await pilot.pause()
            await it.settle()
            yield it

    return opened
