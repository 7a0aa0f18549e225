"""One session with a worker that lies from beginning to end; what it said can be kept, and said again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from tfwizard.session import Session

from .lies import Liar
from .recorded import recorded
from .worker import Answer, lying

SCRIPT = "import numpy\n\nmodel = None\nmodel.fit(numpy.zeros(3))\n"
#: A session that waits longer than this hangs.
PATIENCE_S = 60.0
CORPUS = Path(__file__).parent / "corpus"
#: What a worker said, and at which request.
Transcript = list[tuple[str, list[bytes]]]


async def lied_to(answer: Answer, folder: Path, watch: bool = False) -> Session:
    """A session with such a worker, at the end of its run; with `watch` its training was let run."""
    script = folder / "train.py"
    script.write_text(SCRIPT)
    with lying(answer):
        session = Session(script, timeout=PATIENCE_S / 2)
        try:
            await asyncio.wait_for(session.watch() if watch else session.run("fuzz"), PATIENCE_S)
        except BaseException:
            await session.close()
            raise
    return session


def liar(seed: int) -> Answer:
    """What a worker says at each request, as this seed has it: mostly to the point, and not true."""
    it = Liar(Random(seed))
    real = it.random.choice(recorded())
    true = {(one["kind"], one.get("stage", "")): one for one in real}

    def said(kind: str, stage: str = "") -> dict[str, Any]:
        known = true.get((kind, stage))
        if known is None or it.random.random() < 0.3:
            return it.section_message(stage) if kind == "facts" else it.of_kind(kind)
        return it.changed(known, 4) if it.random.random() < 0.8 else known

    def answer(asked: str, request: int) -> list[bytes]:
        noise = [it.message() for _ in range(it.random.choice((0, 0, 0, 1, 3)))]
        if asked == "start":
            calls = [it.changed(one) for one in real if one["kind"] in ("call", "returned")][:6]
            told = [it.line(one) for one in (said("hello"), *calls, *noise, said("outcome"))]
            return [*told, it.true_line(true["outcome", ""])]  # else it would wait for its time limit
        if asked == "go_on":
            ticks = [it.of_kind("training") for _ in range(it.random.choice((0, 1, 5, 20)))]
            alarms = [it.of_kind("alarm")] * it.random.choice((0, 0, 1, 2))
            told = [it.line(one) for one in (*ticks, *noise, *alarms, it.section_message("watch"))]
            return [*told, it.true_line({**true["outcome", ""], "facts": {"outcome": "finished"}})]
        facts = said("facts", asked)
        if it.random.random() < 0.9:
            facts = {**facts, "request": request, "stage": asked}
        return [*(it.line(one) for one in (*noise, facts)), nothing(asked, request)]

    return answer


def nothing(asked: str, request: int) -> bytes:
    """The answer that there is nothing to say."""
    return Liar.true_line(
        {"kind": "facts", "request": request, "stage": asked, "facts": None, "why": "", "by": "", "seconds": 0.0}
    )


def kept(answer: Answer, into: Transcript) -> Answer:
    """The same worker, whose words are written down."""

    def said(asked: str, request: int) -> Sequence[bytes]:
        into.append((asked, list(answer(asked, request))))
        return into[-1][1]

    return said


def write(transcript: Transcript, path: Path) -> None:
    """Keep what a worker said as a file of the corpus."""
    path.write_text(
        json.dumps([[asked, [line.decode("latin-1") for line in lines]] for asked, lines in transcript]),
        encoding="utf-8",
    )


def again(path: Path) -> Answer:
    """The worker of a file of the corpus: a whole transcript, or single lines, each said where it belongs among what is true."""
    return _transcript(path) if path.suffix == ".json" else _lines(path.read_bytes().split(b"\n"))


def _transcript(path: Path) -> Answer:
    said: dict[str, list[bytes]] = {}
    for asked, lines in json.loads(path.read_text(encoding="utf-8")):
        said.setdefault(asked, []).extend(line.encode("latin-1") for line in lines)
    return lambda asked, request: said.get(asked) or [nothing(asked, request)]


def _lines(lines: Sequence[bytes]) -> Answer:
    true: dict[tuple[str, str], dict[str, Any]] = {
        (one["kind"], one.get("stage", "")): one for run in recorded() for one in run
    }

    def answer(asked: str, request: int) -> list[bytes]:
        about = [line for line in lines if line and _asked(line) == asked]
        mine = [line.replace(b'"request":0', b'"request":%d' % request) + b"\n" for line in about]
        if asked == "go_on":
            return [*mine, Liar.true_line({"kind": "outcome", "facts": {"outcome": "finished"}})]
        if asked == "start":
            return [Liar.true_line(true["hello", ""]), *mine, Liar.true_line(true["outcome", ""])]
        facts = true.get(("facts", asked))
        return [*mine, Liar.true_line({**facts, "request": request}) if facts else nothing(asked, request)]

    return answer


def _asked(line: bytes) -> str:
    """At which request a line belongs: what names no stage is said while the script runs."""
    if b'"kind":"facts"' not in line and b'"kind":"broken"' not in line:
        return "start"
    return line.partition(b'"stage":"')[2].partition(b'"')[0].decode("ascii", "replace") or "data"
