"""A comparison as a document (schema tfwizard-compare/1) and as text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tfwizard import prose
from tfwizard.checks.comparison import Mean, Row, Verdict, rows_of, verdict
from tfwizard.facts import BaselineFacts, CompareFacts, OutputBaseline
from tfwizard.language import N_, _
from tfwizard.report.contract import plain, shown_path
from tfwizard.report.text import WIDTH
from tfwizard.session import Session

SCHEMA = "tfwizard-compare/1"
BASELINES = {
    "training": N_("Trivial baseline, training data: {baseline}"),
    "validation": N_("Trivial baseline, validation data: {baseline}"),
}


def document(session: Session, facts: CompareFacts | None, why: str, early: bool, seconds: float) -> dict[str, Any]:
    """The document of `compare --json`; `why` says why nothing was compared, `early` that something is to be mended first."""
    baseline = session.run_state.facts.baseline
    whole: dict[str, Any] = {
        "schema": SCHEMA,
        "script": shown_path(str(session.script)),
        "outcome": "compared" if facts else ("refused" if early else "not_compared"),
        "why": why,
        "baseline": baseline,
        "compared": None,
        "verdict": None,
        "seconds": round(seconds, 2),
    }
    if facts is not None:
        found = verdict(facts, baseline_loss(baseline))
        whole["compared"] = {**plain(facts), "table": [_row(row) for row in rows_of(facts)]}
        whole["verdict"] = found
    return plain(whole)  # type: ignore[no-any-return]


def baseline_loss(facts: BaselineFacts | None) -> float | None:
    """The loss of the best constant answer: on the validation data where that is known."""
    if facts is None:
        return None
    return facts.validation_loss if facts.validation_loss is not None else facts.loss


def _row(row: Row) -> dict[str, Any]:
    return {
        "value": row.value, "training_loss": row.training, "held_out_loss": row.held, "held_out_accuracy": row.accuracy,
        "diverged": row.diverged, "best": row.best,
    }  # fmt: skip


def as_text(facts: CompareFacts, baseline: BaselineFacts | None) -> str:
    """Baseline, table, verdict."""
    return "\n".join(_lines(facts, baseline, verdict(facts, baseline_loss(baseline)))) + "\n"


def _lines(facts: CompareFacts, baseline: BaselineFacts | None, found: Verdict) -> Iterator[str]:
    for one in baseline.outputs if baseline else ():
        yield from prose.lines(
            _(BASELINES[one.source], baseline=baseline_words(one)),
            WIDTH,
            subsequent_indent="  ",
        )
    yield from prose.lines(run_words(facts), WIDTH, subsequent_indent="  ")
    yield ""
    yield f"{facts.name:>16}  {_('training loss'):>18}  {_('held-out loss'):>18}  {_('accuracy'):>16}"
    if facts.before is not None:
        rights = f"{facts.accuracy_before:.3f}" if facts.accuracy_before is not None else "–"
        yield f"{_('before training'):>16}  {'–':>18}  {facts.before:>18.4g}  {rights:>16}"
    for row in rows_of(facts):
        marks = [_("best")] if row.best else []
        marks += [_("(the script's)")] if _same(row.value, facts.present) else []
        yield (
            f"{row.value:>16}  {mean_words(row.training):>18}  {mean_words(row.held):>18}  "
            f"{mean_words(row.accuracy) if row.accuracy else '–':>16}{''.join(f' {mark}' for mark in marks)}"
        )
    yield ""
    yield from prose.lines(found.text, WIDTH)
    yield from prose.lines(found.rule, WIDTH)
    for note in notes_words(facts):
        yield from prose.lines(note, WIDTH, subsequent_indent="  ")


def baseline_words(one: OutputBaseline) -> str:
    """What a constant answer gets for one output."""
    words = _baseline(one)
    if not one.whole:
        words = _("{baseline} (of those that were read)", baseline=words)
    return _("output {name}: {baseline}", name=one.output, baseline=words) if one.output else words


def _baseline(one: OutputBaseline) -> str:
    if one.kind == "numbers":
        return _(
            "the mean {mean:.4g} for every row has the squared error {variance:.4g} (the variance), {n} rows",
            mean=one.mean,
            variance=one.variance,
            n=one.rows,
        )
    if one.kind == "several classes":
        return _(
            "the commoner answer for each class is right in {share:.1%}, loss {loss:.4g}, {n} rows",
            share=one.share,
            loss=one.entropy,
            n=one.rows,
        )
    return _(
        "always {answer} is right in {share:.1%}; the class frequencies as the answer give the loss {loss:.4g} "
        "(chance: ln of the classes = {chance:.4g}), {n} labels",
        answer=one.majority,
        share=one.share,
        loss=one.entropy,
        chance=one.uniform,
        n=one.rows,
    )


def run_words(facts: CompareFacts) -> str:
    """What was compared, on what."""
    words = _(
        "{name}: {values} values × {seeds} seeds × {steps} steps on {rows} rows, from the same weights; judged on "
        "{held} rows that no run trains on ({source})."
    )
    if facts.name == "seed":
        words = _(
            "{name}: {values} values × {steps} steps on {rows} rows, from the same weights; judged on "
            "{held} rows that no run trains on ({source})."
        )
    return words.format(
        name=facts.name,
        values=len(facts.values),
        seeds=len(facts.seeds),
        steps=facts.steps,
        rows=facts.rows,
        held=facts.held_rows,
        source=facts.held_from,
    )


def notes_words(facts: CompareFacts) -> Iterator[str]:
    """What a seed changes and what it does not, what else is to be known."""
    changes = _("A seed changes {things}.", things=", ".join(facts.varied))
    yield f"{changes} {_('It does not change {things}.', things=', '.join(facts.kept))}" if facts.kept else changes
    for note in facts.notes:
        yield _("Note: {note}.", note=note)
    if facts.stopped:
        yield _("Cut short: {why}.", why=facts.stopped)


def mean_words(mean: Mean) -> str:
    """A mean and its spread."""
    if not math.isfinite(mean.value):
        return _("diverges")
    return f"{mean.value:.4f} ± {mean.spread:.4f}" if mean.count > 1 else f"{mean.value:.4f}"


def _same(value: str, present: str | None) -> bool:
    try:
        return present is not None and math.isclose(float(value), float(present), rel_tol=1e-3)
    except ValueError:
        return False
