"""The plain wizard as a program: standard input and output, signals, the exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from tfwizard.plain.console import Console, Interrupted, Left, StandardInput, to_stdout

if TYPE_CHECKING:
    from tfwizard.session import Session
    from tfwizard.session.keeper import Following

INTERRUPTED = 130


def chosen_by(environ: Mapping[str, str]) -> str:
    """The setting that asks for plain text without being asked, "" where none does."""
    if environ.get("TFWIZARD_PLAIN", "") not in ("", "0"):
        return f"TFWIZARD_PLAIN={environ['TFWIZARD_PLAIN']}"
    return "TERM=dumb" if environ.get("TERM") == "dumb" else ""


def run_plain(session: Session, start: bool = True) -> int:
    """Walk through the session in text until the person leaves; the exit code, 128 + n for signal n."""

    async def walked(console: Console) -> int:
        try:
            from tfwizard.plain.walk import Walk  # after the loop runs: these are many modules

            return await Walk(session, console).go(start)
        except Left:
            return session.exit_code()
        finally:
            await session.close()

    return _run(walked)


def follow_plain(following: Following, name: str) -> int:
    """Tell how a training goes that a process of its own keeps: 0 once it has ended, or is left running."""

    async def followed(console: Console) -> int:
        from tfwizard.plain.training import follow

        console.say(f"tfwizard watch {name}")
        await follow(console, following)
        return 0

    return _run(followed)


def gpus_plain() -> int:
    """The GPUs in text."""

    async def looked(console: Console) -> int:
        from tfwizard.plain.gpus import only_gpus

        return await only_gpus(console)

    return _run(looked)


def _run(work: Callable[[Console], Awaitable[int]]) -> int:
    """Run it with a console, ctrl+c and signals; the exit code."""
    ended_by: list[int] = []

    async def main() -> int:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def leave(code: int) -> None:
            ended_by.append(code)
            task.cancel()

        # Where the program was started without standard input nothing is answered, as at its end.
        handle = sys.stdin.fileno() if sys.stdin else os.open(os.devnull, os.O_RDONLY)
        typed = os.isatty(handle)
        console = Console(
            StandardInput(handle),
            to_stdout,
            lambda: leave(INTERRUPTED),
            echo=not typed,
            can_lend=typed and sys.stdout is not None and sys.stdout.isatty(),
        )
        loop.add_signal_handler(signal.SIGINT, console.interrupt)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, leave, 128 + number)
        try:
            return await work(console)
        except (Left, Interrupted):
            return 0

    try:
        code = asyncio.run(main())
    except asyncio.CancelledError:
        code = ended_by[0] if ended_by else INTERRUPTED
    _without_output_if_gone()
    return code


def _without_output_if_gone() -> None:
    """Where nobody reads standard output any more, flushing it at the end must not fail once more."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
