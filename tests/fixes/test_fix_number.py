"""Another number in a remedy: in its title and its edits, and nowhere else."""

from __future__ import annotations

import pytest

from tfwizard.facts import Place
from tfwizard.findings import Number, Remedy
from tfwizard.fixes import CannotEdit
from tfwizard.fixes.number import with_number
from tfwizard.source_edits import ChainMethod, SetArgument

AT = Place("train.py", 3)
RATE = Remedy(
    "Set the learning rate to 5e-5",
    (SetArgument("compile", AT, "optimizer", "Adam(5e-5, epsilon=1.5e-5)", ("from keras.optimizers import Adam",)),),
    "The lowest.",
    Number("learning rate", "5e-5", "1e-5 to 1e-4"),
)
BUFFER = Remedy("Shuffle", (ChainMethod("batch", AT, "shuffle(600)"),), "", Number("buffer", "600"))


def test_the_number_is_changed_in_title_and_edits_and_nothing_that_only_looks_like_it() -> None:
    other = with_number(RATE, " 2e-5 ")
    assert other.title == "Set the learning rate to 2e-5"
    assert other.edits == (
        SetArgument("compile", AT, "optimizer", "Adam(2e-5, epsilon=1.5e-5)", ("from keras.optimizers import Adam",)),
    )
    assert other.number == Number("learning rate", "2e-5", "1e-5 to 1e-4")
    assert with_number(other, "3e-5").title == "Set the learning rate to 3e-5"
    assert with_number(BUFFER, "50").edits == (ChainMethod("batch", AT, "shuffle(50)"),)


@pytest.mark.parametrize(
    "text", ["", "fast", "0", "-1e-5", "nan", "inf", "1e-5); import os; (", "1e-5 # x", "0x1", "1_0e-5j"]
)
def test_what_is_no_positive_number_is_refused_with_words(text: str) -> None:
    with pytest.raises(CannotEdit, match="learning rate"):
        with_number(RATE, text)


@pytest.mark.parametrize("text", ["2.5", "1e3", "many"])
def test_a_whole_number_stays_whole(text: str) -> None:
    with pytest.raises(CannotEdit, match="whole"):
        with_number(BUFFER, text)


def test_a_remedy_without_a_number_says_so() -> None:
    with pytest.raises(CannotEdit, match="no number"):
        with_number(Remedy("Add the mask", ()), "3")
