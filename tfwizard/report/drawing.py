"""Curves and bars as SVG that stands in a page: axes with their names, and lines that differ by more than their colour."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from tfwizard.language import _
from tfwizard.report.contents import Curves, Labels, Line
from tfwizard.report.words import FARTHEST, number, share_words

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 46
DASHES = ("none", "7 4", "2 3", "9 3 2 3", "14 4", "4 6")
LEVEL_DASHES = ("3 5", "12 3 3 3")
#: Between its lowest and its highest value, from which on a logarithm shows more.
FOR_LOGARITHM = 20.0
#: Beyond this power of ten, and below its inverse, a number has no room for its full precision.
LAST_POWER = 307
BAR_HEIGHT, BAR_GAP, LONGEST_LABEL = 18, 6, 24


def curves_svg(curves: Curves) -> str:
    """The curves in one plot, with a legend below."""
    points = [(at, value) for line in curves.lines for at, value in line.points if math.isfinite(value)]
    values = [value for _at, value in points] + [value for _name, value in curves.levels]
    logarithm = min(values) > 0 and max(values) / min(values) > FOR_LOGARITHM
    to_x, x_ticks = _axis([at for at, _value in points], LEFT, WIDTH - RIGHT, False)
    to_y, y_ticks = _axis(values, HEIGHT - BOTTOM, TOP, logarithm)
    y = f"{curves.y} ({_('log scale')})" if logarithm else curves.y
    parts = [*_grid(to_x, to_y, x_ticks, y_ticks), *_names(curves.x, y)]
    legend: list[tuple[str, str, str]] = []
    for at, (name, value) in enumerate(curves.levels):
        dash = LEVEL_DASHES[at % len(LEVEL_DASHES)]
        parts.append(_path(f"M{LEFT} {to_y(value):.1f}H{WIDTH - RIGHT}", "level", dash))
        legend.append(("level", dash, f"{name} {number(value)}"))
    for at, line in enumerate(curves.lines):
        style, dash = f"c{at % 6}", DASHES[at % len(DASHES)]
        parts += [_path(way, style, dash) for way in _ways(line, to_x, to_y)] + _marks(line, to_x, to_y, style)
        legend.append((style, dash, line.name + _stops(line)))
    rows = _legend(legend)
    height = HEIGHT + 20 * len(legend)
    return _svg(height, curves.title, "".join(parts) + rows)


def _svg(height: int, title: str, inner: str) -> str:
    name = escape(title)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}"><title>{name}</title>{inner}</svg>'


def _path(way: str, style: str, dash: str) -> str:
    dashed = "" if dash == "none" else f' stroke-dasharray="{dash}"'
    return f'<path d="{way}" class="line {style}"{dashed}/>'


def _ways(line: Line, to_x: Callable[[float], float], to_y: Callable[[float], float]) -> list[str]:
    """The line, in pieces where it stops being a number."""
    ways, now = [], ""
    for at, value in line.points:
        if math.isfinite(value):
            now += f"{'L' if now else 'M'}{to_x(at):.1f} {to_y(value):.1f}"
        elif now:
            ways.append(now)
            now = ""
    return [*ways, now] if now else ways


def _marks(line: Line, to_x: Callable[[float], float], to_y: Callable[[float], float], style: str) -> list[str]:
    """Points where there are few, and a cross on the axis at the first value that is no number."""
    finite = [(at, value) for at, value in line.points if math.isfinite(value)]
    marks = [
        f'<circle cx="{to_x(at):.1f}" cy="{to_y(value):.1f}" r="3" class="point {style}"/>'
        for at, value in finite
        if len(finite) <= 12
    ]
    bad = next((at for at, value in line.points if not math.isfinite(value)), None)
    if bad is not None and finite:
        x, y = min(max(to_x(bad), LEFT), WIDTH - RIGHT), HEIGHT - BOTTOM
        marks.append(_path(f"M{x - 5:.1f} {y - 5}l10 10m0 -10l-10 10", style, "none"))
    return marks


def _stops(line: Line) -> str:
    bad = next((at for at, value in line.points if not math.isfinite(value)), None)
    return "" if bad is None else ", " + _("✗ no number at {place}", place=number(bad))


def _grid(
    to_x: Callable[[float], float], to_y: Callable[[float], float], x_ticks: Sequence[float], y_ticks: Sequence[float]
) -> list[str]:
    parts = []
    for tick in y_ticks:
        y = to_y(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number(tick)}</text>')
    for tick in x_ticks:
        parts.append(
            f'<text x="{to_x(tick):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{number(tick)}</text>'
        )
    parts.append(f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" class="axis"/>')
    return parts


def _names(x: str, y: str) -> list[str]:
    middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
    return [
        f'<text x="{LEFT + (WIDTH - LEFT - RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle" class="name">{escape(x)}</text>',
        f'<text transform="translate(14 {middle:.0f}) rotate(-90)" text-anchor="middle" class="name">{escape(y)}</text>',
    ]


def _legend(rows: Sequence[tuple[str, str, str]]) -> str:
    parts = []
    for at, (style, dash, name) in enumerate(rows):
        y = HEIGHT + 20 * at + 6
        parts.append(_path(f"M{LEFT} {y}h36", style, dash))
        parts.append(f'<text x="{LEFT + 46}" y="{y + 4}">{escape(name)}</text>')
    return "".join(parts)


def _axis(
    values: Sequence[float], start: float, end: float, logarithm: bool
) -> tuple[Callable[[float], float], list[float]]:
    """Where a value stands between `start` and `end`, and the round numbers to write beside the axis."""

    def scaled(value: float) -> float:
        return math.log10(value) if logarithm else max(-FARTHEST, min(FARTHEST, value))

    low, high = scaled(min(values)), scaled(max(values))
    if high - low < 1e-12 * max(1.0, abs(low)):  # beside a large number a half is nothing
        room = max(0.5, 0.001 * abs(low))
        low, high = low - room, high + room
    if start > end:  # room above and below the curves
        low, high = low - 0.04 * (high - low), high + 0.04 * (high - low)
    whole = all(value == int(value) for value in values)
    ticks = _powers(low, high) if logarithm else _round(low, high, least=1.0 if whole else 0.0)
    return lambda value: start + (scaled(value) - low) / (high - low) * (end - start), ticks


def _round(low: float, high: float, most: int = 6, least: float = 0.0) -> list[float]:
    """1, 2 or 5 times a power of ten, at most so many between two numbers, and no nearer to each other than `least`."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(power * factor for factor in (1, 2, 5, 10) if (high - low) / (power * factor) <= most)
    step = max(step, least)
    return [round(n * step, 12) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _powers(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers on a logarithmic axis: 1, 2 and 5 of each power of ten, or fewer."""
    powers = range(max(math.floor(low), -LAST_POWER), min(math.ceil(high), LAST_POWER) + 1)
    ticks: list[float] = []
    for factors in ((1, 2, 5), (1, 3), (1,)):
        every = (factor * 10.0**power for power in powers for factor in factors)
        ticks = [tick for tick in every if low <= math.log10(tick) <= high]
        if len(ticks) <= most:
            break
    return ticks[:: max(1, -(-len(ticks) // most))]


def bars_svg(labels: Labels) -> str:
    """A bar a label with its number of rows, and the line of labels that are all as frequent."""
    total, most = sum(one.rows for one in labels.counts), max(one.rows for one in labels.counts)
    room = 8 * min(LONGEST_LABEL, max(len(one.name) for one in labels.counts)) + 16
    full = WIDTH - room - 130
    parts = []
    for at, one in enumerate(labels.counts):
        y = TOP + at * (BAR_HEIGHT + BAR_GAP)
        name = one.name if len(one.name) <= LONGEST_LABEL else one.name[: LONGEST_LABEL - 1] + "…"
        parts.append(f'<text x="{room - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>')
        width = max(1.0, full * one.rows / most) if one.rows else 0.0
        parts.append(f'<rect x="{room}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT}" class="bar"/>')
        parts.append(
            f'<text x="{room + width + 6:.1f}" y="{y + 13}">{one.rows} ({escape(share_words(one.rows, total))})</text>'
        )
    bottom = TOP + len(labels.counts) * (BAR_HEIGHT + BAR_GAP)
    if labels.of_classes:
        even = total / len(labels.counts)
        x = room + full * even / most
        parts.append(_path(f"M{x:.1f} {TOP - 6}V{bottom}", "level", LEVEL_DASHES[0]))
        words = _("if all labels were as frequent: {n}", n=number(round(even, 1)))
        anchor = "end" if x > WIDTH / 2 else "start"
        parts.append(f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="{anchor}" class="name">{escape(words)}</text>')
    return _svg(bottom + 40, _("rows of each label"), "".join(parts) + _rows_name(room, bottom))


def _rows_name(room: int, bottom: int) -> str:
    return f'<text x="{room}" y="{bottom + 32}" class="name">{escape(_("rows of each label"))}</text>'
