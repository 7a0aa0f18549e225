"""What a comparison shows: the means of each value, and whether they differ by more than the noise between seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tfwizard.facts import ComparedRun, CompareFacts
from tfwizard.language import N_, _

#: Two-sided 95 % of Student's t, by degrees of freedom (the last for all above).
STUDENT = {
    1: 12.71,
    2: 4.30,
    3: 3.18,
    4: 2.78,
    5: 2.57,
    6: 2.45,
    7: 2.36,
    8: 2.31,
    9: 2.26,
    10: 2.23,
    12: 2.18,
    15: 2.13,
    20: 2.09,
    30: 2.04,
}
#: Seeds that move the loss by less than this share of what training gained do not matter.
SMALL_SHARE = 0.2
#: The last steps of a run, whose mean is its final training loss.
TAIL = 5

RULE = N_(
    "Rule: every value runs with the same seeds, and is compared seed by seed. Two values differ where the mean of these differences "
    "is larger than the noise: the larger one of Student's t at 95 % times their standard error, and the spread (standard deviation) "
    "over the seeds of the better value."
)
SEED_RULE = N_(
    "Rule: a seed matters where the losses of the seeds lie further apart than {share:.0%} of what training gained."
)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over seeds and its standard deviation (0 for one seed); infinite where a run has diverged."""

    value: float
    spread: float
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the hyperparameter. `diverged` counts the runs whose loss is no number at the end."""

    value: str
    training: Mean
    held: Mean
    accuracy: Mean | None
    diverged: int
    best: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the runs show. `matters` is None where that cannot be told, and False where no difference is shown.

    `text` says it with its numbers, `rule` by which rule.
    """

    matters: bool | None
    best: str | None
    difference: float | None
    noise: float | None
    text: str
    rule: str = field(default_factory=lambda: _(RULE))


def mean_of(values: Sequence[float]) -> Mean:
    """Mean and sample standard deviation."""
    if not values or not all(math.isfinite(value) for value in values):
        return Mean(math.inf, math.inf, len(values))
    middle = sum(values) / len(values)
    spread = math.sqrt(sum((value - middle) ** 2 for value in values) / (len(values) - 1)) if len(values) > 1 else 0.0
    return Mean(middle, spread, len(values))


def rows_of(facts: CompareFacts) -> tuple[Row, ...]:
    """The table, in the order of the values as given; the best is the one with the lowest loss on the rows kept back."""
    found = []
    for value in facts.values:
        runs = [run for run in facts.runs if run.value == value]
        if not runs:
            continue
        rights = [run.accuracy for run in runs if run.accuracy is not None]
        held = [math.inf if run.held_loss is None else run.held_loss for run in runs]
        diverged = sum(not math.isfinite(loss) for loss in held)
        found.append(
            Row(
                value,
                mean_of([final(run) for run in runs]),
                mean_of(held),
                mean_of(rights) if rights else None,
                diverged,
            )
        )
    best = min(found, key=lambda row: row.held.value, default=None)
    return tuple(
        Row(
            row.value, row.training, row.held, row.accuracy, row.diverged, row is best and math.isfinite(row.held.value)
        )
        for row in found
    )


def final(run: ComparedRun) -> float:
    """The training loss at the end of a run."""
    tail = run.losses[-TAIL:]
    return sum(tail) / len(tail) if tail else math.inf


def difference_between(facts: CompareFacts, best: str, other: str) -> tuple[float, float | None]:
    """How much higher the loss of `other` is, and how high that could be by chance (None with a single seed).

    The same seed begins with the same weights and rows for both, so that they are compared seed by seed (a paired t-test).
    That finds tiny differences too: one that another seed would outweigh is no reason to choose a value.
    """
    losses = {value: {run.seed: run.held_loss for run in facts.runs if run.value == value} for value in (best, other)}
    pairs = [(loss, losses[other][seed]) for seed, loss in losses[best].items() if seed in losses[other]]
    apart = [second - first for first, second in pairs if first is not None and second is not None]
    if len(apart) < len(pairs) or not all(math.isfinite(each) for each in apart):
        return math.inf, 0.0  # it diverged, which no seed explains away
    mean = mean_of(apart)
    if mean.count < 2:
        return mean.value, None
    student = next(t for at, t in sorted(STUDENT.items(), reverse=True) if at <= mean.count - 1)
    seeds = mean_of([first for first, _ in pairs if first is not None])
    return mean.value, max(student * mean.spread / math.sqrt(mean.count), seeds.spread)


def verdict(facts: CompareFacts, baseline: float | None) -> Verdict:
    """Whether the hyperparameter matters, which value is best, and by how much more than the noise."""
    rows = sorted(rows_of(facts), key=lambda row: row.held.value)
    if facts.name == "seed":
        return _of_seeds(facts, rows)
    if len(rows) < 2:
        return Verdict(
            None, None, None, None, _("Fewer than two values came to their end: there is nothing to compare.")
        )
    best, second = rows[0], rows[1]
    if not math.isfinite(best.held.value):
        return Verdict(
            None,
            None,
            None,
            None,
            _("Every value of {name} diverges: the loss is no number at the end.", name=facts.name),
        )
    level = []
    if baseline is not None and best.held.value >= baseline:
        level.append(
            _(
                "None is better than the trivial baseline of {baseline:.3g} after {n} steps.",
                baseline=baseline,
                n=facts.steps,
            )
        )
    if facts.steps < facts.asked_steps:
        level.append(_("The runs were cut short."))
    apart = [(row, *difference_between(facts, best.value, row.value)) for row in rows[1:]]
    if any(noise is None for _row, _wide, noise in apart):
        row, wide, _unknown = apart[-1]
        text = _(
            "With one seed the noise is not known: {difference:.3g} between {best} and {other} may be chance. Take three seeds.",
            difference=wide,
            best=best.value,
            other=row.value,
        )
        return Verdict(None, best.value, wide, None, " ".join([text, *level]))
    _next, top, top_noise = apart[0]
    shown = [(row, wide, noise) for row, wide, noise in apart if noise is not None and wide > noise]
    if not shown:
        row, wide, noise = min(apart, key=lambda one: (one[2] or 0.0) / one[1] if one[1] else math.inf)  # the clearest
        text = _(
            "A difference of {difference:.2g} between {best} and {other} is smaller than the noise of {noise}: "
            "no difference shown.",
            difference=wide,
            best=best.value,
            other=row.value,
            noise=_words(noise),
        )
        return Verdict(False, None, wide, noise, " ".join([text, *level]))
    row, wide, noise = shown[-1]  # the worst of those that are worse by more than the noise
    matters = _(
        "{name} matters: {best} is better than {other} by {difference}, and the noise is {noise}.",
        name=facts.name,
        best=best.value,
        other=row.value,
        difference=_words(wide),
        noise=_words(noise),
    )
    if len(rows) == 2:
        return Verdict(True, best.value, wide, noise, " ".join([matters, *level]))
    if top_noise is not None and top <= top_noise:
        between = _(
            "Between the best two, {best} and {second}, a difference of {difference:.2g} is smaller than the noise of "
            "{noise:.2g}: no difference shown.",
            best=best.value,
            second=second.value,
            difference=top,
            noise=top_noise,
        )
        return Verdict(True, None, top, top_noise, " ".join([matters, between, *level]))
    if row is second:
        return Verdict(True, best.value, top, top_noise, " ".join([matters, *level]))
    between = _(
        "{best} is better than the second, {second}, by {difference}, and the noise is {noise}.",
        best=best.value,
        second=second.value,
        difference=_words(top),
        noise=_words(top_noise),
    )
    return Verdict(True, best.value, top, top_noise, " ".join([matters, between, *level]))


def _words(value: float | None) -> str:
    return _("more than can be said (it diverges)") if value is None or math.isinf(value) else f"{value:.2g}"


def _of_seeds(facts: CompareFacts, rows: Sequence[Row]) -> Verdict:
    """The seeds themselves: how far they lie apart, against what training gained."""
    losses = [row.held.value for row in rows]
    rule = _(SEED_RULE, share=SMALL_SHARE)
    if len(losses) < 2 or facts.before is None or not all(math.isfinite(loss) for loss in losses):
        return Verdict(None, None, None, None, _("Two seeds or more have to come to a finite loss."), rule)
    apart, middle = max(losses) - min(losses), mean_of(losses)
    gained = facts.before - middle.value
    if gained <= 0:
        text = _(
            "Training gained nothing ({before:.3g} before, {after:.3g} after): the seeds say nothing yet.",
            before=facts.before,
            after=middle.value,
        )
        return Verdict(None, None, apart, None, text, rule)
    matters = apart > SMALL_SHARE * gained
    text = _(
        "{verdict}: the losses of {n} seeds lie {apart:.2g} apart (± {spread:.2g}), "
        "and training gained {gained:.2g} ({before:.3g} → {after:.3g}): {share:.0%} of it.",
        verdict=_("The seed matters") if matters else _("The seed does not matter"),
        n=len(losses),
        apart=apart,
        spread=middle.spread,
        gained=gained,
        before=facts.before,
        after=middle.value,
        share=apart / gained,
    )
    return Verdict(matters, None, apart, middle.spread, text, rule)
