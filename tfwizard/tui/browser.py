"""How the wizard reaches a page in a browser: Textual's driver, made to outlive a page and to end with its server."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.events import Resize
from textual.geometry import Size

#: What the server tells this process alone: the script is to see the environment that the server had.
OURS = (
    "TEXTUAL_DRIVER", "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "COLUMNS", "ROWS",
)  # fmt: skip


class BrowserDriver(WebDriver):
    """A page may go and another may come; where the server goes, the wizard ends as when its terminal is closed."""

    def __init__(self, app: App[Any], **settings: Any) -> None:
        super().__init__(app, **settings)
        self._write = partial(self._write_all)
        for name in OURS:
            os.environ.pop(name, None)

    def _write_all(self, data: bytes) -> int:
        """Write to the server, as long as it is there."""
        try:
            return os.write(self.fileno, data)
        except BrokenPipeError:
            return 0  # the end comes by the other pipe

    def run_input_thread(self) -> None:
        """Read from the server until the app ends, or the server does."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            os.kill(os.getpid(), signal.SIGHUP)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """What the server says, in the thread that reads."""
        if packet_type == "attach":
            self._loop.call_soon_threadsafe(self._attach, int(str(payload["width"])), int(str(payload["height"])))
        else:
            super().on_meta(packet_type, payload)

    def _attach(self, width: int, height: int) -> None:
        """Set up a terminal that knows nothing, and draw everything on it."""
        self.write("\x1b[?1049h")  # the alternate screen, as when the app started
        self._enable_mouse_support()
        self.write("\x1b[?25l")
        self._enable_bracketed_paste()
        self._size = size = Size(width, height)
        self._app.post_message(Resize(size, size))
        self._app.refresh(layout=True)
