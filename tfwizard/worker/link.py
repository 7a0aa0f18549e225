"""The worker's end of the socket."""

from __future__ import annotations

import os
import queue
import signal
import socket
import threading
from typing import Any, Callable

from tfwizard import protocol


class Link:
    """Sends messages from any thread; a thread of its own receives them.

    When the other end goes away, this process and its children go too: nothing may outlive the wizard.
    """

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)  # the script's own children must not hold the socket open
        self._socket = socket.socket(fileno=fd)
        self._lock = threading.Lock()
        self._inbox: queue.Queue[dict[str, Any]] = queue.Queue()
        self.stop = threading.Event()  # set when the UI asks the running probe to stop
        self.on_stop_training: Callable[[], None] = lambda: None
        threading.Thread(target=self._receive, name="tfwizard-link", daemon=True).start()

    def send(self, kind: str, **body: Any) -> None:
        """Send one message; a wizard that is gone ends this process."""
        data = protocol.encode(kind, **body)
        try:
            with self._lock:
                self._socket.sendall(data)
        except OSError:
            _end_everything()

    def next(self) -> dict[str, Any]:
        """Wait for the next message."""
        while True:
            try:
                # A wait without a time limit would not let a signal through on every platform.
                return self._inbox.get(timeout=0.5)
            except queue.Empty:
                continue

    def _receive(self) -> None:
        rest = b""
        while True:
            try:
                data = self._socket.recv(65536)
            except OSError:
                data = b""
            if not data:
                _end_everything()
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                message = protocol.decode(line)
                if message["kind"] == "stop":
                    self.stop.set()
                elif message["kind"] == "stop_training":
                    self.on_stop_training()
                elif message["kind"] == "end":
                    _end_everything()
                else:
                    self._inbox.put(message)


def _end_everything() -> None:
    """End this process and its children at once, without the script's own exit handlers."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    except ValueError:
        pass  # not the main thread; SIGKILL below does not ask
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)
