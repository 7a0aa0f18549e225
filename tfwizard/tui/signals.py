"""Leave the terminal as it was when the wizard is told to end. Textual does not do this by itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

ENDING = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130}


def catch(end: Callable[[int], None]) -> Callable[[], None]:
    """Call `end` with the exit code when a signal comes; returns a function that gives the signals back."""
    loop = asyncio.get_running_loop()
    caught = []
    for number, code in ENDING.items():
        try:
            loop.add_signal_handler(number, end, code)
        except (NotImplementedError, RuntimeError, ValueError):  # not the main thread, or no such signal here
            continue
        caught.append(number)

    def release() -> None:
        for number in caught:
            loop.remove_signal_handler(number)

    return release
