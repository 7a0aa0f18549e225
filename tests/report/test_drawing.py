"""Curves of any losses there are can be drawn."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree

import pytest

from tfwizard.report.contents import Curves, Line
from tfwizard.report.drawing import curves_svg

LOSSES = (5e-324, 1e-300, 2e-9, 0.7, 3e12, 1e300, 1.7e308)


@pytest.mark.parametrize("losses", itertools.combinations_with_replacement((*LOSSES, -1e20, 9.3e17), 2), ids=str)
def test_losses_at_the_ends_of_what_a_number_holds(losses: tuple[float, float]) -> None:
    drawn = curves_svg(Curves("losses", "Losses", "step", "loss", (Line("run", tuple(enumerate(losses))),)))
    root = ElementTree.fromstring(drawn)
    assert any("line" in each.get("class", "") for each in root.iter("path"))
    assert "nan" not in drawn
    assert "inf" not in drawn
