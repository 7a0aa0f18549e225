"""Everything ends with the wizard, nothing listens, and what is kept is the user's alone."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .place import PROGRAM, Place, open_to_others

PATIENCE_S = 120.0
#: State 0A of /proc/net/tcp, and the flag of a Unix socket that accepts connections.
LISTENS, ACCEPTS = "0A", 0x10000


@pytest.mark.parametrize("name", ["leaves_a_daemon", "ignores_every_signal"])
def test_a_killed_wizard_takes_all_with_it(name: str, place: Place) -> None:
    script = place.put(name)
    (place.work / script).write_text(
        f"{(place.work / script).read_text()}\n".replace("while True:", "open('here', 'w').close()\nwhile True:")
        + "open('here', 'w').close()\ntime.sleep(3600)\n"
    )
    environment = {**os.environ, **place.environment}
    wizard = subprocess.Popen(
        [PROGRAM, "fix", script, "--write"], cwd=place.work, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: (place.work / "here").exists(), "the script has come to its end")
        running = place.processes()
        assert len(running) >= (4 if name == "leaves_a_daemon" else 3)  # the wizard, its warden, the worker, the daemon
        assert list(listening(running)) == []
        assert dict(open_to_others(place.state)) == {}
    finally:
        wizard.send_signal(signal.SIGKILL)
        wizard.wait()
    place.is_left_clean(PATIENCE_S)


def test_a_worker_that_is_killed_alone_takes_its_own_with_it(place: Place) -> None:
    script = place.put("leaves_a_daemon")
    with (place.work / script).open("a") as file:
        file.write("os.kill(os.getpid(), signal.SIGKILL)\n")
    ran = place.run("check", script, "--json")
    assert (ran.code, ran.document["outcome"]) == (3, "died")
    assert "SIGKILL" in ran.document["stages"][0]["why"]
    place.is_left_clean()


def until(true: object, what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    assert callable(true)
    while not true():
        assert time.monotonic() < end, f"not within {PATIENCE_S:.0f} s: {what}"
        time.sleep(0.05)


def listening(processes: dict[int, str]) -> Iterator[tuple[int, str]]:
    """The sockets of these processes that someone else could connect or send to."""
    held = {inode: pid for pid in processes for inode in sockets_of(pid)}
    for table in ("tcp", "tcp6", "udp", "udp6", "unix"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            open_ = int(fields[3], 16) & ACCEPTS if table == "unix" else table.startswith("udp") or fields[3] == LISTENS
            inode = fields[6 if table == "unix" else 9]
            if open_ and inode in held:
                yield held[inode], f"{table}: {row}"


def sockets_of(pid: int) -> Iterator[str]:
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(entry)
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[len("socket:[") : -1]


def test_a_socket_that_listens_would_be_seen() -> None:
    import socket

    with socket.socket() as one, socket.socket(socket.AF_UNIX) as other, socket.socket(type=socket.SOCK_DGRAM) as third:
        one.bind(("127.0.0.1", 0))
        other.bind(f"\0tfwizard-test-{os.getpid()}")
        third.bind(("127.0.0.1", 0))
        one.listen()
        other.listen()
        found = [text.split(":")[0] for _, text in listening({os.getpid(): ""})]
    assert {"tcp", "udp", "unix"} <= set(found)
