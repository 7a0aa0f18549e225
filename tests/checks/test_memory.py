"""Whether the training fits: each way to know that it does not, and what is no proof."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_facts import SOUND, at

from tfwizard.checks.memory import rate_words
from tfwizard.checks.rules import examine
from tfwizard.facts import DeviceFacts, ErrorFacts, Facts, FittingFacts, ScriptFacts, SizeTried, TensorNeed
from tfwizard.findings import Finding
from tfwizard.session.fitting import is_too_large
from tfwizard.source_edits import SetArgument

OOM = ErrorFacts("ResourceExhaustedError", "", "OOM when allocating tensor", bases=("OpError",))
NONE_FREE = "it would take more than is free now"


def changed(**memory: object) -> Facts:
    assert SOUND.memory
    return replace(SOUND, memory=replace(SOUND.memory, **memory))  # type: ignore[arg-type]


def searched(*tried: SizeTried, **more: object) -> FittingFacts:
    largest = max((one.rows for one in tried if one.fits), default=None)
    return FittingFacts(64, tried, largest, optimizer="SGD", function="fit", batch_where=at(24), **more)  # type: ignore[arg-type]


def only(facts: Facts) -> Finding:
    (one,) = examine(facts).findings
    assert one.id == "out-of-memory"
    return one


def test_allocation_that_failed_gets_the_batch_size_that_was_seen_to_train() -> None:
    facts = replace(
        changed(rows=64, error=OOM, untried="an allocation failed"),
        fitting=searched(SizeTried(64, False), SizeTried(16, True)),
    )
    one = only(facts)
    assert one.remedies[0].edits == (SetArgument("to_tf_dataset", at(13), "batch_size", "16"),)
    assert one.severity == "error" and one.stage == "memory" and one.explains_failure
    assert "An epoch has 4 times as many steps" in one.remedies[0].consequence


def test_without_a_search_the_estimate_proposes() -> None:
    one = only(changed(error=OOM, untried="an allocation failed", fitting=4))
    assert one.advice == "A batch size of 4 should fit." and one.remedies


def test_more_than_the_device_by_far_needs_no_try() -> None:
    tensor = TensorNeed((65536, 65536), 17_179_869_184, "MatMul", 2.0)
    one = only(changed(largest=tensor, untried="the model alone does not fit with this batch"))
    assert "17.2 GB (65536×65536)" in one.title
    assert only(changed(peak=40_000_000_000, untried=NONE_FREE)).title.startswith(
        "A batch of 16 samples needs about 40 GB"
    )


def test_little_that_is_free_just_now_is_no_proof() -> None:
    device = DeviceFacts("CPU", 16_000_000_000, 1_000_000_000, "main memory")
    facts = changed(device=device, untried=NONE_FREE)
    examination = examine(facts)
    assert not examination.findings and "out-of-memory" in examination.undecided
    assert is_too_large(facts, "")  # so it is tried in a run of its own
    assert not examine(replace(facts, fitting=searched(SizeTried(64, True)))).findings


def test_death_in_a_run_of_its_own_counts_and_another_failure_alone_does_not() -> None:
    died = SizeTried(64, False, "The worker is gone: killed by SIGABRT: native code gave up", lacked=True)
    assert only(replace(SOUND, memory=None, fitting=searched(died))).remedies == ()
    odd = SizeTried(64, False, "InvalidArgumentError: …")
    assert not examine(replace(SOUND, memory=None, fitting=searched(odd))).findings
    assert only(replace(SOUND, memory=None, fitting=searched(odd, SizeTried(8, True)))).remedies


def test_script_that_the_system_ended_says_what_was_known() -> None:
    assert SOUND.script
    script = ScriptFacts("died", "/home/u/train.py", SOUND.script.calls[:2], exit_code=-9, death="killed by SIGKILL",
                         out_of_memory="the system ended the process because memory ran out")  # fmt: skip
    one = only(Facts(script=script))
    assert (
        one.title
        == "The memory did not suffice in model.from_pretrained: the system ended the process because memory ran out"
    )
    (other,) = examine(Facts(script=replace(script, out_of_memory=""))).findings
    assert other.id == "script-error"


def test_no_search_without_a_reason() -> None:
    assert not is_too_large(SOUND, "")
    assert is_too_large(SOUND, "SIGABRT after “std::bad_alloc”")
    assert not is_too_large(replace(SOUND, script=replace(SOUND.script, outcome="failed")), "SIGABRT")  # type: ignore[type-var]


@pytest.mark.parametrize(("optimizer", "words"), [("SGD", "times 0.25"), ("Adam", "times 0.5 (the square root)")])
def test_rate_that_goes_with_the_size(optimizer: str, words: str) -> None:
    assert words in rate_words(4, 16, optimizer)


def test_a_script_whose_batch_ended_it_while_it_was_examined_gets_the_size_that_trains() -> None:
    assert SOUND.script
    script = replace(SOUND.script, death="killed by SIGKILL", died_in="batch", out_of_memory="memory ran out")
    fitting = searched(SizeTried(64, False), SizeTried(16, True))
    one = only(replace(SOUND, script=script, memory=None, fitting=fitting))
    assert one.evidence["fitting_batch_size"] == 16
    assert one.remedies
    assert only(replace(SOUND, script=script, memory=None)).explains_failure
