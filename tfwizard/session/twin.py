"""One batch again in a process that sees no GPU: a CPU says in words what a GPU answers with NaN, or not at all."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tfwizard.casebook import StageStatus
from tfwizard.facts import Facts, TwinFacts
from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.runner.standby import Opening
from tfwizard.session.absorb import RunRecord
from tfwizard.session.examiner import Examined, Examiner
from tfwizard.session.plain import RunState

#: What hides every GPU from CUDA.
ON_CPU = {"CUDA_VISIBLE_DEVICES": "-1"}
#: Seconds for the batch.
BUDGET_S = 60.0


async def on_the_cpu(examiner: Examiner, opening: Opening, overlay: dict[str, str], record: RunRecord) -> TwinFacts:
    """Bring the script to its training call in a throw-away worker of `examiner`, and run one batch there."""
    lacking: list[str] = []

    def moved(stage: str, status: StageStatus, why: str) -> None:
        if status == "blocked":
            lacking.append(why)

    run = Examined(RunState(0), record, moved, [("cpu_twin", "nan", BUDGET_S)])
    try:
        await examiner.script(run, opening, overlay)
        while run.waiting:
            await examiner.section(run)
    finally:
        await examiner.end()
        record.drop()
    facts = run.state.facts
    if facts.cpu_twin is not None:
        return facts.cpu_twin
    if facts.script is not None and facts.script.error is not None:  # on the CPU it did not even come to its training
        return TwinFacts(error=facts.script.error)
    return TwinFacts(why=lacking[0] if lacking else _("nothing came of it"))


def helps(facts: Facts, findings: Mapping[str, Finding]) -> bool:
    """Whether a run on the CPU is worth its time: on a GPU something fails or is no number, and nothing says why."""
    libraries = facts.script.libraries if facts.script else None
    batch = facts.batch
    if libraries is None or not libraries.tensorflow_gpus or batch is None or facts.cpu_twin is not None:
        return False
    silent = not all(math.isfinite(loss) for loss in batch.losses) or not batch.finite_logits
    failed = batch.error is not None or (batch.step is not None and batch.step.error is not None)
    symptoms = ("nan-loss", "script-error")
    return (silent or failed) and not any(
        one.severity == "error" and one.id not in symptoms for one in findings.values()
    )
