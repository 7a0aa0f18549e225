"""The training set as a whole, in few lines."""

from __future__ import annotations

from tfwizard.facts import (
    CountsFacts,
    EmptyFacts,
    NonFiniteFacts,
    OrderFacts,
    RepeatFacts,
    ScaleFacts,
    ScanFacts,
    ThirdPartFacts,
)
from tfwizard.language import _, joined, ngettext
from tfwizard.tui.lines import Lines, blank, clean, facts_list, heading, number
from tfwizard.tui.view import where_words

MOST_CLASSES = 8


def scan_lines(facts: ScanFacts, width: int) -> Lines:
    """What one pass over the training set shows; only what is there."""
    rows = [(_("seen"), seen_words(facts))]
    if facts.empty:
        rows.append((_("empty"), empty_words(facts.empty)))
    rows += [(_("not finite"), non_finite_words(each)) for each in facts.non_finite]
    if facts.counts and facts.counts.counts:
        rows.append((_("classes"), counts_words(facts.counts)))
    if facts.order:
        rows.append((_("order"), order_words(facts.order)))
    if facts.repeats:
        rows.append((_("repeats"), repeat_words(facts.repeats)))
    if facts.conflicts and facts.conflicts.rows:
        words = ngettext(
            "{n} row: same inputs, different labels", "{n} rows: same inputs, different labels", facts.conflicts.rows
        )
        rows.append((_("conflicts"), words))
    if facts.overlap:
        words = ngettext("{n} of {rows} validation rows stands in the training set too",
                         "{n} of {rows} validation rows stand in the training set too",
                         facts.overlap.found, rows=facts.overlap.rows)  # fmt: skip
        rows.append((_("overlap"), words))
    if facts.scale:
        rows.append((_("scale"), scale_words(facts.scale)))
    if facts.third:
        rows.append((_("weights"), third_words(facts.third)))
    if facts.swapped:
        names = f"{clean(facts.swapped.first)} ↔ {clean(facts.swapped.second)}"
        rows.append((_("swapped"), _("{name}: {value}", name=names, value=clean(facts.swapped.why))))
    return [blank(), heading(_("Training set")), *facts_list(rows, width)]


def seen_words(facts: ScanFacts) -> str:
    """How much of the training set was seen, and that it is finite."""
    batches = ngettext("{n} batch", "{n} batches", facts.batches)
    clear = facts.rows and not facts.non_finite and "non_finite" not in facts.lacking
    if facts.whole:
        text = _("all {rows} rows, {batches}, all finite") if clear else _("all {rows} rows, {batches}")
    else:
        text = _("the first {rows} rows, {batches}, all finite") if clear else _("the first {rows} rows, {batches}")
    return text.format(rows=facts.rows, batches=batches)


def empty_words(facts: EmptyFacts) -> str:
    """Where the last row is lost."""
    step = f"{clean(facts.function) or '–'} {where_words(facts.where)}".strip()
    if facts.rows_before is None:
        return _("✗ {step} gives no batch", step=step)
    return ngettext(
        "✗ {step} gives no batch of {n} row", "✗ {step} gives no batch of {n} rows", facts.rows_before, step=step
    )


def non_finite_words(facts: NonFiniteFacts) -> str:
    """NaN and infinity in one tensor."""
    words = ngettext(
        "{name}: {values} in {n} row",
        "{name}: {values} in {n} rows",
        facts.rows,
        name=clean(facts.name),
        values=bad_values(facts.nan, facts.infinite),
    )
    words = _("{words}; the model copes", words=words) if facts.survives else f"✗ {words}"
    samples = ", ".join(str(sample) for sample in facts.samples[:5])
    return f"{words} ({samples}{', …' if len(facts.samples) > 5 else ''})" if samples else words


def bad_values(nan: int, infinite: int) -> str:
    """How many values are NaN and how many infinite; only what is there."""
    words = [_("{n} NaN", n=nan)] if nan or not infinite else []
    return ", ".join([*words, _("{n} infinite", n=infinite)] if infinite else words)


def counts_words(facts: CountsFacts) -> str:
    """The classes with their rows, the first few."""
    shown = list(facts.counts.items())[:MOST_CLASSES]
    words = ", ".join(f"{clean(label)} ×{count}" for label, count in shown)
    more = max(facts.distinct, len(facts.counts)) - len(shown)
    return _("{shown}, … {n} more", shown=words, n=more) if more > 0 else words


def order_words(facts: OrderFacts) -> str:
    """How well the classes are mixed."""
    share = facts.entropy / facts.entropy_permuted if facts.entropy_permuted > 0 else 1.0
    words = _("{share} % as mixed as shuffled rows", share=f"{100 * min(share, 1.0):.0f}")
    if facts.of_one_class:
        words = joined(words, ngettext("{n} of {windows} windows of {rows} rows holds one class",
                                 "{n} of {windows} windows of {rows} rows hold one class",
                                 facts.of_one_class, windows=facts.windows, rows=facts.window))  # fmt: skip
    return words


def repeat_words(facts: RepeatFacts) -> str:
    """Rows that are the same."""
    words = ngettext(
        "{n} of {rows} rows is different", "{n} of {rows} rows are different", facts.distinct, rows=facts.rows
    )
    if facts.same_batches:
        words = joined(words, _("every batch is the same"))
    elif facts.constant_batches:
        words = joined(words, ngettext("{n} of {of} batches holds one row again and again",
                                 "{n} of {of} batches hold one row again and again",
                                 facts.constant_batches, of=facts.batches))  # fmt: skip
    return words


def scale_words(facts: ScaleFacts) -> str:
    """The range that enters the first weights, and what scaling would do."""
    words = _(
        "{low} to {high}, mean {mean} ± {deviation}, into {layer}",
        low=number(facts.lowest),
        high=number(facts.highest),
        mean=number(facts.mean),
        deviation=number(facts.deviation),
        layer=clean(facts.layer),
    )
    tried = ngettext(
        "loss in {n} step: {raw} as it is, {scaled} scaled",
        "loss in {n} steps: {raw} as it is, {scaled} scaled",
        facts.steps,
        raw=" → ".join(number(loss) for loss in facts.raw),
        scaled=" → ".join(number(loss) for loss in facts.scaled),
    )
    return joined(words, tried) if facts.steps else words


def third_words(facts: ThirdPartFacts) -> str:
    """What Keras takes for sample weights."""
    words = _("third part of the tuples, {low} to {high}")
    if facts.equals_labels:
        words = _("third part of the tuples, {low} to {high}; it is the labels again")
    return words.format(low=number(facts.lowest), high=number(facts.highest))
