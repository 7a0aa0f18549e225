"""What a comparison shows: the means of each value, and whether they differ by more than the noise between seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tfwizard.facts import ComparedRun, CompareFacts

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

RULE = (
    "Rule: every value runs with the same seeds, and is compared seed by seed. Two values differ where the mean of these differences "
    "is larger than the noise: the larger one of Student's t at 95 % times their standard error, and the spread (standard deviation) "
    "over the seeds of the better value."
)
SEED_RULE = f"Rule: a seed matters where the losses of the seeds lie further apart than {SMALL_SHARE:.0%} of what training gained."


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
    rule: str = RULE


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
        return Verdict(None, None, None, None, "Fewer than two values came to their end: there is nothing to compare.")
    best, second = rows[0], rows[1]
    if not math.isfinite(best.held.value):
        return Verdict(
            None, None, None, None, f"Every value of {facts.name} diverges: the loss is no number at the end."
        )
    level = ""
    if baseline is not None and best.held.value >= baseline:
        level = f" None is better than the trivial baseline of {baseline:.3g} after {facts.steps} steps."
    if facts.steps < facts.asked_steps:
        level += " The runs were cut short."
    apart = [(row, *difference_between(facts, best.value, row.value)) for row in rows[1:]]
    if any(noise is None for _, _, noise in apart):
        row, wide, _ = apart[-1]
        text = f"With one seed the noise is not known: {wide:.3g} between {best.value} and {row.value} may be chance. Take three seeds."
        return Verdict(None, best.value, wide, None, text + level)
    _, top, top_noise = apart[0]
    shown = [(row, wide, noise) for row, wide, noise in apart if noise is not None and wide > noise]
    if not shown:
        row, wide, noise = min(apart, key=lambda one: (one[2] or 0.0) / one[1] if one[1] else math.inf)  # the clearest
        text = (
            f"A difference of {wide:.2g} between {best.value} and {row.value} is smaller than the noise of {_words(noise)}: "
            "no difference shown."
        )
        return Verdict(False, None, wide, noise, text + level)
    row, wide, noise = shown[-1]  # the worst of those that are worse by more than the noise
    matters = f"{facts.name} matters: {best.value} is better than {row.value} by {_words(wide)}, and the noise is {_words(noise)}."
    if len(rows) == 2:
        return Verdict(True, best.value, wide, noise, matters + level)
    if top_noise is not None and top <= top_noise:
        between = (
            f" Between the best two, {best.value} and {second.value}, a difference of {top:.2g} is smaller than the noise of "
            f"{top_noise:.2g}: no difference shown."
        )
        return Verdict(True, None, top, top_noise, matters + between + level)
    between = f" {best.value} is better than the second, {second.value}, by {_words(top)}, and the noise is {_words(top_noise)}."
    return Verdict(True, best.value, top, top_noise, (matters if row is second else matters + between) + level)


def _words(value: float | None) -> str:
    return "more than can be said (it diverges)" if value is None or math.isinf(value) else f"{value:.2g}"


def _of_seeds(facts: CompareFacts, rows: Sequence[Row]) -> Verdict:
    """The seeds themselves: how far they lie apart, against what training gained."""
    losses = [row.held.value for row in rows]
    if len(losses) < 2 or facts.before is None or not all(math.isfinite(loss) for loss in losses):
        return Verdict(None, None, None, None, "Two seeds or more have to come to a finite loss.", SEED_RULE)
    apart, middle = max(losses) - min(losses), mean_of(losses)
    gained = facts.before - middle.value
    if gained <= 0:
        text = (
            f"Training gained nothing ({facts.before:.3g} before, {middle.value:.3g} after): the seeds say nothing yet."
        )
        return Verdict(None, None, apart, None, text, SEED_RULE)
    matters = apart > SMALL_SHARE * gained
    text = (
        f"The seed {'matters' if matters else 'does not matter'}: the losses of {len(losses)} seeds lie {apart:.2g} apart (± {middle.spread:.2g}), "
        f"and training gained {gained:.2g} ({facts.before:.3g} → {middle.value:.3g}): {apart / gained:.0%} of it."
    )
    return Verdict(matters, None, apart, middle.spread, text, SEED_RULE)
