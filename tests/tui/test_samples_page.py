"""Decoded samples: the kinds of tokens, the losses, the worst of them, and the histogram of the labels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tfwizard.facts import BatchFacts, LabelsFacts, Sample, Token
from tfwizard.tui.screens.histogram import histogram_lines
from tfwizard.tui.screens.tokens import legend, tokens_content
from tfwizard.tui.screens.worst import losses_of, worst_first
from tfwizard.tui.widgets.bars import CHANCE, MAJORITY, marked_bar
from tfwizard.worker.probes.samples import with_pieces

from .conftest import EVERY_SIZE, Open
from .fakes import HOSTILE, NAN, FakeSession, facts

WORD, PIECE = "word", "piece"


def flat(lines: list) -> str:  # type: ignore[type-arg]
    return " ".join(" ".join(line.plain for line in lines).split())


@pytest.mark.parametrize(
    ("texts", "kinds", "expected"),
    [
        (["play", "##ing", "##s", "a"], [WORD] * 4, [WORD, PIECE, PIECE, WORD]),
        (["▁play", "ing", "▁a"], [WORD] * 3, [WORD, PIECE, WORD]),
        (["play", "ing", "Ġa"], [WORD] * 3, [WORD, PIECE, WORD]),
        (["[CLS]", "a", "b"], ["special", WORD, WORD], ["special", WORD, WORD]),
        (["[CLS]", "##ing"], ["special", WORD], ["special", WORD]),
        ([], [], []),
    ],
)
def test_a_piece_is_what_goes_on_a_word(texts: list[str], kinds: list[str], expected: list[str]) -> None:
    assert with_pieces(texts, kinds) == expected


def test_every_kind_of_token_has_marks_and_a_style_of_its_own() -> None:
    tokens = (Token(1, "[CLS]", "special"), Token(2, "▁play", WORD), Token(3, "##ing", PIECE), Token(4, "[UNK]", "unknown"),
              Token(0, "[PAD]", "padding", True))  # fmt: skip
    shown = tokens_content(tokens)
    assert shown.plain == "‹[CLS]› play +ing ?[UNK]? ░pad×1░"
    assert len({span.style for span in shown.spans}) == 4
    assert legend(tokens).plain == "‹special›  ?unknown word?  +piece of a word  ░padding×count░"
    assert legend(tokens[1:2]).plain == ""


def test_losses_that_are_not_finite_come_first_then_the_largest() -> None:
    samples = tuple(Sample(n) for n in range(4))
    losses = losses_of(BatchFacts(losses=(0.5, 2.0, NAN, 0.1), raised=(False, False, False, True)))
    assert losses is not None
    assert worst_first(samples, losses) == [2, 3, 1, 0]
    assert worst_first((Sample(7),), losses) == []
    assert losses_of(BatchFacts()) is None


@EVERY_SIZE
async def test_j_goes_from_the_worst_sample_to_the_next_worst(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("3", "j")
        assert "Sample 2 of 16" in it.flat()
        assert "✗ refused by TensorFlow" in it.flat()
        await it.press("j", "j", "j", "j")
        assert "Sample 15 of 16" in it.flat()
        await it.press("j")
        assert "Sample 16 of 16" in it.flat()
        assert "0.81, rank 6 of 16 from the worst" in it.flat()
        await it.press("right", "right", "j")  # from wherever one has turned to, to the worst again
        assert "Sample 2 of 16" in it.flat()


async def test_without_losses_there_is_no_worst_sample(wizard: Open) -> None:
    session = FakeSession()
    session._facts = replace(session._facts, batch=None)
    async with wizard((140, 45), session) as it:
        await it.press("3")
        assert "Worst" not in it.footer()
        assert "worst loss" not in it.flat()
        await it.press("j")
        assert "Sample 1 of 16" in it.flat()


@pytest.mark.parametrize("width", [28, 57, 110])
def test_the_histogram_has_the_lines_of_chance_and_of_the_majority(width: int) -> None:
    labels = LabelsFacts("labels", "x", "integer", {"0": 600, "1": 300, "2": 100}, 1000, 1000, True, dataset_names=("yes", "no", HOSTILE))  # fmt: skip
    lines = histogram_lines(labels, width)
    assert all(line.cell_length <= width for line in lines)
    bars = [line.plain for line in lines if " %  " in line.plain]
    assert len(bars) == 3
    assert len({bar.rstrip().rindex(MAJORITY) for bar in bars}) == 1
    assert len({bar.index(CHANCE) for bar in bars}) == 1
    text = flat(lines)
    assert "┊ always answering 0 yes is right in 60 %" in text
    assert "│ guessing among 3 classes in 33 %" in text
    assert "\x1b" not in text


def test_the_histogram_says_how_many_labels_it_leaves_out() -> None:
    counts = {str(n): 5 for n in range(60)}
    assert "… 20 more labels" in flat(histogram_lines(LabelsFacts("l", "x", "integer", counts, 300), 60))


def test_numbers_have_no_chance() -> None:
    text = flat(histogram_lines(LabelsFacts("l", "x", "float", {"0.5": 3, "1.5": 3}, 6), 60))
    assert "guessing" not in text
    assert "Labels (first 6 rows)" in text


def test_a_mark_stands_where_its_value_does() -> None:
    assert marked_bar(5, 10, 11, [(2, "|")]) == "██|██      "
    assert marked_bar(5, 10, 11, [(8, "|")]) == "█████   |  "
    assert marked_bar(10, 10, 11, [(10, "|")]) == "██████████|"
    assert marked_bar(5, 10, 11, [(NAN, "|"), (20, "|")]) == "█████      "


def test_the_losses_of_the_fake_batch_are_those_of_its_samples() -> None:
    shown = facts()
    assert shown.samples
    losses = losses_of(shown.batch)
    assert losses
    assert len(worst_first(shown.samples.samples, losses)) == 16
