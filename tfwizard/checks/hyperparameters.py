"""Values that the script did not write down, or wrote too large."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tfwizard.checks.expressions import keras_object, listed, number
from tfwizard.checks.head_fixes import loss_edits
from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import Facts, HyperparametersFacts, Place, SweepFacts
from tfwizard.findings import Finding, Number, Remedy
from tfwizard.language import _
from tfwizard.source_edits import Edit, SetArgument

#: Fine-tuning a pretrained transformer: 1e-5 to 1e-4 (the seed; Devlin et al. 2019 used 2e-5 to 5e-5); wrong from about 5e-4.
LOWEST_USUAL, HIGHEST_USUAL, SURELY_WRONG = 1e-5, 1e-4, 5e-4
#: A rate of the usual range must end this much lower than the script's own before the sweep counts as proof.
CLEARLY_LOWER = 0.8
#: What can be imported from the optimizers of either Keras.
OF_KERAS = frozenset(
    {"Adam", "AdamW", "Adamax", "Nadam", "SGD", "RMSprop", "Adagrad", "Adadelta", "Ftrl", "Lion", "Adafactor"}
)
#: The share of the best rate's progress that a lower rate may lack and still be proposed.
NEARLY = 0.15
#: A sweep from random weights: a loss that fell by a fifth is learned from; one that grew to double has diverged.
LEARNS, DIVERGED = 0.2, 2.0
#: A rate that came less than half as far as a usual one is no match for it.
NO_MATCH = 0.5
#: A training that would lower its loss by less than this share does not learn; where its length is unknown, this many steps.
HARDLY, UNKNOWN_STEPS = 0.02, 1000


#: What makes a sound rate look wrong: losses and gradients that mean nothing, or inputs of the wrong size.
OTHER_CAUSES = (
    "labels-missing", "label-kind-mismatch", "loss-mismatch", "from-logits-mismatch", "wrong-output-layer", "output-shape-mismatch",
    "loss-broadcasts", "num-labels-too-small", "labels-not-from-zero", "labels-invalid", "labels-misrouted", "non-finite-inputs",
    "inputs-not-scaled", "constant-inputs", "nan-loss", "nan-activation", "nan-weights", "no-gradients", "no-trainable-weights",
    "dead-units", "vanishing-gradients", "exploding-gradients", "optimizer-not-applied",
)  # fmt: skip


@check("learning-rate-too-high", "hyperparameters", "rates", "pipelines", explained_by=OTHER_CAUSES)
def learning_rate_too_high(facts: Facts) -> Iterator[Finding]:
    """Over the usual range for this kind of model, with a sweep from the same weights as evidence."""
    hyper, rates = facts.hyperparameters, facts.rates
    assert hyper and rates and facts.pipelines
    rate = hyper.learning_rate
    if rate is None:
        raise Undecided(_("the learning rate could not be read"))
    if not (hyper.transformer and hyper.loaded_from):
        yield from _too_high_for_any(facts)
        return
    if rate <= HIGHEST_USUAL * 1.001:
        return
    if rates.sweep is None:
        raise Undecided(rates.why_no_sweep or _("no sweep was run"))
    best, best_end, own_end = _compare(rates.sweep, rate)
    proved = best_end < CLEARLY_LOWER * own_end
    if not proved and rate < SURELY_WRONG:
        return
    ends = {"best": number(best), "best_end": best_end, "rate": number(rate), "end": _end(own_end)}
    compile_call = facts.pipelines.compile_call
    yield Finding(
        "learning-rate-too-high", "hyperparameters", "warning" if proved else "advice",
        _("The learning rate is {rate}; a loaded transformer is fine-tuned at 1e-5 to 1e-4", rate=number(rate)),
        _("A high rate destroys what the checkpoint has learned. "
          "On the same batches from the same weights, {best} ends at {best_end:.3g} and {rate} at {end}.", **ends) if proved
        else _("A high rate destroys what the checkpoint has learned. "
               "On these batches it learns all the same ({end} against {best_end:.3g} at {best}).", **ends),
        {"learning_rate": rate, "usual_range": [1e-5, 1e-4], "proposed": best, "sweep_steps": rates.sweep.steps,
         "sweep": {number(curve.rate): {"first": curve.losses[0], "last": _tail(curve.losses)} for curve in rates.sweep.curves},
         "loaded_from": hyper.loaded_from},
        hyper.optimizer_where or (compile_call.where if compile_call else None), "", tuple(_lower_rate(facts, best)),
        _("Set the learning rate to {best}.", best=number(best)),
    )  # fmt: skip


def _too_high_for_any(facts: Facts) -> Iterator[Finding]:
    """A rate over the usual ones of its optimizer, or one that diverges, where a usual one learns."""
    hyper = facts.hyperparameters
    assert hyper and hyper.learning_rate is not None and facts.pipelines
    found = _from_start(facts)
    if found is None:
        return
    sweep, own, best, progress = found
    rate, start = hyper.learning_rate, abs(sweep.start or 0.0)
    highest = hyper.usual[1] if hyper.usual else math.inf
    diverged = not math.isfinite(own) or own > DIVERGED * start
    if best >= rate or not (rate > highest * 1.001 or diverged):
        return
    if progress[best] < LEARNS * start or (sweep.start or 0.0) - own >= NO_MATCH * progress[best]:
        return
    end = (sweep.start or 0.0) - progress[best]
    yield Finding(
        "learning-rate-too-high", "hyperparameters", "warning",
        _("The learning rate is {rate}: {steps} steps take the loss from {start:.3g} to {end}, "
          "and to {best_end:.3g} at {best}",
          rate=number(rate), steps=sweep.steps, start=sweep.start, end=_end(own), best_end=end, best=number(best)),
        _("Steps of this size jump over what they look for. {optimizer} is usually given {rates} on such a model.",
          optimizer=hyper.optimizer, rates=_usual_rates(hyper))
        if hyper.usual else _("Steps of this size jump over what they look for."),
        {"learning_rate": rate, "usual_range": list(hyper.usual or ()), "proposed": best, **_told(sweep)},
        _rate_place(facts), "", tuple(_other_rate(facts, best)), _("Set the learning rate to {best}.", best=number(best)),
    )  # fmt: skip


@check(
    "learning-rate-too-low", "hyperparameters", "rates", "pipelines", explained_by=(*OTHER_CAUSES, "schedule-mismatch")
)
def learning_rate_too_low(facts: Facts) -> Iterator[Finding]:
    """The loss would hardly move to the end of the training, and a usual rate learns within a few steps."""
    hyper = facts.hyperparameters
    assert hyper and facts.pipelines
    if hyper.learning_rate is None:
        raise Undecided(_("the learning rate could not be read"))
    found = _from_start(facts)
    if found is None:
        return
    sweep, own, best, progress = found
    rate, start = hyper.learning_rate, abs(sweep.start or 0.0)
    total = hyper.total_steps or UNKNOWN_STEPS
    pace = ((sweep.start or 0.0) - own) / sweep.steps
    # That a usual rate gets nowhere in a training of a few steps is the fault of the few steps.
    usual = hyper.usual is not None and rate >= hyper.usual[0] * 0.999
    whole = pace * max(sweep.steps, total, UNKNOWN_STEPS if usual else 0)
    # A loss that rises at this rate has another fault.
    if best <= rate or not math.isfinite(own) or abs(whole) >= HARDLY * start or progress[best] < LEARNS * start:
        return
    end = (sweep.start or 0.0) - progress[best]
    yield Finding(
        "learning-rate-too-low", "hyperparameters", "warning",
        _("The learning rate is {rate}: {steps} steps take the loss from {start:.4g} to {end:.4g}, "
          "and to {best_end:.3g} at {best}",
          rate=number(rate), steps=sweep.steps, start=sweep.start, end=own, best_end=end, best=number(best)),
        _("At this pace the {steps} steps of the training would change the loss by {share:.1%}. The model, the data and "
          "the loss are not at fault: from the same weights a usual rate learns.", steps=total, share=pace * total / start),
        {"learning_rate": rate, "usual_range": list(hyper.usual or ()), "proposed": best,
         "steps_of_the_training": hyper.total_steps, **_told(sweep)},
        _rate_place(facts), "", tuple(_other_rate(facts, best)), _("Set the learning rate to {best}.", best=number(best)),
    )  # fmt: skip


def _from_start(facts: Facts) -> tuple[SweepFacts, float, float, dict[float, float]] | None:
    """The sweep, where the script's own rate ended, the rate to propose, and how far each usual rate came.

    None when there was nothing to compare: the rate is usual, and moves the loss.
    """
    hyper = facts.hyperparameters
    assert hyper and facts.rates
    sweep, rate = facts.rates.sweep, hyper.learning_rate
    if sweep is None:
        if facts.rates.why_no_sweep:
            raise Undecided(facts.rates.why_no_sweep)
        return None
    if sweep.start is None or rate is None:
        return None
    ends = {
        curve.rate: _mean(curve.losses, sweep.batches) for curve in sweep.curves if len(curve.losses) >= sweep.steps
    }
    first = sweep.curves[0]
    own = _mean(first.losses, sweep.batches)
    progress = {one: sweep.start - end for one, end in ends.items() if one != first.rate and math.isfinite(end)}
    if not progress:
        raise Undecided(
            _("the sweep was not finished: {why}", why=sweep.stopped_early)
            if sweep.stopped_early
            else _("no usual rate ran")
        )
    furthest = max(progress.values())
    best = min(one for one, value in progress.items() if value >= furthest - NEARLY * max(0.0, furthest))
    return sweep, own, best, progress


def _mean(losses: tuple[float, ...], batches: int) -> float:
    tail = losses[-batches:]
    mean = sum(tail) / len(tail) if tail else math.inf
    return mean if math.isfinite(mean) else math.inf


def _told(sweep: SweepFacts) -> dict[str, object]:
    ends = {number(curve.rate): _mean(curve.losses, sweep.batches) for curve in sweep.curves}
    shown = {rate: end if math.isfinite(end) else _("diverged") for rate, end in ends.items()}
    return {"sweep_steps": sweep.steps, "loss_at_start": sweep.start, "sweep": shown}


def _rate_place(facts: Facts) -> Place | None:
    hyper = facts.hyperparameters
    assert hyper and facts.pipelines
    compile_call = facts.pipelines.compile_call
    return hyper.optimizer_where or (compile_call.where if compile_call else None)


def _other_rate(facts: Facts, rate: float) -> Iterator[Remedy]:
    """A schedule would be lost if a number took its place."""
    hyper = facts.hyperparameters
    if hyper and hyper.schedule is None:
        yield from _lower_rate(facts, rate)


def _compare(sweep: SweepFacts, rate: float) -> tuple[float, float, float]:
    """The rate to propose out of the usual range, where it ended, and where the script's own rate ended.

    A few steps flatter the higher rates, which wobble later: the lowest rate that got nearly as far as the best is taken.
    """
    ends = {curve.rate: _tail(curve.losses) for curve in sweep.curves}
    usual = {one: end for one, end in ends.items() if one <= HIGHEST_USUAL * 1.001 and math.isfinite(end)}
    own = next((end for one, end in ends.items() if math.isclose(one, rate, rel_tol=1e-3)), None)
    if not usual or own is None:
        raise Undecided(_("the sweep was stopped before it reached the rates to compare"))
    lowest = min(usual.values())
    first = next(curve.losses[0] for curve in sweep.curves if curve.rate in usual)
    best = min(one for one, end in usual.items() if end <= lowest + NEARLY * max(0.0, first - lowest))
    return best, usual[best], own


def _tail(losses: tuple[float, ...]) -> float:
    tail = losses[-4:]
    mean = sum(tail) / len(tail) if tail else math.inf
    return mean if math.isfinite(mean) else math.inf


def _end(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "NaN"


def _lower_rate(facts: Facts, rate: float) -> Iterator[Remedy]:
    hyper = facts.hyperparameters
    assert hyper and facts.pipelines
    title = _("Set the learning rate to {rate}", rate=number(rate))
    consequence = _("The lowest usual rate that learned nearly as fast as the best of the sweep.")
    compile_call = facts.pipelines.compile_call
    proposed = Number(_("learning rate"), number(rate), _usual_rates(hyper))
    if hyper.optimizer_where is not None and hyper.optimizer:
        edit = SetArgument(hyper.optimizer, hyper.optimizer_where, "learning_rate", proposed.text)
        yield Remedy(title, (edit,), consequence, proposed)
    if compile_call and compile_call.where and hyper.optimizer in OF_KERAS:
        value, imports = keras_object(facts, "optimizers", hyper.optimizer, number(rate))
        if hyper.optimizer_where is not None:
            # For an optimizer that something else makes, `optimizers.get` or a loaded model, which takes no rate.
            title = _(
                "Give compile a new {optimizer} with the learning rate {rate}",
                optimizer=hyper.optimizer,
                rate=number(rate),
            )
            consequence = _("Whatever else the old one was told is Keras's default again.")
        yield Remedy(
            title, (SetArgument("compile", compile_call.where, "optimizer", value, imports),), consequence, proposed
        )


def _usual_rates(hyper: HyperparametersFacts) -> str:
    if hyper.transformer and hyper.loaded_from:
        return _("{lowest} to {highest}", lowest=number(LOWEST_USUAL), highest=number(HIGHEST_USUAL))
    return (
        _("{lowest} to {highest}", lowest=number(hyper.usual[0]), highest=number(hyper.usual[1])) if hyper.usual else ""
    )


@check(
    "from-logits-mismatch", "batch", "pipelines",
    explained_by=("label-kind-mismatch", "loss-mismatch", "wrong-output-layer", "output-shape-mismatch", "problem-type-mismatch"),
)  # fmt: skip
def from_logits_mismatch(facts: Facts) -> Iterator[Finding]:
    """The loss takes logits for probabilities, or the reverse."""
    assert facts.batch and facts.pipelines
    if facts.batch.error is not None:
        raise Undecided(_("the model does not run"))
    measured = facts.batch.from_logits
    if measured is None or measured.from_logits == measured.is_logits:
        return
    compile_call = facts.pipelines.compile_call
    evidence = {
        "loss": _(facts.batch.loss_name), "from_logits": measured.from_logits,
        "outputs": [measured.lowest, measured.highest], "row_sums": [measured.row_sum_lowest, measured.row_sum_highest],
        "loss_as_compiled": measured.as_compiled, "loss_on_logits": measured.on_logits, "chance": facts.batch.chance,
        "gradient_norm_as_compiled": measured.gradient_as_compiled, "gradient_norm_on_logits": measured.gradient_on_logits,
        "output": measured.output,
    }  # fmt: skip
    where = compile_call.where if compile_call else None
    loop = facts.loop.loss if facts.loop else None
    if loop is not None:
        where = loop.where
    in_loop = _told_in_loop(facts, not measured.from_logits)
    head = next((one for one in facts.heads.outputs if one.name == measured.output), None) if facts.heads else None
    if measured.from_logits:
        twice = in_loop or (
            loss_edits(facts, head, measured.loss_class, "") if head is not None and measured.squashed else ()
        )
        yield Finding(
            "from-logits-mismatch", "hyperparameters", "error" if measured.squashed else "advice",
            _("{loss} is told from_logits=True, and the model gives probabilities", loss=measured.loss_class),
            _("The probabilities go through softmax or sigmoid a second time: the loss cannot come near 0, and the gradients are small.")
            if measured.squashed else _("Keras recovers the logits behind a plain softmax or sigmoid layer and then trains well."),
            evidence, where, measured.output,
            (Remedy(_("Tell the loss that it gets probabilities"), twice, _("The cross-entropy of the probabilities.")),) if twice else (),
            _("Give the last layer no activation, or leave from_logits out."),
        )  # fmt: skip
        return
    edits: tuple[Edit, ...] = in_loop
    if loop is None and head is not None:
        edits = loss_edits(facts, head, measured.loss_class, "from_logits=True")
    elif loop is None and where is not None and not measured.output:
        value, imports = keras_object(facts, "losses", measured.loss_class, "from_logits=True")
        edits = (SetArgument("compile", where, "loss", value, imports),)
    remedies = (
        (Remedy(_("Tell the loss that it gets logits"), edits, _("The same cross-entropy, computed from logits.")),) if edits else ()
    )  # fmt: skip
    yield Finding(
        "from-logits-mismatch", "hyperparameters", "error",
        _("The model gives logits ({lowest:.2g} to {highest:.2g}), and the loss takes them for probabilities",
          lowest=measured.lowest, highest=measured.highest),
        _("{loss} has from_logits=False unless it is told otherwise; a loss given by name hides that. "
          "On this batch it is {as_compiled:.3g} as compiled and {on_logits:.3g} on true logits.",
          loss=measured.loss_class, as_compiled=measured.as_compiled, on_logits=measured.on_logits),
        evidence, where, measured.output, remedies, _("Pass the loss as an object with from_logits=True."),
    )  # fmt: skip


def _told_in_loop(facts: Facts, logits: bool) -> tuple[Edit, ...]:
    """Tell the loss of a loop of the user's own what it gets, where it can be told."""
    loss = facts.loop.loss if facts.loop else None
    if loss is None or loss.made is None or loss.name.endswith("_with_logits"):
        return ()
    return (SetArgument(loss.name, loss.made, "from_logits", str(logits)),)


@check("hidden-defaults", "hyperparameters", "pipelines")
def hidden_defaults(facts: Facts) -> Iterator[Finding]:
    """Values set by a string, with their defaults."""
    assert facts.hyperparameters and facts.pipelines
    hidden = [row for row in facts.hyperparameters.table if row.set_by == "string"]
    if not hidden:
        return
    compile_call = facts.pipelines.compile_call
    owners = sorted({row.owner for row in hidden})
    rate = next((row.value for row in hidden if row.name == "learning_rate"), None)
    yield Finding(
        "hidden-defaults", "hyperparameters", "advice",
        _("{owners} given by name: {n} values are defaults that you cannot see", owners=listed(owners), n=len(hidden)) if rate is None
        else _("{owners} given by name: {n} values are defaults that you cannot see (learning_rate={rate})",
               owners=listed(owners), n=len(hidden), rate=rate),
        _("A string makes Keras set every argument to its default. There are always hyperparameters; these are only not shown."),
        {f"{row.owner}.{row.name}": row.value for row in hidden},
        compile_call.where if compile_call else None, "", (), _("Pass objects and write the values down that matter."),
    )  # fmt: skip
