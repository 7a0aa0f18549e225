"""Curves: their legend, their logarithmic axes, and what is not finite."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tfwizard.casebook import StageState
from tfwizard.facts import Facts, OverfitFacts, SweepCurve, SweepFacts
from tfwizard.session import Progress
from tfwizard.stages import BY_ID
from tfwizard.tui.screens.hyperparameters import rate_series
from tfwizard.tui.screens.overfit import series
from tfwizard.tui.view import View
from tfwizard.tui.widgets.curve import Curve, Series, drawable, legend_lines, level, log_ticks

from .conftest import EVERY_SIZE, Open
from .fakes import HOSTILE, NAN, facts


def legend(*shown: Series, logs: bool = False, width: int = 57) -> str:
    return " ".join(" ".join(line.plain for line in legend_lines(shown, logs, width)).split())


def test_every_curve_is_told_apart_by_its_sign() -> None:
    shown = [Series(f"rate {n}", (1.0, 2.0)) for n in range(3)] + [*level("chance", 1.1, 9, "-")]
    assert legend(*shown, width=99) == "⠤⠤ rate 0 •• rate 1 xx rate 2 -- chance 1.1"
    assert legend(shown[0]) == ""
    assert legend(shown[0], logs=True) == "log scale"


def test_where_a_curve_stops_being_a_number_is_said() -> None:
    assert legend(Series("loss", (1.0, 0.5, NAN, NAN))) == "✗ loss: no number at 3"
    rates = rate_series(SweepFacts((SweepCurve(1e-4, (1.0, 0.5)), SweepCurve(1.0, (1.0, NAN))), 20, 64, 1e-4))
    assert legend(*rates) == "✗ last loss: no number at 1"


def test_a_piece_of_the_legend_is_not_broken_where_it_fits() -> None:
    shown = [Series(f"rate 1e-{n}", (1.0, 2.0)) for n in range(5)]
    lines = legend_lines(tuple(shown), True, 28)
    assert all(line.cell_length <= 28 for line in lines)
    assert [line.plain for line in lines] == [
        "⠤⠤ rate 1e-0   •• rate 1e-1",
        "xx rate 1e-2   ++ rate 1e-3",
        "oo rate 1e-4   log scale",
    ]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.06, 1.1, [0.1, 0.2, 0.5, 1.0]),
        (1e-9, 1e3, [1e-9, 1e-6, 1e-3, 1.0, 1e3]),
        (0.61, 0.7, [0.61, 0.7]),
        (2.0, 2.0, [2.0, 2.0]),
    ],
)
def test_a_logarithmic_axis_has_a_few_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert log_ticks([low, high]) == pytest.approx(ticks)


def test_a_plot_is_as_wide_as_numbers_are() -> None:
    [one] = drawable(
        (
            Series("a", (1.0, 1.7e308, -1.7e308, math.inf, 3.0), (1, 2, 3, 4, math.nan)),
            Series("b", (1.0, 2.0), (0, math.inf)),
        )
    )
    assert one.places == (1, 2, 3, 4)
    finite = [value for value in one.values if math.isfinite(value)]
    assert math.isfinite(max(finite) - min(finite))
    assert math.isinf(one.values[3])


def test_a_level_needs_a_number_and_some_length() -> None:
    assert level("chance", None, 60, "-") == level("chance", math.inf, 60, "-") == level("chance", 1.0, 1, "-") == ()


def test_the_overfit_curve_stands_beside_chance_and_target() -> None:
    view = View(BY_ID["overfit"], StageState("passed"), facts=facts())
    names = [each.name for each in series(view)]
    assert names == ["rate 0.001", "chance 0.6931", "target 0.1"]
    numbers = replace(view, facts=replace(facts(), overfit=OverfitFacts((3.0, 1.0), 0.1, 2, classification=False)))
    assert [each.name for each in series(numbers)] == ["rate 0.1", "target 0.1"]
    assert series(replace(view, facts=Facts())) == ()


def test_while_it_runs_the_lines_reach_to_its_last_step() -> None:
    view = View(
        BY_ID["overfit"], StageState("running"), facts=facts(), progress=Progress("overfit", 2, 60, "", (1.0, 0.5))
    )
    shown = series(view)
    assert [each.name for each in shown] == ["loss", "chance 0.6931", "target 0.1"]
    assert {each.places[-1] for each in shown[1:]} == {60}
    assert series(replace(view, progress=Progress("overfit", 1, 60, "", (1.0,)))) == ()


@EVERY_SIZE
async def test_the_curves_are_drawn_and_drawn_again(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("8", "end", *["pagedown"] * 3)
        assert "-----" in it.screen()
        assert "=====" in it.screen()
        assert "== target 0.1" in it.flat()
        await it.pilot.resize_terminal(size[0] + 20, size[1])
        await it.settle()
        await it.press("7", *["pagedown"] * 4)
        assert "step by step" in it.flat()
        assert "•• rate 5e-05" in it.flat()


async def test_the_rates_that_were_tried_are_points_on_their_curve(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await it.press("7")
        at = it.app.screen.query_one("#by-rate PlotextPlot").region
        rows = [row[at.x : at.right] for row in it.screen().split("\n")[at.y : at.bottom]]
        assert "".join(rows).count("o") == 2


async def test_values_that_have_no_logarithm_are_drawn_on_a_linear_axis(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await it.press("8")
        curve = it.app.screen.query_one("OverfitPage Curve", Curve)
        curve.show((Series("loss", (1.0, 0.0, -1.0)), Series(HOSTILE, (1.0, 1.0))))
        await it.pilot.pause()
        assert "log scale" not in it.flat()
        assert "\x1b" not in it.screen()
