"""A limit on waiting, in seconds during which this process could run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

#: How long one wait takes at most. One that took this much longer was no wait: the process was stopped meanwhile.
SLICE_S = 1.0


class TimeLimit:
    """`left` seconds of waiting. While the wizard is stopped (ctrl+z) nothing counts: what came meanwhile was not read either."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    async def wait(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `make()` gives; it is made anew for each slice, so it must lose nothing when cancelled. Raises TimeoutError."""
        while self.left > 0:
            slice_s, began = min(self.left, SLICE_S), time.monotonic()
            try:
                # Not wait_for: in Python 3.11 that may lose the word that the person has stopped it.
                async with asyncio.timeout(slice_s):
                    return await make()
            except TimeoutError:
                pass
            finally:
                took = time.monotonic() - began
                self.left -= took if took < slice_s + SLICE_S else 0.0
        raise TimeoutError
