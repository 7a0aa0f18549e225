"""An exception as facts: the user's line, and the line of the message that matters."""

from __future__ import annotations

import ast
import linecache
import re
import traceback
import warnings
from typing import Any

from tfwizard.facts import ErrorFacts, Frame, Place
from tfwizard.language import _
from tfwizard.worker.places import is_user_file, place_of

LONGEST_MESSAGE = 20_000
LONGEST_LINE = 2_000
LONGEST_NAME = 200
_NAMED = re.compile(r"^\s*(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Warning|Interrupt):\s+\S")
_DUMP = re.compile(r"^\s*(Call arguments received by|Arguments received by)")
#: Keras 3 colours its messages.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_OP = re.compile(r"\{\{(?:function_)?node [^}]*\}\}\s*|\s*\[Op:\w+\](?: name:.*)?$")
_NOISE = re.compile(
    r"^\s*$|^Graph execution error|^Detected at node|^Exception encountered when calling|^During handling"
    r'|^\s*File "[^"]*", line \d+, in '  # where the graph was made
)


def tamed(error: BaseException) -> BaseException:
    """The exception itself; where its class answers for it with another exception, a plain one of the same name and place."""
    try:
        str(error), error.__traceback__, error.__cause__, error.__context__, error.__class__
        [cls.__name__ for cls in type(error).__mro__]
        return error
    except BaseException:
        # What the interpreter itself keeps, whatever the class says.
        kept: Any = {**vars(type), **vars(BaseException)}
        name = kept["__name__"].__get__(type(error))
        plain = type(name, (Exception,), {})(_("(its text cannot be shown: asking for it raises another exception)"))
        return plain.with_traceback(kept["__traceback__"].__get__(error))


def error_facts(error: BaseException, call: int | None = None) -> ErrorFacts:
    """The facts of an exception, read from the object and its traceback."""
    error = tamed(error)
    # The worker's own frames come first: they are none of the script's.
    frames = [Frame(place_of(f.filename, f.lineno or 0, f.name), is_user_file(f.filename)) for f in _frames(error)]
    frames = frames[next((number for number, frame in enumerate(frames) if frame.user), 0) :]
    where = next((frame.place for frame in reversed(frames) if frame.user), None)
    message = _COLOUR.sub("", str(error)[:LONGEST_MESSAGE])
    if isinstance(error, SyntaxError) and error.filename:
        where = Place(error.filename, error.lineno or 0, "<module>", (error.text or "").strip())
        message = error.msg
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    path = error.filename if isinstance(error, OSError) and isinstance(error.filename, str) else None
    bases = tuple(base.__name__ for base in type(error).__mro__[1:] if base is not object)
    imports, names = _statement(where) if where is not None else (None, ())
    return ErrorFacts(
        " ".join(type(error).__name__[:LONGEST_NAME].split()),
        message,
        useful_line(message)[:LONGEST_LINE],
        where,
        tuple(frames),
        bases,
        call,
        missing,
        path,
        imports,
        names,
    )


def _statement(where: Place) -> tuple[str | None, tuple[str, ...]]:
    """What the statement at a place imports from, if it is an import, and the names in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse("".join(linecache.getlines(where.file)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None, ()
    around = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= where.line <= (node.end_lineno or node.lineno)
    ]  # fmt: skip
    if not around:
        return None, ()
    innermost = min(around, key=lambda node: (node.end_lineno or node.lineno) - node.lineno)
    if isinstance(innermost, ast.ImportFrom):
        return "." * innermost.level + (innermost.module or ""), tuple(alias.name for alias in innermost.names)
    if isinstance(innermost, ast.Import):
        return innermost.names[0].name, tuple(alias.name for alias in innermost.names)
    found = [getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(innermost)]
    return None, tuple(dict.fromkeys(name for name in found if name))[:50]


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    # An error raised `from None` or while handling another may have no frame of the user's; its cause then has.
    frames = list(traceback.extract_tb(error.__traceback__, limit=-200))
    cause = error.__cause__ or error.__context__
    if cause is not None and not any(is_user_file(frame.filename) for frame in frames):
        return list(traceback.extract_tb(cause.__traceback__, limit=-200)) + frames
    return frames


def useful_line(message: str) -> str:
    """The line of a message that says what is wrong.

    TensorFlow wraps it in a graph's dump, where a line "SomeError: …" names it; Keras puts it just before "Call arguments
    received by layer".
    """
    lines = [_OP.sub("", line) for line in message.splitlines()]
    for number, line in enumerate(lines):
        if _DUMP.match(line):
            before = [text for text in lines[:number] if not _NOISE.match(text)]
            if before:
                return before[-1].strip()
    named = [line.strip() for line in lines[1:] if _NAMED.match(line)]
    if named:
        return named[0]
    return next((line.strip() for line in lines if not _NOISE.match(line)), message.strip())
