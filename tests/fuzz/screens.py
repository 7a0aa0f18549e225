"""Every page of the wizard, drawn from a session that was lied to."""

from __future__ import annotations

import gc

from rich.cells import cell_len

from tfwizard.session import Session
from tfwizard.stages import STAGES
from tfwizard.tui.app import WizardApp
from tfwizard.tui.widgets.drawn import Drawn

from .holds import harmless

SIZE = (80, 24)
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "p", "l", "v")


async def drawn(session: Session, size: tuple[int, int] = SIZE) -> None:
    """Look at each page of the wizard. Raises AssertionError where a row acts on the terminal or has no room."""
    app = WizardApp(session, start=False)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in KEYS:
            await pilot.press(key)
            await pilot.pause()
            app.refresh_now()
            await pilot.pause()
            for strip in app.screen._compositor.render_strips():
                assert cell_len(strip.text) <= size[0], strip.text
                harmless(strip.text)
            told = " ".join(app.screen_stack[0].query_one("#banner", Drawn).plain.split())
            assert "cannot be shown" not in told, told
        for one in app.screen_stack[0].query(Drawn):
            assert "cannot be shown" not in harmless(one.plain)
    assert len(STAGES) <= len(KEYS)
    gc.unfreeze()  # each wizard puts what lives at its beginning where none looks again: here there are many
