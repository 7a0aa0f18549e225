"""What may be compared, and when that is too early."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tfwizard.casebook import Casebook
from tfwizard.facts import BaselineFacts, Environment, Facts, OutputBaseline, OverfitFacts, ScriptFacts, SweepCurve
from tfwizard.session.comparing import BadSetting, Setting, read_settings, why_too_early

LEARNED = OverfitFacts((1.1, 0.5, 0.02), 1e-3, 60, 16, loaded_from="checkpoint")
STAYS = replace(LEARNED, losses=(1.1, 1.0, 0.99))
BASELINE = BaselineFacts((OutputBaseline("", "training", "classes", 100, True),), 1.0986)
HELD = ScriptFacts("held_at_fit", "train.py", (), None, None, Environment(), 1.0)
READY = Facts(script=HELD, overfit=LEARNED, baseline=BASELINE)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("learning_rate=1e-5,5e-5,1e-3", Setting("learning_rate", ("1e-5", "5e-5", "1e-3"))),
        ("lr=1e-4, 1e-3", Setting("learning_rate", ("1e-4", "1e-3"))),
        ("seed=0,1,2", Setting("seed", ("0", "1", "2"))),
        ("batch_size=8,32", Setting("batch_size", ("8", "32"))),
        ("weight_decay=0,0.01", Setting("weight_decay", ("0", "0.01"))),
    ],
)
def test_a_setting_is_read(text: str, setting: Setting) -> None:
    assert read_settings([text]) == setting


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["learning_rate=1e-5,1e-4", "batch_size=8,16"], "one at a time"),
        (["learning_rate=1e-5"], "Two values"),
        (["learning_rate=1e-5,0.00001"], "same value"),
        (["learning_rate=0,1"], "above 0"),
        (["learning_rate=fast,slow"], "no number"),
        (["batch_size=8.5,16"], "whole number"),
        (["dropout=0.1,1"], "below 1"),
        (["optimizer=adam,sgd"], "learning rate of its own"),
        (["1e-5,1e-4"], "NAME=VALUE"),
    ],
)
def test_what_cannot_be_compared_is_said_with_what_can(texts: list[str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        read_settings(texts)


def open_error(severity: str = "error") -> Casebook:
    book = Casebook()
    finding = {"id": "nan-loss", "stage": "nan", "severity": severity, "title": "t", "where": None, "evidence": {}}
    book.start_run("")
    book.examined({"nan-loss": finding}, ())
    return book


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (replace(READY, overfit=None), "has not run"),
        (replace(READY, overfit=STAYS), "one batch is not learned"),
        (replace(READY, overfit=replace(STAYS, stopped="stopped by you")), "not finished"),
        (replace(READY, baseline=None), "no trivial baseline"),
        (replace(READY, script=None), "training call"),
    ],
)
def test_too_early_says_why(facts: Facts, words: str) -> None:
    assert words in (why_too_early(Casebook(), facts, {}) or "")


def test_an_open_error_comes_first_and_a_warning_does_not() -> None:
    assert "nan-loss" in (why_too_early(open_error(), READY, {}) or "")
    assert why_too_early(open_error("warning"), READY, {}) is None


@pytest.mark.parametrize(
    "overfit",
    [
        LEARNED,
        replace(STAYS, retried=(SweepCurve(1e-4, (1.1, 0.01)),)),  # another rate learns it: the rate is what to compare
        replace(STAYS, losses=(1.1, 0.5, 0.45), loaded_from=None),  # random weights need not learn by heart
        replace(STAYS, classification=False),
    ],
)
def test_a_model_that_learns_may_be_tuned(overfit: OverfitFacts) -> None:
    assert why_too_early(Casebook(), replace(READY, overfit=overfit), {}) is None


@pytest.mark.parametrize("lacking", [{}, {"baseline": "ValueError: no such axis"}, {"baseline": "It failed."}])
def test_what_is_lacking_is_a_sentence_of_its_own(lacking: dict[str, str]) -> None:
    why = why_too_early(Casebook(), replace(READY, baseline=None), lacking) or ""
    assert ". Without one a loss says nothing." in why
    assert ".." not in why
    without = why_too_early(Casebook(), replace(READY, overfit=None), {"overfit": "ValueError: no such axis"}) or ""
    assert "axis. A model" in without
