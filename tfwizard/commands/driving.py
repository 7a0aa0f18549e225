"""Work that a session does without a screen: it is told on stderr as it goes, and a signal ends it cleanly."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from tfwizard.commands.exit_codes import Exit
from tfwizard.language import _

if TYPE_CHECKING:
    from tfwizard.session import Session


def drive(session: Session, work: Callable[[], Any], on_signal: dict[int, Callable[[], bool]] | None = None) -> Any:
    """Run a command of the session; ctrl+c and SIGTERM end its worker first.

    `on_signal` says by signal what else is to be done; where that gives False, the command ends.
    """

    async def driven() -> Any:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def got(number: int) -> None:
            if not (on_signal or {}).get(number, lambda: False)():
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, got, number)
        try:
            return await work()
        finally:
            if session.not_kept:
                say(session.not_kept)
            await session.close()

    try:
        return asyncio.run(driven())
    except asyncio.CancelledError:
        click.echo(_("Interrupted; the script's process was ended."), err=True)
        sys.exit(Exit.INTERRUPTED)


def say(text: str) -> None:
    """Tell the person."""
    from tfwizard.foreign import harmless  # not for a help page

    try:
        click.echo(harmless(text), err=True)
    except OSError:
        pass  # the terminal is gone, and what goes on without it must not end by that
