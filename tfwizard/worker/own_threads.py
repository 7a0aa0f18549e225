"""The threads of the script: Python ends once those are over that are no daemons, and so does a run."""

from __future__ import annotations

import inspect
import sys
import threading
import time
from typing import Any

from tfwizard.worker.places import is_user_file, user_frame

#: How often they are looked at.
LOOK_S = 0.1


def wait_for_threads() -> None:
    """Wait for code of the user's in other threads.

    Threads of libraries are not waited for: some go on for ever, and Python ends them in ways of its own.
    """
    here = threading.current_thread()
    while any(_runs(one) for one in threading.enumerate() if one is not here and not one.daemon):
        time.sleep(LOOK_S)


def _runs(thread: threading.Thread) -> bool:
    """Whether it runs code of the user's, or is about to."""
    run: Any = getattr(thread, "_target", None) if type(thread) is threading.Thread else type(thread).run
    code = getattr(inspect.unwrap(run), "__code__", None) if run is not None else None
    if code is not None and is_user_file(code.co_filename):
        return True
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is not None and user_frame(frame) is not None
