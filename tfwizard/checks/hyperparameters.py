"""Values that the script did not write down, or wrote too large."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tfwizard.checks.expressions import keras_object, number
from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import Facts, SweepFacts
from tfwizard.findings import Finding, Remedy, SetArgument

#: Fine-tuning a pretrained transformer: 1e-5 to 1e-4 (the seed; Devlin et al. 2019 used 2e-5 to 5e-5); wrong from about 5e-4.
HIGHEST_USUAL, SURELY_WRONG = 1e-4, 5e-4
#: A rate of the usual range must end this much lower than the script's own before the sweep counts as proof.
CLEARLY_LOWER = 0.8
#: The share of the best rate's progress that a lower rate may lack and still be proposed.
NEARLY = 0.15


@check("learning-rate-too-high", "hyperparameters", "pipelines")
def learning_rate_too_high(facts: Facts) -> Iterator[Finding]:
    """Over the usual range for a loaded transformer, with a sweep from the same weights as evidence."""
    hyper = facts.hyperparameters
    assert hyper and facts.pipelines
    rate = hyper.learning_rate
    if rate is None:
        raise Undecided("the learning rate could not be read")
    if not (hyper.transformer and hyper.loaded_from) or rate <= HIGHEST_USUAL * 1.001:
        return
    if hyper.sweep is None:
        raise Undecided(hyper.why_no_sweep or "no sweep was run")
    best, best_end, own_end = _compare(hyper.sweep, rate)
    proved = best_end < CLEARLY_LOWER * own_end
    if not proved and rate < SURELY_WRONG:
        return
    learned = (
        f"On the same batches from the same weights, {number(best)} ends at {best_end:.3g} and {number(rate)} at {_end(own_end)}."
        if proved
        else f"On these batches it learns all the same ({_end(own_end)} against {best_end:.3g} at {number(best)})."
    )
    compile_call = facts.pipelines.compile_call
    yield Finding(
        "learning-rate-too-high", "hyperparameters", "warning" if proved else "advice",
        f"The learning rate is {number(rate)}; a loaded transformer is fine-tuned at 1e-5 to 1e-4",
        f"A high rate destroys what the checkpoint has learned. {learned}",
        {"learning_rate": rate, "usual_range": [1e-5, 1e-4], "proposed": best, "sweep_steps": hyper.sweep.steps,
         "sweep": {number(curve.rate): {"first": curve.losses[0], "last": _tail(curve.losses)} for curve in hyper.sweep.curves},
         "loaded_from": hyper.loaded_from},
        hyper.optimizer_where or (compile_call.where if compile_call else None), "", tuple(_lower_rate(facts, best)),
        f"Set the learning rate to {number(best)}.",
    )  # fmt: skip


def _compare(sweep: SweepFacts, rate: float) -> tuple[float, float, float]:
    """The rate to propose out of the usual range, where it ended, and where the script's own rate ended.

    A few steps flatter the higher rates, which wobble later: the lowest rate that got nearly as far as the best is taken.
    """
    ends = {curve.rate: _tail(curve.losses) for curve in sweep.curves}
    usual = {one: end for one, end in ends.items() if one <= HIGHEST_USUAL * 1.001 and math.isfinite(end)}
    own = next((end for one, end in ends.items() if math.isclose(one, rate, rel_tol=1e-3)), None)
    if not usual or own is None:
        raise Undecided("the sweep was stopped before it reached the rates to compare")
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
    title = f"Set the learning rate to {number(rate)}"
    consequence = "The lowest usual rate that learned nearly as fast as the best of the sweep."
    compile_call = facts.pipelines.compile_call
    if hyper.optimizer_where is not None and hyper.optimizer:
        yield Remedy(
            title, (SetArgument(hyper.optimizer, hyper.optimizer_where, "learning_rate", number(rate)),), consequence
        )
    elif compile_call and compile_call.where and hyper.optimizer:
        value, imports = keras_object(facts, "optimizers", hyper.optimizer, number(rate))
        yield Remedy(title, (SetArgument("compile", compile_call.where, "optimizer", value, imports),), consequence)


@check("from-logits-mismatch", "batch", "pipelines")
def from_logits_mismatch(facts: Facts) -> Iterator[Finding]:
    """The loss takes logits for probabilities, or the reverse."""
    assert facts.batch and facts.pipelines
    if facts.batch.error is not None:
        raise Undecided("the model does not run")
    measured = facts.batch.from_logits
    if measured is None or measured.from_logits == measured.is_logits:
        return
    compile_call = facts.pipelines.compile_call
    evidence = {
        "loss": facts.batch.loss_name, "from_logits": measured.from_logits,
        "outputs": [measured.lowest, measured.highest], "row_sums": [measured.row_sum_lowest, measured.row_sum_highest],
        "loss_as_compiled": measured.as_compiled, "loss_on_logits": measured.on_logits, "chance": facts.batch.chance,
        "gradient_norm_as_compiled": measured.gradient_as_compiled, "gradient_norm_on_logits": measured.gradient_on_logits,
    }  # fmt: skip
    where = compile_call.where if compile_call else None
    if measured.from_logits:
        yield Finding(
            "from-logits-mismatch", "hyperparameters", "advice",
            f"{measured.loss_class} is told from_logits=True, and the model gives probabilities",
            "Keras recovers the logits behind a plain softmax or sigmoid layer and then trains well; elsewhere the probabilities are squashed twice.",
            evidence, where, "", (), "Give the last layer no activation, or leave from_logits out.",
        )  # fmt: skip
        return
    remedies: tuple[Remedy, ...] = ()
    if where is not None:
        value, imports = keras_object(facts, "losses", measured.loss_class, "from_logits=True")
        remedies = (Remedy("Tell the loss that it gets logits", (SetArgument("compile", where, "loss", value, imports),),
                           "The same cross-entropy, computed from logits."),)  # fmt: skip
    yield Finding(
        "from-logits-mismatch", "hyperparameters", "error",
        f"The model gives logits ({measured.lowest:.2g} to {measured.highest:.2g}), and the loss takes them for probabilities",
        f"{measured.loss_class} has from_logits=False unless it is told otherwise; a loss given by name hides that. "
        f"On this batch it is {measured.as_compiled:.3g} as compiled and {measured.on_logits:.3g} on true logits.",
        evidence, where, "", remedies, "Pass the loss as an object with from_logits=True.",
    )  # fmt: skip


@check("hidden-defaults", "hyperparameters", "pipelines")
def hidden_defaults(facts: Facts) -> Iterator[Finding]:
    """Values set by a string, with their defaults."""
    assert facts.hyperparameters and facts.pipelines
    hidden = [row for row in facts.hyperparameters.table if row.set_by == "string"]
    if not hidden:
        return
    compile_call = facts.pipelines.compile_call
    owners = sorted({row.owner for row in hidden})
    rate = next((f" (learning_rate={row.value})" for row in hidden if row.name == "learning_rate"), "")
    yield Finding(
        "hidden-defaults", "hyperparameters", "advice",
        f"{' and '.join(owners)} given by name: {len(hidden)} values are defaults that you cannot see{rate}",
        "A string makes Keras set every argument to its default. There are always hyperparameters; these are only not shown.",
        {f"{row.owner}.{row.name}": row.value for row in hidden},
        compile_call.where if compile_call else None, "", (), "Pass objects and write the values down that matter.",
    )  # fmt: skip
