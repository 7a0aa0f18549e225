"""One batch by TensorFlow's plain operations: where a GPU or XLA gives NaN without a word, these say what is wrong."""

from __future__ import annotations

import contextlib
import math
from typing import Any, Iterator

from tfwizard.facts import NanRow, TwinFacts
from tfwizard.language import _
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.probes.batch import label_text, rehearse, rows_alone


def probe(case: Case, report: Any) -> TwinFacts:
    """The model, the loss of each sample, and the model's own step. It is meant for a process that sees no GPU."""
    try:
        return _twin(case)
    except Blocked as blocked:
        return TwinFacts(why=blocked.why)


def _twin(case: Case) -> TwinFacts:
    batch, model = case.batch, case.model
    rows = batch.rows()
    with _plain_operations(case.tf):
        try:
            output = model.predictions(batch.x)
        except Exception as error:
            return TwinFacts(of=rows, error=error_facts(error))
        step = rehearse(case, list(range(rows)))
        labels = model.labels_of(batch)
        outputs = leaves(output)
        if labels is None or (isinstance(labels, dict) and (len(outputs) == 1 or model.transformers)):
            if step is None:
                raise Blocked(_("Without single labels there is no loss per sample."), "data")
            return TwinFacts(of=rows, step=step)
        losses, raised = rows_alone(case, labels, output, rows)
    bad = [row for row, loss in enumerate(losses) if not math.isfinite(loss)]
    return TwinFacts(tuple(NanRow(row, label_text(labels, row), raised[row]) for row in bad), rows, None, step)


@contextlib.contextmanager
def _plain_operations(tf: Any) -> Iterator[None]:
    """Run what is inside of a tf.function step by step, so that `jit_compile=True` has nothing to compile."""
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)
