"""Facts to lines, without an app."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tfwizard.casebook import Problem
from tfwizard.facts import Call, ErrorFacts, Frame, OverfitFacts, Place, ScriptFacts, Token
from tfwizard.language import use
from tfwizard.tui.lines import Lines, bar, clean, cut, facts_list, number, paragraph, table
from tfwizard.tui.screens.batch import batch_lines
from tfwizard.tui.screens.data import data_lines
from tfwizard.tui.screens.labels import labels_lines
from tfwizard.tui.screens.nan import nan_lines
from tfwizard.tui.screens.overfit import overfit_lines
from tfwizard.tui.screens.problem import evidence_text
from tfwizard.tui.screens.script import calls_lines, error_lines, outcome_lines
from tfwizard.tui.screens.tokens import tokens_content
from tfwizard.tui.signs import problem_words
from tfwizard.tui.widgets.curve import Series, drawable
from tfwizard.tui.widgets.script_pane import Mark, source_lines
from tfwizard.tui.widgets.status_line import Status, status_lines

from .fakes import HOSTILE, facts


@pytest.fixture
def french() -> Iterator[None]:
    use("fr")
    yield
    use("en")


def text(lines: Lines) -> str:
    return " ".join(" ".join(line.plain for line in lines).split())


def test_clean_keeps_words_and_drops_what_moves_the_cursor() -> None:
    assert clean(HOSTILE) == "[/device:GPU:0] oom [bold]x[/bold]  [@click=app.quit]y[/]"
    assert clean("a\nb\tc\u202e\x00") == "a b  c"


def test_cut_counts_cells_not_characters() -> None:
    assert cut("日本語テキスト", 7) == "日本語…"
    assert cut("short", 7) == "short"


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), (math.nan, "NaN"), (-math.inf, "-∞"), (3.0, "3"), (5e-05, "5e-05"), (0.69314718, "0.6931")],
)
def test_numbers_are_short_and_nan_has_its_name(value: float | None, words: str) -> None:
    assert number(value) == words


def test_a_bar_never_leaves_its_room() -> None:
    assert bar(2.0, 1.0, 10) == "█" * 10
    assert bar(math.nan, 1.0, 10) == ""
    assert bar(0.001, 1.0, 10) == "▏"


@pytest.mark.parametrize("width", [30, 57, 90])
def test_no_table_is_wider_than_its_room(width: int) -> None:
    lines = table(("name", "value"), [("n" * 60, "v" * 90), ("a", "b")], width)
    assert all(line.cell_length <= width for line in lines)


def test_tokens_tell_padding_and_special_tokens_apart_by_signs() -> None:
    tokens = (
        Token(1, "[CLS]", "special"),
        Token(2, "hi", "word"),
        Token(0, "[PAD]", "padding", True),
        Token(0, "[PAD]", "padding", True),
    )
    assert tokens_content(tokens).plain == "‹[CLS]› hi ░pad×2░"
    attended = (Token(0, "[PAD]", "padding", False),)
    assert "NOT MASKED" in tokens_content(attended).plain


def test_an_error_shows_the_useful_line_and_folds_the_libraries() -> None:
    own, library = Place("/a/train.py", 3, text="fit(x)"), Place("/lib/keras.py", 900)
    error = ErrorFacts(
        "ValueError", "long dump", "No gradients", own, (Frame(own, True), Frame(library, False), Frame(library, False))
    )
    assert text(error_lines(error, 60)) == "ValueError: No gradients train.py:3 fit(x) … 2 library frames"


def test_calls_tell_running_failed_and_returned_by_signs() -> None:
    calls = (Call(0, "a", seconds=1.0), Call(1, "b", failed=True, seconds=0.1), Call(2, "c"))
    assert [line.plain[0] for line in calls_lines(calls, None, 40)[1:]] == ["✓", "✗", "▶"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("died", "killed by SIGKILL"), ("no_training", "without training"), ("timed_out", "no training call")],
)
def test_every_end_of_the_script_has_its_words(outcome: str, words: str) -> None:
    assert words in text(outcome_lines(ScriptFacts(outcome, death="killed by SIGKILL"), 70))


def test_labels_in_both_places_are_named_twice() -> None:
    data = facts().data
    assert data
    assert "twice: beside the inputs, and inside them as labels" in text(
        data_lines(replace(data, labels_separate=True), 57)
    )


def test_a_batch_without_losses_still_says_what_it_knows() -> None:
    batch = facts().batch
    assert batch
    assert "(16,2), all finite" in text(batch_lines(replace(batch, losses=()), 57))


def test_rows_without_nan_say_so() -> None:
    nan = facts().nan
    assert nan
    assert text(nan_lines(replace(nan, rows=()), 57)).startswith("All 16 rows of the batch have a finite loss.")


def test_without_a_number_of_classes_no_label_is_called_right_or_wrong() -> None:
    labels = facts().labels
    assert labels
    shown = text(labels_lines(replace(labels, classes=None), 57))
    assert "✓" not in shown
    assert "no output" not in shown


def test_labels_that_the_overfit_batch_lacks_and_a_model_that_is_not_restored_are_said() -> None:
    shown = text(
        overfit_lines(OverfitFacts((1.0, 0.5), 0.1, 2, 16, labels=("0",), missing_labels=("2",), restored=False), 70)
    )
    assert "MISSING: 2" in shown
    assert "could not be restored" in shown


def test_evidence_is_text_whatever_it_is() -> None:
    assert evidence_text([0, 1, 2]) == "0, 1, 2"
    assert evidence_text({"a": HOSTILE})[:5] == '{"a":'
    assert evidence_text(None) == "none"
    assert len(evidence_text("x" * 9999)) < 410


def test_a_curve_needs_two_finite_points() -> None:
    assert drawable((Series("a", (1.0, math.nan)), Series("b", (1.0, math.nan, 2.0)))) == (
        Series("b", (1.0, math.nan, 2.0)),
    )


def test_the_source_keeps_its_line_numbers_and_shows_marks_below_their_lines() -> None:
    rows = [
        line.plain
        for line in source_lines("t.py", "a\nb" + "x" * 99 + "\nc\n", (Mark(2, "✗", "", "wrong"),), True, None, 40)
    ]
    assert [row[:6] for row in rows[1:]] == ["   1  ", "   2 ✗", "     └", "   3  "]
    assert all(len(row) <= 40 for row in rows)


def test_the_top_line_keeps_to_its_width_and_says_what_happens_now() -> None:
    [line] = status_lines(Status("a_rather_long_name_of_a_script.py", "running", "Dataset.map", 3, 2, seconds=7), 60)
    assert line.cell_length <= 60
    assert "▶ running 7 s" in line.plain
    assert "3 problems" in line.plain


def test_a_regression_is_told_apart_from_an_open_problem() -> None:
    problem = Problem("a", "a", "nan", "error", "t", regression=True)
    assert problem_words(problem) == "came back"


def test_a_table_without_room_for_its_columns_is_written_out_row_by_row() -> None:
    header = ("name", "value", "set", "usual", "line")
    rows = [
        ["learning_rate", ("0.001", "bold"), "BY NAME", "1e-5 to 1e-4", "train.py:15"],
        ["epochs", "1", "–", "–", ""],
    ]
    drawn = [line.plain for line in table(header, rows, 28)]
    assert " ".join(" ".join(drawn).split()) == (
        "learning_rate value 0.001, set BY NAME, usual 1e-5 to 1e-4, line train.py:15 epochs value 1"
    )
    assert all(len(row) <= 28 for row in drawn)
    assert len(table(header, rows, 60)) == 3


def test_names_that_would_be_cut_stand_before_their_values() -> None:
    rows = [("learning rate", "0.001 and what else there is to say of it"), ("loss", "mse")]
    narrow = [line.plain for line in facts_list(rows, 28)]
    assert narrow[0].startswith(" learning rate  0.001")
    assert all(len(row) <= 28 for row in narrow)
    assert [line.plain for line in facts_list(rows, 60)][1] == " loss           mse"


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize("width", range(12, 40))
def test_no_line_of_french_begins_with_a_sign_that_has_a_space_before_it(width: int) -> None:
    text = "Que voit-on ? « Rien » : 35 % des cas ; un autre !"
    for rows in (paragraph(text, width), facts_list([("a", text)], width + 4)):
        plain = [row.plain.removeprefix(" a").strip() for row in rows]
        assert " ".join(plain) == text
        assert not any(row[0] in "?:;!%»" or row.endswith("«") for row in plain)


def test_english_is_broken_at_every_space() -> None:
    assert [row.plain.strip() for row in paragraph("press f or ?", 10)] == ["press f or", "?"]


def test_a_long_name_beside_its_value_is_wrapped_and_not_cut() -> None:
    rows = [line.plain.rstrip() for line in facts_list([("the whole training set", "yes"), ("rows", "a " * 40)], 50)]
    assert rows[:2] == [" the whole training    yes", " set"]
    assert rows[2].startswith(" rows                  a a")
    assert not any("…" in row for row in rows)
