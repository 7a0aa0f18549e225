"""A plot against the steps. The plotting library is imported when the first curve is shown, not before."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Vertical

from tfwizard.language import _
from tfwizard.report.words import FARTHEST
from tfwizard.tui.lines import Lines, clean, flow, heading, number, wrapped
from tfwizard.tui.themes import CURVES
from tfwizard.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from textual_plotext import PlotextPlot

#: A full plot costs 7 to 14 kB (measured): once a second is what a slow line takes without falling behind.
SECONDS_BETWEEN_PLOTS = 1.0
#: How curves are drawn, and how the legend shows each of them: no two are told apart by their colour alone.
MARKERS = ("braille", "dot", "x", "+", "o", "*")
SIGNS = {"braille": "⠤", "dot": "•"}
#: How lines are drawn that are no curve: those of a level, and points that are joined.
SHAPES = {"chance": "-", "target": "=", "points": "o"}


@dataclass(frozen=True, slots=True)
class Series:
    """One curve and its name. `steps` are where its values stand: 1, 2, 3, … where it has none. `shape` draws it otherwise."""

    name: str
    values: tuple[float, ...]
    steps: tuple[float, ...] = ()
    shape: str = ""

    @property
    def places(self) -> tuple[float, ...]:
        """Where each value stands."""
        return self.steps or tuple(range(1, len(self.values) + 1))


def level(name: str, value: float | None, last: float, shape: str) -> tuple[Series, ...]:
    """A line across the plot, from the first step to the last; none where there is no finite value."""
    if value is None or not math.isfinite(value) or last <= 1:
        return ()
    return (Series(_("{name} {value}", name=name, value=number(value)), (value, value), (1, last), shape),)


class Curve(Vertical):
    """Curves in one plot with a legend below; hidden while there is nothing to draw.

    A logarithmic axis (`log_x`, `log_y`) needs values above zero; where there are others the axis is linear.
    """

    DEFAULT_CSS = """
    Curve { height: auto; display: none; }
    Curve PlotextPlot { height: 9; }
    .-wide Curve PlotextPlot { height: 14; }
    """

    def __init__(self, title: str, id: str | None = None, log_x: bool = False, log_y: bool = False) -> None:
        super().__init__(id=id)
        self.plot_title = title
        self.log_x, self.log_y = log_x, log_y
        self._plot: PlotextPlot | None = None
        self._shown: tuple[Series, ...] = ()
        self._at = 0.0

    def compose(self) -> ComposeResult:
        """Title and legend; the plot comes between them once there is something to draw."""
        yield Drawn(lambda width: wrapped(heading(self.plot_title), width), classes="title")
        yield Drawn(classes="legend")

    def on_mount(self) -> None:
        """A plot has the colours of the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._draw(self._shown) if self._shown else None)

    def show(self, series: tuple[Series, ...], live: bool = False) -> None:
        """Draw `series`; a live one at most once a second."""
        series = drawable(series)
        self.display = bool(series)
        if not series or series == self._shown or (live and time.monotonic() - self._at < SECONDS_BETWEEN_PLOTS):
            return
        self._shown, self._at = series, time.monotonic()
        self._draw(series)
        logs = self.log_y and positive(series)
        self.query_one(".legend", Drawn).show(lambda width: legend_lines(series, logs, width))

    def _draw(self, series: tuple[Series, ...]) -> None:
        if self._plot is None:
            from textual_plotext import PlotextPlot

            self._plot = PlotextPlot()
            self._plot.theme = "textual-clear"  # axes and ground are those of the page
            self._plot.can_focus = False
            self.mount(self._plot, before=".legend")
        plot = self._plot.plt
        plot.clear_figure()
        # The library's own logarithmic scale takes the logarithm of the data at each drawing: the second one fails.
        logs = self.log_y and positive(series)
        logs_x = self.log_x and all(at > 0 for each in series for at in each.places)
        colours = CURVES[self.app.theme]
        for place, each in enumerate(series):
            colour = plotted(colours[place % len(colours)])
            points = [(at, value) for at, value in zip(each.places, each.values, strict=True) if math.isfinite(value)]
            steps = [math.log10(at) if logs_x else at for at, _value in points]
            heights = [math.log10(value) if logs else value for _at, value in points]
            if each.shape == SHAPES["points"]:
                plot.plot(steps, heights, marker=MARKERS[0], color=colour)
                plot.scatter(steps, heights, marker=each.shape, color=colour)
            else:
                plot.plot(steps, heights, marker=marker(place, each), color=colour)
        if logs:
            ticks = log_ticks(value for each in series for value in each.values if math.isfinite(value))
            plot.yticks([math.log10(tick) for tick in ticks], [number(tick) for tick in ticks])
        if logs_x:
            places = sorted({at for each in series for at in each.places})
            plot.xticks([math.log10(at) for at in places], [number(at) for at in places])
        self._plot.refresh()


def plotted(colour: str | int) -> tuple[int, int, int] | int:
    """A colour as the plotting library takes it: red, green and blue, or the number of one of the terminal's own."""
    return Color.parse(colour).rgb if isinstance(colour, str) else colour


def log_ticks(values: Iterable[float], most: int = 6) -> list[float]:
    """Round numbers for a logarithmic axis: 1, 2 and 5 of each power of ten, or fewer of them where those are too many."""
    found = list(values)
    low, high = min(found), max(found)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 5), (1,)):
        ticks = [factor * 10.0**power for power in powers for factor in factors if low <= factor * 10.0**power <= high]
        if len(ticks) <= most:
            break
    ticks = ticks[:: -(-len(ticks) // most)] if ticks else []
    return ticks if len(ticks) > 1 else [low, high]


def marker(place: int, series: Series) -> str:
    """How the curve at this place is drawn."""
    return series.shape or MARKERS[place % len(MARKERS)]


def legend_lines(series: tuple[Series, ...], logs: bool, width: int) -> Lines:
    """How each curve is drawn, where one stops being a number, and that the axis is logarithmic."""
    parts = []
    if len(series) > 1:
        drawn = ((marker(place, each), each) for place, each in enumerate(series))
        parts += [f"{SIGNS.get(sign, sign) * 2} {clean(each.name)}" for sign, each in drawn]
    for each in series:
        first = next((at for at, value in zip(each.places, each.values, strict=True) if not math.isfinite(value)), None)
        if first is not None:
            parts.append(_("✗ {name}: no number at {place}", name=clean(each.name), place=number(float(first))))
    if logs:
        parts.append(_("log scale"))
    return flow(parts, width)


def positive(series: tuple[Series, ...]) -> bool:
    """Whether every finite value is above zero."""
    return all(value > 0 for each in series for value in each.values if math.isfinite(value))


def drawable(series: tuple[Series, ...]) -> tuple[Series, ...]:
    """The curves with at least two finite points, none of them farther out than a plot can be wide."""
    near = (_near(each) for each in series)
    return tuple(each for each in near if sum(math.isfinite(value) for value in each.values) > 1)


def _near(series: Series) -> Series:
    if all(abs(at) <= FARTHEST for at in series.places) and not any(
        FARTHEST < abs(v) < math.inf for v in series.values
    ):
        return series
    pairs = [(at, value) for at, value in zip(series.places, series.values, strict=True) if abs(at) <= FARTHEST]
    values = (max(-FARTHEST, min(FARTHEST, value)) if math.isfinite(value) else value for _at, value in pairs)
    return replace(series, values=tuple(values), steps=tuple(at for at, _value in pairs))
