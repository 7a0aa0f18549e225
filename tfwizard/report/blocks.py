"""What a written report is made of, whatever the format: sections of a few kinds of blocks. All of it is plain text."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.report.contents import Curves, Labels


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `foreign` where it is no sentence of ours; `ask` where the person is to go on writing."""

    text: str
    foreign: bool = False
    ask: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the columns in `right` hold numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """Text that keeps its lines. `language` is "python", "diff" or "text"."""

    text: str
    language: str = "text"


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves: drawn where the format can, else in numbers."""

    curves: Curves


@dataclass(frozen=True, slots=True)
class Bars:
    """How often each label was seen."""

    labels: Labels


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part of a section."""

    text: str


Block = Words | Items | Pairs | Table | Code | Plot | Bars | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report. A `long` one may be folded away."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    long: bool = False
