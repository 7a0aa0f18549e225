"""When one batch is run again on the CPU by itself: on a GPU, where something is wrong and nothing says what."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tfwizard.facts import BatchFacts, ErrorFacts, Facts, LibrariesFacts, ScriptFacts, StepFacts, TwinFacts
from tfwizard.findings import Finding
from tfwizard.session.twin import helps

NAN = BatchFacts((2, 3), 3, (1.0, math.nan))
SOUND = BatchFacts((2, 3), 3, (1.0, 1.1), step=StepFacts(True, 1.0, 1.0))
FAILS = BatchFacts((2, 3), 3, (1.0, 1.1), step=StepFacts(True, error=ErrorFacts("InternalError", "x", "x")))


def run(batch: BatchFacts | None, gpus: int | None = 1, **more: object) -> Facts:
    script = ScriptFacts("held_at_fit", libraries=LibrariesFacts(tensorflow_gpus=gpus))
    return replace(Facts(script=script, batch=batch), **more)  # type: ignore[arg-type]


def found(id: str, severity: str = "error") -> dict[str, Finding]:
    return {id: Finding(id, "nan", severity, "", "")}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        (run(NAN), {}),
        (run(NAN), found("nan-loss")),
        (run(NAN), found("inputs-not-scaled", "warning")),
        (run(FAILS), found("script-error")),
        (run(replace(SOUND, finite_logits=False)), {}),
    ],
)
def test_it_helps(facts: Facts, findings: dict[str, Finding]) -> None:
    assert helps(facts, findings)


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        (run(NAN, gpus=0), {}),  # this is the CPU
        (run(NAN, gpus=None), {}),
        (run(SOUND), {}),
        (run(None), {}),
        (run(NAN), found("num-labels-too-small")),
        (run(NAN, cpu_twin=TwinFacts()), {}),
        (Facts(batch=NAN), {}),
    ],
)
def test_it_would_only_cost_time(facts: Facts, findings: dict[str, Finding]) -> None:
    assert not helps(facts, findings)
