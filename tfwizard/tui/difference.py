"""What differs between two texts of a file, as data: hunks of lines beside each other, and what changed within a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from tfwizard.tui.lines import clean

Span = tuple[int, int]
Places = tuple[int | None, int | None]

CONTEXT = 3
#: Lines that share less than this have only letters in common: set beside each other, marking them would be noise.
ALIKE = 0.5
#: Above this many comparisons lines are paired by their order: a rewrite of fifty lines reads no better for it.
MOST_COMPARISONS = 400
WORDS = re.compile(r"\w+|\s+|.")
SCOPE = re.compile(r"\s*(?:async\s+)?(def|class)\s+(\w+)")


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one of the texts: its number from 1, printable text, and which parts of it (start, end) are other."""

    number: int
    text: str
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A line before and after. None on one side where it is new, or is gone."""

    old: Side | None
    new: Side | None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """A place that changed, with the lines around it. `line` is its first changed line, `scope` the function it is in."""

    line: int
    scope: str
    pairs: tuple[Pair, ...]


@lru_cache(maxsize=32)  # the screen is drawn four times a second, the texts stay
def hunks(before: str, after: str, context: int = CONTEXT) -> tuple[Hunk, ...]:
    """The places in which two texts differ, in order."""
    old, new = _lines(before), _lines(after)
    skipped = _common_start(old, new)
    skipped = max(0, skipped - context)
    matcher = SequenceMatcher(None, old[skipped:], new[skipped:], autojunk=False)
    found = []
    for group in matcher.get_grouped_opcodes(context):
        pairs: list[Pair] = []
        for kind, a, a_end, b, b_end in group:
            a, a_end, b, b_end = a + skipped, a_end + skipped, b + skipped, b_end + skipped
            if kind == "equal":
                pairs += [
                    Pair(_side(old, i), _side(new, j)) for i, j in zip(range(a, a_end), range(b, b_end), strict=True)
                ]
            else:
                pairs += _changed(old, new, range(a, a_end), range(b, b_end))
        pairs = _without_blank_ends(pairs)
        first = next(pair for pair in pairs if pair.changed)
        number = (first.new or _next_new(pairs, first) or first.old or Side(1, "")).number
        found.append(Hunk(number, scope_of(new, number - 1), tuple(pairs)))
    return tuple(found)


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _common_start(old: Sequence[str], new: Sequence[str]) -> int:
    same = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        same += 1
    return same


def _side(lines: Sequence[str], at: int) -> Side:
    return Side(at + 1, clean(lines[at].replace("\t", "    ")))


def _without_blank_ends(pairs: list[Pair]) -> list[Pair]:
    """Empty lines around a change tell nothing."""
    told = [n for n, pair in enumerate(pairs) if pair.changed or (pair.new and pair.new.text.strip())]
    return pairs[told[0] : told[-1] + 1]


def _next_new(pairs: Sequence[Pair], pair: Pair) -> Side | None:
    behind = pairs[pairs.index(pair) :]
    return next((one.new for one in behind if one.new), None)


def _changed(old: Sequence[str], new: Sequence[str], gone: range, come: range) -> Iterator[Pair]:
    for i, j in paired([old[i] for i in gone], [new[j] for j in come]):
        left = _side(old, gone[i]) if i is not None else None
        right = _side(new, come[j]) if j is not None else None
        if left and right:
            of_left, of_right = marks(left.text, right.text)
            left, right = replace(left, marks=of_left), replace(right, marks=of_right)
        yield Pair(left, right, True)


def paired(old: Sequence[str], new: Sequence[str]) -> list[Places]:
    """Which line goes beside which: lines that are alike, in order; the others fill up the rows between them."""
    places: list[Places] = []
    i = j = 0
    for k, m in [*_alike(old, new), (len(old), len(new))]:
        rest_old, rest_new = range(i, k), range(j, m)
        for n in range(max(len(rest_old), len(rest_new))):
            places.append((rest_old[n] if n < len(rest_old) else None, rest_new[n] if n < len(rest_new) else None))
        if (k, m) != (len(old), len(new)):
            places.append((k, m))
        i, j = k + 1, m + 1
    return places


def _alike(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest row of pairs that are alike, weighed by how alike they are."""
    if len(old) * len(new) > MOST_COMPARISONS:
        return []
    best: list[list[tuple[float, list[tuple[int, int]]]]] = [[(0.0, [])] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            alike = SequenceMatcher(None, old[i].strip(), new[j].strip(), autojunk=False).ratio()
            choices = [best[i + 1][j], best[i][j + 1]]
            if alike >= ALIKE:
                score, behind = best[i + 1][j + 1]
                choices.append((score + alike, [(i, j), *behind]))
            best[i][j] = max(choices, key=lambda choice: choice[0])
    return best[0][0][1]


def marks(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The parts of two lines that differ, by whole words; none where nothing but spaces and signs is common."""
    a, b = WORDS.findall(old), WORDS.findall(new)
    if SequenceMatcher(None, old.strip(), new.strip(), autojunk=False).ratio() < ALIKE:
        return (), ()
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return (
        _spans(a, [(start, end) for kind, start, end, _, _ in codes if kind != "equal"]),
        _spans(b, [(start, end) for kind, _, _, start, end in codes if kind != "equal"]),
    )


def _spans(words: Sequence[str], ranges: Sequence[Span]) -> tuple[Span, ...]:
    """Ranges of words as ranges of characters; two with only spaces or a sign between them are one."""
    spans: list[Span] = []
    for start, end in ranges:
        if start == end:
            continue
        place = (len("".join(words[:start])), len("".join(words[:end])))
        if spans and not re.search(r"\w|\S\s*\S", "".join(words)[spans[-1][1] : place[0]]):
            place = (spans.pop()[0], place[1])
        spans.append(place)
    return tuple(spans)


def scope_of(lines: Sequence[str], at: int) -> str:
    """The function or class that the line at this position is in, such as `Net.call()`; "" at the top level."""
    here = next((line for line in lines[at:] if line.strip()), "")
    indent, names = _indent(here), list[str]()
    for line in reversed(lines[:at]):
        if not line.strip() or line.lstrip().startswith("#") or _indent(line) >= indent:
            continue
        indent = _indent(line)
        if match := SCOPE.match(line):
            names.append(match[2] + ("()" if match[1] == "def" and not names else ""))
    return ".".join(reversed(names))


def _indent(line: str) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())
