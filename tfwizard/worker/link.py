"""The worker's end of the socket."""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import resource
import select
import signal
import socket
import sys
import threading
from typing import Any, Callable

from tfwizard import protocol
from tfwizard.worker.untouched import untouched

#: Descriptors below this one belong to the script: some close them all, or write on numbers that they guess.
HIGHEST = 65536
_getpid = os.getpid  # the script may put another in its place


class Link:
    """Sends messages from any thread of this process; a thread of its own receives them.

    When the other end goes away, this process and its children go too: nothing may outlive the wizard. A process that the
    script forks off has no say.
    """

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=_out_of_the_way(fd))
        # Bound here: the script may put something else in the place of the class's own.
        self._sendall, self._recv = self._socket.sendall, self._socket.recv
        self._inode = os.fstat(self._socket.fileno()).st_ino
        self._pid = _getpid()
        self._lock = threading.Lock()
        self._inbox: queue.Queue[dict[str, Any]] = queue.Queue()
        self.stop = threading.Event()  # set when the UI asks the running probe to stop
        self.on_stop_training: Callable[[], None] = lambda: None
        mark = b""
        while not mark.endswith(b"\n"):
            mark += self._recv(1) or _end_everything()
        self._mark = mark[:-1]
        threading.Thread(target=self._receive, name="tfwizard-link", daemon=True).start()

    @property
    def is_forked(self) -> bool:
        """Whether this is a process that the script forked off, and not the worker."""
        return _getpid() != self._pid

    def send(self, kind: str, **body: Any) -> None:
        """Send one message; a wizard that is gone ends this process."""
        if self.is_forked:
            return
        with untouched():
            data = self._mark + protocol.encode(kind, **body)
            try:
                with self._lock:
                    self._sendall(data)
            except OSError:
                self._gone()

    def go_astray(self) -> None:
        """A process that the script forked off would train, where no probe could follow: say so, and end it here."""
        with contextlib.suppress(OSError):
            # Without the lock, which another thread may have held when this process came to be.
            self._sendall(self._mark + protocol.encode("astray"))
        os._exit(1)

    def next(self) -> dict[str, Any]:
        """Wait for the next message."""
        while True:
            try:
                # A wait without a time limit would not let a signal through on every platform.
                return self._inbox.get(timeout=0.5)
            except queue.Empty:
                continue

    def _receive(self) -> None:
        rest, ready = b"", select.poll()
        ready.register(self._socket.fileno(), select.POLLIN)
        while True:
            try:
                if not ready.poll(1000):
                    continue  # a call that waited for ever would keep a descriptor open that the script has closed
                data = self._recv(65536)
            except OSError:
                data = b""
            with untouched():
                if not data:
                    self._gone()
                    return
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._take(protocol.decode(line))

    def _take(self, message: dict[str, Any]) -> None:
        if message["kind"] == "stop":
            self.stop.set()
        elif message["kind"] == "stop_training":
            self.on_stop_training()
        elif message["kind"] == "end":
            _remove_generated()
            _end_everything()
        else:
            self._inbox.put(message)

    def _gone(self) -> None:
        """The connection is. Where the script closed it, the wizard notices, says so, and ends this process."""
        try:
            ours = os.fstat(self._socket.fileno()).st_ino == self._inode
        except OSError:
            ours = False
        if ours:
            _end_everything()


def _out_of_the_way(fd: int) -> int:
    """The socket under a high number that the script's own children do not inherit."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    highest = HIGHEST if limit == resource.RLIM_INFINITY else min(limit, HIGHEST)
    high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, max(fd, highest - 16))
    os.close(fd)
    return high


def _remove_generated() -> None:
    """TensorFlow writes a file for each function that it converts, and removes it when Python ends; here it ends otherwise."""
    for name, module in list(sys.modules.items()):
        if str(name).startswith("__autograph_generated_file"):  # scripts put other keys there, too
            with contextlib.suppress(OSError, TypeError):
                os.unlink(getattr(module, "__file__", None))  # type: ignore[arg-type]


def _end_everything() -> Any:
    """End this process and its children at once, without the script's own exit handlers."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    except ValueError:
        pass  # not the main thread; SIGKILL below does not ask
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)
