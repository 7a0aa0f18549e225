"""A worker that has imported what the script begins with, and waits for the next run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from tfwizard.language import _, language
from tfwizard.runner.log import Held
from tfwizard.runner.process import WorkerProcess

#: The statements that `tfwizard.runner.opening` gives.
Opening = tuple[str, ...]
StandbyStatus = Literal["off", "none", "warming", "ready"]
#: An import of TensorFlow takes 0.7 GB: with less than twice that free, the training needs it more.
LEAST_FREE_MB = 1500
#: Before it is warm it says hello, and nothing else of its own.
MOST_HEARD = 100


class Standby:
    """At most one warm worker for a script. It has executed exactly what the script begins with, in the same order.

    `status` is "off" where the person wants none; `memory_mb` is what the waiting worker takes of main memory (it never
    takes any of a GPU's); `why` says why there is none where one was wanted.
    """

    def __init__(
        self, python: str, cwd: Path, script: Path, argv: list[str], changed: Callable[[], None], wanted: bool = True
    ) -> None:
        self._python, self._cwd, self._script, self._argv, self._changed = python, cwd, script, argv, changed
        self.status: StandbyStatus = "none" if wanted else "off"
        self.memory_mb: int | None = None
        self.why = ""
        self._opening: Opening = ()
        self._unusable: dict[Opening, str] = {(): _("nothing can be imported ahead of this script")}
        self._process: WorkerProcess | None = None
        self._task: asyncio.Task[None] | None = None
        self._heard: list[dict[str, Any]] = []
        self._started = 0.0
        self._homes: tuple[str, ...] = ()
        self._changing = asyncio.Lock()

    async def prepare(self, wanted: Opening) -> None:
        """See to it that a worker gets ready for a script with this opening; one for another is ended."""
        async with self._changing:
            if self.status != "off" and not (wanted == self._opening and self._alive):
                await self._replace(wanted)

    async def _replace(self, wanted: Opening) -> None:
        await self._end()
        if wanted in self._unusable:
            self._say("none", self._unusable[wanted])
            return
        free = _free_mb()
        if free is not None and free < LEAST_FREE_MB:
            self._say("none", _("only {free} MB of memory are free", free=free))
            return
        self._opening = wanted
        self._heard, self._homes, self._started = [], (), time.time()
        try:
            self._process = await WorkerProcess.start(self._python, self._cwd, Held())
        except OSError as error:
            self._say("none", _("{python} could not be started: {error}", python=self._python, error=error.strerror))
            return
        self._process.send("warm", script=str(self._script), argv=self._argv, statements=wanted, language=language())
        self._task = asyncio.create_task(self._follow(self._process))
        self._say("warming")

    async def take(self, wanted: Opening) -> tuple[WorkerProcess, list[dict[str, Any]]] | None:
        """The worker, if it fits a script with this opening, and what it has said so far; it is the caller's from then on.

        One that still imports fits too: it goes on importing, and starts then.
        """
        async with self._changing:
            if not self._alive or wanted != self._opening or self._is_outdated():
                return None
            process, heard = self._process, self._heard
            assert process is not None
            await self._end_following()  # first: where that is cancelled, the worker is still ours to end
            self._process = None
            self._say("none")
            return process, heard

    async def close(self) -> None:
        """End the worker, and have none from now on."""
        async with self._changing:
            await self._end()
            self.status = "off"

    async def _end(self) -> None:
        await self._end_following()
        process, self._process = self._process, None
        if process is not None:
            await process.stop()
            self._say("none")

    @property
    def _alive(self) -> bool:
        return self._process is not None and self._process.alive

    async def _follow(self, process: WorkerProcess) -> None:
        messages = process.messages()
        async with contextlib.aclosing(messages):
            async for message in messages:
                self._heard.append(message)
                if message["kind"] == "warm":
                    break
                if len(self._heard) > MOST_HEARD:
                    await self._give_up(process, _("what it imports talks without end"))
                    return
            else:
                await self._give_up(process, _("it ended by itself: {how}", how=process.death))
                return
        if message["unusable"]:
            await self._give_up(process, str(message["unusable"]))
            return
        self.memory_mb, self._homes = message["memory_mb"], tuple(message["homes"])
        self._say("ready")

    def _is_outdated(self) -> bool:
        """Whether a package was installed or removed since it began: what it has imported is no longer what is there."""
        with contextlib.suppress(OSError):
            return any(os.stat(home).st_mtime > self._started for home in self._homes)
        return True

    async def _give_up(self, process: WorkerProcess, why: str) -> None:
        self._unusable[self._opening] = why
        self._process = None
        await process.stop()
        self._say("none", why)

    async def _end_following(self) -> None:
        task, self._task = self._task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _say(self, status: StandbyStatus, why: str = "") -> None:
        if self.status != "off":
            self.status, self.why = status, why
            if status == "none":
                self.memory_mb = None
            self._changed()


def _free_mb() -> int | None:
    """The memory that is available, in MB; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) // 1000 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
