"""Pages over the screen that close once, however often they are told to."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType


class ClosesOnce(Screen[ScreenResultType]):
    """A page over the screen. Keys come in bunches (a slow line, one that is held down), and the first of them may have closed it.

    Textual would then answer once more, and close the page behind, or end the wizard where there is none.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with this result, unless it is closed already."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
