"""Which call of the script sets the batch size."""

from __future__ import annotations

from typing import Any

from tfwizard.worker.case import Case


def batch_call(case: Case) -> tuple[str, Any]:
    """The call that decides on the batch size, and its line; "" and None where that is not certain."""
    held = case.held
    if held is None or case.custom_loop:
        return "", None
    if case.source.kind == "arrays":
        return ("", None) if held.facts.name.endswith("train_on_batch") else ("fit", held.facts.where)
    if case.source.pipeline is not None:
        call = case.source.pipeline
        return call.facts.name.rsplit(".", 1)[-1], call.facts.where
    calls = [
        one for one in case.recorder.named("tf.data.Dataset.batch") if one.bound.get("batch_size") == case.batch.rows()
    ]
    return ("batch", calls[0].facts.where) if len(calls) == 1 else ("", None)
