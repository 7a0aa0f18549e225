"""A plot against the steps. The plotting library is imported when the first curve is shown, not before."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Vertical

if TYPE_CHECKING:
    from textual_plotext import PlotextPlot

#: A full plot costs 7 to 14 kB (measured): once a second is what a slow line takes without falling behind.
SECONDS_BETWEEN_PLOTS = 1.0
MARKERS = ("braille", "dot", "x", "+", "o", "*")


@dataclass(frozen=True, slots=True)
class Series:
    """One curve and its name. `steps` are where its values stand: 1, 2, 3, … where it has none."""

    name: str
    values: tuple[float, ...]
    steps: tuple[int, ...] = ()


class Curve(Vertical):
    """Curves in one plot; hidden while there is nothing to draw."""

    DEFAULT_CSS = """
    Curve { height: 10; display: none; }
    .-wide Curve { height: 15; }
    Curve PlotextPlot { height: 100%; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.plot_title = title
        self._plot: PlotextPlot | None = None
        self._shown: tuple[Series, ...] = ()
        self._at = 0.0

    def show(self, series: tuple[Series, ...], live: bool = False) -> None:
        """Draw `series`; a live one at most once a second."""
        series = drawable(series)
        self.display = bool(series)
        if not series or series == self._shown or (live and time.monotonic() - self._at < SECONDS_BETWEEN_PLOTS):
            return
        self._shown, self._at = series, time.monotonic()
        self._draw(series)

    def _draw(self, series: tuple[Series, ...]) -> None:
        if self._plot is None:
            from textual_plotext import PlotextPlot

            self._plot = PlotextPlot()
            self._plot.can_focus = False
            self.mount(self._plot)
        plot = self._plot.plt
        plot.clear_figure()
        for place, each in enumerate(series):
            numbers = each.steps or range(1, len(each.values) + 1)
            steps = [step for step, value in zip(numbers, each.values, strict=True) if math.isfinite(value)]
            values = [value for value in each.values if math.isfinite(value)]
            plot.plot(steps, values, marker=MARKERS[place % len(MARKERS)], label=each.name if len(series) > 1 else None)
        plot.title(self.plot_title)
        self._plot.refresh()


def drawable(series: tuple[Series, ...]) -> tuple[Series, ...]:
    """The curves with at least two finite points."""
    return tuple(each for each in series if sum(math.isfinite(value) for value in each.values) > 1)
