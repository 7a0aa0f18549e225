"""What every action knows of the app."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tfwizard.tui.lines import clean
from tfwizard.tui.terminal_app import TerminalApp

if TYPE_CHECKING:
    from tfwizard.session import Session
    from tfwizard.tui.fixing import FixFlow
    from tfwizard.tui.signals import Signals


class Base(TerminalApp):
    """What the actions know of the app."""

    session: Session
    flow: FixFlow
    place: str
    stage_at: int
    selected: str | None
    navigated: bool
    notice: str
    said: str
    #: What is wrong with the person's configuration: shown until they go somewhere.
    warned: str
    asked_again: set[str]
    changed: tuple[Path, ...]
    signals: Signals | None

    @abstractmethod
    def refresh_now(self) -> None:
        """Show the session as it stands."""

    @abstractmethod
    def look_at_disk(self) -> None:
        """See whether the script's files changed on disk."""

    @abstractmethod
    def mark_dirty(self) -> None:
        """Something changed; it is shown with the next tick."""

    @property
    @abstractmethod
    def is_wide(self) -> bool:
        """Whether the terminal has room for problems and script beside the stage."""

    @property
    @abstractmethod
    def has_side(self) -> bool:
        """Whether problems and script stand beside the page."""

    @property
    def is_trying(self) -> bool:
        """Whether a fix is being tried."""
        return any(worker.group == "trial" and not worker.is_finished for worker in self.workers)

    @property
    def script_runs(self) -> bool:
        """Whether a run of the script goes on."""
        return any(worker.group == "run" and not worker.is_finished for worker in self.workers)

    def attempt(self, work: Callable[[], object], done: str = "") -> None:
        """Do one thing with the session; what it refuses is said, not raised."""
        try:
            work()
        except Exception as error:
            self.say(clean(error), bad=True)
        else:
            if done:
                self.say(done)
        self.refresh_now()

    def say(self, text: str, bad: bool = False) -> None:
        """A short message that goes away by itself."""
        self.notify(text, severity="error" if bad else "information", markup=False, timeout=4)
