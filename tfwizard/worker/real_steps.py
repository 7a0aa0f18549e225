"""Real training steps with another batch size, in a run that is thrown away afterwards: nothing is put back."""

from __future__ import annotations

from typing import Any

from tfwizard.worker.batches import Batch
from tfwizard.worker.case import Case
from tfwizard.worker.rehearsal import ONE_STEP
from tfwizard.worker.training_step import training_step


def train(case: Case, rows: int, steps: int) -> None:
    """Let the script's own training call train with batches of so many rows; raises what that raises."""
    held = case.held
    if case.custom_loop or held is None or not held.facts.name.endswith(".fit"):
        with training_step(case) as (step, _):
            for _ in range(steps):
                step(of_size(case.tf, case.batch, rows))
        return
    arguments = dict(list(held.bound.items())[1:])
    arguments = {name: ONE_STEP.get(name, value) for name, value in arguments.items() if name in held.explicit}
    arguments.update(epochs=1, verbose=0, steps_per_epoch=steps)
    if case.source.kind == "arrays":
        total = (case.source.count or 1) * case.batch.rows()
        arguments.update(batch_size=rows, steps_per_epoch=max(1, min(steps, total // rows)))
    else:
        element = of_size(case.tf, case.batch, rows).element()
        arguments.update(x=case.tf.data.Dataset.from_tensors(element).repeat(steps), y=None)
        arguments.pop("sample_weight", None)
        arguments.pop("batch_size", None)
    held.owner.fit(**arguments)


def of_size(tf: Any, batch: Batch, rows: int) -> Batch:
    """A batch of so many rows: the first ones, and again from the beginning where there are not enough."""
    return batch.take(tf, [row % batch.rows() for row in range(rows)])
