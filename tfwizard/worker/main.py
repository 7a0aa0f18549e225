"""The worker: runs the script, holds it at its first training call, and serves probes there."""

from __future__ import annotations

import builtins
import contextlib
import importlib.machinery
import os
import sys
import threading
import time
import types
from typing import Any, Sequence

from tfwizard import protocol
from tfwizard.facts import Call, Environment, ScriptFacts
from tfwizard.language import _, use
from tfwizard.worker.capture import imports, libraries
from tfwizard.worker.capture.recorder import LiveCall, Recorder
from tfwizard.worker.case import Case
from tfwizard.worker.environment import environment, libraries_seen
from tfwizard.worker.errors import error_facts, tamed
from tfwizard.worker.link import Link
from tfwizard.worker.loops import Loop, initialised
from tfwizard.worker.own_threads import wait_for_threads
from tfwizard.worker.resident import resident
from tfwizard.worker.serving import serve_probes
from tfwizard.worker.untouched import remember, untouched
from tfwizard.worker.warmup import packages_in, resident_mb, warm_up
from tfwizard.worker.watch.watch import Watch


def serve(fd: int) -> None:
    """Wait for the start message, run the script, and answer until the wizard ends this process."""
    remember()
    link = Link(fd)
    link.send("hello", protocol=protocol.VERSION, pid=os.getpid(), environment=environment())
    run: Run | None = None
    while (message := link.next())["kind"] != "start":
        if message["kind"] == "warm" and run is None:
            use(message["language"])
            run = Run(link, message)
            run.warm_up(message["statements"])
    use(message["language"])
    run = run or Run(link, message)
    run.script(message["overlay"])


class Run:
    """One run of the script in this process. Its libraries are watched from here on, and may be imported ahead."""

    def __init__(self, link: Link, message: dict[str, Any]) -> None:
        self.link = link
        self.path: str = message["script"]
        self.overlay: dict[str, str] = {}
        self.recorder = Recorder(self._call)
        self.case = Case(self.recorder)
        self.started = time.monotonic()
        self._traced_again = False
        #: One thread of the script's rests at a time: the wizard speaks to one.
        self._resting = threading.RLock()
        self._watch: Watch | None = None
        sys.argv = list(message["argv"])
        sys.path[0] = os.path.dirname(os.path.realpath(self.path))
        for stream in (sys.stdout, sys.stderr):
            # Through a pipe, lines would wait in a buffer, and be lost if the process is killed.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(line_buffering=True)
        imports.install(libraries.hooks(self.recorder, self._hold, self._hold_custom), self.overlay)

    def warm_up(self, statements: Sequence[str]) -> None:
        """Import what the script will import, and say so."""
        self.recorder.paused = True
        unusable = warm_up(statements)
        self.recorder.paused = False
        _flush()
        self.link.send("warm", unusable=unusable, memory_mb=resident_mb(), homes=packages_in())

    def script(self, overlay: dict[str, str]) -> None:
        """Run the script as `python SCRIPT ARGS` would, with the texts of `overlay` for its files; then serve."""
        self.overlay.update(overlay)
        self.started = time.monotonic()
        error: BaseException | None = None
        try:
            exec(self._prepare(), sys.modules["__main__"].__dict__)
            if not self.link.is_forked:
                wait_for_threads()
        except BaseException as raised:
            error = raised
        # The script is over, but what it has put in the place of the library's own may still be asked for by its threads.
        with untouched():
            if self.link.is_forked:  # the end of a process that the script forked off
                if error is not None:
                    raise error
                return
            error = error and tamed(error)
            exit_code = 0 if error is None else 1
            if isinstance(error, SystemExit):
                exit_code = error.code if isinstance(error.code, int) else (0 if error.code is None else 1)
                error = None
            self._finish(error, exit_code)

    def _prepare(self) -> types.CodeType:
        """Set up `__main__` as the interpreter itself does, and compile the script."""
        main = types.ModuleType("__main__")
        main.__dict__.update(
            __file__=self.path,
            __builtins__=builtins,
            __loader__=importlib.machinery.SourceFileLoader("__main__", self.path),
            __cached__=None,
        )
        sys.modules["__main__"] = main
        if self.path in self.overlay:
            imports.show_source(self.path, self.overlay[self.path])
            return self._compiled(self.overlay[self.path])
        with open(self.path, "rb") as file:
            return self._compiled(file.read())

    def _compiled(self, source: str | bytes) -> types.CodeType:
        try:
            return compile(source, self.path, "exec", dont_inherit=True)
        except MemoryError:  # the parser's own stack is full: the machine's memory has nothing to do with it
            raise SyntaxError(
                _("an expression is nested too deeply: Python's parser gives up with MemoryError")
            ) from None

    # --- the ways in which a run ends ------------------------------------------------------------------------------------

    def _hold(self, call: LiveCall, custom_loop: bool = False) -> None:
        """The script reached its first training call: examine it here; nothing after this line runs."""
        if self.link.is_forked:
            if self.case.held is None:
                self.link.go_astray()
            return
        with self._resting:  # threads that come here at once are held one after the other
            if self.case.held is None:
                self.case.held = call
                self.case.custom_loop = custom_loop
                self.case.at_hold = resident()
                with contextlib.suppress(Exception):  # the user's model may raise anything
                    self.case.built_at_hold = self.case.has_model and self.case.model.built
                self._outcome("held_at_fit", call)
        if self._watch is not None:
            self._watch.begin(call)

    def _hold_custom(self, call: LiveCall) -> None:
        """Before gradients are applied: not where variables have no values yet, for such a step is traced twice."""
        if self.case.held is not None:
            return
        loop = Loop(self.recorder, call)
        if not self._traced_again and not initialised(loop.variables):
            self._traced_again = True
            self.recorder.tapes.forget()
            return
        self.case.loop = loop
        self._hold(call, custom_loop=True)

    def _finish(self, error: BaseException | None, exit_code: int | None) -> None:
        if self._watch is not None:
            if self._watch.stopping and isinstance(error, KeyboardInterrupt):  # that is how a loop is told to stop
                error, exit_code = None, 130
            self._watch.end("finished" if error is None else "failed")
        self.case.error = error
        if error is not None and self.case.held is None and self.recorder.tapes.failed is not None:
            self.case.custom_loop, self.case.loop = True, Loop(self.recorder, None)
        if error is not None:
            self._outcome("failed", self.case.held, error, exit_code)
        else:
            held = self.case.held
            self._outcome("no_training" if held is None else "finished", held, None, exit_code)

    def _outcome(
        self, outcome: str, held: LiveCall | None, error: BaseException | None = None, exit_code: int | None = None
    ) -> None:
        with self._resting:
            self._say_outcome(outcome, held, error, exit_code)
            self._rest()

    def _say_outcome(
        self, outcome: str, held: LiveCall | None, error: BaseException | None, exit_code: int | None
    ) -> None:
        with untouched():
            _flush()
            failed = next(
                (call.facts.index for call in self.recorder.calls if error is not None and call.error is error), None
            )
            facts = ScriptFacts(
                outcome,
                self.path,
                tuple(call.facts for call in self.recorder.calls[: protocol.MOST_CALLS]),
                held.facts if held else None,
                error_facts(error, failed) if error is not None else None,
                Environment(),  # the hello message had it
                round(time.monotonic() - self.started, 3),
                exit_code,
                custom_loop=self.case.custom_loop,
                read_stdin=isinstance(error, EOFError),
                **self._surroundings(error),
            )
            self.link.send("outcome", facts=facts)

    def _surroundings(self, error: BaseException | None) -> dict[str, Any]:
        """What is known beside the outcome; nothing where the script has taken from Python what it needs for that."""
        try:
            return {
                "keras_of_tf": self.case.keras_of_tensorflow(),
                "libraries": libraries_seen(self.recorder, error),
                "local_files": local_files(os.path.dirname(os.path.realpath(self.path))),
            }
        except BaseException:
            return {}

    def _rest(self) -> None:
        """Serve probes until the script may go on."""
        with self._resting:
            _flush()
            self.recorder.at_work.add(threading.get_ident())
            self.recorder.paused = True  # what probes call is none of the script's doing
            message = serve_probes(self.link, self.case)
            self.recorder.paused = False
            self.recorder.at_work.clear()
        if message.get("watch") and self._watch is None:
            self._watch = Watch(self.link, self.case, self._rest)

    def _call(self, kind: str, call: Call) -> None:
        if call.index >= protocol.MOST_CALLS:
            return
        if kind == "call":
            self.link.send("call", call=call)
        else:
            self.link.send("returned", index=call.index, seconds=call.seconds, failed=call.failed)


def local_files(folder: str) -> tuple[str, ...]:
    """The source files of the modules that were imported out of `folder`: the user's own."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    # An environment may lie inside of the folder; its thousands of files are left out before any is looked up.
    sources = {file for file in files if isinstance(file, str) and file.endswith(".py") and "site-packages" not in file}
    return tuple(sorted(file for file in sources if os.path.realpath(file).startswith(folder + os.sep)))


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass  # the script closed it, or put something of its own there
