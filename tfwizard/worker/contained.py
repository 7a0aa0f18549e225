"""Runs code of the user's so that it changes nothing outside: what it writes goes to a temporary folder, or it is halted.

It sees what it wrote as if it were there. Whatever cannot be taken elsewhere (another process, a connection, a file that is
removed) is stopped before it happens, by an audit hook, and says nothing of the code.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import shutil
import signal
import stat
import sys
import tempfile
import threading
from typing import Any, Iterator

#: A file that is written on is copied first, up to this size.
MOST_COPIED = 10_000_000
#: What acts on the outside, by the names of Python's audit events.
ACTS = (
    "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.utime",
    "os.setxattr", "os.removexattr", "os.kill", "os.killpg",
)  # fmt: skip
ACTS_BEGIN = (
    "shutil.", "subprocess.", "socket.connect", "socket.bind", "socket.send", "os.system", "os.exec", "os.fork", "os.posix_spawn",
    "os.spawn", "os.putenv", "smtplib.", "ftplib.", "urllib.", "http.", "sqlite3.", "webbrowser.", "ctypes.", "pty.", "mmap.",
)  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Halted(BaseException):
    """The code was about to do what cannot be taken back, or took too long. No `except Exception` keeps it."""


class Elsewhere:
    """Where the writing goes: each path has its copy below `root`.

    `written` is the path of a write that has not succeeded, `halted` why the code was stopped, `late` that the time is over.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.written = ""
        self.halted = ""
        self.late = False
        self._threads = {one.ident for one in threading.enumerate()} - {threading.get_ident()}
        self.open: Any = io.open
        self.stat, self.mkdir = os.stat, os.mkdir

    def copy_of(self, path: Any) -> str:
        """Where a path has its copy."""
        whole = os.path.abspath(os.fsdecode(path))
        return whole if self._inside(whole) else self.root + whole

    def _inside(self, path: str) -> bool:
        return path == self.root or path.startswith(self.root + os.sep)

    def is_there(self, path: str) -> bool:
        """Whether something is there in truth."""
        try:
            self.stat(path)
        except OSError:
            return False
        return True

    def fails(self, path: Any) -> bool:
        """Whether writing to this path fails by itself: no folder, a folder in its place, or no permission."""
        whole = os.path.abspath(os.fsdecode(path))
        folder = os.path.dirname(whole)
        if self.is_there(self.root + whole) or (self.is_there(self.root + folder) and not self.is_there(folder)):
            return False
        if self.is_there(whole) and stat.S_ISDIR(self.stat(whole).st_mode):
            return True
        return not os.path.isdir(folder) or not os.access(whole if self.is_there(whole) else folder, os.W_OK)

    def place(self, path: Any) -> str:
        """The copy's path for something that is to be written, its folder made where the real one is there."""
        copy = self.copy_of(path)
        folder = os.path.dirname(os.path.abspath(os.fsdecode(path)))
        if os.path.isdir(folder):
            self._make(os.path.dirname(copy))
        return copy

    def _make(self, folder: str) -> None:
        if not self.is_there(folder):
            self._make(os.path.dirname(folder))
            self.mkdir(folder)

    # --- what stands in while the code runs -----------------------------------------------------------------------------

    def opened(self, file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        """Stands in for `open`."""
        if isinstance(file, int) or file == os.devnull:
            return self.open(file, mode, *rest, **options)
        copy = self.copy_of(file)
        if copy == os.fsdecode(file):
            return self.open(file, mode, *rest, **options)
        if not set(mode) & set("wax+"):
            return self.open(copy if self.is_there(copy) else file, mode, *rest, **options)
        self.written = os.fsdecode(file)
        if self.fails(file) or ("x" in mode and self.is_there(os.fsdecode(file))):
            return self.open(file, mode, *rest, **options)  # it raises what it would raise
        copy = self.place(file)
        if "w" not in mode and not self.is_there(copy) and self.is_there(os.fsdecode(file)):
            if self.stat(file).st_size > MOST_COPIED:
                self.halt("it writes on a big file")
            with self.open(file, "rb") as old, self.open(copy, "wb") as new:
                shutil.copyfileobj(old, new)
        file = self.open(copy, mode, *rest, **options)
        self.written = ""
        return file

    def stated(self, path: Any, *rest: Any, **options: Any) -> Any:
        """Stands in for `os.stat`: what was written is there."""
        try:
            return self.stat(path, *rest, **options)
        except FileNotFoundError:
            if isinstance(path, int):
                raise
            return self.stat(self.copy_of(path), *rest, **options)

    def made(self, path: Any, *rest: Any, **options: Any) -> None:
        """Stands in for `os.mkdir`."""
        if self.is_there(os.fsdecode(path)):
            self.mkdir(path, *rest, **options)  # it raises
        if self.fails(path):
            self.written = os.fsdecode(path)
            self.mkdir(path, *rest, **options)  # it raises
        self.mkdir(self.place(path), *rest, **options)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Halt what would act on the outside."""
        if threading.get_ident() in self._threads:
            return
        if event == "open":
            path, _, flags = arguments
            wrong = isinstance(path, (str, bytes, os.PathLike)) and isinstance(flags, int) and flags & WRITES
            if not wrong or os.fsdecode(path) == os.devnull or self.fails(path):
                return
            if flags & os.O_EXCL and self.is_there(os.fsdecode(path)):
                return
        elif event not in ACTS and not event.startswith(ACTS_BEGIN):
            return
        named = arguments[:1] if event == "open" else arguments  # its second one is the mode
        paths = [os.path.abspath(os.fsdecode(one)) for one in named if isinstance(one, (str, bytes, os.PathLike))]
        if event.startswith(("os.", "shutil.", "open")) and paths and all(map(self._inside, paths)):
            return
        if event == "os.mkdir" and paths and (self.is_there(paths[0]) or self.fails(paths[0])):
            return
        self.halt(f"it would act on the outside ({event})")

    def done(self) -> None:
        """Nothing runs any more that could take too long."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def out_of_time(self) -> None:
        """The time is over."""
        self.late = True
        self.halt("it takes too long")

    def halt(self, why: str) -> None:
        """End the code here."""
        self.halted = self.halted or why
        raise Halted(why)


_now: Elsewhere | None = None
_hooked = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _now is not None:
        _now.audit(event, arguments)


@contextlib.contextmanager
def contained(seconds: float) -> Iterator[Elsewhere]:
    """Contain what runs inside, for at most so many seconds; raises Halted where it was stopped. In the main thread alone."""
    global _now, _hooked
    if threading.current_thread() is not threading.main_thread():
        raise Halted("it is not in the main thread, and could not be stopped")
    if not _hooked:
        sys.addaudithook(_hook)  # it cannot be taken off again
        _hooked = True
    with contextlib.ExitStack() as stack:
        elsewhere = Elsewhere(stack.enter_context(tempfile.TemporaryDirectory()))
        for sink in (contextlib.redirect_stdout, contextlib.redirect_stderr):
            stack.enter_context(sink(io.StringIO()))
        for home, name, value in (
            (builtins, "open", elsewhere.opened),
            (io, "open", elsewhere.opened),
            (os, "stat", elsewhere.stated),
            (os, "mkdir", elsewhere.made),
            (tempfile, "tempdir", elsewhere.root),
            (sys, "dont_write_bytecode", True),
        ):
            stack.callback(setattr, home, name, getattr(home, name))
            setattr(home, name, value)
        before = signal.signal(signal.SIGALRM, lambda *_: elsewhere.out_of_time())
        stack.callback(signal.signal, signal.SIGALRM, before)
        stack.callback(signal.setitimer, signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _now = elsewhere
        try:
            yield elsewhere
        finally:
            _now = None


@contextlib.contextmanager
def saving(live: Any, elsewhere: Elsewhere, too_big: bool) -> Iterator[None]:
    """Have the model's own saving write elsewhere too; a big model is not saved at all."""
    cls = type(live)
    with contextlib.ExitStack() as stack:
        for name in ("save", "save_weights", "save_pretrained", "export", "push_to_hub"):
            real = getattr(cls, name, None)
            if real is None:
                continue
            own = cls.__dict__.get(name)
            stack.callback(*((setattr, cls, name, own) if own is not None else (delattr, cls, name)))
            setattr(cls, name, _elsewhere(real, name, elsewhere, too_big))
        yield


def _elsewhere(real: Any, name: str, elsewhere: Elsewhere, too_big: bool) -> Any:
    def save(self: Any, path: Any = None, *rest: Any, **options: Any) -> Any:
        given = next((one for one in ("filepath", "save_directory") if one in options), None)
        target = options.pop(given) if given else path
        if name == "push_to_hub" or not isinstance(target, (str, os.PathLike)) or options.get("push_to_hub"):
            elsewhere.halt("it would act on the outside")
        elsewhere.written = os.fsdecode(target)
        if too_big:
            elsewhere.halt("saving takes long")
        folder = os.path.dirname(os.path.abspath(elsewhere.written))
        if elsewhere.is_there(folder) and not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied", elsewhere.written)
        result = real(self, elsewhere.place(target), *rest, **options)
        elsewhere.written = ""
        return result

    return save
