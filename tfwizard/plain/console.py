"""The person's end of the line: sentences go out, answers come in, ctrl+c stops."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import queue
import shutil
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from tfwizard import prose
from tfwizard.language import _

#: Narrower than this no sentence can be read.
NARROWEST = 20
#: What stands for typographic signs where the terminal's encoding has none of them.
PLAINER = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "−": "-", "×": "x",
                         "±": "+-", "∞": "inf", "°": " degrees "})  # fmt: skip


class Left(Exception):
    """The person has left: no answer comes any more."""


class Interrupted(Exception):
    """Ctrl+C at a prompt."""


class Answers(Protocol):
    """Where answers come from."""

    async def line(self) -> str | None:
        """The next answer; None where no more will come."""


class StandardInput:
    """Standard input, line by line. A thread waits for it, so that the rest goes on; it reads nothing before it is asked."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._wanted: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._asked = False
        self._thread: threading.Thread | None = None

    async def line(self) -> str | None:
        """The next line; None at its end."""
        if self._thread is None:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._read, args=(loop,), daemon=True)
            self._thread.start()
        if not self._asked:  # ctrl+c leaves a question open, and the next one takes its answer
            self._asked = True
            self._wanted.put(None)
        found = await self._lines.get()
        self._asked = False
        return found

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        rest = ""
        ended = False
        while True:
            self._wanted.get()
            while "\n" not in rest and not ended:
                # Not through sys.stdin: a thread that holds its lock keeps the program from ending.
                try:
                    data = os.read(self._handle, 4096)
                except OSError:
                    data = b""
                ended = not data
                rest += decoder.decode(data, final=ended)
            found, newline, rest = rest.partition("\n")
            answer = found if newline or found else None
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._lines.put_nowait, answer)


def columns() -> int:
    """The terminal's width, 80 where there is none."""
    return max(NARROWEST, shutil.get_terminal_size((80, 24)).columns)


class Console:
    """Says and asks. `echo` repeats each answer, for where nobody types it into the same terminal.

    `leave` is called where ctrl+c comes twice without an answer between. `can_lend`: there is a terminal to lend.
    """

    def __init__(
        self,
        answers: Answers,
        write: Callable[[str], None],
        leave: Callable[[], None],
        width: Callable[[], int] = columns,
        echo: bool = False,
        can_lend: bool = False,
    ) -> None:
        self._answers, self._write, self._leave, self._width, self._echo = answers, write, leave, width, echo
        self._stop: Callable[[], None] | None = None
        self.can_lend = can_lend
        self._lent = False
        self._pressed = self._missed = False

    # --- out -------------------------------------------------------------------------------------------------------------

    def say(self, *sentences: str) -> None:
        """One paragraph for each sentence, wrapped at the terminal's width."""
        for sentence in sentences:
            self._put("".join(f"{row}\n" for row in self._wrapped(sentence)))

    def verbatim(self, lines: Iterable[str]) -> None:
        """Code and output, line by line as they are; what is longer than a line goes on in the next one."""
        for text in lines:
            rows = textwrap.wrap(printable(text), self._width() - 1, drop_whitespace=False, break_on_hyphens=False)
            self._put("".join(f"{row.rstrip()}\n" for row in rows or [""]))

    def _wrapped(self, sentence: str) -> list[str]:
        return prose.lines(printable(sentence), self._width() - 1, break_on_hyphens=False) or [""]

    def _put(self, text: str) -> None:
        try:
            self._write(text)
        except OSError:
            raise Left from None  # nobody is there to read it

    # --- in --------------------------------------------------------------------------------------------------------------

    async def ask(self, question: str) -> str:
        """The person's answer. Raises Left where none will come, Interrupted for ctrl+c."""
        if self._missed:  # pressed while nothing was there to be stopped
            self._missed = False
            raise Interrupted
        *rows, last = self._wrapped(question)
        self._put("".join(f"{row}\n" for row in rows) + f"{last} ")
        try:
            answer = await self._unless_stopped()
        except Interrupted:
            self._put("\n")
            raise
        if answer is None:
            self._put("\n")
            raise Left
        self._pressed = False
        if self._echo:
            self._put(f"{printable(answer)}\n")
        return printable(answer).strip()

    async def _unless_stopped(self) -> str | None:
        line = asyncio.ensure_future(self._answers.line())
        try:
            with self.stoppable(line.cancel):
                await asyncio.wait({line})
        finally:
            line.cancel()
        if line.cancelled():
            raise Interrupted
        return line.result()

    async def confirm(self, question: str) -> bool:
        """Yes or no, in English or in the language that is spoken; anything else is asked again."""
        yes, no = _("yes"), _("no")
        while True:
            answer = (await self.ask(f"{question} {_('yes or no?')}")).casefold()
            if answer in affirmations():
                return True
            if answer in negations():
                return False
            self.say(_("Answer {yes} or {no}.", yes=yes, no=no))

    # --- ctrl+c ----------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def stoppable(self, stop: Callable[[], object]) -> Iterator[None]:
        """Within it, ctrl+c calls `stop`."""
        before, self._stop = self._stop, lambda: (stop(), None)[1]
        try:
            yield
        finally:
            self._stop = before

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Within it the terminal is another program's, and so is ctrl+c."""
        self._lent = True
        try:
            yield
        finally:
            self._lent = False

    def interrupt(self) -> None:
        """Ctrl+C: stop what can be stopped; the second time, leave."""
        if self._lent:
            return
        if self._pressed:
            self._leave()
            return
        self._pressed = True
        if self._stop is not None:
            self._stop()
        else:
            self._missed = True


def affirmations() -> set[str]:
    """What means yes."""
    return {"y", "yes", _("yes").casefold(), _("yes").casefold()[:1]}


def negations() -> set[str]:
    """What means no."""
    return {"n", "no", _("no").casefold(), _("no").casefold()[:1]}


def printable(text: str) -> str:
    """`text` without anything that could move a cursor or change a colour."""
    for space, plain in (("\t", "    "), ("\u00a0", " "), ("\u202f", " ")):
        text = text.replace(space, plain)
    return "".join(one for one in text if one.isprintable() or one in "\u200c\u200d")


def to_stdout(text: str) -> None:
    """Write to standard output, whatever its encoding, and at once."""
    out = sys.stdout
    if out is None:  # the program was started without it
        raise OSError("there is no standard output")
    encoding = out.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(PLAINER).encode(encoding, "replace").decode(encoding)
    out.write(text)
    out.flush()
