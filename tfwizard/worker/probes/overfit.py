"""The overfit test: one batch that holds every label, learned again and again, then undone."""

from __future__ import annotations

import math
import time
from typing import Any

from tfwizard.facts import OverfitFacts, SweepCurve
from tfwizard.language import _
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import usual_rates
from tfwizard.worker.probes.batch import label_text
from tfwizard.worker.probes.hyperparameters import learning_rate, loaded_from
from tfwizard.worker.probes.rates import labels_fit, trainer_of
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import Trainer

STEPS = 60
TARGET = 0.1
SEARCHED_BATCHES = 20
MOST_ROWS = 32
#: Tried when the script's own rate does not get there, before the model or the data are blamed, where no rate is usual.
OTHER_RATES = (1e-3, 1e-2, 1e-4)
#: Deep and recurrent models may need more: so many steps at the rate that got furthest, within so many seconds.
MORE_STEPS, MORE_S = 300, 8.0


def probe(case: Case, report: Any) -> OverfitFacts:
    """Train on one batch at the script's own learning rate, and put everything back."""
    must_train(case)
    batch, missing = _batch_with_every_label(case)
    if not labels_fit(case, batch):
        raise Blocked(_("The batch has labels that are no class of the model: its loss cannot be computed."), "labels")
    optimizer = case.optimizer
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate, _unused = learning_rate(case, optimizer)
    if rate is None:
        raise Blocked(_("The optimizer's learning rate could not be read."), "hyperparameters")
    classification = case.memory.get("classes") is not None
    trainer = trainer_of(case)
    retried: list[SweepCurve] = []
    with weights_restored(case.model.object) as reset:
        losses = _learn(trainer, batch, rate, report, STEPS)
        accuracy = _accuracy(case, batch) if classification else None
        if not report.stopped and not learned(losses):
            for other in usual_rates(inner) or OTHER_RATES:
                if math.isclose(other, rate, rel_tol=0.1) or report.stopped:
                    continue
                reset()
                retried.append(SweepCurve(other, tuple(_learn(trainer, batch, other, report, STEPS))))
                if learned(list(retried[-1].losses)):
                    break
            else:
                best = min((SweepCurve(rate, tuple(losses)), *retried), key=_lowest)
                if _lowest(best) > 0.5 * best.losses[0] and not report.stopped:
                    reset()
                    until = time.monotonic() + min(MORE_S, report.left_s)
                    retried.append(
                        SweepCurve(best.rate, tuple(_learn(trainer, batch, best.rate, report, MORE_STEPS, until)))
                    )
    return OverfitFacts(
        tuple(losses), rate, len(losses), batch.rows(), TARGET, tuple(sorted({*_labels(case, batch)})), missing, accuracy,
        _("stopped by you") if report.asked_to_stop else (_("out of time") if report.out_of_time else None),
        True, classification, loaded_from(case), tuple(retried),
    )  # fmt: skip


def must_train(case: Case) -> None:
    """Raise Blocked where steps of our own could not do what those of the script do."""
    if case.compile_call is None and (case.loop is None or case.held is None):
        raise Blocked(_("The script has not come to a training call yet."), "script")
    if case.loop is not None and (why := case.loop.why_not_repeated(case.optimizer)):
        raise Blocked(why)
    if case.model.own_step and case.model.loss is None and not case.model.internal_loss:
        raise Blocked(_("The training step is the script's own, and only that step knows its loss."))
    if case.memory.get("computable") is False:
        raise Blocked(_("The loss of this batch cannot be computed."), "batch")


def learned(losses: list[float]) -> bool:
    """Whether the loss went to (nearly) nothing: below the target, or below a tenth of where it began."""
    tail = losses[-3:]
    return bool(tail) and all(math.isfinite(loss) for loss in tail) and min(tail) < max(TARGET, 0.1 * losses[0])


def _lowest(curve: SweepCurve) -> float:
    """The lowest loss; infinite for a curve that ends in no number, which more steps would not help."""
    return min(curve.losses) if all(math.isfinite(loss) for loss in curve.losses) else math.inf


def _learn(
    trainer: Trainer, batch: Batch, rate: float, report: Any, steps: int, until: float = math.inf
) -> list[float]:
    losses: list[float] = []
    trainer.start(rate)
    for step in range(steps):
        losses.append(trainer.step(batch))
        report.progress(step + 1, steps, _("learning rate {rate:g}", rate=rate), tuple(losses))
        if report.stopped or not math.isfinite(losses[-1]) or time.monotonic() > until:
            break
    return losses


def _batch_with_every_label(case: Case) -> tuple[Batch, tuple[str, ...]]:
    """The first batch that holds every label, or the one that holds most; and the labels that it lacks.

    Labels per token, several labels and regression have no "every label": the first batch serves.
    """
    first = _rows_at_most(case, case.batch)
    if case.memory.get("classes") is None or len(leaves(case.model.labels_of(first))[0][1].shape) > 2:
        return first, ()
    seen: set[str] = set()
    best, held = first, set(_labels(case, first))
    for number, candidate in enumerate(case.source.batches()):
        mine = set(_labels(case, _rows_at_most(case, candidate)))
        seen |= mine
        if len(mine) > len(held):
            best, held = _rows_at_most(case, candidate), mine
        if number + 1 >= SEARCHED_BATCHES or len(held) == case.memory["classes"]:
            break
    return best, tuple(sorted(seen - held))


def _rows_at_most(case: Case, batch: Batch) -> Batch:
    return batch if batch.rows() <= MOST_ROWS else batch.take(case.tf, list(range(MOST_ROWS)))


def _labels(case: Case, batch: Batch) -> list[str]:
    labels = case.model.labels_of(batch)
    return [label_text(labels, row) for row in range(batch.rows())]


def _accuracy(case: Case, batch: Batch) -> float | None:
    logits, labels = case.model.forward(batch.x).numpy(), leaves(case.model.labels_of(batch))[0][1].numpy()
    if logits.ndim != 2:
        return None
    return float((logits.argmax(axis=1) == labels.reshape(-1)).mean())
