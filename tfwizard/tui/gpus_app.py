"""`tfwizard gpus`: the panel alone."""

from __future__ import annotations

import os

from textual.app import App

from tfwizard.tui.screens.gpus import GpusScreen
from tfwizard.tui.signals import Signals


class GpusApp(App[int]):
    """The panel over nothing; leaving it ends the program."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "tfwizard gpus"

    def __init__(self) -> None:
        no_color = "NO_COLOR" in os.environ  # before Textual takes it out of the environment
        super().__init__(ansi_color=True if no_color else None)
        self.animation_level = "none"
        if no_color:
            self.theme = "ansi-dark"  # the only theme that then emits no colour at all (measured)

    def on_mount(self) -> None:
        """Open the panel."""
        self._signals = Signals(lambda code: self.exit(code, return_code=code))
        self.push_screen(GpusScreen(), lambda _: self.exit(0))

    def on_unmount(self) -> None:
        """Give the signals back."""
        self._signals.release()


def run_gpus() -> int:
    """Show the panel until the person leaves; 128 + n for signal n."""
    app = GpusApp()
    app.run()
    return app.return_code or 0
