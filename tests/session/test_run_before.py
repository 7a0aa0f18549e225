"""What the run before was trained with stays known, so that what changed can be shown."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tfwizard.facts import Facts, HyperparametersFacts
from tfwizard.session import RunState, Session


def test_a_run_that_did_not_come_to_its_hyperparameters_does_not_count(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("pass\n")
    session = Session(script)
    first = Facts(hyperparameters=HyperparametersFacts(learning_rate=0.1))
    session.show_run(RunState(1, facts=first))
    assert session.facts_before.hyperparameters is None
    session.show_run(RunState(2))
    assert session.facts_before is first
    session.show_run(RunState(3, facts=Facts(hyperparameters=HyperparametersFacts(learning_rate=0.2))))
    assert session.facts_before is first
    asyncio.run(session.close())
