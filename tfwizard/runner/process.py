"""One worker process: started, drained, asked, and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

from tfwizard import protocol
from tfwizard.language import N_, _
from tfwizard.reading import read_line
from tfwizard.runner.log import Held, Log
from tfwizard.runner.messages import CHUNK, LineReader

LAUNCH = Path(__file__).resolve().parent.parent / "worker" / "launch.py"
WARDEN = Path(__file__).resolve().parent / "warden.py"
#: How long a worker may take to leave after each of SIGINT and SIGTERM.
PATIENCE_S = 1.0
#: How long a worker may live on after the end of its connection.
WITHOUT_LINK_S = 3.0
#: How long all that descends from a worker may take to be gone after SIGKILL.
GONE_S = 12.0


class WorkerProcess:
    """A worker and its three streams. `death` says in words how it ended, once it has.

    A warden stands between it and this process: it ends the worker with all that descends from it, also where this process
    is killed, and ends as the worker did.
    """

    def __init__(
        self,
        warden: asyncio.subprocess.Process,
        control: socket.socket,
        pid: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        log: Log | Held,
    ) -> None:
        self._warden = warden
        self._control = control
        self._writer = writer
        self._log = log
        self._pipes: list[asyncio.ReadTransport] = []
        self._drains: list[asyncio.Task[None]] = []
        # What stands before each message of the worker. What the script writes on the socket lacks it.
        self._mark = secrets.token_hex(8).encode()
        writer.write(self._mark + b"\n")
        self._lines = LineReader(reader, self._mark)
        self._cut = False
        #: The worker's process id.
        self.pid = pid
        self.expected_to_end = False
        self.last_size = 0

    @classmethod
    async def start(
        cls, python: str, cwd: Path, log: Log | Held, environment: Mapping[str, str] | None = None
    ) -> WorkerProcess:
        """Start `python` with the worker in it, in the folder `cwd`, in a session of its own, its input closed.

        `environment` is added to that of this process. Raises OSError where that cannot be started.
        """
        (ours, theirs), (control, wardens) = socket.socketpair(), socket.socketpair()
        (out, to_out), (err, to_err) = os.pipe(), os.pipe()
        try:
            warden = await asyncio.create_subprocess_exec(
                # Nothing of the user's environment may reach the warden's own Python: it is ours.
                sys.executable, "-I", "-S", str(WARDEN), str(wardens.fileno()), str(theirs.fileno()),
                python, str(LAUNCH), str(theirs.fileno()),
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=to_out,
                stderr=to_err,
                pass_fds=(wardens.fileno(), theirs.fileno()),
                start_new_session=True,
            )  # fmt: skip
            wardens.close()
            control.setblocking(False)
            pid = int(await _line(control) or -errno.ECHILD)
            if pid < 0:
                await warden.wait()
                raise OSError(-pid, os.strerror(-pid))
            reader, writer = await asyncio.open_connection(sock=ours, limit=CHUNK)
        except BaseException:
            ours.close()
            control.close()  # the warden ends with that
            os.close(out)
            os.close(err)
            raise
        finally:
            theirs.close()
            wardens.close()
            os.close(to_out)
            os.close(to_err)
        worker = cls(warden, control, pid, reader, writer, log)
        try:
            await worker._drain(out, "out")
            await worker._drain(err, "err")
        except BaseException:
            worker._let_go()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._warden.returncode is None

    @property
    def exit_code(self) -> int | None:
        """The exit status; negative for a signal, None while it runs."""
        return self._warden.returncode

    async def messages(self) -> AsyncGenerator[dict[str, Any], None]:
        """The messages of the worker until it goes away; one that lives on without its connection is ended.

        What lacks the mark is what the script writes on descriptors that it did not open: nothing comes of it. The script shares
        the worker's process, so with the mark anything may come as well: what is no message of ours is told as one of the kind
        "unusable", with `why`. `last_size` is how many bytes of the one that was given last were kept.
        """
        while True:
            try:
                line = await self._lines.next()
            except EOFError:
                break
            self.last_size = len(line.data)
            yield read_line(line.data, line.size)
        if not await self._has_ended_after(WITHOUT_LINK_S):
            self._cut = True
        self.kill()
        await self._warden.wait()
        await asyncio.wait(self._drains, timeout=PATIENCE_S)

    async def _has_ended_after(self, seconds: float) -> bool:
        """Whether the worker itself has ended: the warden says so, and then takes its time for what is left."""
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_recv(self._control, 64)
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

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

    async def _drain(self, pipe: int, name: str) -> None:
        """Read a stream to its end, whatever comes: a full pipe would stop the script."""
        stream = asyncio.StreamReader()
        transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(pipe, "rb", buffering=0)
        )
        self._pipes.append(transport)

        async def read() -> None:
            try:
                while data := await stream.read(65536):
                    self._log.feed(name, data)
            finally:
                self._log.end(name)

        self._drains.append(asyncio.create_task(read()))

    def kill(self) -> None:
        """End the worker and its children now."""
        self._signal(signal.SIGKILL)

    async def stop(self) -> None:
        """End the worker: ask it, then SIGINT, SIGTERM and SIGKILL to its process group. Its children end with it.

        Where this is cancelled they are killed all the same: nobody else would.
        """
        self.expected_to_end = True
        try:
            self.send("end")
            for number in (None, signal.SIGINT, signal.SIGTERM):
                if number is not None:
                    self._signal(number)
                if await self._is_gone_after(PATIENCE_S):
                    break
            self._hang_up()
            if not await self._is_gone_after(GONE_S):  # it waits for a device
                self._to_warden(signal.SIGKILL)
                await self._warden.wait()
        finally:
            self._let_go()
        await asyncio.gather(self._writer.wait_closed(), *self._drains, return_exceptions=True)

    def _hang_up(self) -> None:
        """The warden ends all that is left, and itself."""
        self._signal(signal.SIGKILL)
        with contextlib.suppress(OSError):
            # Not closed yet: whoever waits there for the worker's end (`messages`) has to see this one.
            self._control.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        """Give back all that belongs to the worker; nothing of it lives on."""
        self._hang_up()
        asyncio.get_running_loop().call_soon(self._control.close)
        self._writer.close()
        for pipe in self._pipes:
            pipe.close()
        for drain in self._drains:
            drain.cancel()

    async def _is_gone_after(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._warden.wait()
        except TimeoutError:
            return False
        return True

    def _signal(self, number: int) -> None:
        """Signal the worker's process group. Nothing happens when it is gone."""
        self._to_warden(signal.SIGCONT)  # the script may have stopped its parent
        try:
            self._control.send(bytes([number]))
        except OSError:
            pass

    def _to_warden(self, number: int) -> None:
        # Not Process.send_signal: that takes the exit status away from those who wait for it.
        if self.alive:
            try:
                os.kill(self._warden.pid, number)
            except ProcessLookupError:
                pass

    @property
    def death(self) -> str | None:
        """How the process ended, in words; None while it runs."""
        if self._cut and not self.alive:
            return _("the script closed or broke its connection to the wizard, and was ended")
        return death_in_words(self._warden.returncode)


async def _line(control: socket.socket) -> bytes:
    """The next line that the warden tells, and no byte more: another may stand behind it already. Empty where it is gone."""
    line = b""
    while not line.endswith(b"\n") and (part := await asyncio.get_running_loop().sock_recv(control, 1)):
        line += part
    return line


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
        "SIGXCPU": N_("killed by {signal}: it has used all the processor time that it may (ulimit -t)"),
        "SIGXFSZ": N_("killed by {signal}: it wrote a larger file than it may (ulimit -f)"),
        "SIGABRT": N_("killed by {signal}: native code gave up (an assertion, or memory ran out)"),
    }.get(name, N_("killed by {signal}"))
    return _(words, signal=name)
