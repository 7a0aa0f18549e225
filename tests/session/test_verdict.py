"""The judgement on an edit, from the examinations before and after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tfwizard.findings import Finding
from tfwizard.session.verdict import After, Before, judge

BEFORE = Before(
    key="num-labels-too-small",
    id="num-labels-too-small",
    stage="labels",
    passed=frozenset({"no-collator", "two-kerases"}),
    resolved=frozenset({"column-not-found:labels"}),
    known=frozenset({"num-labels-too-small", "column-not-found:labels"}),
    held=True,
)
ALL = frozenset({"no-collator", "two-kerases", "num-labels-too-small"})


def after(*found: Finding, decided: frozenset[str] = ALL, held: bool = True, final: bool = False) -> After:
    undecided = {"num-labels-too-small": "no batch"} if "num-labels-too-small" not in decided else {}
    return After({one.key: one for one in found}, decided, undecided, held, final)


def finding(id: str, severity: str = "error", subject: str = "", stage: str = "labels") -> Finding:
    return Finding(id, stage, severity, f"title of {id}", "", subject=subject)  # type: ignore[arg-type]


def test_gone_and_all_that_had_passed_passes_again() -> None:
    verdict = judge(BEFORE, after(finding("learning-rate-too-high")))
    assert verdict is not None
    assert verdict.verified
    assert verdict.appeared == ("learning-rate-too-high",)


def test_not_certain_while_something_that_had_passed_is_still_to_be_examined() -> None:
    some = after(decided=ALL - {"two-kerases"})
    assert judge(BEFORE, some) is None
    verdict = judge(BEFORE, replace(some, final=True))
    assert verdict is not None
    assert verdict.verified  # it cannot be examined any more, and that is no failure of its own


def test_still_there_is_certain_at_once() -> None:
    verdict = judge(
        BEFORE,
        after(finding("num-labels-too-small"), decided=frozenset()),
    )
    assert verdict is not None
    assert (verdict.verified, verdict.why) == (False, "The problem is still there.")


def test_what_was_resolved_comes_back_as_a_regression() -> None:
    back = finding("column-not-found", subject="labels")
    verdict = judge(BEFORE, after(back))
    assert verdict is not None
    assert not verdict.verified
    assert verdict.regressions == ("column-not-found:labels",)


def test_what_had_passed_and_fails_now_is_a_regression_advice_aside() -> None:
    verdict = judge(BEFORE, after(finding("no-collator")))
    assert verdict is not None
    assert not verdict.verified
    assert verdict.regressions == ("no-collator",)
    assert "title of no-collator" in verdict.why
    advice = judge(BEFORE, after(finding("no-collator", "advice")))
    assert advice is not None
    assert advice.verified


@pytest.mark.parametrize(
    ("severity", "stage", "broken"),
    [
        ("error", "hyperparameters", True),
        ("warning", "labels", True),
        ("warning", "data", True),
        ("warning", "hyperparameters", False),
    ],
)
def test_a_warning_of_a_later_stage_may_have_been_hidden(severity: str, stage: str, broken: bool) -> None:
    verdict = judge(BEFORE, after(finding("two-kerases", severity, stage=stage)))
    assert verdict is not None
    assert verdict.verified is not broken
    assert verdict.appeared == ("two-kerases",)


def test_a_copy_that_does_not_get_far_enough_proves_nothing() -> None:
    verdict = judge(BEFORE, after(decided=frozenset(), final=True))
    assert verdict is not None
    assert not verdict.verified
    assert "no batch" in verdict.why


def test_the_next_error_of_a_script_that_failed_before_is_no_fault_of_the_edit() -> None:
    error = finding("script-error")
    failing = replace(BEFORE, held=False)
    behind = judge(failing, after(error, held=False))
    assert behind is not None
    assert behind.verified
    broken = judge(BEFORE, after(error, held=False))
    assert broken is not None
    assert not broken.verified
    assert broken.regressions == ("script-error",)
    step = after(error)  # the training call, held as before, fails when it is tried
    assert (found := judge(replace(BEFORE, failing=True), step)) is not None
    assert found.verified
    assert (found := judge(BEFORE, step)) is not None
    assert found.regressions == ("script-error",)
