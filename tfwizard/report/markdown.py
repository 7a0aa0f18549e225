"""A report as Markdown, to be put into an issue. Foreign text can break neither a table nor a block of code."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from tfwizard.language import _
from tfwizard.report.blocks import Bars, Block, Code, Heading, Items, Pairs, Plot, Section, Table, Words
from tfwizard.report.contents import Curves, Labels, Report
from tfwizard.report.sections import sections, title
from tfwizard.report.words import number, share_words

#: What would be more than the character that it is.
_SPECIAL = re.compile(
    r"[\\`*\[\]<>|$]|&(?=#?\w+;)|(?<!\w)[@#](?=\w)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^(?:[#>+\-](?=\s)|\d+(?=[.)]\s))|~(?=~)"
)


def markdown(report: Report) -> str:
    """The whole report."""
    lines = [f"# {_escaped(title(report))}", ""]
    for section in sections(report):
        lines += _section(section)
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(section: Section) -> Iterator[str]:
    if section.long:
        yield from ("<details>", f"<summary>{_escaped(section.title)}</summary>", "")
    else:
        yield from (f"## {_escaped(section.title)}", "")
    for block in section.blocks:
        yield from _block(block)
        yield ""
    if section.long:
        yield from ("</details>", "")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Words():
            yield f"*{_escaped(block.text)}*" if block.ask else _escaped(block.text)
        case Heading():
            yield f"### {_escaped(block.text)}"
        case Items():
            yield from (f"- {_escaped(text)}" for text in block.texts)
        case Pairs():
            yield from (
                f"- {_('{name}: {value}', name=_escaped(name), value=_code(value))}" for name, value in block.rows
            )
        case Table():
            yield from _table(block)
        case Code():
            yield from _fenced(block)
        case Bars():
            yield from _table(_counts(block.labels))
        case Plot():
            yield f"### {_escaped(block.curves.title)}"
            yield ""
            yield from _table(_numbers(block.curves))


def _counts(labels: Labels) -> Table:
    total = sum(one.rows for one in labels.counts)
    rows = ((one.name, str(one.rows), share_words(one.rows, total)) for one in labels.counts)
    return Table((_("label"), _("rows"), _("share")), tuple(rows), (1, 2))


def _numbers(curves: Curves) -> Table:
    """Of each curve where it begins, how low it gets, and where it ends."""
    rows = []
    for line in curves.lines:
        values = [value for _step, value in line.points if math.isfinite(value)]
        lowest = number(min(values)) if values else number(math.nan)
        first, last = line.points[0], line.points[-1]
        rows.append((line.name, number(first[1]), lowest, number(last[1]), number(last[0])))
    rows += [(name, number(value), "", "", "") for name, value in curves.levels]
    return Table((curves.y, _("first"), _("lowest"), _("last"), _("last step")), tuple(rows), (1, 2, 3, 4))


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(_escaped(head) for head in table.header) + " |"
    yield "|" + "|".join("---:" if at in table.right else "---" for at in range(len(table.header))) + "|"
    for row in table.rows:
        yield "| " + " | ".join(_escaped(cell) for cell in row) + " |"


def _fenced(block: Code) -> Iterator[str]:
    text = block.text.rstrip("\n")
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield fence + block.language
    yield from text.split("\n")
    yield fence


def _code(text: str) -> str:
    """A value as code, whatever is in it."""
    if not text:
        return ""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _literal(found[0]), text.replace("\n", " "))


def _literal(sign: str) -> str:
    """Characters that would be markup, as themselves: the number of a list by the sign behind it is cut off from it."""
    if sign in "@#":  # GitHub makes a mention and a reference of these, whatever stands before them
        return f"{sign}\u200b"
    return f"{sign}\u200b" if sign.isdigit() else "".join(f"\\{one}" for one in sign)
