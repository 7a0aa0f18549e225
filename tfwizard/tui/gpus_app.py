"""`tfwizard gpus`: the panel alone."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tfwizard.language import _
from tfwizard.tui.config import config_path, read_config, theme_of, use_keys
from tfwizard.tui.part_keys import chosen_here
from tfwizard.tui.screens.gpus import GpusScreen
from tfwizard.tui.signals import Signals
from tfwizard.tui.terminal_app import TerminalApp


class GpusApp(TerminalApp):
    """The panel over nothing; leaving it ends the program."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "tfwizard gpus"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend_process", show=False)]

    def __init__(self) -> None:
        config = read_config(config_path())
        super().__init__(theme_of(config))
        use_keys(config)
        self.set_keymap(chosen_here())

    def action_help_quit(self) -> None:
        """What ctrl+c says."""
        self.notify(_("Press q to quit."), markup=False, timeout=4)

    def on_mount(self) -> None:
        """Open the panel."""
        self._signals = Signals(lambda code: self.exit(code, return_code=code))
        self.push_screen(GpusScreen(), lambda _result: self.exit(0))

    def on_unmount(self) -> None:
        """Give the signals back."""
        self._signals.release()


def run_gpus() -> int:
    """Show the panel until the person leaves; 128 + n for signal n."""
    app = GpusApp()
    app.run()
    return app.return_code or 0
