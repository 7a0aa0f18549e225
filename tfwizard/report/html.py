"""A report as one HTML file: it needs no network, runs nothing, and is readable in light and in dark. All that comes in is escaped."""

from __future__ import annotations

from html import escape

from tfwizard.language import _, language
from tfwizard.report.blocks import Bars, Block, Code, Heading, Items, Pairs, Plot, Section, Table, Words
from tfwizard.report.contents import Report
from tfwizard.report.drawing import bars_svg, curves_svg
from tfwizard.report.sections import sections, title

STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1b1f24; --faint: #57606a; --edge: #d0d7de; --code: #f6f8fa; --bad: #b42318;
  --c0: #0550ae; --c1: #b35900; --c2: #116329; --c3: #8250df; --c4: #a40e26; --c5: #57606a; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --text: #e6edf3; --faint: #9da7b3; --edge: #3d444d; --code: #161b22;
  --bad: #ff8a80; --c0: #79c0ff; --c1: #ffb868; --c2: #7ee787; --c3: #d2a8ff; --c4: #ff9a8d; --c5: #9da7b3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--edge); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .5rem 0; }
.faint, .ask { color: var(--faint); }
.ask { font-style: italic; }
nav ul { columns: 2 16rem; padding-left: 1.2rem; }
a { color: var(--c0); }
pre, code { font: 13px/1.45 ui-monospace, monospace; background: var(--code); border-radius: 4px; }
code { padding: .1em .3em; }
pre { padding: .8rem; overflow-x: auto; border: 1px solid var(--edge); overflow-wrap: normal; }
pre code { padding: 0; }
.add { color: var(--c2); } .del { color: var(--bad); }
dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .2rem 1rem; margin: .6rem 0; }
dt { color: var(--faint); } dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .6rem 0; font-size: .9rem; }
th, td { border: 1px solid var(--edge); padding: .25rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--code); } .right { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; font-size: 1.2rem; font-weight: 600; margin: 2.2rem 0 .6rem; }
svg { width: 100%; max-width: 44rem; height: auto; display: block; margin: .6rem 0; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; } svg .name { fill: var(--faint); }
.line { fill: none; stroke-width: 2; } .axis { fill: none; stroke: var(--faint); } .grid { stroke: var(--edge); stroke-width: .6; }
.level { stroke: var(--faint); stroke-width: 1.5; } .bar { fill: var(--c0); } .point { stroke: none; }
path.c0 { stroke: var(--c0); } path.c1 { stroke: var(--c1); } path.c2 { stroke: var(--c2); } path.c3 { stroke: var(--c3); }
path.c4 { stroke: var(--c4); } path.c5 { stroke: var(--c5); }
circle.c0 { fill: var(--c0); } circle.c1 { fill: var(--c1); } circle.c2 { fill: var(--c2); } circle.c3 { fill: var(--c3); }
circle.c4 { fill: var(--c4); } circle.c5 { fill: var(--c5); }
@media print { details > * { display: block; } }
"""


def html(report: Report) -> str:
    """The whole page."""
    name, parts = escape(title(report)), sections(report)
    contents = "".join(f'<li><a href="#{one.id}">{escape(one.title)}</a></li>' for one in parts)
    made = escape(_("tfwizard {version}, {time}", version=report.tfwizard, time=report.made))
    return (
        f'<!DOCTYPE html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        # Whatever a browser makes of the text: it loads nothing, and runs nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{name}</h1>\n"
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
