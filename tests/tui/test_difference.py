"""What differs between two texts, and its lines on the screen, without an app."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tfwizard.tui.difference import Side, hunks, marks, paired, scope_of
from tfwizard.tui.lines import Lines
from tfwizard.tui.screens.change import change_lines, folded, names_of, numbered

from .fakes import HOSTILE, SOURCE

NETWORK = """\
import keras


class Net(keras.Model):
    def call(self, x):
        if x is None:
            return 0
        return self.out(x)


def build():
    # the network, ready for fit
    model = Net()
    # a comment at the margin does not end the function
    model.compile(loss="mse", optimizer="adam")
    return model
"""


def plain(lines: Lines) -> list[str]:
    return [line.plain for line in lines]


def changed(old: str, new: str, width: int = 57) -> list[str]:
    return plain(change_lines({"/a/train.py": old}, {"/a/train.py": new}, width))


def test_a_hunk_is_what_changed_with_three_lines_around_it_and_says_where() -> None:
    hunk, other = hunks(NETWORK, NETWORK.replace("return 0", "return 1").replace("adam", "sgd"))
    assert (hunk.line, hunk.scope) == (7, "Net.call()")
    assert (other.line, other.scope) == (15, "build()")
    assert [pair.changed for pair in hunk.pairs] == [False, False, False, True, False]
    assert hunk.pairs[0].new
    assert hunk.pairs[0].new.number == 4


def test_equal_texts_have_no_hunk_whatever_their_line_ends() -> None:
    assert hunks(NETWORK, NETWORK) == ()
    assert hunks(NETWORK, NETWORK.replace("\n", "\r\n")) == ()
    assert hunks("a", "a\n") == ()


def test_lines_that_are_only_added_or_only_gone_stand_alone() -> None:
    (hunk,) = hunks("a\nb\n", "a\nnew\nb\n")
    assert [(pair.old and pair.old.text, pair.new and pair.new.text) for pair in hunk.pairs] == [
        ("a", "a"),
        (None, "new"),
        ("b", "b"),
    ]
    (hunk,) = hunks("a\nb\nc\n", "a\nc\n")
    assert hunk.line == 2
    (hunk,) = hunks("a\nb\n", "a\n")
    assert hunk.line == 2
    (hunk,) = hunks("", "a\n")
    assert hunk.pairs[0].old is None


def test_a_line_goes_beside_the_one_that_it_was() -> None:
    old = ["model = Net()", "model.compile(loss='mse')"]
    new = ["from keras import losses", "model = Net(3)", "model.compile(loss=losses.MeanSquaredError())"]
    assert paired(old, new) == [(None, 0), (0, 1), (1, 2)]
    assert paired(["a = 1"], []) == [(0, None)]
    assert paired([], []) == []


def test_many_lines_are_paired_in_their_order_without_comparing_each_with_each() -> None:
    old, new = [f"a{n}" for n in range(100)], [f"b{n}" for n in range(90)]
    assert paired(old, new)[:2] == [(0, 0), (1, 1)]
    assert paired(old, new)[-1] == (99, None)


def test_the_words_that_differ_within_a_line_are_marked() -> None:
    old, new = 'fit(columns=["input_ids", "label"], epochs=2)', 'fit(columns=["input_ids", "labels"], epochs=20)'
    of_old, of_new = marks(old, new)
    assert [old[start:end] for start, end in of_old] == ["label", "2"]
    assert [new[start:end] for start, end in of_new] == ["labels", "20"]
    assert marks("import os", "model.fit(x, y, epochs=3)") == ((), ())
    call = 'from_pretrained("checkpoint", num_labels=3)'
    assert [call[a:b] for a, b in marks('from_pretrained("checkpoint")', call)[1]] == [", num_labels=3"]


@pytest.mark.parametrize(
    ("at", "scope"), [(0, ""), (6, "Net.call()"), (4, "Net"), (3, ""), (13, "build()"), (99, "build()")]
)
def test_the_scope_is_the_function_that_a_line_is_in(at: int, scope: str) -> None:
    assert scope_of([*NETWORK.split("\n")[:-1], *["    pass"] * 90], at) == scope


def test_narrow_lines_come_below_each_other_with_numbers_and_signs() -> None:
    lines = changed(SOURCE, SOURCE.replace('("checkpoint")\nmodel.c', '("checkpoint", num_labels=3)\nmodel.c'))
    assert lines[0] == "train.py, line 14"
    at = next(n for n, line in enumerate(lines) if line.startswith(" 14 - model = TFAuto"))
    assert lines[at + 1] == '      from_pretrained("checkpoint")'
    assert lines[at + 2].startswith(" 14 + model = TFAuto")
    assert lines[at + 3] == '      from_pretrained("checkpoint", num_labels=3)'
    assert " 13   train = tokenized" in lines[at - 1]
    assert lines[at - 1].endswith("…")
    assert max(map(cell_len, lines)) <= 57


def test_wide_lines_stand_beside_each_other_in_their_columns() -> None:
    lines = changed(NETWORK, NETWORK.replace("model = Net()", "model = Net(3)\n    model.build()"), 118)
    row = next(line for line in lines if "Net()" in line)
    assert row.index("13 -     model = Net()") == 1
    assert row.index("│") == 58
    assert row.index("13 +     model = Net(3)") == 61
    added = next(line for line in lines if "model.build()" in line)
    assert not added[:58].strip()
    assert max(map(cell_len, lines)) <= 118


def test_gaps_say_where_they_go_on() -> None:
    lines = changed(NETWORK, NETWORK.replace("return 0", "return 1").replace("adam", "sgd"))
    assert lines[0] == "train.py, line 7, in Net.call()"
    assert "@@ line 15, in build()" in lines


def test_several_files_come_one_below_the_other_by_the_names_that_tell_them_apart() -> None:
    lines = plain(
        change_lines(
            {"/a/train.py": "x = 1\n", "/a/nets/net.py": "y = 1\n"},
            {"/a/train.py": "x = 2\n", "/a/nets/net.py": "y = 2\n"},
            57,
        )
    )
    assert [line for line in lines if line.endswith("line 1")] == ["train.py, line 1", "nets/net.py, line 1"]
    assert names_of(["/a/b/train.py"]) == {"/a/b/train.py": "train.py"}


def test_a_changed_part_is_marked_without_colour_too() -> None:
    lines = change_lines({"a.py": "f(1)\n"}, {"a.py": "f(2)\n"}, 57)
    (span,) = [span for span in lines[1].spans if "reverse" in str(span.style)]
    assert lines[1].plain[span.start : span.end] == "1"


@pytest.mark.parametrize("width", [40, 57, 118])
def test_hostile_and_wide_characters_stay_text_and_keep_their_column(width: int) -> None:
    text = f"print('{HOSTILE}', '{'漢字' * 40}')\n\tx = 1\n"
    lines = changed(text, text.replace("x = 1", "x = 2").replace("print", "log"), width)
    assert any("[bold]x[/bold]" in line for line in lines) or width < 50
    assert not any("\x1b" in line or "\t" in line for line in lines)
    assert max(map(cell_len, lines)) <= width


def test_a_long_line_is_folded_behind_a_sign_and_loses_nothing() -> None:
    source = 'train = tokenized["train"].to_tf_dataset(columns=["input_ids", "labels"], batch_size=16)'
    first, *rest = plain(numbered(Side(7, source), "+", "", 40, 3))
    assert first.startswith("  7 + train")
    assert all(line.startswith("      ") for line in rest)
    assert first[6:] + "".join(line[6:] for line in rest) == source
    from textual.content import Content

    assert "".join(plain(folded(Content("漢字" * 30), 11))) == "漢字" * 30
