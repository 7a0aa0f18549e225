"""A report as one HTML file: it needs no network, runs nothing, and is readable in light and in dark. All that comes in is escaped."""

from __future__ import annotations

from html import escape
from pathlib import Path

from tfwizard.language import _, language
from tfwizard.report.blocks import Bars, Block, Code, Heading, Items, Pairs, Plot, Section, Table, Words
from tfwizard.report.contents import Report
from tfwizard.report.drawing import bars_svg, curves_svg
from tfwizard.report.sections import sections, title

#: What the page looks like: it goes into the page, which needs no other file.
STYLE = Path(__file__).with_name("page.css")


def html(report: Report) -> str:
    """The whole page."""
    name, parts = escape(title(report)), sections(report)
    contents = "".join(f'<li><a href="#{one.id}">{escape(one.title)}</a></li>' for one in parts)
    style = STYLE.read_text(encoding="utf-8")
    made = escape(_("tfwizard {version}, {time}", version=report.tfwizard, time=report.made))
    return (
        f'<!DOCTYPE html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        # Whatever a browser makes of the text: it loads nothing, and runs nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<h1>{name}</h1>\n"
        f'<p class="faint">{escape(report.script)} · {made}</p>\n<nav aria-label="{escape(_("Contents"))}"><ul>{contents}</ul></nav>\n'
        + "".join(map(_section, parts))
        + "</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    inner = "".join(map(_block, section.blocks))
    if section.long:
        return f'<details id="{section.id}" open><summary>{escape(section.title)}</summary>\n{inner}</details>\n'
    return f'<section id="{section.id}"><h2>{escape(section.title)}</h2>\n{inner}</section>\n'


def _block(block: Block) -> str:
    match block:
        case Words():
            style = ' class="ask"' if block.ask else ""
            return f"<p{style}>{escape(block.text)}</p>\n"
        case Heading():
            return f"<h3>{escape(block.text)}</h3>\n"
        case Items():
            return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in block.texts) + "</ul>\n"
        case Pairs():
            rows = (f"<dt>{escape(name)}</dt><dd><code>{escape(value)}</code></dd>" for name, value in block.rows)
            return "<dl>" + "".join(rows) + "</dl>\n"
        case Table():
            return _table(block)
        case Code():
            return f"<pre><code>{_colored(block)}</code></pre>\n"
        case Bars():
            return bars_svg(block.labels) + "\n"
        case Plot():
            return f"<h3>{escape(block.curves.title)}</h3>\n{curves_svg(block.curves)}\n"


def _table(table: Table) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        styles = (' class="right"' if at in table.right else "" for at in range(len(cells)))
        made = (f"<{tag}{style}>{escape(cell)}</{tag}>" for style, cell in zip(styles, cells, strict=True))
        return "<tr>" + "".join(made) + "</tr>"

    body = "".join(row(cells, "td") for cells in table.rows)
    return f'<div class="wide"><table><thead>{row(table.header, "th")}</thead><tbody>{body}</tbody></table></div>\n'


def _colored(block: Code) -> str:
    """Code, the lines of a diff marked: their sign stays, so that colour adds nothing."""
    if block.language != "diff":
        return escape(block.text.rstrip("\n"))
    signs = {"+": "add", "-": "del"}
    return "\n".join(
        f'<span class="{signs[line[0]]}">{escape(line)}</span>' if line[:1] in signs else escape(line)
        for line in block.text.rstrip("\n").split("\n")
    )
