"""Leave the terminal as it was when the wizard is told to end. Textual does not do this by itself."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator

ENDING = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130}


class Signals:
    """Calls `end` with the exit code when a signal comes, from now on until `release`."""

    def __init__(self, end: Callable[[int], None]) -> None:
        self._end = end
        self._lent = False
        self._loop = asyncio.get_running_loop()
        self._caught = []
        for number in ENDING:
            try:
                self._loop.add_signal_handler(number, self._came, number)
            except (NotImplementedError, RuntimeError, ValueError):  # not the main thread, or no such signal here
                continue
            self._caught.append(number)

    def _came(self, number: signal.Signals) -> None:
        if not (self._lent and number == signal.SIGINT):
            self._end(ENDING[number])

    def release(self) -> None:
        """Give the signals back."""
        for number in self._caught:
            self._loop.remove_signal_handler(number)
        self._caught.clear()

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """While another program has the terminal, ctrl+c and ctrl+backslash are meant for that one."""
        # Handlers, not SIG_IGN: the program would inherit that, and could not be interrupted.
        before = signal.signal(signal.SIGQUIT, lambda *_: None) if self._caught else None
        self._lent = True
        try:
            yield
        finally:
            self._lent = False
            if self._caught:
                signal.signal(signal.SIGQUIT, before)
