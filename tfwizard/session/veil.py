"""Facts without their verdicts: what a learner sees while something is still a question.

What was measured stays (shapes, values, counts, losses, labels): that is how one finds a fault. What a probe concluded from it goes,
and so does what was only measured because of a fault.
"""

from __future__ import annotations

from dataclasses import replace

from tfwizard.facts import (
    BatchFacts,
    DataFacts,
    Facts,
    HeadsFacts,
    LayersFacts,
    LengthFacts,
    LoopFacts,
    NanFacts,
    OutputFacts,
    RatesFacts,
    ScanFacts,
    ScheduleFacts,
    TextFacts,
    TrainingFacts,
    WordsFacts,
)
from tfwizard.language import _


def veiled(facts: Facts) -> Facts:
    """The same facts, without verdicts."""
    return replace(
        facts,
        data=facts.data and _data(facts.data),
        scan=facts.scan and _scan(facts.scan),
        text=facts.text and _text(facts.text),
        batch=facts.batch and _batch(facts.batch),
        heads=facts.heads and _heads(facts.heads),
        layers=facts.layers and _layers(facts.layers),
        nan=facts.nan and _nan(facts.nan),
        loop=facts.loop and _loop(facts.loop),
        rates=facts.rates and RatesFacts(),  # there only where the script's own rate is in question
        overfit=facts.overfit and replace(facts.overfit, retried=()),
        training=facts.training and _training(facts.training),
    )


def _data(facts: DataFacts) -> DataFacts:
    tensors = tuple(replace(one, label_like=False) for one in facts.tensors)
    return replace(facts, tensors=tensors, padding=facts.padding and replace(facts.padding, effect=None))


def _scan(facts: ScanFacts) -> ScanFacts:
    return replace(
        facts, empty=None, non_finite=(), order=None, repeats=None, conflicts=None, overlap=None, scale=None, relation=None,
        third=None, swapped=None, lacking={**facts.lacking, "non_finite": _not_told()},
    )  # fmt: skip


def _text(facts: TextFacts) -> TextFacts:
    return replace(
        facts, pad=None, ids=tuple(replace(one, size=None) for one in facts.ids), length=facts.length and _length(facts.length),
        words=facts.words and _words(facts.words), unused=(), unexpected=None, strings=None, checkpoint=None,
    )  # fmt: skip


def _length(facts: LengthFacts) -> LengthFacts:
    return replace(facts, fails=False, over=0)


def _words(facts: WordsFacts) -> WordsFacts:
    return replace(facts, unknown_lowered=None)


def _batch(facts: BatchFacts) -> BatchFacts:
    return replace(facts, from_logits=None)


def _heads(facts: HeadsFacts) -> HeadsFacts:
    return replace(facts, outputs=tuple(_output(one) for one in facts.outputs), no_labels="", extra_inputs=())


def _output(facts: OutputFacts) -> OutputFacts:
    metrics = tuple(replace(one, expected=None) for one in facts.metrics)
    return replace(facts, as_given=None, aligned=None, constant=False, metrics=metrics)


def _layers(facts: LayersFacts) -> LayersFacts:
    trainable = facts.trainable and replace(facts.trainable, changed=())
    return replace(
        facts,
        trainable=trainable,
        dead=(),
        non_finite=None,
        bad_weights=(),
        ignored=None,
        rejected=None,
        zero_weights=(),
    )


def _nan(facts: NanFacts) -> NanFacts:
    return replace(facts, rows=tuple(replace(row, why=None) for row in facts.rows), shared=())


def _loop(facts: LoopFacts) -> LoopFacts:
    return replace(facts, gradients=tuple(replace(one, missing=(), cuts=()) for one in facts.gradients), broadcasts=())


def _training(facts: TrainingFacts) -> TrainingFacts:
    schedule = facts.schedule and _schedule(facts.schedule)
    hidden = {"monitors": _not_told()}
    return replace(
        facts, arguments=(), eager=None, schedule=schedule, monitors=(), checkpoints=(), evaluation=None, reused=None,
        lacking={**facts.lacking, **(hidden if facts.logged else {})},
    )  # fmt: skip


def _not_told() -> str:
    return _("not told while something is still a question")


def _schedule(facts: ScheduleFacts) -> ScheduleFacts:
    return replace(facts, dead_from=None, later=0.0)
