"""Where something is in the user's code, what was called there, and what it raised."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """A line of the user's code. `line` counts from 1; `text` is the line without its indentation.

    `column` is where the running call begins in that line, in bytes from 0 as `ast` counts: it tells two calls on one
    line apart. None before Python 3.11.
    """

    file: str
    line: int
    function: str = "<module>"
    text: str = ""
    column: int | None = None


@dataclass(frozen=True)
class Argument:
    """One argument of a captured call: its value as short text, and whether the user wrote it."""

    value: str
    explicit: bool
    type: str = ""


@dataclass(frozen=True)
class Call:
    """One call of a public entry point, made by the user's code. `seconds` is None while it has not returned."""

    index: int
    name: str
    where: Place | None = None
    arguments: dict[str, Argument] = field(default_factory=dict)
    seconds: float | None = None
    failed: bool = False


@dataclass(frozen=True)
class Frame:
    """One frame of a traceback; `user` tells the user's own files from the libraries'."""

    place: Place
    user: bool


@dataclass(frozen=True)
class ErrorFacts:
    """An exception, read from the exception object.

    `useful` is the line of the message that says what is wrong: TensorFlow and Keras surround it with dumps.
    `call` is the index of the captured call that it came out of. `module_name` and `path` come from the exception's
    own attributes (ModuleNotFoundError.name, OSError.filename). `imports` is what the user's failing statement imports
    from, None where it is no import; `names` are the names in that statement.
    """

    type: str
    message: str
    useful: str
    where: Place | None = None
    frames: tuple[Frame, ...] = ()
    bases: tuple[str, ...] = ()
    call: int | None = None
    module_name: str | None = None
    path: str | None = None
    imports: str | None = None
    names: tuple[str, ...] = ()

    @property
    def lacks_memory(self) -> bool:
        """Whether it says that an allocation failed."""
        return bool({"ResourceExhaustedError", "MemoryError"} & {self.type, *self.bases})


@dataclass(frozen=True)
class Environment:
    """The interpreter and the libraries of the worker. `packages` holds installed versions by distribution name.

    `variables` are those of the environment that the libraries read, as they were when the worker began; of one that holds a
    secret only that it is set.
    """

    python: str = ""
    executable: str = ""
    platform: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
