"""Post-import hooks, and edited copies of the user's own modules."""

from __future__ import annotations

import importlib.util
import linecache
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, Callable

Hook = Callable[[ModuleType], None]


class Finder:
    """A meta path finder that lets others find, then calls a hook when the module has been executed."""

    def __init__(self, hooks: dict[str, Hook], overlay: dict[str, str]) -> None:
        self._hooks = hooks
        self._overlay = overlay
        self._busy: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The spec of a hooked module, or of an edited one of the user's; None leaves the rest to others."""
        if name in self._hooks and name not in self._busy:
            self._busy.add(name)
            try:
                spec = importlib.util.find_spec(name)
            finally:
                self._busy.discard(name)
            if spec is not None and spec.loader is not None:
                _call_after(spec.loader, self._hooks[name])
            return spec
        if self._overlay and name not in self._busy:
            spec = PathFinder.find_spec(name, path)
            if spec is not None and spec.origin in self._overlay:
                spec.loader = EditedLoader(name, spec.origin, self._overlay[spec.origin])
                return spec
        return None


def _call_after(loader: Any, hook: Hook) -> None:
    # On the instance: class, name and source of the loader stay what the script would see.
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        hook(module)

    loader.exec_module = exec_module


class EditedLoader(SourceFileLoader):
    """Loads a module from text that is not yet on disk, under its real path."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:  # noqa: D102
        show_source(self.path, self._text)
        return compile(self._text, self.path, "exec", dont_inherit=True)


_shown: dict[str, list[str]] = {}
_read_from_disk = linecache.updatecache


def show_source(path: str, text: str) -> None:
    """Let tracebacks and AutoGraph see the edited text, not the file's."""
    _shown[path] = text.splitlines(keepends=True)
    # AutoGraph has the cache read the file anew before it converts a function of it.
    linecache.updatecache = _updatecache
    _updatecache(path)


def _updatecache(filename: str, module_globals: Any = None) -> list[str]:
    if filename not in _shown:
        return _read_from_disk(filename, module_globals)
    lines = _shown[filename]
    linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
    return lines


def install(hooks: dict[str, Hook], overlay: dict[str, str]) -> None:
    """Watch the imports of this process from now on."""
    sys.meta_path.insert(0, Finder(hooks, overlay))
