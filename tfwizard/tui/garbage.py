"""Looks for old cyclic garbage when nobody waits for the screen."""

from __future__ import annotations

import gc
import time

#: Nobody waits where no key came for so long, in seconds.
STILL_S = 1.0
#: From one look to the next: at least, and at most where keys keep coming.
REST_S, LONGEST_S = 10.0, 120.0
#: Python would look after so many looks at what is younger.
YOUNGER = 10


def not_yet() -> None:
    """Look for none until there is a `Garbage`: what is made before the first paint stays, and looking costs a tenth of it."""
    gc.disable()


class Garbage:
    """A look at all that lives stops the screen for a tenth of a second, and a script that floods would have Python take one twice
    a second, under the person's fingers. While this stands Python looks at what is young alone, which takes a millisecond.

    The first looks also put what lives then where none looks again (modules, styles, pages). Later ones do not: what is
    there stays for good, garbage or not.
    """

    LASTING = 3

    def __init__(self) -> None:
        gc.freeze()  # or Python would look at all that was made since `not_yet`, before the first paint
        gc.enable()
        self._given = gc.get_threshold()
        gc.set_threshold(*self._given[:2], 1 << 30)
        self._lasting = self.LASTING
        self._at: object = None
        self.key_at = self._looked = time.monotonic()

    def release(self) -> None:
        """Python looks by itself again, and at all that lives."""
        gc.set_threshold(*self._given)
        gc.unfreeze()

    def look(self, at: object, now: float) -> None:
        """Look if it is time: `at` is what goes on, and where that is new, new modules came with it."""
        if self._lasting and at != self._at:
            if self._at is None:
                gc.unfreeze()
            self._at = at
            self._lasting -= 1
            gc.collect()
            gc.freeze()
            self._looked = now
        elif self._is_due(now):
            gc.collect()
            self._looked = now

    def _is_due(self, now: float) -> bool:
        rested, still = now - self._looked, now - self.key_at
        enough = gc.get_count()[2] >= YOUNGER
        return enough and (rested > LONGEST_S or (rested > REST_S and still > STILL_S))
