"""Layer by layer: activations, gradients, and what is trainable; what goes in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from tfwizard.checks.loop import loop_without_gradients
from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import Facts, LayersFacts, Place, RejectedFacts, VariableFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _, ngettext
from tfwizard.source_edits import CopyStatement, Edit, InsertBefore, WrapArgument

#: Causes because of which gradients, losses or outputs of a fresh model look wrong.
DATA = (
    "non-finite-inputs", "inputs-not-scaled", "constant-inputs", "empty-dataset", "text-not-tokenized", "token-id-out-of-range",
    "input-shape-mismatch", "attention-mask-missing", "inputs-in-wrong-order",
)  # fmt: skip
LABELS = (
    "labels-in-inputs-with-keras-loss", "labels-missing", "labels-misrouted", "labels-invalid", "label-kind-mismatch",
    "num-labels-too-small", "num-labels-too-large", "labels-not-from-zero", "problem-type-mismatch", "all-labels-masked",
    "read-as-sample-weights", "class-weight-mismatch",
)  # fmt: skip
LOSS = (
    "from-logits-mismatch", "loss-mismatch", "loss-broadcasts", "wrong-output-layer", "output-shape-mismatch",
    "causal-lm-not-shifted", "model-without-head",
)  # fmt: skip
WEIGHTS = ("nan-weights", "nan-activation", "weights-not-loaded", "no-trainable-weights")

#: Measured on Keras 3.15, as `_vanishing` compares: 10 sigmoid layers give 3e-5, 9 give 1e-4, 8 give 6e-4, 5 give 5e-2; up to
#: 50 layers of tanh or ReLU, with and without normalisation and residuals, 0.5 and more; a DistilBERT of width 32, whose
#: weights start at 0.02, 2e-3.
VANISHING = 2e-4
#: Measured likewise: 50 ReLU layers with batch normalisation and no residuals give 2e3, 20 of them 12.
EXPLODING = 1e5
#: The queries and keys of the first attention get next to no gradient from a fresh model, its values do: three layers at least.
FEWEST_LAYERS, FIRST_LAYERS = 5, 3
#: Chosen: random weights commonly start within a factor of 2 to 3 of ln K; of 60 sound scripts none came to 10 in its first step.
OFF_CHANCE = 10.0
#: The losses of both halves of the rows together, in terms of the whole: 1 for a sum, 2 for a mean.
HALVED = (0.7, 1.4)
#: Of a layer's units. Chosen: nearly the whole layer, of a size at which that is no chance.
NEARLY_ALL, MANY_UNITS = 0.95, 16


def _compiled(facts: Facts) -> Place | None:
    call = facts.pipelines.compile_call if facts.pipelines else None
    return call.where if call else None


def _held(facts: Facts) -> Place | None:
    return facts.script.held.where if facts.script and facts.script.held else None


# --- what is trainable ---------------------------------------------------------------------------------------------------


@check("no-trainable-weights", "layers", explained_by=("frozen-after-compile",))
def no_trainable_weights(facts: Facts) -> Iterator[Finding]:
    """Nothing is trainable."""
    assert facts.layers
    seen = facts.layers.trainable
    if seen is None:
        raise Undecided(facts.layers.lacking.get("trainable", _("no model was seen")))
    if seen.trainable or not seen.variables or not seen.layers:
        return
    edits: tuple[Edit, ...] = ()
    where = _compiled(facts)
    if seen.model_name and where is not None:
        flag = "" if seen.frozen_model or seen.last is None else f".layers[{seen.last}]"
        edits = (InsertBefore(where, (f"{seen.model_name}{flag}.trainable = True",)),)
    remedies = (
        Remedy(
            _("Make the model trainable") if seen.frozen_model else _("Make the last layer with weights trainable"), edits,
            _("All of its layers are trained.") if seen.frozen_model else _("The layers before it stay frozen."),
        ),
    ) if edits else ()  # fmt: skip
    shown = ", ".join(seen.layers[:6])
    yield Finding(
        "no-trainable-weights", "batch", "error",
        _("None of the model's {n} weights is trainable: training changes nothing", n=seen.variables),
        _("A training step moves the trainable weights only; every layer of this model is frozen."),
        {"weights": seen.variables, "trainable": 0, "layers": list(seen.layers)[:20], "model_frozen": seen.frozen_model},
        seen.where or where, "", remedies,
        _("Leave trainable at True for the layers that shall learn, the last ones at least ({layers}).", layers=shown),
    )  # fmt: skip


@check("frozen-after-compile", "layers")
def frozen_after_compile(facts: Facts) -> Iterator[Finding]:
    """`trainable` was changed after the training step was fixed."""
    assert facts.layers
    seen = facts.layers.trainable
    if seen is None:
        raise Undecided(facts.layers.lacking.get("trainable", _("no model was seen")))
    if not seen.changed:
        return
    compiled, held = _compiled(facts), _held(facts)
    remedies: tuple[Remedy, ...] = ()
    if compiled is not None and held is not None and compiled.file == held.file:
        remedies = (Remedy(_("Compile again before the training"), (CopyStatement(compiled, held),),
                           _("The training step is then made with the flags as they are.")),)  # fmt: skip
    yield Finding(
        "frozen-after-compile", "batch", "warning",
        ngettext(
            "{n} layer was made trainable after compile, which has no effect on this training",
            "{n} layers were made trainable after compile, which has no effect on this training", len(seen.changed),
        ) if seen.now_trainable
        else ngettext(
            "{n} layer was frozen after compile, which has no effect on this training",
            "{n} layers were frozen after compile, which has no effect on this training", len(seen.changed),
        ),
        _("This Keras trains what was trainable when the model was compiled; a later change counts from the next compile on."),
        {"layers": list(seen.changed)[:20], "now_trainable": seen.now_trainable},
        seen.changed_where or held, "", remedies, _("Set trainable first, then compile."),
    )  # fmt: skip


# --- gradients --------------------------------------------------------------------------------------------------------------


@check(
    "no-gradients", "script",
    explained_by=("no-trainable-weights", "output-shape-mismatch", "label-kind-mismatch", "model-without-head", "two-kerases",
                  "labels-in-inputs-with-keras-loss", "labels-missing", "labels-misrouted", "text-not-tokenized",
                  "input-shape-mismatch", "out-of-memory"),
)  # fmt: skip
def no_gradients(facts: Facts) -> Iterator[Finding]:
    """Trainable variables without a gradient, in the model's own step or in a loop of the user's."""
    if in_a_loop := list(loop_without_gradients(facts)):
        yield from in_a_loop
        return
    if facts.layers is None:
        raise Undecided(_("no gradient was computed"))
    gradients = facts.layers.gradients
    if not gradients:
        if facts.loop and facts.loop.gradients and not facts.layers.lacking.get("gradients"):
            return
        raise Undecided(facts.layers.lacking.get("gradients", _("no gradient was computed")))
    missing = [one for one in gradients if one.norm is None]
    if not missing:
        return
    if len(missing) < len(gradients):
        # A part that the loss does not read (transformers' pooler beside a head of its own) is no fault.
        missing = [one for one in missing if one.moves_outputs]
        if not missing:
            return
    names = [one.variable for one in missing]
    where = next((one.where for one in missing if one.where), None) if len(missing) < len(gradients) else _held(facts)
    yield _without(len(missing), len(gradients), names, where, {"loss": facts.layers.loss})


def _without(missing: int, of: int, names: Sequence[str], where: Place | None, more: dict[str, object]) -> Finding:
    whole = missing == of
    return Finding(
        "no-gradients", "batch", "error",
        _("No trainable weight has a gradient: the loss does not depend on them in a way that can be differentiated") if whole
        else _("{missing} of {of} trainable weights have no gradient, though the outputs depend on them", missing=missing, of=of),
        _("argmax, round, casts to integers, NumPy and stop_gradient cut the way back from the loss to the weights."),
        {"without_gradient": list(names)[:20], "missing": missing, "of": of, **more},
        where, "", (), _("Compute the loss from the raw outputs with differentiable TensorFlow operations only."),
        explains_failure=whole,
    )  # fmt: skip


def _by_layer(layers: LayersFacts) -> list[tuple[str, float, VariableFacts]]:
    """Gradient norm over weight norm of each layer that multiplies, in the order of the forward pass."""
    kernels = [
        one
        for one in layers.gradients
        if len(one.shape) >= 2
        and not one.lookup
        and one.norm is not None
        and one.order is not None
        and one.weight_norm > 0
    ]
    found: dict[str, tuple[str, float, VariableFacts]] = {}
    for one in sorted(kernels, key=lambda one: one.order or 0):
        ratio = (one.norm or 0.0) / one.weight_norm
        if one.layer not in found or found[one.layer][1] < ratio:
            found[one.layer] = (one.layer, ratio, one)
    return list(found.values())


def _vanishing(layers: LayersFacts) -> tuple[float, float, list[tuple[str, float, VariableFacts]]]:
    """The largest of the first third of the layers, and the median of the last third.

    What reaches one layer has come past all that lie behind it: where a single one of the first gets its share, nothing
    has vanished.
    """
    _, last, rows = _ends(layers)
    if len(rows) < FEWEST_LAYERS:
        return 1.0, 1.0, rows
    return max(row[1] for row in rows[: max(FIRST_LAYERS, len(rows) // 3)]), last, rows


def _ends(layers: LayersFacts) -> tuple[float, float, list[tuple[str, float, VariableFacts]]]:
    """The medians of the first and of the last third of the layers."""
    rows = _by_layer(layers)
    if len(rows) < FEWEST_LAYERS:
        return 1.0, 1.0, rows
    third = max(2, len(rows) // 3)
    return median(row[1] for row in rows[:third]), median(row[1] for row in rows[-third:]), rows


@check(
    "vanishing-gradients", "layers",
    explained_by=(*DATA, *LABELS, *LOSS, *WEIGHTS, "dead-units", "no-gradients", "exploding-gradients", "inputs-ignored"),
)  # fmt: skip
def vanishing_gradients(facts: Facts) -> Iterator[Finding]:
    """The first layers get next to no gradient beside the last ones."""
    assert facts.layers
    if not facts.layers.gradients:
        raise Undecided(facts.layers.lacking.get("gradients", _("no gradient was computed")))
    first, last, rows = _vanishing(facts.layers)
    if facts.layers.zero_weights or not last or not math.isfinite(first / last) or first > VANISHING * last:
        return
    yield Finding(
        "vanishing-gradients", "batch", "warning",
        _("The first layers get {ratio:.1g} times the gradient of the last ones: they hardly learn", ratio=first / last),
        _("Sigmoid and tanh pass on a fraction of the gradient each; over many layers nothing is left for the first."),
        {"first": first, "last": last, "gradient_over_weight": {name: ratio for name, ratio, _ in rows[:24]}},
        rows[0][2].where or _held(facts), "", (),
        _("Use relu or gelu with He initialisation in hidden layers, batch normalisation, or residual connections."),
    )  # fmt: skip


@check(
    "exploding-gradients", "layers",
    explained_by=(*DATA, *LABELS, *LOSS, *WEIGHTS, "no-gradients"),
)  # fmt: skip
def exploding_gradients(facts: Facts) -> Iterator[Finding]:
    """The first layers get gradients that dwarf those of the last ones."""
    assert facts.layers
    if not facts.layers.gradients:
        raise Undecided(facts.layers.lacking.get("gradients", _("no gradient was computed")))
    if facts.layers.zero_weights:
        return
    first, last, rows = _ends(facts.layers)
    largest = max(rows, key=lambda row: row[1], default=None)
    # The gradient of a cross-entropy with respect to the logits is at most 1: what is larger was made by the layers.
    steep = facts.layers.chance is not None and len(rows) >= 2 and largest is not None and largest[1] > EXPLODING
    if not steep and not (last and first > EXPLODING * last):
        return
    assert largest is not None
    yield Finding(
        "exploding-gradients", "batch", "warning",
        _("Gradients explode: {layer} gets {ratio:.2g} times the size of its weights", layer=largest[2].layer, ratio=largest[1]),
        _("Each layer multiplies what comes back to it; with weights that are too large the product grows without bound."),
        {"first": first, "last": last, "gradient_over_weight": {name: ratio for name, ratio, _ in rows[:24]}},
        largest[2].where or _held(facts), "", (), _("Use the default initialisers, normalisation layers, or clipnorm=1.0."),
    )  # fmt: skip


@check(
    "dead-units", "layers",
    explained_by=(*DATA, *LOSS, "nan-weights", "nan-activation", "initial-loss-off-chance"),
)  # fmt: skip
def dead_units(facts: Facts) -> Iterator[Finding]:
    """A layer gives zero for every sample."""
    assert facts.layers
    if "dead" in facts.layers.lacking:
        raise Undecided(facts.layers.lacking["dead"])
    bad = [
        one
        for one in facts.layers.dead
        if one.dead == one.units or (one.units >= MANY_UNITS and one.dead >= NEARLY_ALL * one.units)
    ]
    if not bad:
        return
    worst = bad[0]
    yield Finding(
        "dead-units", "batch", "warning",
        _(
            "{dead} of the {units} units of {layer} give zero for all of {rows} samples",
            dead=worst.dead, units=worst.units, layer=worst.layer, rows=worst.rows,
        ),
        _("A unit whose ReLU is zero for every sample gets no gradient, and stays at zero for ever."),
        {"layers": {one.layer: [one.dead, one.units] for one in bad}, "activation": worst.activation, "samples": worst.rows},
        worst.where or _held(facts), "", (), _("Look at this layer's initial bias and weights, and at what enters it."),
    )  # fmt: skip


# --- outputs -----------------------------------------------------------------------------------------------------------------


@check(
    "inputs-ignored", "layers",
    explained_by=(*DATA, *LOSS, *WEIGHTS, "dead-units", "no-gradients", "vanishing-gradients", "exploding-gradients",
                  "labels-in-inputs-with-keras-loss"),
)  # fmt: skip
def inputs_ignored(facts: Facts) -> Iterator[Finding]:
    """Predictions stay the same on zeroed and on shuffled inputs."""
    assert facts.layers
    if "ignored" in facts.layers.lacking:
        raise Undecided(facts.layers.lacking["ignored"])
    seen = facts.layers.ignored
    if seen is None:
        return
    names = ", ".join(name for name in seen.names if name) or _("inputs")
    yield Finding(
        "inputs-ignored", "batch", "warning",
        _("The predictions do not depend on the inputs at all") if seen.every
        else _("The predictions do not depend on {inputs}", inputs=names),
        _("With the inputs zeroed, and with those of other samples, the model says the same, to the last digit."),
        {"inputs": list(seen.names), "every": seen.every, "samples": seen.rows}, _held(facts), "", (),
        _("Follow the input through the model: a layer's result may be overwritten, multiplied by zero or normalised away."),
    )  # fmt: skip


@check(
    "initial-loss-off-chance", "layers", "batch",
    explained_by=(*DATA, *LABELS, *LOSS, *WEIGHTS, "exploding-gradients", "nan-loss", "learning-rate-too-high"),
)  # fmt: skip
def initial_loss_off_chance(facts: Facts) -> Iterator[Finding]:
    """The fresh loss is far from that of chance."""
    assert facts.layers and facts.batch
    chance, mean = facts.layers.chance, facts.batch.mean_loss
    if chance is None or mean is None:
        raise Undecided(_("no class has a chance that is known"))
    loss, rows = facts.layers.loss, facts.layers.rows
    evidence: dict[str, object] = {"chance": chance, "mean_loss": mean, "step_loss": loss, "rows": rows}
    # A sum is the mean times the number of rows; weights of samples would blur that. Batch statistics and dropout may move
    # the loss of a step as far, but not in proportion to the rows.
    halves = sum(facts.layers.halves or ())
    if (
        loss is not None
        and rows >= 8
        and not facts.layers.weighted
        and 0.3 * rows < loss / max(mean, 1e-9) < 1.5 * rows
        and HALVED[0] * loss < halves < HALVED[1] * loss
    ):
        yield Finding(
            "initial-loss-off-chance", "batch", "warning",
            _("The loss is a sum over the {rows} samples ({loss:.3g}), not their mean ({mean:.3g})", rows=rows, loss=loss, mean=mean),
            _("Gradients grow with the batch size then, and a learning rate that suits a mean is too high by that factor."),
            evidence, _compiled(facts), "summed", (), _("Return a loss per sample, or leave reduction at its default."),
        )  # fmt: skip
    # Before a first step, moving statistics mean nothing: batch normalisation of raw columns gave 7e3 in a forward pass, and
    # a loss near chance in the step itself.
    elif not facts.layers.loaded and min(mean, mean if loss is None else loss) > OFF_CHANCE * chance:
        yield Finding(
            "initial-loss-off-chance", "batch", "warning",
            _("The fresh model's loss is {mean:.3g}, where guessing gives {chance:.3g}", mean=mean, chance=chance),
            _("Untrained, a classifier should know nothing: a far larger loss means that its outputs are of the wrong size."),
            evidence, _compiled(facts), "", (), _("Look at initial weights and at factors in front of the outputs or the loss."),
        )  # fmt: skip


# --- what goes in ---------------------------------------------------------------------------------------------------------


@check(
    "input-shape-mismatch", "layers", explained_by=("text-not-tokenized", "empty-dataset", "no-collator", "two-kerases")
)
def input_shape_mismatch(facts: Facts) -> Iterator[Finding]:
    """What the dataset gives, and what the layer takes, differ."""
    assert facts.layers
    seen = facts.layers.rejected
    if seen is None:
        if "rejected" in facts.layers.lacking:
            raise Undecided(facts.layers.lacking["rejected"])
        return
    yield Finding(
        "input-shape-mismatch", "data", "error", _shape_title(seen),
        _("The first axis of what enters a model counts the samples; the others must be those that its layers were made for."),
        {"layer": seen.layer, "given": list(seen.given), "expected": list(seen.expected), "rank": seen.rank,
         "minimum_rank": seen.minimum_rank, "axes": seen.axes, "unbatched": seen.unbatched, "source": seen.source},
        seen.where, "", tuple(_batching(facts, seen)),
        _("Group the dataset into batches: dataset.batch(32).") if seen.unbatched
        else _("Give the layer's shape and the data's one and the same size, and keep the axis of the samples."),
        explains_failure=True,
    )  # fmt: skip


def _shown(shape: Sequence[int]) -> str:
    return (
        "("
        + ", ".join(_("any") if size == -1 else str(size) for size in shape)
        + ("," if len(shape) == 1 else "")
        + ")"
    )


def _shape_title(seen: RejectedFacts) -> str:
    if seen.unbatched:
        return _("The dataset hands out single samples of shape {shape}: it is not batched", shape=_shown(seen.given))
    layer, given = seen.layer, _shown(seen.given)
    if seen.expected:
        return _(
            "{layer} takes shape {shape}, and is given {given}", layer=layer, shape=_shown(seen.expected), given=given
        )
    if seen.axes:
        sizes = _(" and ").join(_("{size} on axis {axis}", size=size, axis=axis) for axis, size in seen.axes.items())
        return _("{layer} takes {sizes}, and is given {given}", layer=layer, sizes=sizes, given=given)
    if seen.rank is not None:
        return _("{layer} takes {n} axes, and is given {given}", layer=layer, n=seen.rank, given=given)
    return _("{layer} takes at least {n} axes, and is given {given}", layer=layer, n=seen.minimum_rank, given=given)


def _batching(facts: Facts, seen: RejectedFacts) -> Iterator[Remedy]:
    held = _held(facts)
    if not seen.unbatched or held is None or seen.source != "tf.data.Dataset":
        return
    edits: list[Edit] = [WrapArgument("fit", held, "x", "{}.batch(32)")]
    if seen.validation_unbatched:
        edits.append(WrapArgument("fit", held, "validation_data", "{}.batch(32)"))
    yield Remedy(_("Batch the dataset"), tuple(edits), _("The model gets 32 samples at a time."))
