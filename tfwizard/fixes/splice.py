"""Changes to a text as data: what stands outside of them stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tfwizard.fixes.errors import CannotEdit
from tfwizard.language import _

NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Write `text` in place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def spliced(source: str, splices: Iterable[Splice]) -> str:
    """The source with all the splices in it. The same splice twice counts once."""
    pieces: list[str] = []
    done = 0
    for splice in ordered(splices):
        pieces += source[done : splice.start], splice.text
        done = splice.end
    return "".join([*pieces, source[done:]])


def ordered(splices: Iterable[Splice]) -> list[Splice]:
    """The splices from first to last, each once; CannotEdit where two of them touch the same text."""
    unique = sorted(dict.fromkeys(splices), key=lambda splice: (splice.start, splice.end))
    for before, after in zip(unique, unique[1:], strict=False):
        if after.start < before.end:
            raise CannotEdit(_("Two parts of this fix change the same piece of text. Make the change by hand."))
    return unique


def moved_line(line: int, source: str, splices: Sequence[Splice]) -> int:
    """Where a line of the source stands once the splices are in (lines count from 1)."""
    start = line_offset(source, line)
    moved = line
    for splice in ordered(splices):
        # An insertion exactly where the line begins pushes it down; a change inside the line does not.
        if splice.end <= start:
            moved += newlines(splice.text) - newlines(source[splice.start : splice.end])
        elif splice.start < start:
            moved -= max(0, newlines(source[splice.start : start]) - newlines(splice.text))
    return moved


def moved_column(line: int, column: int | None, source: str, splices: Sequence[Splice]) -> int | None:
    """Where a column of a line, in bytes, stands once the splices are in."""
    if column is None:
        return None
    start = line_offset(source, line)
    offset = start + len(source[start : line_end(source, start)].encode()[:column].decode("utf-8", "ignore"))
    before = [splice for splice in splices if splice.end <= offset]
    text = spliced(source[:offset], before)
    return len(text[line_start(text, len(text)) :].encode())


def newlines(text: str) -> int:
    """How many line ends a text holds, of any of the three kinds."""
    return len(NEWLINE.findall(text))


def line_offset(source: str, line: int) -> int:
    """The offset at which a line begins; the end of the text for lines behind it."""
    if line <= 1:
        return 0
    for number, match in enumerate(NEWLINE.finditer(source), start=2):
        if number == line:
            return match.end()
    return len(source)


def line_start(source: str, offset: int) -> int:
    """Where the line that holds `offset` begins."""
    return max(source.rfind("\n", 0, offset), source.rfind("\r", 0, offset)) + 1


def line_end(source: str, offset: int) -> int:
    """Where the line that holds `offset` ends, in front of its newline."""
    match = NEWLINE.search(source, offset)
    return match.start() if match else len(source)


def next_line(source: str, offset: int) -> int:
    """Where the line behind the one that holds `offset` begins."""
    match = NEWLINE.search(source, offset)
    return match.end() if match else len(source)
