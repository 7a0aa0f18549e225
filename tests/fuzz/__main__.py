"""Fuzzes what the wizard hears from a worker, for as long as is asked; what raises is kept in tests/fuzz/corpus.

usage: python -m tests.fuzz [--minutes 10] [--seed N]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

from .holds import shown, taken
from .lies import Liar
from .screens import drawn
from .sessions import CORPUS, Transcript, kept, liar, lied_to, write

#: After so many failures it ends: they are likely one.
MOST_FAILURES = 10
#: Of so many sessions one is looked at on the screens, which takes seconds.
DRAWN_EACH = 12
#: One has its training watched.
WATCHED_EACH = 5
#: So many messages are read by themselves for each session.
MESSAGES = 40


async def one(seed: int) -> Transcript | None:
    """One seed: messages by themselves, and a session of them. What its worker said, where something raised."""
    it = Liar(Random(seed))
    for _number in range(MESSAGES):
        line = it.line(it.message())
        try:
            taken(line)
        except Exception:
            traceback.print_exc()
            return [("start", [line])]
    transcript: Transcript = []
    with tempfile.TemporaryDirectory(prefix="tfwizard-fuzz-") as folder:
        try:
            session = await lied_to(kept(liar(seed), transcript), Path(folder), watch=seed % WATCHED_EACH == 0)
            try:
                await shown(session)
            finally:
                if seed % DRAWN_EACH:
                    await session.close()
            if not seed % DRAWN_EACH:
                await drawn(session)  # and closes it
        except Exception:
            traceback.print_exc()
            return transcript
    return None


def resident_mb() -> float:
    """What this process holds in memory."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1000


async def fuzz(minutes: float, seed: int) -> int:
    """Try one seed after the other; how many raised."""
    end, began, failures = time.monotonic() + 60 * minutes, seed, 0
    early, told = 0.0, time.monotonic()
    while time.monotonic() < end and failures < MOST_FAILURES:
        if (transcript := await one(seed)) is not None:
            failures += 1
            name = hashlib.sha256(repr(transcript).encode()).hexdigest()[:12]
            write(transcript, CORPUS / f"found_{name}.json")
            print(f"seed {seed} raised: tests/fuzz/corpus/found_{name}.json", flush=True)
        seed += 1
        if seed - began == 100:
            early = resident_mb()
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"{seed - began} sessions, {failures} raised, {resident_mb():.0f} MB", flush=True)
    count = seed - began
    print(
        f"{count} sessions, {count * MESSAGES} messages by themselves, {failures} raised; {early:.0f} MB after 100, {resident_mb():.0f} MB at the end"
    )
    return failures


def main() -> int:
    """Exit 1 where something raised."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=int(time.time()), help="where to begin")
    asked = options.parse_args()
    os.nice(10)
    if os.path.isdir("/dev/shm"):  # each event of a journal waits for the disk
        tempfile.tempdir = "/dev/shm"
    print(f"from seed {asked.seed}", flush=True)
    return int(asyncio.run(fuzz(asked.minutes, asked.seed)) > 0)


if __name__ == "__main__":
    sys.exit(main())
