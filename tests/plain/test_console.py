"""Sentences out, answers in: widths, encodings, a pipe that is read line by line."""

from __future__ import annotations

import asyncio
import io
import os
import sys

import pytest

from tfwizard.facts import GpusFacts
from tfwizard.plain.console import Console, Left, StandardInput, printable, to_stdout
from tfwizard.plain.gpus import only_gpus
from tfwizard.plain.menu import Choice, back, find, listed
from tfwizard.plain.program import chosen_by
from tfwizard.plain.spoken import in_words

from .person import Person


def test_nothing_is_wider_than_the_terminal() -> None:
    for width in (20, 40, 80, 132):
        person = Person([], width)
        person.console.say("a sentence that goes on " * 20, "")
        person.console.verbatim(["x" * 300, "    indented", ""])
        rows = person.heard.split("\n")
        assert max(map(len, rows)) < width
        assert "    indented" in rows
    person = Person([], 20)
    person.console.verbatim(["    if this and that: go"])
    assert person.heard.split("\n") == ["    if this and", "that: go", ""]


def test_only_what_can_be_printed_comes_through() -> None:
    assert printable("a\x1b[31mb\x07\x9b2J\tc\u202ed\u00a0e") == "a[31mb2J    cd e"


async def test_a_question_that_is_too_long_is_wrapped_before_its_last_row() -> None:
    person = Person(["x"], 30)
    await person.console.ask("a question that is longer than one row of this terminal?")
    assert max(map(len, person.heard.split("\n"))) <= 31  # the answer stands behind it


async def test_a_pipe_is_read_line_by_line_and_only_as_asked() -> None:
    reading, writing = os.pipe()
    answers = StandardInput(reading)
    os.write(writing, b"first\ns")
    assert await answers.line() == "first"
    os.write(writing, "écond\nlast".encode())
    os.close(writing)
    assert await answers.line() == "sécond"
    assert await answers.line() == "last"
    assert await answers.line() is None
    assert await answers.line() is None
    os.close(reading)


async def test_a_question_that_ctrl_c_left_open_does_not_eat_the_next_answer() -> None:
    reading, writing = os.pipe()
    answers = StandardInput(reading)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(answers.line(), 0.05)
    os.write(writing, b"yes\nno\n")
    assert await answers.line() == "yes"
    assert await answers.line() == "no"
    os.close(writing)
    os.close(reading)


async def test_output_that_nobody_reads_ends_the_walk() -> None:
    def gone(_text: str) -> None:
        raise BrokenPipeError

    console = Console(Person([]), gone, lambda: None)
    with pytest.raises(Left):
        console.say("hello")


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "“é” … –"), ("latin-1", '"é" ... -'), ("ascii", '"?" ... -')]
)
def test_a_terminal_of_another_encoding_gets_what_it_can_show(
    monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    data = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(data, encoding))
    to_stdout("“é” … –")
    assert data.getvalue().decode(encoding) == shown


@pytest.mark.parametrize(
    ("environ", "setting"),
    [({"TERM": "dumb"}, "TERM=dumb"), ({"TERM": "xterm", "TFWIZARD_PLAIN": "1"}, "TFWIZARD_PLAIN=1"), ({"TERM": "xterm"}, ""),
     ({"TFWIZARD_PLAIN": "0"}, ""), ({}, "")],
)  # fmt: skip
def test_what_in_the_environment_asks_for_plain_text(environ: dict[str, str], setting: str) -> None:
    assert chosen_by(environ) == setting


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("✓ datasets.load_dataset      train.py:4  0.10 s", "datasets.load_dataset, train.py:4, 0.10 s"),
        ("▕█████     ▏ 8 % of 25 GB", "8 % of 25 GB"),
        ("loss  1.1 → 0.3 · 60 steps …", "loss, 1.1 to 0.3, 60 steps ..."),
        ("Behind it:  two", "Behind it: two"),
        ("  • every one has label 2", "every one has label 2"),
    ],
)
def test_signs_and_columns_become_words(shown: str, said: str) -> None:
    assert in_words(shown) == said


def test_choices_keep_their_numbers_and_a_beginning_that_means_two_means_none() -> None:
    choices = [Choice("try", "", back), Choice("train", "", back, "m", possible=False), Choice("write", "", back, "w")]
    assert listed(choices) == ["1 try: ", "3 write: "]
    assert [one and one.choice.word for one in (find(choices, "2"), find(choices, "3 now"), find(choices, "w"))] == [
        "train",
        "write",
        "write",
    ]
    assert find(choices, "tr") is None
    assert find(choices, "wr") == find(choices, "write")
    assert find(choices, "0") is None
    found = find(choices, "write this there")
    assert found is not None
    assert found.rest == "this there"


async def test_the_gpus_by_themselves_are_left_by_quit(monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(stay: bool = False) -> GpusFacts:
        return GpusFacts(why="no NVIDIA driver here")

    monkeypatch.setattr("tfwizard.plain.gpus.read_gpus_soon", none)
    person = Person(["?", "quit", "never asked"])
    assert await only_gpus(person.console) == 0
    assert "quit: leave" in person.flat
    assert person.answers == ["never asked"]
