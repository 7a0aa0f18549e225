"""What only a training that runs can show: NaN at a later step, a loss that stays at chance, overfitting."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean, stdev

from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import BadInput, BadStep, EpochWatched, Facts, FitWatched, LabelsFacts
from tfwizard.findings import Finding
from tfwizard.language import _, ngettext
from tfwizard.stages import BY_ID

#: Before so many steps a loss may still be about to leave chance.
ENOUGH_STEPS = 100
#: A loss this near to the entropy of the classes has learned their frequencies, and nothing else.
NEAR = 0.02
#: Classes so uneven leave nothing between chance and a good loss that could be told from noise.
LEAST_ENTROPY = 0.1
#: Losses whose value for a model that knows the class frequencies alone is their entropy.
ENTROPIES = frozenset({"crossentropy", "sparsecategoricalcrossentropy", "categoricalcrossentropy", "binarycrossentropy",
                       "themodel'sownloss"})  # fmt: skip
ACCURACIES = frozenset({"accuracy", "acc", "sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy"})
#: The validation loss is over its lowest by so much, and has risen for so many epochs.
RISEN, EPOCHS_RISING = 1.05, 2

#: What makes a training stay at chance; where one of these stands, that it stays there is its symptom.
CAUSES = (
    "nan-during-training", "nan-weights", "non-finite-inputs", "constant-inputs", "inputs-not-scaled", "not-shuffled",
    "labels-unrelated-to-inputs", "conflicting-labels", "no-gradients", "no-trainable-weights", "frozen-after-compile",
    "wrong-output-layer", "inputs-ignored", "learning-rate-too-high", "learning-rate-too-low", "from-logits-mismatch",
    "loss-mismatch", "loss-broadcasts", "schedule-mismatch", "optimizer-not-applied", "metric-mismatch", "problem-type-mismatch",
)  # fmt: skip


@check("nan-during-training", "watch")
def nan_during_training(facts: Facts) -> Iterator[Finding]:
    """The first step of the real training whose loss or weights are not finite, and its batch."""
    assert facts.watch
    for fit in facts.watch.fits:
        if (bad := fit.bad) is None:
            continue
        shared = list(facts.nan.shared) if facts.nan and bad.batch else []
        yield Finding(
            "nan-during-training", "train", "error",
            _title(bad),
            _("{batch} One such step makes the next ones worthless: the training was stopped there.", batch=_batch(bad)),
            {"what": bad.what, "step": bad.step, "epoch": bad.epoch, "step_of_epoch": bad.step_of_epoch, "exact": bad.exact,
             "last_clean_step": bad.since, "loss": bad.loss, "weights": list(bad.weights), "variables": bad.of, "batch": bad.batch,
             "rows": bad.rows, "inputs": [_input(one) for one in bad.inputs], "shared": shared},
            fit.where, "", (), _advice(bad),
        )  # fmt: skip


def _title(bad: BadStep) -> str:
    if bad.exact:
        when = _("from step {step} of the training on", step=bad.step)
    else:
        when = _("from a step between {first} and {last} of the training on", first=bad.since + 1, last=bad.step)
    if bad.what == "loss":
        return _("The loss is no number {when} (epoch {epoch}, steps counted from 0)", when=when, epoch=bad.epoch)
    first = bad.weights[0] if bad.weights else _("A weight")
    if bad.of <= 1:
        return _(
            "{weight} is no number, and the loss does not show it, {when} (epoch {epoch}, steps counted from 0)",
            weight=first,
            when=when,
            epoch=bad.epoch,
        )
    return ngettext(
        "{weight} and {n} more weight are no number, and the loss does not show it, {when} (epoch {epoch}, steps counted from 0)",
        "{weight} and {n} more weights are no number, and the loss does not show it, {when} (epoch {epoch}, steps counted from 0)",
        bad.of - 1,
        weight=first,
        when=when,
        epoch=bad.epoch,
    )


def _batch(bad: BadStep) -> str:
    if not bad.batch:
        return _("The batch of that step could not be kept.")
    if not bad.inputs:
        return _(
            "The {n} rows of its batch are finite: the step itself made it (a rate too high, log or division by 0).",
            n=bad.rows,
        )
    one = bad.inputs[0]
    kind = "NaN" if one.nan else _("infinity")
    rows = ", ".join(str(row) for row in one.rows[:5])
    return ngettext(
        "The {input} of its batch hold {kind}, in row {rows} of {of}.",
        "The {input} of its batch hold {kind}, in rows {rows} of {of}.",
        len(one.rows),
        input=one.name,
        kind=kind,
        rows=rows,
        of=one.of,
    )


def _input(one: BadInput) -> dict[str, object]:
    return {"name": one.name, "nan": one.nan, "infinite": one.infinite, "rows": list(one.rows), "of": one.of}


def _advice(bad: BadStep) -> str:
    if bad.inputs:
        return _("Clean the data, or leave such rows out: every value of a batch must be a number.")
    return _(
        "Look at the stage “{stage}”, which looked at this batch; a lower learning rate or clipnorm=1.0 tell an explosion.",
        stage=_(BY_ID["nan"].title),
    )


@check("plateau-at-chance", "watch", "labels", explained_by=CAUSES)
def plateau_at_chance(facts: Facts) -> Iterator[Finding]:
    """The loss of a whole training sits at the entropy of the class frequencies, and does not go below."""
    assert facts.watch and facts.labels
    fits = _long_enough(facts)
    entropy = _entropy(facts.labels)
    if _weighs_classes(facts):
        raise Undecided(_("The classes are weighted: their entropy is no yardstick for this loss."))
    for fit in fits:
        name = fit.loss_name.lower().replace("_", "").replace(" ", "")
        if name not in ENTROPIES:
            raise Undecided(_("For the loss {loss} there is no such yardstick.", loss=_(fit.loss_name)))
        values = [loss for _step, loss in fit.losses if math.isfinite(loss)]
        later = values[len(values) // 2 :]
        if len(later) < 4:
            raise Undecided(_("The training was too short to see where its loss settles."))
        half = len(later) // 2
        # By how much one differs from the next: a slope is no noise.
        noise = 3 * stdev(b - a for a, b in pairwise(later)) / math.sqrt(2 * len(later))
        near = abs(fmean(later) - entropy) <= max(NEAR * entropy, min(noise, 2 * NEAR * entropy))
        still = abs(fmean(later[:half]) - fmean(later[half:])) <= max(NEAR / 4 * entropy, noise)
        if not near or not still:
            continue
        yield Finding(
            "plateau-at-chance", "train", "warning",
            _(
                "After {n} steps the loss sits at {loss:.3g}: that of a model which knows the class frequencies alone",
                n=fit.steps, loss=fmean(later),
            ),
            _("Their entropy is {entropy:.3g}. Whoever learns anything from the inputs comes below it.", entropy=entropy),
            {"loss": fmean(later), "entropy": entropy, "chance": math.log(_classes(facts.labels)), "steps": fit.steps,
             "predicts": fit.predicted.predicted if fit.predicted else None, "labels": facts.labels.counts},
            fit.where, "", (), _order(fit),
        )  # fmt: skip


def _order(fit: FitWatched) -> str:
    collapsed = fit.predicted is not None and len(fit.predicted.predicted) == 1 < len(fit.predicted.labels)
    order = _(
        "Look at the gradients, the learning rate, the inputs and the labels, in this order; then overfit one batch."
    )
    return f"{_('It gives one class for every row.')} {order}" if collapsed else order


@check("not-better-than-trivial", "watch", "labels", explained_by=("plateau-at-chance", *CAUSES))
def not_better_than_trivial(facts: Facts) -> Iterator[Finding]:
    """After a whole training the accuracy is what the most frequent class alone would give."""
    assert facts.watch and facts.labels
    labels = facts.labels
    _entropy(labels)  # whether there are single classes to count
    total = sum(labels.counts.values())
    share = max(labels.counts.values()) / total
    noise = 2 * math.sqrt(share * (1 - share) / total)
    if _weighs_classes(facts):
        raise Undecided(_("The classes are weighted: the rare ones are to count for more than the accuracy."))
    for fit in _long_enough(facts):
        if not fit.epochs:
            continue
        last = fit.epochs[-1]
        accuracy, validated = _accuracy(last.values), _accuracy(last.validation)
        if accuracy is None:
            raise Undecided(_("The training logs no accuracy."))
        # The data of the validation may be spread in another way than that of the training.
        if accuracy > share + noise or (validated is not None and validated > share + max(noise, 0.02)):
            continue
        most = max(labels.counts, key=lambda label: labels.counts[label])
        yield Finding(
            "not-better-than-trivial", "train", "warning",
            ngettext(
                "The accuracy after {n} epoch is {accuracy:.1%}: always answering {label} gives {share:.1%}",
                "The accuracy after {n} epochs is {accuracy:.1%}: always answering {label} gives {share:.1%}",
                len(fit.epochs), accuracy=accuracy, label=most, share=share,
            ),
            _("A model that learned something is better than the most frequent class."),
            {"accuracy": accuracy, "validation_accuracy": validated, "majority": most, "share": share, "noise": noise,
             "predicts": fit.predicted.predicted if fit.predicted else None},
            fit.where, "", (), _("See whether the loss goes down at all, then overfit one batch."),
        )  # fmt: skip


@check("overfitting", "watch")
def overfitting(facts: Facts) -> Iterator[Finding]:
    """The validation loss rises over several epochs while the training loss falls."""
    assert facts.watch
    for fit in facts.watch.fits:
        epochs = [one for one in fit.epochs if one.loss is not None and "loss" in one.validation]
        validation = [one.validation["loss"] for one in epochs]
        if len(epochs) <= EPOCHS_RISING or not all(map(math.isfinite, validation)):
            continue
        tail, before = validation[-EPOCHS_RISING - 1 :], epochs[-EPOCHS_RISING - 1]
        rises = all(one < other for one, other in zip(tail, tail[1:], strict=False)) and tail[-1] > RISEN * min(
            validation
        )
        if not rises or not _falls(before, epochs[-1]):
            continue
        best = min(epochs, key=lambda one: one.validation["loss"])
        yield Finding(
            "overfitting", "train", "advice",
            _(
                "The validation loss rises since epoch {epoch}, from {lowest:.3g} to {last:.3g}, while the training loss falls",
                epoch=best.epoch, lowest=best.validation["loss"], last=validation[-1],
            ),
            _("What it learns from there on is the training data by heart."),
            {"best_epoch": best.epoch, "validation_loss": validation, "loss": [one.loss for one in epochs]},
            fit.where, "", (),
            _("Stop at epoch {epoch} (EarlyStopping with restore_best_weights), or use more data, dropout or weight decay.", epoch=best.epoch),
        )  # fmt: skip


def _falls(before: EpochWatched, after: EpochWatched) -> bool:
    return before.loss is not None and after.loss is not None and after.loss < before.loss


def _accuracy(values: dict[str, float]) -> float | None:
    return next((value for name, value in values.items() if name in ACCURACIES and math.isfinite(value)), None)


def _long_enough(facts: Facts) -> Sequence[FitWatched]:
    """The training calls that ran to their end and were no trial runs."""
    assert facts.watch
    fits = [one for one in facts.watch.fits if one.ended in ("finished", "stopped") and one.steps >= ENOUGH_STEPS]
    if not fits:
        raise Undecided(_("No training ran for {n} steps and to its end.", n=ENOUGH_STEPS))
    return fits


def _classes(labels: LabelsFacts) -> int:
    return 2 if labels.binary else labels.classes or len(labels.counts)


def _entropy(labels: LabelsFacts) -> float:
    """The entropy of the class frequencies, in nats. Raises Undecided where the labels are no single classes of this model."""
    known = {name for name in labels.counts if name.isdecimal() and int(name) < _classes(labels)}
    if len(labels.counts) < 2 or known != labels.counts.keys() or not (labels.reads_classes or labels.binary):
        raise Undecided(_("The labels are not one class a sample."))
    total = sum(labels.counts.values())
    entropy = -sum(count / total * math.log(count / total) for count in labels.counts.values() if count)
    if entropy < LEAST_ENTROPY:
        raise Undecided(_("Nearly all samples are of one class."))
    return entropy


def _weighs_classes(facts: Facts) -> bool:
    held = facts.script.held if facts.script else None
    given = (held.arguments.get(name) for name in ("class_weight", "sample_weight")) if held else ()
    return any(one is not None and one.value != "None" for one in given)
