"""The way through the model, to the first step that is not finite."""

from __future__ import annotations

import pytest

from tfwizard.facts import Facts, LayerPassed, LayersFacts, NanFacts, NanRow
from tfwizard.tui.screens.path import layer_states, path_lines, steps_of

from .conftest import EVERY_SIZE, Open
from .fakes import HOSTILE

FINITE = NanFacts(of=16)
BAD_ROWS = (NanRow(1, "2"), NanRow(3, "2"))


def passed(*values: tuple[int, int]) -> tuple[LayerPassed, ...]:
    return tuple(LayerPassed(f"layer_{n}", "Dense", 0, nan, infinite) for n, (nan, infinite) in enumerate(values))


def text(facts: Facts, width: int = 57) -> list[str]:
    return [line.plain.rstrip() for line in path_lines(facts, width)]


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([(0, 0), (3, 0), (4, 0), (0, 0)], ["fine", "first", "after", "fine"]),
        ([(0, 0), (0, 5), (0, 0), (2, 0)], ["fine", "meant", "fine", "first"]),
        ([(0, 0), (0, 5), (0, 1)], ["fine", "first", "after"]),
        ([(0, 0)], ["fine"]),
    ],
)
def test_nan_begins_at_the_first_layer_with_it_and_infinity_counts_where_there_is_no_nan(
    values: list[tuple[int, int]], states: list[str]
) -> None:
    assert layer_states(passed(*values)) == states


def test_a_loss_that_fails_on_finite_logits_is_the_first() -> None:
    shown = text(Facts(layers=LayersFacts(path=passed((0, 0), (0, 0))), nan=NanFacts(BAD_ROWS, 16)))
    assert shown[1].startswith(" ✓ inputs")
    assert any(line.startswith(" ✓ logits") for line in shown)
    assert "✗ loss the first that is not finite: 2 of 16 rows" in " ".join(" ".join(shown).split())


def test_what_follows_the_first_is_not_called_the_first() -> None:
    broken = NanFacts(BAD_ROWS, 16, inputs_finite=False, logits_finite=False)
    steps = steps_of(LayersFacts(path=passed((0, 0), (9, 0))), broken)
    assert [step.state for step in steps] == ["first", "fine", "after", "after", "after"]


def test_layers_that_are_alike_are_folded_and_counted() -> None:
    shown = text(Facts(layers=LayersFacts(path=passed(*[(0, 0)] * 50, (1, 0), *[(1, 0)] * 30))))
    assert "   … 46 more layers, all finite".strip() in [line.strip() for line in shown]
    assert "… 26 more layers, none of them finite" in [line.strip() for line in shown]
    assert len(shown) < 16
    assert sum("✗" in line for line in shown) == 1


def test_the_way_of_another_batch_does_not_end_in_the_losses_of_the_first() -> None:
    facts = Facts(layers=LayersFacts(path=passed((0, 0), (1, 0)), path_batch=3), nan=FINITE)
    assert text(facts)[0] == "The way of batch 4 through the model"
    assert not any("loss" in line for line in text(facts))


def test_without_a_way_there_is_nothing() -> None:
    assert path_lines(Facts(), 57) == path_lines(Facts(layers=LayersFacts()), 57) == []


@pytest.mark.parametrize("width", [28, 57, 110])
def test_the_way_keeps_to_its_width(width: int) -> None:
    hostile = LayerPassed(HOSTILE * 3, HOSTILE, 0, 1)
    lines = path_lines(Facts(layers=LayersFacts(path=(*passed((0, 0)), hostile)), nan=FINITE), width)
    assert all(line.cell_length <= width for line in lines)
    assert "\x1b" not in "".join(line.plain for line in lines)


@EVERY_SIZE
async def test_the_nan_page_shows_the_way(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("5")
        seen = it.flat()
        for _ in range(3):
            await it.press("pagedown")
            seen += it.flat()
        for words in ("✓ inputs", "more layers, all finite", "✗ scores (Log)", "↓ softmax"):
            assert words in seen
