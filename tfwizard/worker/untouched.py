"""The standard library as it was before the script began, for the moments in which the worker needs it.

Scripts put their own in the place of print, json.dumps, time.time, socket.socket …, and have it while their own code runs.
"""

from __future__ import annotations

import importlib.util  # noqa: F401
import inspect  # noqa: F401
import sys
import threading
import traceback  # noqa: F401
from types import FunctionType, ModuleType
from typing import Any, Iterator

#: What the worker uses when it speaks to the wizard, or reads an exception.
MODULES = (
    "builtins", "sys", "os", "posix", "posixpath", "io", "time", "signal", "threading", "_thread", "queue", "socket", "json",
    "json.encoder", "json.decoder", "json.scanner", "dataclasses", "contextlib", "traceback", "linecache", "tokenize", "codecs",
    "ast", "re", "collections", "itertools", "functools", "types", "inspect", "warnings", "importlib", "importlib.util",
    "importlib.machinery", "gettext",
)  # fmt: skip
#: Hooks are there to be set, and the worker sets one itself.
HOOKS = frozenset({"displayhook", "excepthook", "unraisablehook", "breakpointhook", "updatecache", "showwarning"})
HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: the attributes of other types cannot be set
#: Calls deep enough for the worker's own work, whatever limit the script has set.
DEEP = 1000
# Under names of their own: these are needed while what is in `builtins` may be the script's.
_set, _vars = setattr, vars
_trace, _set_trace, _profile, _set_profile = sys.gettrace, sys.settrace, sys.getprofile, sys.setprofile
_limit, _set_limit = sys.getrecursionlimit, sys.setrecursionlimit


def _replaceable(owner: Any) -> Iterator[tuple[Any, str, Any]]:
    """The functions and classes of a module, and the methods of its classes, each with where it is."""
    for name, value in list(vars(owner).items()):
        if name in HOOKS or not (callable(value) or isinstance(value, (staticmethod, classmethod, property))):
            continue
        yield owner, name, value
        own = isinstance(owner, ModuleType) and isinstance(value, type) and value.__module__ == owner.__name__
        if own and value.__flags__ & HEAP_TYPE:
            yield from (
                (value, method, code)
                for method, code in vars(value).items()
                if isinstance(code, (FunctionType, property))
            )


class _Library:
    """How everything was; puts it back for a while. Several threads may be inside."""

    def __init__(self) -> None:
        modules = {name: sys.modules[name] for name in MODULES if name in sys.modules}
        self._places = [place for module in modules.values() for place in _replaceable(module)]
        self._all = sys.modules
        self._modules = dict(sys.modules)
        self._lock = threading.RLock()
        self._inside = 0
        self._theirs: list[tuple[Any, str, Any]] = []
        self._their_limit = 0

    def enter(self) -> None:
        """The first that comes puts all in its place."""
        with self._lock:
            self._inside += 1
            if self._inside > 1:
                return
            for owner, name, value in self._places:
                theirs = _vars(owner).get(name, self)
                if theirs is not value:
                    if theirs is not self:
                        self._theirs.append((owner, name, theirs))
                    _set(owner, name, value)
            sys.modules = self._all
            for name in self._modules:
                if self._all.get(name) is None:
                    self._all[name] = self._modules[name]
            self._their_limit = _limit()
            if self._their_limit < DEEP:
                _set_limit(DEEP)

    def leave(self) -> None:
        """The last that goes gives the script what it had put there."""
        with self._lock:
            self._inside -= 1
            if self._inside:
                return
            if self._their_limit < DEEP:
                _set_limit(self._their_limit)
            while self._theirs:
                _set(*self._theirs.pop())


_library: _Library | None = None


class untouched:
    """While inside, the standard library is as it was at `remember`, and nothing traces or profiles this thread."""

    def __enter__(self) -> None:
        self._trace, self._profile = _trace(), _profile()
        _set_trace(None)
        _set_profile(None)
        if _library is not None:
            _library.enter()

    def __exit__(self, *_: object) -> None:
        if _library is not None:
            _library.leave()
        _set_profile(self._profile)
        _set_trace(self._trace)


def remember() -> None:
    """Everything is as it should be now."""
    global _library
    _library = _Library()
