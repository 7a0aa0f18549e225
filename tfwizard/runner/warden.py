"""Stands between the wizard and a worker: `python warden.py CONTROL LINK COMMAND…`. Standard library only.

It starts the command, and sees to it that nothing of it stays: neither when the command ends, nor when the wizard does, whatever
way that is. Each byte on the socket CONTROL is the number of a signal for the command's process group; its end is the wizard's.
It answers with the line "PID", or "-ERRNO" where the command could not be started, and with a second one when the command ends.
Then it ends what is left, and itself as the command did. LINK is a descriptor for the command alone.

On Linux no process leaves its charge but by ending it with SIGKILL: those whose parents are gone, in whatever session, become its
children. Elsewhere it ends the command's process group.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator

# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
#: What is not gone so long after SIGKILL waits for a device, and goes when that answers.
PATIENCE_S = 10.0


def main(control: socket.socket, link: int, command: list[str]) -> None:
    """Start the command, pass signals on until it ends, end all that it left, and end as it did."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    child, error = start(command)
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(ignored, signal.SIG_IGN)
    let_go_of(link)
    tell(control, f"-{error}\n" if error else f"{child}\n")
    status = None if not error else 0
    while status is None:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
        if control in ready:
            asked = received(control)
            for number in asked or (signal.SIGKILL,):
                to_group(child, number)
            if not asked:
                break
        status = reaped(child)
    tell(control, "ended\n")
    end_descendants(child)
    end_as(status or 0)


def tell(control: socket.socket, line: str) -> None:
    """Tell the wizard, if it is there."""
    try:
        control.sendall(line.encode())
    except OSError:
        pass


def received(control: socket.socket) -> bytes:
    """The signals that are asked for; none where the wizard is gone."""
    try:
        return control.recv(64)
    except OSError:
        return b""


def start(command: list[str]) -> tuple[int, int]:
    """The process id of the command in a session of its own, and 0; or 0, and the errno that says why it cannot be run."""
    try:
        failed, failing = os.pipe()  # closed when another program takes the place of the child
        child = os.fork()
    except OSError as error:  # no more processes may be had, or open files
        return 0, error.errno or errno.EAGAIN
    if not child:
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            os.execv(command[0], command)
        except OSError as error:
            os.write(failing, str(error.errno).encode())
        os._exit(127)
    os.close(failing)
    return child, int(os.read(failed, 16) or 0)


def let_go_of(link: int) -> None:
    """Only the command and its children hold the pipes that the wizard reads, and the socket of the protocol."""
    os.close(link)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def to_group(child: int, number: int) -> None:
    """Signal the command's process group. The command is not reaped yet, so that no other can have its number."""
    try:
        os.killpg(child, number)
    except (OSError, ValueError):
        pass


def reaped(child: int) -> int | None:
    """The wait status of the command once it has ended. Orphans that have ended are let go on the way."""
    try:
        while True:
            # Others are only taken where the command itself is not ready: its group is signalled until it is reaped.
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == child:
                return status
            if not pid:
                return None
    except ChildProcessError:
        return 0


def end_descendants(child: int) -> None:
    """SIGKILL to all that descends from here, again and again until nothing does."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        to_group_of_orphans(child)
        for pid in descendants():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def to_group_of_orphans(child: int) -> None:
    """Where the system does not say who descends from whom, the rest of the command's group has to do."""
    if not os.path.isdir("/proc/self"):
        to_group(child, signal.SIGKILL)


def descendants() -> Iterator[int]:
    """The processes that descend from this one."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents():
        children.setdefault(parent, []).append(pid)
    waiting = [os.getpid()]
    while waiting:
        for pid in children.get(waiting.pop(), ()):
            waiting.append(pid)
            yield pid


def parents() -> Iterator[tuple[int, int]]:
    """Each process with its parent, where the system says it in /proc."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    for name in names:
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    yield int(name), int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue  # gone meanwhile


def end_as(status: int) -> None:
    """End as a process with this wait status did."""
    if os.WIFSIGNALED(status):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status))


def prctl(option: int, value: int) -> None:
    """Ask the Linux kernel; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    os.set_inheritable(int(sys.argv[1]), False)
    main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3:])
