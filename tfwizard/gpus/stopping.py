"""Ask a process of the person's own to stop. Nothing here is done unasked, and nothing is killed."""

from __future__ import annotations

import os
import signal

from tfwizard.facts import GpuProcess
from tfwizard.gpus.processes import ancestors, look_at
from tfwizard.language import _

#: The only signals that are ever sent, in their order: what ctrl+c sends, then what asks a program to end.
ASKING = (signal.SIGINT, signal.SIGTERM)


class CannotStop(Exception):
    """The process is not asked; the message says why."""


def refusal(process: GpuProcess) -> str:
    """Why a process is not to be asked to stop, "" where the person may ask it."""
    if process.seen == "elsewhere":
        return _("It is not visible here: ask it to stop in its own container, or on the machine itself.")
    if process.ours:
        return _("It is a worker of a tfwizard: x or q there ends it.")
    if process.seen == "hidden" or not process.mine:
        if process.owner:
            return _("It belongs to {user}: only they may stop it.", user=process.owner)
        return _("It belongs to another user: only they may stop it.")
    if process.pid <= 1 or process.started is None:
        return _("It is part of the system.")
    me = look_at(os.getpid())
    if process.pid == os.getpid() or (me and any(one.pid == process.pid for one in ancestors(me))):
        return _("This program runs inside it.")
    return ""


def ask_to_stop(process: GpuProcess, number: signal.Signals) -> None:
    """Send one of ASKING to this very process. Raises CannotStop, also where the number is another process's by now."""
    if number not in ASKING:
        raise CannotStop(_("{signal} is not sent.", signal=number.name))
    if why := refusal(process):
        raise CannotStop(why)
    # A handle stays with its process: what is true of it once it is open is true of whoever gets the signal.
    handle = _handle(process.pid)
    try:
        if not still_runs(process):
            raise CannotStop(_("Process {pid} has ended already.", pid=process.pid))
        if handle is None:
            os.kill(process.pid, number)
        else:
            signal.pidfd_send_signal(handle, number)
    except OSError as error:
        raise CannotStop(_("{signal} could not be sent: {why}.", signal=number.name, why=error.strerror)) from error
    finally:
        if handle is not None:
            os.close(handle)


def _handle(pid: int) -> int | None:
    """A handle of a process; None before Linux 5.3, where Python was built for an older one, and for one that is gone."""
    try:
        return os.pidfd_open(pid)
    except (OSError, AttributeError):
        return None


def still_runs(process: GpuProcess) -> bool:
    """Whether this very process is there and not merely waiting for its parent to notice its end."""
    now = look_at(process.pid)
    return now is not None and now.started == process.started and now.uid == os.getuid() and now.state not in "ZX"
