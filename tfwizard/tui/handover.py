"""Lend the terminal to another program, and take it back as it was, whatever the program did."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import termios
from collections.abc import Iterator, Sequence

from textual.app import App

from tfwizard.language import _
from tfwizard.tui.signals import Signals

#: What a program that was killed may have left on: keypad and cursor keys in application mode, colours, paste marks.
RESET = "\x1b[?1l\x1b>\x1b[0m\x1b[?2004l\x1b[?25h"
#: How long a program gets to end by itself when the wizard ends.
END_S = 3.0


async def run_in_terminal(app: App[int], signals: Signals, command: Sequence[str], said: str = "") -> str:
    """Run a program in the wizard's terminal. Returns what went wrong in words, "" for nothing.

    The event loop goes on, so the script's output is still read; only nothing is drawn, as the terminal is not ours.
    `said` is printed first. Raises textual's SuspendNotSupported.
    """
    # Drawing while suspended would fill the driver's queue, which nobody empties, and then block the loop for good.
    with app.suspend(), app.batch_update(), terminal_kept(), signals.lent():
        if said:
            print(said, flush=True)
        return await run_program(command)


def suspend_to_shell(app: App[int]) -> str:
    """Stop until the shell says fg. Returns why that cannot be, "" behind a return. Raises textual's SuspendNotSupported.

    Textual would stop this process alone: a `uv run` in front of it would go on to wait, and the shell with it; and where
    no shell waits (`ssh host tfwizard …`) nothing would ever wake it.
    """
    if not _shell_waits():
        return _("No shell waits behind the wizard, so there is nothing to go back to. The ctrl+q key quits.")
    with app.suspend(), app.batch_update():
        before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        try:
            os.killpg(0, signal.SIGTSTP)  # it stops here, and goes on at fg
        finally:
            signal.signal(signal.SIGTSTP, before)
    return ""


def _shell_waits() -> bool:
    """Whether some process of this session, outside of our group, is the parent of one of ours: the one that can say fg."""
    try:
        session, group = os.getsid(0), os.getpgrp()
        pid = os.getppid()
        # A parent of the same group, such as `uv run`, has a parent of its own.
        while pid > 1 and os.getpgid(pid) == group and os.getsid(pid) == session:
            pid = _parent(pid)
        return pid > 1 and os.getsid(pid) == session
    except (OSError, ValueError):
        return False


def _parent(pid: int) -> int:
    import subprocess

    if os.path.exists(f"/proc/{pid}/stat"):
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout)


async def run_program(command: Sequence[str]) -> str:
    """Run a program in this terminal, as it is. Returns what went wrong in words, "" for nothing."""
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except FileNotFoundError:
        return _("There is no {program} here. Set $EDITOR to an editor that there is.", program=command[0])
    except OSError as error:
        return _("{program} could not be started: {why}", program=command[0], why=error.strerror or error)
    try:
        code = await process.wait()
    except asyncio.CancelledError:  # the wizard ends: an editor without a terminal would be left behind
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), END_S)
        raise
    if code < 0:
        with contextlib.suppress(OSError):
            print(RESET, end="", flush=True)
        return _("{program} was ended by {signal}.", program=command[0], signal=signal_name(-code))
    return _("{program} ended with code {code}.", program=command[0], code=code) if code else ""


def signal_name(number: int) -> str:
    """SIGKILL for 9."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return _("signal {n}", n=number)


@contextlib.contextmanager
def terminal_kept() -> Iterator[None]:
    """The terminal's settings afterwards as before: a program that crashes leaves its own."""
    try:
        handle = sys.__stdin__.fileno() if sys.__stdin__ else -1
        before = termios.tcgetattr(handle) if os.isatty(handle) else None
    except (OSError, ValueError, termios.error):
        before = None
    try:
        yield
    finally:
        if before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(handle, termios.TCSANOW, before)
                # Answers to what the program asked the terminal may still come in; they are no keys.
                termios.tcflush(handle, termios.TCIFLUSH)
