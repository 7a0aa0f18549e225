"""Lines of text for the screen. Foreign text comes in through `clean`; nothing here parses markup."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import zip_longest
from string import Formatter

from rich.cells import cell_len
from textual.content import Content

from tfwizard.foreign import clean as clean
from tfwizard.foreign import clean_lines as clean_lines
from tfwizard.language import N_, _, held
from tfwizard.report.words import number as number
from tfwizard.report.words import whole as whole
from tfwizard.tui import keymap

Lines = list[Content]
Part = str | tuple[str, str]

GOOD, BAD, WARN, FAINT, STRONG, KEY = (
    "$text-success",
    "bold $text-error",
    "$text-warning",
    "dim",
    "bold",
    "bold $text-accent",
)

#: Stands for a space that holds while a line is broken: Textual breaks at every space that Unicode has. One cell, in no text.
HOLDS = "\ue000"
#: A column that is cut to less than this says nothing.
LEAST = 7
#: Below this a name that would be cut stands before its value, and not in a column.
NARROW = 44
#: A key of a dialog, which has it for itself: the person's choice of keys is not about it.
OWN_KEY = "$text-accent bold"

_for_the_ear: ContextVar[bool] = ContextVar("for_the_ear", default=False)
#: A sign that is a whole cell of a table, in words.
SPOKEN_SIGNS = {"✓": N_("all right"), "✗": N_("wrong")}


@contextmanager
def for_the_ear() -> Iterator[None]:
    """Lines that are read out one after the other (`--plain`): nothing is drawn, cut, wrapped or set in columns.

    A table then says the name of each value, row by row.
    """
    before = _for_the_ear.set(True)
    try:
        yield
    finally:
        _for_the_ear.reset(before)


def line(*parts: Part | Content) -> Content:
    """One line out of plain strings and (text, style) pairs. A key (style KEY) is shown as the person has chosen it."""
    return Content.assemble(
        *((keymap.now(part[0]), KEY) if isinstance(part, tuple) and part[1] == KEY else part for part in parts)
    )


def key(name: str) -> Content:
    """A key of the wizard, as the person has chosen it; for `phrase`."""
    return line((name, KEY))


def phrase(message: str, **values: Part | Content | int) -> Content:
    """A translated sentence whose {names} stand for text with a style, such as a key.

    `phrase(_("{r} runs it again"), r=key("r"))`: a translator can move what is put in. Nothing of it is markup.
    """
    found: list[Part | Content] = []
    for text, name, _spec, _conversion in Formatter().parse(message):
        found.append(text)
        if name is not None:
            value = values[name]
            found.append(str(value) if isinstance(value, int) else value)
    return line(*found)


def blank() -> Content:
    """An empty line."""
    return Content("")


def heading(text: str) -> Content:
    """The title of a part of a screen."""
    return Content.styled(text, STRONG)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, its end replaced by … where it is longer."""
    if _for_the_ear.get() or cell_len(text) <= width:
        return text
    return Content(text).truncate(max(width, 1), ellipsis=True).plain


def cell(text: str, width: int, right: bool = False) -> str:
    """`text` in exactly `width` cells."""
    if _for_the_ear.get():
        return text
    text = cut(text, width)
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def wrapped(content: Content, width: int, indent: int = 0, hanging: int = 0) -> Lines:
    """`content` in lines of `width` cells, shifted by `indent`; lines after the first by `hanging` more."""
    if _for_the_ear.get():
        return [content]
    room = max(8, width - indent - hanging)
    rows = _rows(content, room)
    return [row.pad_left(indent + (hanging if at else 0)) for at, row in enumerate(rows)]


def _rows(content: Content, room: int) -> Lines:
    """`content` in lines of `room` cells, broken at no space that its language holds together."""
    if content.cell_length <= room:
        return [content]
    rows = Content(held(content.plain, HOLDS), list(content.spans)).wrap(room)
    return [Content(row.plain.replace(HOLDS, " "), list(row.spans)) for row in rows]


def paragraph(text: str, width: int, indent: int = 0, style: str = "") -> Lines:
    """Prose, wrapped."""
    return wrapped(Content.styled(text, style) if style else Content(text), width, indent)


def flow(parts: Iterable[str], width: int, style: str = FAINT, gap: str = "   ") -> Lines:
    """Short pieces beside each other, as many as a line has room for; none is broken where it fits into a line."""
    rows: list[str] = []
    for part in parts:
        beside = f"{rows[-1]}{gap}{part}" if rows else part
        if rows and cell_len(beside) > width:
            rows.append(part)
        else:
            rows[-1:] = [beside]
    return fit([line((row, style)) for row in rows], width)


def fit(lines: Iterable[Content], width: int) -> Lines:
    """The lines, those wider than `width` wrapped with a hanging indent of two cells."""
    return [piece for each in lines for piece in ([each] if each.cell_length <= width else wrapped(each, width, 0, 2))]


def facts_list(rows: Sequence[tuple[str, str]], width: int, indent: int = 1) -> Lines:
    """Names and values below each other, both wrapped, the values in their own column where there is room for one."""
    if not rows:
        return []
    if _for_the_ear.get():
        return [Content(_("{name}: {value}", name=name, value=value)) for name, value in rows]
    longest = max(cell_len(name) for name, _value in rows)
    names = min(longest, max(10, width * 2 // 5))
    if longest > names and width < NARROW:
        stacked = (line((f"{name}  ", FAINT), value) for name, value in rows)
        return [piece for each in stacked for piece in wrapped(each, width, indent, 2)]
    lines: Lines = []
    for name, value in rows:
        room = max(8, width - indent - names - 2)
        for start, piece in zip_longest(
            _rows(Content(name), names), _rows(Content(value), room), fillvalue=Content("")
        ):
            lines.append(Content.assemble(" " * indent, (cell(start.plain, names), FAINT), "  ", piece))
    return lines


def table(header: Sequence[str], rows: Sequence[Sequence[Part]], width: int, right: Sequence[int] = ()) -> Lines:
    """A table without borders; `right` columns are numbers. Where it is too wide, the widest columns of text give way.

    Half a number would be another one. Where there is no room for columns that say anything, each row is written out below
    the others.
    """
    if _for_the_ear.get():
        return [Content(_row_in_words(header, [_text(part) for part in row])) for row in rows]
    widths = column_widths(header, rows)
    least = [size if at in right else min(size, LEAST) for at, size in enumerate(widths)]
    if total_width(least) > width:
        return _stacked(header, rows, width)
    while total_width(widths) > width:
        _size, widest = max((size, at) for at, size in enumerate(widths) if size > least[at])
        widths[widest] -= 1
    lines = [
        line(
            (
                "  ".join(
                    cell(head, size, n in right) for n, (head, size) in enumerate(zip(header, widths, strict=True))
                ),
                FAINT,
            )
        )
    ]
    for row in rows:
        parts: list[Part] = []
        for at, (part, size) in enumerate(zip(row, widths, strict=True)):
            body, style = (part, "") if isinstance(part, str) else part
            parts.append((cell(body, size, at in right) + "  ", style))
        lines.append(Content.assemble(*parts).rstrip())
    return [each.truncate(width, ellipsis=True) for each in lines]


def column_widths(header: Sequence[str], rows: Sequence[Sequence[Part]]) -> list[int]:
    """How wide each column of a table is where nothing gives way, in cells."""
    return [max(cell_len(head), *(cell_len(_text(row[at])) for row in rows), 0) for at, head in enumerate(header)]


def total_width(widths: Sequence[int]) -> int:
    """How wide a table with these columns is, in cells."""
    return sum(widths) + 2 * (len(widths) - 1)


def _text(part: Part) -> str:
    return part if isinstance(part, str) else part[0]


def _stacked(header: Sequence[str], rows: Sequence[Sequence[Part]], width: int) -> Lines:
    """The first value of each row, and indented below it the others with the names of their columns."""
    lines: Lines = []
    for first, *others in rows:
        lines += wrapped(line(first), width, 0, 2)
        said: list[Part] = []
        for head, part in zip(header[1:], others, strict=True):
            body, style = (part, "") if isinstance(part, str) else part
            if body.strip() not in ("", "–"):
                said += [
                    *([", "] if said else []),
                    *([(f"{head.strip()} ", FAINT)] if head.strip() else []),
                    (body.strip(), style),
                ]
        lines += wrapped(line(*said), width, 2) if said else []
    return lines


def _row_in_words(header: Sequence[str], row: Sequence[str]) -> str:
    """A row of a table; where there is no value, nothing is said of it."""
    said = [(head.strip(), value.strip()) for head, value in zip(header, row, strict=True)]
    words = {sign: _(meaning) for sign, meaning in SPOKEN_SIGNS.items()}
    named = (f"{head} {words.get(value, value)}" for head, value in said if value not in ("", "–"))
    return ", ".join(each.strip() for each in named)


def bar(value: float, full: float, width: int) -> str:
    """A horizontal bar of `value` out of `full`, in eighths of a cell, at most `width` cells."""
    if _for_the_ear.get() or not math.isfinite(value) or full <= 0 or value <= 0:
        return ""
    eighths = min(width * 8, max(1, round(min(value / full, 1.0) * width * 8)))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
