"""What a worker says can be anything. `python -m tests.fuzz --minutes 10` tries for longer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tfwizard import protocol
from tfwizard.reading import read_line
from tfwizard.runner.messages import HEAD, Splitter

from .holds import shown, taken
from .lies import MESSAGES, SECTIONS, Liar, nested
from .recorded import recorded
from .screens import drawn
from .sessions import CORPUS, again, liar, lied_to

SOME = settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
randoms = st.randoms(use_true_random=False)
cases = pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)


@given(st.lists(st.binary(max_size=40)), st.integers(1, 60))
@SOME
def test_lines_come_out_as_they_went_in_however_they_are_cut(lines: list[bytes], longest: int) -> None:
    lines = [line.replace(b"\n", b"") for line in lines]
    data = b"".join(line + b"\n" for line in lines)
    whole, bytewise = Splitter(longest), Splitter(longest)
    once = list(whole.feed(data))
    cut = [line for at in range(len(data)) for line in bytewise.feed(data[at : at + 1])]
    assert [line.size for line in once] == [line.size for line in cut] == [len(line) for line in lines]
    for given_line, one, other in zip(lines, once, cut, strict=True):
        if len(given_line) <= longest:
            assert one.data == other.data == given_line


@given(st.lists(st.binary(max_size=40)), st.lists(st.binary(max_size=40)))
@SOME
def test_what_lacks_the_mark_is_passed_over(theirs: list[bytes], ours: list[bytes]) -> None:
    """Whatever the script writes between and before the messages, with and without an end of line."""
    mark = b"0123456789abcdef"
    theirs = [text.replace(b"f", b"") for text in theirs]
    ours = [text.replace(b"\n", b"") for text in ours]
    data = b"".join(noise + mark + line + b"\n" for noise, line in zip(theirs, ours, strict=False)) + b"".join(theirs)
    whole, bytewise = Splitter(mark=mark), Splitter(mark=mark)
    once = list(whole.feed(data))
    cut = [line for at in range(len(data)) for line in bytewise.feed(data[at : at + 1])]
    assert [line.data for line in once] == [line.data for line in cut] == ours[: len(theirs)]


def test_of_what_lacks_the_mark_nothing_is_kept() -> None:
    splitter = Splitter(mark=b"0123456789abcdef")
    assert [line for _ in range(1000) for line in splitter.feed(b"x" * (1 << 16))] == []
    assert splitter._parts == []
    assert len(splitter._before) < 16
    assert [line.data for line in splitter.feed(b'0123456789abcdef{"kind":"end"}\n')] == [b'{"kind":"end"}']


def test_of_a_line_without_end_only_the_beginning_is_kept() -> None:
    splitter = Splitter(longest=1 << 20)
    assert [line for _ in range(1000) for line in splitter.feed(b"x" * (1 << 16))] == []
    assert sum(len(part) for part in splitter._parts) <= HEAD
    [line, after] = splitter.feed(b'\n{"kind":"end"}\n')
    assert (line.size, after.data) == (1000 << 16, b'{"kind":"end"}')


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@SOME
def test_any_bytes(data: bytes) -> None:
    assert taken(data)["kind"] == "unusable"


@given(randoms, st.sampled_from(sorted(MESSAGES)))
@SOME
def test_any_message_of_the_right_shape(random: Random, kind: str) -> None:
    it = Liar(random)
    taken(it.line(it.of_kind(kind)))


@given(randoms, st.sampled_from(SECTIONS))
@SOME
def test_any_facts_of_the_right_types(random: Random, section: str) -> None:
    it = Liar(random)
    taken(it.true_line({**it.section_message(section), "request": 1, "seconds": 0.0}))


@given(randoms)
@SOME
def test_real_messages_changed_in_places(random: Random) -> None:
    it = Liar(random)
    taken(it.line(it.changed(random.choice(random.choice(recorded())), 5)))


@pytest.mark.parametrize(
    "message", [one for run in recorded() for one in run], ids=lambda one: one["kind"] + one.get("stage", "")
)
def test_what_real_workers_said_is_taken_as_it_is(message: dict[str, object]) -> None:
    read = read_line(protocol.encode(**message)[:-1], 0)  # type: ignore[arg-type]
    assert read["kind"] == message["kind"], read
    assert all(read[name] == message[name] for name in ("index", "seconds", "why") if name in message)


def test_an_answer_of_a_gigabyte_is_known_for_what_it_answers() -> None:
    splitter = Splitter()
    found = [
        *splitter.feed(b'{"kind":"facts","request":17,"stage":"data"'),
        *splitter.feed(b" " * (protocol.LONGEST_MESSAGE + 1) + b"}\n"),
    ]
    read = read_line(*found[0])
    assert (read["kind"], read["request"]) == ("unusable", 17)
    assert "MB" in read["why"]


def test_lists_in_lists_are_refused() -> None:
    assert read_line(protocol.encode("call", call=nested(500)), 0)["kind"] == "unusable"
    assert read_line(b'{"kind":"call","call":' + b"[" * 100_000, 0)["kind"] == "unusable"


@cases
def test_the_corpus_line_by_line(path: Path) -> None:
    if path.suffix == ".jsonl":
        for line in path.read_bytes().split(b"\n"):
            taken(line)


@cases
async def test_the_corpus_in_a_session(path: Path, tmp_path: Path) -> None:
    session = await lied_to(again(path), tmp_path)
    try:
        await shown(session)
    finally:
        await session.close()


@pytest.mark.parametrize("seed", range(6))
async def test_a_session_of_lies(seed: int) -> None:
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as folder:
        session = await lied_to(liar(seed), Path(folder), watch=seed % 3 == 0)
        try:
            await shown(session)
        finally:
            await session.close()


async def test_the_screens_of_the_whole_corpus(tmp_path: Path) -> None:
    await drawn(await lied_to(again(CORPUS / "hostile.jsonl"), tmp_path))
