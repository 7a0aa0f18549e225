"""Real scripts that take the worker's socket and lie: the real process, its memory, and what it says in the end."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from commands import tfwizard

from tfwizard.session import Session

#: Takes what the worker has to speak to the wizard, as a script can that looks for it: the socket, and the mark of each message.
TAKES = """\
import gc, os
[link] = [one for one in gc.get_objects() if type(one).__name__ == "Link" and hasattr(one, "_mark")]
mark = link._mark

def say(data):
    link._sendall(data)

"""
HUGE = (
    TAKES
    + """\
say(mark + b'{"kind":"facts","request":1,"stage":"data","facts":"')
for _ in range(300):
    say(b"x" * 1_000_000)
say(b'"}\\n')
print("said it")
"""
)
#: Without the mark, and without an end.
NOISE = (
    TAKES
    + """\
for _ in range(300):
    say(b"x" * 1_000_000)
print("said it")
"""
)
FLOOD = (
    TAKES
    + """\
tick = mark + b'{"kind":"progress","stage":"data","done":1,"total":2,"label":"x","values":[0.5]}\\n' * 1000
for _ in range(30):
    say(tick)
print("said it")
"""
)
GARBAGE = (
    TAKES
    + """\
for line in (os.urandom(500_000), b"[" * 100_000, b'{"kind":"call"}', b'{"kind":"returned","index":-5,"seconds":0,"failed":false}'):
    say(mark + line + b"\\n")
say(mark + b'{"kind":"hello","protocol":1,"pid":1,"environment":{"python":"\\\\u001b[2J3.11"}}\\n')
"""
)
#: What a process of ours may take on top of what it needs itself, in MB.
ROOM_MB = 60


def peak_mb() -> float:
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1000


def forget_the_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def ran(tmp_path: Path, text: str) -> tuple[Session, float]:
    """A session with this script, at its end; and by how much this process grew meanwhile, in MB."""
    script = tmp_path / "train.py"
    script.write_text(text)
    session = Session(script, python=sys.executable, timeout=120)
    forget_the_peak()
    before = peak_mb()
    try:
        await session.run()
    finally:
        await session.close()
    return session, peak_mb() - before


def outcome(session: Session) -> str:
    script = session.run_state.facts.script
    assert script is not None
    return script.outcome


def left_out(session: Session) -> list[str]:
    return [line.text for line in session.log.lines if line.text.startswith("tfwizard: the script's process sent")]


async def test_a_message_of_hundreds_of_megabytes_is_left_out_with_one_sentence(tmp_path: Path) -> None:
    session, grew = await ran(tmp_path, HUGE)
    assert outcome(session) == "no_training"
    assert "said it" in [line.text for line in session.log.lines]
    [said] = left_out(session)
    assert "286 MB" in said
    assert grew < ROOM_MB


async def test_what_lacks_the_mark_is_passed_over_and_hides_no_message_behind_it(tmp_path: Path) -> None:
    session, grew = await ran(tmp_path, NOISE)
    assert outcome(session) == "no_training"
    assert "said it" in [line.text for line in session.log.lines]
    assert left_out(session) == []
    assert grew < ROOM_MB


async def test_a_flood_of_live_updates_leaves_the_others_their_turn(tmp_path: Path) -> None:
    late: list[float] = []

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            late.append(time.monotonic() - before - 0.01)

    watching = asyncio.create_task(watch())
    session, grew = await ran(tmp_path, FLOOD)
    watching.cancel()
    assert outcome(session) == "no_training"
    assert grew < ROOM_MB
    assert sorted(late)[int(0.9 * len(late))] < 0.25  # in turns of ten milliseconds, on a machine that has other work


async def test_what_is_no_message_does_not_end_the_run(tmp_path: Path) -> None:
    session, _grew = await ran(tmp_path, GARBAGE)
    assert outcome(session) == "no_training"
    assert len(left_out(session)) == 1
    assert session.run_state.environment.python == "3.11"
    assert "pipelines" not in session.run_state.lacking or "sense" not in session.run_state.lacking["pipelines"]


def test_the_command_says_it_without_a_trace_and_without_an_escape(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(GARBAGE)
    before = set(os.listdir(tmp_path))
    ran = tfwizard("check", "train.py", cwd=tmp_path)
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.out + ran.err
    assert "ended without training" in ran.out
    assert set(os.listdir(tmp_path)) == before
