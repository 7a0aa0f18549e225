"""Whether a process ended because memory ran out: what the system and the process itself say of it."""

from __future__ import annotations

import re
import resource
import signal
from collections.abc import Iterable
from pathlib import Path

from tfwizard.language import _

#: What Python, TensorFlow, the C++ library and the system print.
SAID = re.compile(
    r"std::bad_alloc|\bMemoryError\b|Cannot allocate memory|OOM when allocating|ResourceExhausted|RESOURCE_EXHAUSTED|"
    r"failed to allocate memory|Out of memory|can't start new thread|Resource temporarily unavailable"
)
#: Signals of native code that gives up, or that uses what an allocation did not give it.
GAVE_UP = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP)


def kills() -> int:
    """How many processes the system has ended since it started because memory ran out; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
    except (OSError, StopIteration, ValueError, IndexError):
        return 0


def ran_out(code: int | None, printed: Iterable[str], kills_before: int) -> str:
    """Why it is certain that a process with this exit status lacked memory; "" where it is not.

    `printed` are the last lines of its output; `kills_before` what `kills` gave when it started.
    """
    if code is None or code >= 0:
        return ""
    if -code == signal.SIGKILL:
        return _("the system ended the process because memory ran out") if kills() > kills_before else ""
    if -code not in GAVE_UP:
        return ""
    said = next((match.group() for line in printed if (match := SAID.search(line))), "")
    if said:
        return _("{signal} after “{said}”", signal=signal.Signals(-code).name, said=said)
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        return _(
            "{signal} under an address-space limit of {limit:.3g} GB (ulimit -v)",
            signal=signal.Signals(-code).name,
            limit=limit / 1e9,
        )
    return ""
