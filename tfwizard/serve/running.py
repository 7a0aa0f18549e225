"""A server from its first request to its end, and the seats with it."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import SplitResult

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from tfwizard.language import _
from tfwizard.serve.door import EVERYWHERE, Names
from tfwizard.serve.seat import Seat
from tfwizard.serve.seats import url
from tfwizard.serve.server import SeatsServer

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: How often idle seats are looked for, in seconds.
LOOK_S = 2.0


class CannotServe(Exception):
    """The address cannot be had; the message says why and what to do."""


async def serve(
    seats: Sequence[Seat], host: str, port: int, public: SplitResult | None, idle: float, *,
    ready: Callable[[str], None], say: Callable[[str], None],
) -> None:  # fmt: skip
    """Serve the seats until a signal ends it, and end them then. Raises CannotServe.

    `port` 0 takes a free one. `ready` is given the address once it answers. Seats that nobody uses for `idle` minutes are
    ended, with 0 none is.
    """
    prefix = public.path.rstrip("/") if public is not None else ""
    server = SeatsServer(seats, Names(host, public), prefix, public is not None and public.scheme == "https")
    logging.getLogger("aiohttp.server").addFilter(_matters)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    over = asyncio.Event()
    try:
        await _listen(runner, host, port)
        base = public.geturl().rstrip("/") if public is not None else _address(host, runner.addresses[0][1])
        with _told(over), _asked(seats, base, say):
            ready(base)
            await _until(over, seats, idle)
    finally:
        await asyncio.gather(*(seat.close() for seat in seats))
        await runner.cleanup()


def _matters(record: logging.LogRecord) -> bool:
    """Whether a record is for people. What is no HTTP is not: it was answered with 400, and browsers that try TLS first send it."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            words = _("{host} is no address of this machine. --host takes one, such as 127.0.0.1.", host=host)
        elif isinstance(error, PermissionError):
            words = _("Port {port} is for the system alone. --port 0 takes a free one.", port=port)
        else:
            words = _(
                "Port {port} of {host} cannot be had: {why}. --port 0 takes a free one.",
                port=port, host=host, why=os.strerror(error.errno) if error.errno else error,
            )  # fmt: skip
        raise CannotServe(words) from None


def _address(host: str, port: int) -> str:
    name = socket.gethostname() if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


async def _until(over: asyncio.Event, seats: Sequence[Seat], idle: float) -> None:
    while True:
        try:
            await asyncio.wait_for(over.wait(), LOOK_S)
            return
        except TimeoutError:
            if idle:
                await asyncio.gather(*(seat.end_if_idle(idle) for seat in seats))


@contextmanager
def _told(over: asyncio.Event) -> Iterator[None]:
    """A signal ends the server, in order."""
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, over.set)
    yield  # the signals stay ours: a second one must not leave half of the seats behind


@contextmanager
def _asked(seats: Sequence[Seat], base: str, say: Callable[[str], None]) -> Iterator[None]:
    """In a terminal, the number of a seat gives that a new URL: for who lost the window, or came with another machine."""
    if not sys.stdin.isatty():
        yield
        return
    loop, handle = asyncio.get_running_loop(), sys.stdin.fileno()
    tasks: set[asyncio.Task[None]] = set()

    async def renew(seat: Seat) -> None:
        await seat.renew()
        say(url(base, seat))

    def typed() -> None:
        try:
            if os.tcgetpgrp(handle) != os.getpgrp():
                return  # it is the shell's line: reading it would stop us
            line = sys.stdin.readline()
        except OSError:  # the terminal is gone, or another session's
            line = ""
        if not line:
            loop.remove_reader(handle)
            return
        wanted = [seat for seat in seats if line.strip() in (str(seat.number), "" if len(seats) == 1 else None)]
        if not wanted:
            say(_("The number of a seat and Enter give that seat a new URL; ctrl+c ends the server."))
        for seat in wanted:
            task = asyncio.ensure_future(renew(seat))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    loop.add_reader(handle, typed)
    try:
        yield
    finally:
        loop.remove_reader(handle)
