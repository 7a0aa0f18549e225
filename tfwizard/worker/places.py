"""Which code is the user's, and which line of it is running."""

from __future__ import annotations

import itertools
import linecache
import os
import site
import sys
import sysconfig
from types import FrameType

from tfwizard.facts import Place

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _library_folders() -> tuple[str, ...]:
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths.update(getattr(site, "getsitepackages", list)())
    paths.add(site.getusersitepackages())
    paths.add(_PACKAGE)
    return tuple(os.path.realpath(path) + os.sep for path in paths if path)


_LIBRARIES = _library_folders()
_known: dict[str, bool] = {}


def is_user_file(filename: str) -> bool:
    """Whether `filename` is the user's own code and no library's."""
    if filename not in _known:
        _known[filename] = not filename.startswith("<") and _is_in_no_library(filename)
    return _known[filename]


def _is_in_no_library(filename: str) -> bool:
    try:
        real = os.path.realpath(filename)
    except OSError:  # a name without its folder, and the current one was removed
        real = filename
    return (
        not real.startswith(_LIBRARIES)
        and "site-packages" not in real
        # AutoGraph writes converted copies of functions there; the frames below them are the user's
        and "__autograph_generated_file" not in os.path.basename(real)
    )


def place_of(filename: str, line: int, function: str, column: int | None = None) -> Place:
    """A place with the text of its line."""
    return Place(filename, line, function, linecache.getline(filename, line).strip(), column)


def user_frame(frame: FrameType | None = None) -> FrameType | None:
    """The innermost frame of the user's code, from `frame` (or the caller's) outwards."""
    frame = frame or sys._getframe(1)
    while frame is not None and not is_user_file(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def place_in(frame: FrameType | None) -> Place | None:
    """Where `frame` is now."""
    if frame is None:
        return None
    line, column = _position(frame)
    return place_of(frame.f_code.co_filename, line, frame.f_code.co_name, column)


def _position(frame: FrameType) -> tuple[int, int | None]:
    """Line and column at which the running call begins; the line alone before Python 3.11."""
    positions = getattr(frame.f_code, "co_positions", None)
    if positions is None:
        return frame.f_lineno, None
    line, _, column, _ = next(itertools.islice(positions(), frame.f_lasti // 2, None), (None,) * 4)
    return (frame.f_lineno, None) if line is None or line != frame.f_lineno else (line, column)
