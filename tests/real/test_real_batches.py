"""What probes read from live models: the same with and without XLA, and nothing on sound scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from commands import Ran
from scripts import ONE_CLASS_SHORT, OWN_TRAIN_STEP

from tfwizard.session import Session

Check = Callable[..., Ran]


def test_a_sound_script_gives_no_error_and_no_warning(check: Check) -> None:
    """Of its own `train_step`; scripts with a plain `fit` are in test_real_state.py."""
    ran = check(OWN_TRAIN_STEP)
    assert ran.loud == set()
    assert (ran.code, ran.document["outcome"]) == (0, "held_at_fit")
    assert {one["id"]: one["status"] for one in ran.document["stages"]}["overfit"] == "passed"


@pytest.mark.parametrize("jit", [True, False])
async def test_the_rows_without_a_loss_are_those_whose_label_is_no_class(jit: bool, tmp_path: object) -> None:
    from pathlib import Path

    script = Path(str(tmp_path)) / "train.py"
    script.write_text(ONE_CLASS_SHORT.replace("{jit}", str(jit)))
    session = Session(script)
    try:
        await session.run()
        facts = session.run_state.facts
        assert facts.nan is not None
        assert facts.batch is not None
        outside = [row for row, label in enumerate(facts.batch.labels) if int(label) >= 4]
        assert outside
        assert [row.row for row in facts.nan.rows] == outside
        assert ("XLA" in facts.nan.how) is jit
        assert all((row.why is None) is jit for row in facts.nan.rows)
        finding = session.findings["num-labels-too-small"]
        assert finding.evidence["samples_of_the_batch_without_a_loss"] == outside
        assert "nan-loss" not in session.findings
    finally:
        await session.close()
