"""One worker process: started, drained, asked, and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

from tfwizard import protocol
from tfwizard.language import N_, _
from tfwizard.runner.log import Held, Log

LAUNCH = Path(__file__).resolve().parent.parent / "worker" / "launch.py"
#: How long a worker may take to leave after each of SIGINT and SIGTERM.
PATIENCE_S = 1.0


class WorkerProcess:
    """A worker and its three streams. `death` says in words how it ended, once it has."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        log: Log | Held,
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._log = log
        self._drains = [
            asyncio.create_task(self._drain(process.stdout, "out")),
            asyncio.create_task(self._drain(process.stderr, "err")),
        ]
        self.expected_to_end = False

    @classmethod
    async def start(
        cls, python: str, cwd: Path, log: Log | Held, environment: Mapping[str, str] | None = None
    ) -> WorkerProcess:
        """Start `python` with the worker in it, in the folder `cwd`, in a session of its own, its input closed.

        `environment` is added to that of this process.
        """
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                python,
                str(LAUNCH),
                str(theirs.fileno()),
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        reader, writer = await asyncio.open_connection(sock=ours, limit=protocol.LONGEST_MESSAGE)
        return cls(process, reader, writer, log)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.returncode is None

    @property
    def exit_code(self) -> int | None:
        """The exit status; negative for a signal, None while it runs."""
        return self._process.returncode

    async def messages(self) -> AsyncGenerator[dict[str, Any], None]:
        """The messages of the worker until it goes away. What is no message of ours ends it: it cannot be trusted."""
        while True:
            try:
                line = await self._reader.readuntil(b"\n")
                yield protocol.decode(line)
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            except (ValueError, asyncio.LimitOverrunError):
                self.kill()
                break
        await self._process.wait()
        await asyncio.wait(self._drains, timeout=PATIENCE_S)

    def send(self, kind: str, **body: Any) -> None:
        """Send one message; nothing happens if the worker is gone."""
        if not self._writer.is_closing():
            self._writer.write(protocol.encode(kind, **body))

    def log_to(self, log: Log) -> None:
        """What it prints goes to `log` from now on, and what was held back so far with it."""
        if isinstance(self._log, Held):
            for stream, data in self._log.data:
                log.feed(stream, data)
        self._log = log

    async def _drain(self, stream: asyncio.StreamReader | None, name: str) -> None:
        """Read a stream to its end, whatever comes: a full pipe would stop the script."""
        assert stream is not None
        try:
            while data := await stream.read(65536):
                self._log.feed(name, data)
        finally:
            self._log.end(name)

    def kill(self) -> None:
        """End the worker and its children now."""
        _signal(self._process, signal.SIGKILL)

    async def stop(self) -> None:
        """End the worker: ask it, then SIGINT, SIGTERM and SIGKILL to its process group."""
        self.expected_to_end = True
        self.send("end")
        for number in (None, signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            if number is not None:
                _signal(self._process, number)
            try:
                await asyncio.wait_for(self._process.wait(), PATIENCE_S)
                break
            except TimeoutError:
                continue
        _signal(self._process, signal.SIGKILL)  # children that stayed behind in its group
        self._writer.close()
        for drain in self._drains:
            drain.cancel()
        await asyncio.gather(self._writer.wait_closed(), *self._drains, return_exceptions=True)

    @property
    def death(self) -> str | None:
        """How the process ended, in words; None while it runs."""
        return death_in_words(self._process.returncode)


def death_in_words(code: int | None) -> str | None:
    """An exit status as a person would say it."""
    if code is None:
        return None
    if code >= 0:
        return _("the process ended by itself with exit code {code}", code=code)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return _("killed by signal {n}", n=-code)
    words = {
        "SIGKILL": N_("killed by {signal}: someone ended it, or the system did because memory ran out"),
        "SIGSEGV": N_("killed by {signal}: native code crashed"),
        "SIGABRT": N_("killed by {signal}: native code gave up (an assertion, or memory ran out)"),
    }.get(name, N_("killed by {signal}"))
    return _(words, signal=name)


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    # The worker leads its own group, so its children hear it too, even when it is gone itself.
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass
