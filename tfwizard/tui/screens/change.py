"""The lines of a change: before and after side by side where there is room, one below the other where there is not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich.cells import cell_len
from textual.content import Content

from tfwizard.language import _
from tfwizard.tui.difference import Hunk, Pair, Side, hunks
from tfwizard.tui.lines import FAINT, STRONG, Lines, blank, clean, line, wrapped

#: Two halves of 50 cells: most lines of code then fit without folding.
SIDE_BY_SIDE = 100
REMOVED, ADDED, MARK = "$text-error", "$text-success", "bold reverse"
BETWEEN = " │ "


def change_lines(before: Mapping[str, str], after: Mapping[str, str], width: int) -> Lines:
    """Every file of the change, one below the other."""
    lines: Lines = []
    for path, name in names_of(list(after)).items():
        found = hunks(before.get(path, ""), after[path])
        numbers = max([3, *(len(str(side.number)) for hunk in found for side in sides(hunk))])
        for place, hunk in enumerate(found):
            lines += [blank()] if lines and not place else []
            lines += wrapped(title_of(hunk, clean(name) if not place else ""), width, 0, 2)
            lines += beside(hunk, width, numbers) if width >= SIDE_BY_SIDE else below(hunk, width, numbers)
    return lines


def names_of(paths: Sequence[str]) -> dict[str, str]:
    """Each path with the name to show: from the folder that they share."""
    shared = os.path.commonpath([os.path.dirname(os.path.abspath(path)) for path in paths]) if paths else ""
    return {path: os.path.relpath(os.path.abspath(path), shared) for path in paths}


def sides(hunk: Hunk) -> Iterable[Side]:
    """Every line of a hunk."""
    return (side for pair in hunk.pairs for side in (pair.old, pair.new) if side)


def title_of(hunk: Hunk, name: str) -> Content:
    """Where the change is: the file before its first place, `@@` before the others."""
    where = _("line {n}", n=hunk.line)
    if hunk.scope:
        where = _("{where}, in {scope}", where=where, scope=clean(hunk.scope))
    return line((name, STRONG), (f", {where}", FAINT)) if name else line((f"@@ {where}", FAINT))


def below(hunk: Hunk, width: int, numbers: int) -> Lines:
    """One column: what goes, then what comes, each with its line number and its sign."""
    lines: Lines = []
    for changed, group in groupby(hunk.pairs, lambda pair: pair.changed):
        pairs = list(group)
        if not changed:
            # What did not change is there to find the place: a row each is enough, and leaves room for what did.
            lines += [numbered(pair.new, " ", "", 10_000, numbers)[0].truncate(width, ellipsis=True) for pair in pairs]
            continue
        lines += [piece for pair in pairs for piece in numbered(pair.old, "-", REMOVED, width, numbers)]
        lines += [piece for pair in pairs for piece in numbered(pair.new, "+", ADDED, width, numbers)]
    return lines


def beside(hunk: Hunk, width: int, numbers: int) -> Lines:
    """Two columns: before at the left, after at the right."""
    half = (width - cell_len(BETWEEN)) // 2
    return [row for pair in hunk.pairs for row in row_of(pair, half, numbers)]


def row_of(pair: Pair, half: int, numbers: int) -> Lines:
    """One pair of lines, as many rows as the longer of the two folds into."""
    left = numbered(pair.old, "-" if pair.changed else " ", REMOVED if pair.changed else "", half, numbers)
    right = numbered(pair.new, "+" if pair.changed else " ", ADDED if pair.changed else "", half, numbers)
    rows = max(len(left), len(right))
    left += [blank()] * (rows - len(left))
    right += [blank()] * (rows - len(right))
    return [
        Content.assemble(one.pad_right(half - one.cell_length), (BETWEEN, FAINT), other).rstrip()
        for one, other in zip(left, right, strict=True)
    ]


def numbered(side: Side | None, sign: str, style: str, width: int, numbers: int) -> Lines:
    """A line of source behind its number and sign; a longer one goes on below, in the column of the text."""
    if side is None:
        return []
    text = Content.styled(side.text, style) if style else Content(side.text)
    for start, end in side.marks:
        text = text.stylize(f"{MARK} {style}".strip(), start, end)
    gutter = numbers + 3
    first, *rest = folded(text, max(8, width - gutter))
    head = line((f"{side.number:>{numbers}} ", FAINT), (f"{sign} ", style or FAINT))
    return [head + first, *(piece.pad_left(gutter) for piece in rest)]


def folded(text: Content, width: int) -> Lines:
    """A line of source in pieces of at most `width` cells, cut behind a sign or a space where one is near the edge.

    No character is lost or moved: put together again the pieces are the line.
    """
    pieces: Lines = []
    while text.cell_length > width:
        room = len(text.fold(width)[0])
        near = max(text.plain.rfind(sign, room * 2 // 3, room) for sign in " ,([{=.")
        at = near + 1 if near >= 0 else room
        pieces.append(text[:at])
        text = text[at:]
    return [*pieces, text]
