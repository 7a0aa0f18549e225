"""The wizard's process behind a page."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tfwizard.serve import DRIVER
from tfwizard.serve.bounds import bound_memory

# What it would say of an app that does not start, the app says better.
logging.getLogger("textual-serve").setLevel(logging.CRITICAL)
#: How long a wizard may take to end when asked: it ends its worker first. Then it is told by a signal, then killed.
ASKED_S, TOLD_S = 12.0, 3.0
#: So much of what it says last is kept.
TAIL_BYTES = 4000
#: The terminals that the server itself may run in; the wizard does not.
OTHER_TERMINALS = ("STY", "TMUX", "TMUX_PANE", "LINES")


@dataclass(frozen=True)
class Start:
    """How the wizard of a seat is started: `begin` are the arguments of tfwizard where its `session` is not there yet.

    `environment` is added to ours; `memory` is the most data of each of its processes, in GB, 0 for no bound.
    """

    begin: Sequence[str]
    session: Path
    resume: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    memory: float = 0.0

    @property
    def command(self) -> list[str]:
        """The wizard on its script, or on the session that was begun before."""
        begun = (self.session / "journal.jsonl").exists()
        arguments = ["resume", str(self.session), *self.resume] if begun else self.begin
        return [sys.executable, "-m", "tfwizard", *arguments]


class WizardProcess(AppService):  # type: ignore[misc, unused-ignore]
    """textual-serve's process of an app: here without a shell, in a session of its own, and ended whatever it does.

    `write` gets what the page's terminal is to show, `tell` what the page itself is to do. `ended` is called once it is gone;
    `said` is then what it said last for people.
    """

    def __init__(
        self,
        start: Start,
        downloads: DownloadManager,
        write: Callable[[bytes], Awaitable[None]],
        tell: Callable[..., Awaitable[None]],
        ended: Callable[[WizardProcess], Awaitable[None]],
    ) -> None:
        async def nothing() -> None:
            """The page stays: what comes behind the app's end is shown in it."""

        super().__init__("", write_bytes=write, write_str=nothing, close=nothing, download_manager=downloads)  # type: ignore[arg-type]
        self._start, self._tell, self._ended = start, tell, ended
        self._errors: asyncio.Task[None] | None = None
        self._tail = b""
        self.code: int | None = None

    @property
    def said(self) -> str:
        """Its last lines on stderr."""
        return self._tail.decode("utf-8", "replace").strip()

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        environment = super()._build_environment(width, height)
        for name in OTHER_TERMINALS:
            environment.pop(name, None)
        # The driver takes its own variables out again, so that the script does not see them.
        environment |= {"TEXTUAL_DRIVER": DRIVER, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        return {**environment, **self._start.environment}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._start.command, stdin=pipe, stdout=pipe, stderr=pipe,
            env=self._build_environment(width, height), start_new_session=True,
        )  # fmt: skip
        if self._start.memory:
            bound_memory(process.pid, self._start.memory)
        assert process.stderr is not None
        self._errors = asyncio.create_task(self._keep(process.stderr))
        # textual-serve would print it on our stdout.
        process.stderr = asyncio.StreamReader()
        process.stderr.feed_eof()
        self._process, self._stdin = process, process.stdin
        return process

    async def _keep(self, stream: asyncio.StreamReader) -> None:
        while data := await stream.read(4096):
            self._tail = (self._tail + data)[-TAIL_BYTES:]

    async def run(self) -> None:
        """Pass on what it sends, until it is gone."""
        assert self._process is not None and self._errors is not None
        try:
            await super().run()
        except ValueError:  # what came is none of its messages: it cannot be trusted any more
            _signal(self._process.pid, signal.SIGTERM)
        self.code = await self._process.wait()
        await self._errors
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        await self._ended(self)

    async def on_meta(self, data: bytes) -> None:
        """What the app says beside its picture."""
        meta = json.loads(data)
        if meta["type"] == "exit":
            self._tail = b""  # what it said before is no news by now
        elif meta["type"] == "open_url":
            await self._tell("open_url", {"url": meta["url"], "new_tab": meta["new_tab"]})
        elif meta["type"] == "deliver_file_start":
            await self._download_manager.create_download(
                app_service=self, delivery_key=str(meta["key"]), file_name=Path(meta["path"]).name,
                open_method="download", mime_type=meta["mime_type"], encoding=meta["encoding"] or None, name=meta.get("name"),
            )  # fmt: skip
            await self._tell("open_url", {"url": f"download/{meta['key']}", "new_tab": False})

    async def attach(self, width: int, height: int) -> None:
        """Another page is there, or the same again: it has to be told everything anew."""
        await self.send_meta({"type": "attach", "width": width, "height": height})

    async def end(self) -> None:
        """End it: asked first, so that it ends its worker; then by signals."""
        process = self._process
        if process is None:
            return
        await self.send_meta({"type": "quit"})
        for number, patience in ((None, ASKED_S), (signal.SIGTERM, TOLD_S), (signal.SIGKILL, TOLD_S)):
            if number is not None:
                _signal(process.pid, number)
            try:
                await asyncio.wait_for(process.wait(), patience)
                break
            except TimeoutError:
                continue
        if self._task is not None:
            await asyncio.wait([self._task], timeout=TOLD_S)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
