"""The training set as a whole: what one pass over its batches shows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import Facts, OrderFacts, Place, RelationFacts, ScaleFacts, ScanFacts, ThirdPartFacts
from tfwizard.findings import Finding, Number, Remedy
from tfwizard.language import _
from tfwizard.source_edits import ChainMethod, Edit, InsertLayer, RemoveArgument, SetArgument

#: Shuffled batches have about the entropy of permuted labels. Half of it means that classes come one or two at a time;
#: the slow drift of a time series stays above.
MIXED = 0.5
#: A share of 95 % makes a constant answer look excellent; the tags "O" of named entities stay below (80 to 90 %).
NEARLY_ALL = 0.95
FEWEST_LABELS = 50
#: Rows of many fractions do not repeat by chance: a few copies in a hundred were made.
COPIED, FEWEST_COPIED = 0.02, 3
CONTRADICTED, CONTRADICTED_TEXTS = 0.05, 0.1
#: Where all rows have twins (a few discrete columns), only labels that the inputs hardly tell at all are a conflict.
HARDLY_TOLD = 0.8
#: A short training that ends so much higher than the same one on standardised inputs, of which the first share of the
#: initial loss is no noise.
BEHIND, NO_NOISE, FAR_OFF = 1.5, 0.1, 3.0
SATURATED = 0.6
#: One-sided: 2.33 deviations happen once in a hundred draws, 4 once in thirty thousand.
STANDS_OUT, HAS_LEARNED = 2.33, 4.0
LARGEST_BUFFER = 50_000


def _scan(facts: Facts, part: str) -> ScanFacts:
    """The scan; raises Undecided where this part of it could not be found out."""
    assert facts.scan
    if part in facts.scan.lacking:
        raise Undecided(facts.scan.lacking[part])
    return facts.scan


def _held(facts: Facts) -> Place | None:
    return facts.script.held.where if facts.script and facts.script.held else None


@check("empty-dataset", "scan")
def empty_dataset(facts: Facts) -> Iterator[Finding]:
    """No batch comes out."""
    scan = _scan(facts, "empty")
    if scan.empty is None:
        return
    empty = scan.empty
    why = _("Nothing is left to train on. Keras 3 then ends fit without an error and with an empty history.")
    if empty.drop_remainder and empty.rows_before:
        title = _(
            "No batch comes out: {n} rows do not fill one batch of {batch_size}, and drop_remainder drops them",
            n=empty.rows_before,
            batch_size=empty.batch_size,
        )
        advice = _(
            "Make the batch smaller than {n}, or keep the remainder (drop_remainder=False).",
            n=empty.rows_before,
        )
    elif empty.function and empty.rows_before:
        title = _(
            "No batch comes out: {n} elements enter {function}, none leaves it",
            n=empty.rows_before,
            function=empty.function,
        )
        advice = _("Look at the condition or the numbers given to {function}.", function=empty.function)
    else:
        title = _("No batch comes out: the training data are empty")
        advice = _("Look at where the data are read: a path, a filter, a column or a split gives no row.")
    yield Finding(
        "empty-dataset", "data", "error", title, why,
        {"step": empty.function or None, "rows_before": empty.rows_before, "batch_size": empty.batch_size,
         "drop_remainder": empty.drop_remainder, "source": scan.source},
        empty.where or _held(facts), "", (), advice, explains_failure=True,
    )  # fmt: skip


@check("non-finite-inputs", "scan")
def non_finite_inputs(facts: Facts) -> Iterator[Finding]:
    """NaN or infinite values among the inputs, or among the numbers to be predicted."""
    scan = _scan(facts, "non_finite")
    classes = facts.labels is not None and facts.labels.classes is not None
    wrong = [one for one in scan.non_finite if one.survives is not True and not (one.role == "label" and classes)]
    if not wrong:
        return
    if all(one.survives is None for one in wrong if one.role == "input") and wrong[0].role == "input":
        raise Undecided(_("the model could not be run on the rows with such values"))
    rows, values = max(one.rows for one in wrong), sum(one.nan + one.infinite for one in wrong)
    kind = _(" and ").join(
        name for name, there in (("NaN", any(o.nan for o in wrong)), ("Inf", any(o.infinite for o in wrong))) if there
    )
    columns = {key: count for one in wrong for key, count in one.columns.items()}
    of, named = scan.rows, ", ".join(list(columns)[:3])
    if wrong[0].role != "input":
        title = _("{n} values of the targets are {kind}: {rows} of {of} samples", n=values, kind=kind, rows=rows, of=of)
    elif 0 < len(columns) <= 3:
        title = _(
            "{n} values of the inputs are {kind}: {rows} of {of} samples, in column {columns}",
            n=values,
            kind=kind,
            rows=rows,
            of=of,
            columns=named,
        )
    else:
        title = _("{n} values of the inputs are {kind}: {rows} of {of} samples", n=values, kind=kind, rows=rows, of=of)
    yield Finding(
        "non-finite-inputs", "data", "error", title,
        _("One such value makes its batch's gradients NaN, and with them every weight. The loss may show it late, or not at all."),
        {"values": values, "rows": rows, "of": scan.rows, "whole_training_set": scan.whole,
         "tensors": {one.name: {"nan": one.nan, "infinite": one.infinite, "rows": one.rows, "columns": one.columns,
                                "first_rows": list(one.samples)} for one in wrong},
         "row_numbers": _("in the training set") if scan.numbered else _("in the batches as they came")},
        _held(facts), "", (),
        _("Drop those rows, or fill the gaps (with the column's median, say) before scaling and training."),
    )  # fmt: skip


@check(
    "inputs-not-scaled", "scan",
    explained_by=("non-finite-inputs", "inputs-in-wrong-order", "token-id-out-of-range", "text-not-tokenized", "nan-weights"),
)  # fmt: skip
def inputs_not_scaled(facts: Facts) -> Iterator[Finding]:
    """What enters the first weights is large, and the same training goes clearly better on standardised inputs."""
    scale = _scan(facts, "scale").scale
    if scale is None or not (harm := _harm(scale)):
        return
    remedies: tuple[Remedy, ...] = ()
    if scale.pixels and scale.where is not None:
        layer = InsertLayer(scale.where, "Rescaling(1 / 255)", ("from keras.layers import Rescaling",))
        remedies = (
            Remedy(_("Rescale the pixels to 0..1 inside the model"), (layer,), _("The model then takes bytes.")),
        )
    yield Finding(
        "inputs-not-scaled", "data", "warning",
        _(
            "Values from {lowest:.4g} to {highest:.4g} enter the first weights ({layer}) as they are",
            lowest=scale.lowest, highest=scale.highest, layer=scale.layer,
        ),
        _("Initial weights and learning rates are made for inputs around 0 of size 1. {harm}", harm=harm),
        {"lowest": scale.lowest, "highest": scale.highest, "mean": scale.mean, "deviation": scale.deviation,
         "columns": {name: {"mean": mean, "deviation": deviation} for name, mean, deviation in scale.columns},
         "first_layer": scale.layer, "steps": scale.steps, "loss_on_raw_inputs": list(scale.raw),
         "loss_on_standardised_inputs": list(scale.scaled), "saturated": scale.saturated,
         "saturated_on_standardised_inputs": scale.saturated_scaled},
        scale.where or _held(facts), "", remedies,
        _("Divide pixels by 255; standardise columns with the training part's mean and deviation, or with a Normalization layer."),
    )  # fmt: skip


def _harm(scale: ScaleFacts) -> str:
    """How the network fares with these values, "" when it copes with them."""
    before, after = scale.raw
    before_scaled, after_scaled = scale.scaled
    if before_scaled is None or after_scaled is None:
        return ""  # it does not train on standardised inputs either: the values are not to blame
    if before is None or after is None:
        return _("With these values the loss is no number; on standardised ones it is.")
    if scale.saturated >= SATURATED and scale.saturated_scaled < scale.saturated / 2:
        return _(
            "{share:.0%} of the first layer's outputs are at the limit of its activation, where no gradient passes.",
            share=scale.saturated,
        )
    # Bytes of images are never meant as they are: a first loss far above that of the same net on scaled ones is proof.
    far_off = scale.pixels and before >= FAR_OFF * before_scaled
    worse = after >= BEHIND * after_scaled and after - after_scaled >= NO_NOISE * abs(before_scaled)
    if far_off or worse:
        return _(
            "After {steps} steps the loss is {after:.3g} (from {before:.3g}); on standardised inputs, with the "
            "same weights and steps, it is {after_scaled:.3g} (from {before_scaled:.3g}).",
            steps=scale.steps,
            after=after,
            before=before,
            after_scaled=after_scaled,
            before_scaled=before_scaled,
        )
    return ""


@check("constant-inputs", "scan", explained_by=("unknown-tokens", "text-column-unused", "non-finite-inputs"))
def constant_inputs(facts: Facts) -> Iterator[Finding]:
    """All samples of the batches, or all batches, are the same."""
    repeats = _scan(facts, "repeats").repeats
    if repeats is None or repeats.rows < 8:
        return
    if repeats.distinct == 1:
        title = _("All {n} samples have the same inputs", n=repeats.rows)
    elif repeats.batches >= 2 and repeats.constant_batches == repeats.batches and repeats.rows >= 4 * repeats.batches:
        title = _("Within each of {n} batches, all samples have the same inputs", n=repeats.batches)
    elif repeats.same_batches:
        title = _("All {n} batches are the same", n=repeats.batches)
    else:
        return
    yield Finding(
        "constant-inputs", "data", "error", title,
        _("From inputs that do not differ, a model can only learn how often each label occurs."),
        {"rows": repeats.rows, "distinct_rows": repeats.distinct, "batches": repeats.batches,
         "batches_with_one_distinct_row": repeats.constant_batches, "all_batches_the_same": repeats.same_batches},
        _held(facts), "", (), _("Look at the step that makes the inputs: an index that does not move, a division of integers, a wrong column."),
    )  # fmt: skip


@check("not-shuffled", "scan", "labels", explained_by=("constant-inputs", "empty-dataset"))
def not_shuffled(facts: Facts) -> Iterator[Finding]:
    """Batches hold one class at a time."""
    scan = _scan(facts, "order")
    order = scan.order
    if order is None:
        return
    mixed = order.entropy < MIXED * order.entropy_permuted
    if not mixed and not _first_class_only(facts, order):
        return
    remedy = _shuffling(scan, order)
    if order.of_one_class >= order.windows / 2:
        title = _(
            "{n} of {of} batches hold a single class: sorted data are not shuffled",
            n=order.of_one_class,
            of=order.windows,
        )
    elif order.entropy_permuted:
        title = _(
            "The classes come in blocks: a batch holds {share:.0%} of the variety of shuffled ones",
            share=order.entropy / order.entropy_permuted,
        )
    else:
        title = _("The classes come in blocks: a batch holds none of the variety of shuffled ones")
    why = _("Each batch pulls the model towards the class it holds, and the next one away from it.")
    if order.buffer:
        why = f"{why} {_('The shuffle buffer of {n} is smaller than a block.', n=order.buffer)}"
    yield Finding(
        "not-shuffled", "data", "warning", title, why,
        {"batches": order.windows, "of_one_class": order.of_one_class, "entropy_within_batches": order.entropy,
         "entropy_when_shuffled": order.entropy_permuted, "first_batches": list(order.first), "shuffle_buffer": order.buffer,
         "rows_seen": scan.rows},
        order.where or _held(facts), "", (remedy,) if remedy else (),
        _("Shuffle the rows before they are put into batches, with a buffer as large as the training set."),
    )  # fmt: skip


def _first_class_only(facts: Facts, order: OrderFacts) -> bool:
    """Whether the part that was read holds one class only, while the whole training set has others in number."""
    assert facts.scan and facts.labels
    if order.entropy_permuted > 0 or facts.scan.whole or not facts.labels.whole or facts.scan.rows < 500:
        return False
    counts = sorted(facts.labels.counts.values())
    return len(counts) > 1 and counts[-2] >= 0.1 * sum(counts)


def _shuffling(scan: ScanFacts, order: OrderFacts) -> Remedy | None:
    if order.where is None or not order.function:
        return None
    size = min(scan.rows, LARGEST_BUFFER)
    edits: dict[str, Edit] = {
        "fit": RemoveArgument("fit", order.where, "shuffle"),
        "batch": ChainMethod("batch", order.where, f"shuffle({size})"),
        "shuffle": SetArgument("shuffle", order.where, "buffer_size", str(size)),
        "to_tf_dataset": SetArgument("to_tf_dataset", order.where, "shuffle", "True"),
        "prepare_tf_dataset": SetArgument("prepare_tf_dataset", order.where, "shuffle", "True"),
    }
    edit = edits.get(order.function)
    if edit is None:
        return None
    number = Number(_("buffer of samples"), str(size), _("the whole set, where it fits into memory"))
    proposed = number if order.function in ("batch", "shuffle") else None
    return Remedy(_("Shuffle the training set"), (edit,), _("Batches then hold every class."), proposed)


@check("validation-overlap", "scan", explained_by=("constant-inputs", "unknown-tokens", "text-column-unused"))
def validation_overlap(facts: Facts) -> Iterator[Finding]:
    """Samples of the training set stand in the validation set."""
    scan = _scan(facts, "overlap")
    overlap, repeats = scan.overlap, scan.repeats
    if overlap is None or repeats is None or overlap.found < FEWEST_COPIED:
        return
    share = overlap.found / overlap.rows
    # Where training rows have twins among themselves by nature, some validation rows have them there as well.
    natural = 0.0 if repeats.rich else 2 * overlap.twins
    if share <= natural + COPIED:
        return
    yield Finding(
        "validation-overlap", "data", "warning",
        _("{n} of {of} validation samples stand in the training set", n=overlap.found, of=overlap.rows),
        _("The validation then measures what was learned by heart, and overfitting does not show."),
        {"found": overlap.found, "validation_rows": overlap.rows, "training_rows": scan.rows, "everything_compared": overlap.whole,
         "training_rows_with_a_twin": overlap.twins, "given_as": overlap.source},
        _held(facts), "", (), _("Split once, before any copying or resampling, and train on the rows that are not held out."),
    )  # fmt: skip


@check("conflicting-labels", "scan", explained_by=("constant-inputs", "unknown-tokens", "text-column-unused"))
def conflicting_labels(facts: Facts) -> Iterator[Finding]:
    """The same inputs bear different labels."""
    scan = _scan(facts, "conflicts")
    conflicts, repeats = scan.conflicts, scan.repeats
    if conflicts is None or repeats is None or conflicts.rows < 10:
        return
    share = conflicts.rows / scan.rows
    if repeats.rich:
        contradicted = share >= CONTRADICTED
    elif repeats.distinct > scan.rows / 2:
        contradicted = share >= CONTRADICTED_TEXTS
    else:
        contradicted = share >= HARDLY_TOLD and conflicts.floor >= HARDLY_TOLD * conflicts.entropy
    if not contradicted:
        return
    yield Finding(
        "conflicting-labels", "samples", "warning",
        _("{n} of {of} samples have the inputs of another sample and a different label", n=conflicts.rows, of=scan.rows),
        _("No model can tell them apart: its cross-entropy cannot go below {floor:.3g} on these samples.", floor=conflicts.floor),
        {"rows": conflicts.rows, "of": scan.rows, "groups": conflicts.groups, "lowest_possible_loss": conflicts.floor,
         "entropy_of_the_labels": conflicts.entropy, "labels_of_the_largest_group": conflicts.example},
        _held(facts), "", (), _("Look at how samples and labels were joined, and at what the inputs leave out."),
    )  # fmt: skip


@check(
    "labels-imbalanced", "scan", "labels", explained_by=("padding-in-loss", "labels-invalid", "read-as-sample-weights")
)
def labels_imbalanced(facts: Facts) -> Iterator[Finding]:
    """One class holds nearly all of the whole training set, and nothing weighs the others up."""
    scan = _scan(facts, "counts")
    assert facts.labels
    if scan.counts is None or scan.weighted:
        return
    counts = scan.counts.counts
    if not scan.whole:
        if not facts.labels.whole or facts.labels.kind != "integer":
            raise Undecided(_("not every label was seen"))
        counts = facts.labels.counts
    total = sum(counts.values())
    name, largest = max(counts.items(), key=lambda item: item[1])
    if total < FEWEST_LABELS or largest <= NEARLY_ALL * total:
        return
    entropy = -sum(n / total * math.log(n / total) for n in counts.values())
    yield Finding(
        "labels-imbalanced", "samples", "warning",
        _("{share:.1%} of the labels are {label} ({n} of {of})", share=largest / total, label=name, n=largest, of=total),
        _("A model that always answers {label} is right that often, so the accuracy says nothing, and little pushes it further.", label=name),
        {"counts": counts, "share": largest / total, "entropy": entropy, "rows": total, "weights": None},
        _held(facts), "", (),
        _("Give fit a class_weight, or draw the rare class more often; watch precision and recall instead of the accuracy."),
    )  # fmt: skip


@check(
    "labels-unrelated-to-inputs", "scan",
    explained_by=("conflicting-labels", "constant-inputs", "unknown-tokens", "text-column-unused", "inputs-in-wrong-order", "labels-invalid"),
)  # fmt: skip
def labels_unrelated(facts: Facts) -> Iterator[Finding]:
    """Neither simple probes nor the user's model tell held-out labels better than permuted ones."""
    scan = _scan(facts, "relation")
    relation = scan.relation
    if relation is None or any(z > STANDS_OUT for z in relation.probes.values()):
        return
    if relation.unseen is None or relation.fitted is None:
        raise Undecided(_("simple probes see nothing, and the model could not be asked"))
    if relation.unseen > STANDS_OUT:
        return
    if relation.fitted < HAS_LEARNED:
        raise Undecided(_("simple probes see nothing, and the model did not learn its own half in the time given"))
    yield Finding(
        "labels-unrelated-to-inputs", "samples", "warning",
        _("Nothing in the inputs tells the labels of held-out samples ({n} samples tried)", n=relation.rows),
        _("The model learns one half by heart and does no better than chance on the other; simple probes do not either. "
          "Inputs and labels may be in different orders, or the labels of something else."),
        {"rows": relation.rows, "labels": relation.kind, "deviations_above_permuted_labels": relation.probes,
         "model_on_its_own_half": relation.fitted, "model_on_the_other_half": relation.unseen, "steps": relation.steps,
         "probability_that_chance_hides_a_relation_this_well": _hidden(relation)},
        _held(facts), "", (), _("Shuffle inputs and labels with one permutation; check the join that brought them together."),
    )  # fmt: skip


def _hidden(relation: RelationFacts) -> str:
    """What the test could have missed, in words: a relation of twice the threshold is seen 99 times in 100."""
    weakest = 2 * STANDS_OUT / math.sqrt(relation.rows / 2)
    return _(
        "below 1 % for a correlation of {weakest:.2f} or more between the right answer and a probe's", weakest=weakest
    )


@check("read-as-sample-weights", "scan")
def read_as_sample_weights(facts: Facts) -> Iterator[Finding]:
    """The third part of the dataset's tuples is no weight, yet Keras takes it for one."""
    third = _scan(facts, "third").third
    if third is None or not (title := _no_weight(third)):
        return
    yield Finding(
        "read-as-sample-weights", "data", "warning", title,
        _("Keras reads (inputs, labels, sample weights). Each sample's loss is multiplied by the third; 0 leaves the sample out."),
        {"dtype": third.dtype, "shape": list(third.shape), "labels_shape": list(third.label_shape), "lowest": third.lowest,
         "highest": third.highest, "distinct": third.distinct, "values": list(third.values), "share_of_zeros": third.zeros,
         "equals_the_labels": third.equals_labels},
        _held(facts), "", (),
        _("Give several inputs as one tuple or dict, ((a, b), labels), and several labels likewise: (inputs, (c, d))."),
    )  # fmt: skip


def _no_weight(third: ThirdPartFacts) -> str:
    """That these values are taken for weights, and why they are none; "" when they may be."""
    if third.lowest < 0:
        return _(
            "The third part of the dataset's tuples is taken for sample weights, and holds negative values (from {lowest:.3g})",
            lowest=third.lowest,
        )
    if third.equals_labels:
        return _("The third part of the dataset's tuples is taken for sample weights, and is equal to the labels")
    whole = third.dtype.startswith(("int", "uint"))
    if whole and not third.follows_labels and third.zeros > 0 and third.distinct > 2:
        return _(
            "The third part of the dataset's tuples is taken for sample weights, and holds {n} whole numbers from 0 on, "
            "as class numbers do",
            n=third.distinct,
        )
    if whole and not third.follows_labels and third.distinct == 2 and 0.1 <= third.zeros <= 0.9 and third.highest == 1:
        return _(
            "The third part of the dataset's tuples is taken for sample weights, and is 0 or 1, as labels are: {share:.0%} of "
            "the samples would not count",
            share=third.zeros,
        )
    return ""


@check("inputs-in-wrong-order", "scan", explained_by=("non-finite-inputs",))
def inputs_in_wrong_order(facts: Facts) -> Iterator[Finding]:
    """Two inputs of a list fit each other's slot, and not their own."""
    swapped = _scan(facts, "swapped").swapped
    if swapped is None:
        return
    yield Finding(
        "inputs-in-wrong-order", "data", "warning",
        _("The inputs {first} and {second} seem to be swapped: {why}", first=swapped.first, second=swapped.second, why=swapped.why),
        _("A list of inputs is matched by position. These two fit each other's slot, and not their own."),
        {"first": swapped.first, "second": swapped.second, "why": swapped.why},
        _held(facts), "", (), _("Give the inputs as a dict, by the names of the model's inputs."),
        explains_failure=True,
    )  # fmt: skip
