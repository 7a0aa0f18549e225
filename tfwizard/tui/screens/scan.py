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
from tfwizard.language import _, ngettext
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
        words = _("{rows} rows: same inputs, different labels", rows=facts.conflicts.rows)
        rows.append((_("conflicts"), words))
    if facts.overlap:
        words = _("{n} of {rows} validation rows stand in the training set too")
        rows.append((_("overlap"), words.format(n=facts.overlap.found, rows=facts.overlap.rows)))
    if facts.scale:
        rows.append((_("scale"), scale_words(facts.scale)))
    if facts.third:
        rows.append((_("weights"), third_words(facts.third)))
    if facts.swapped:
        names = f"{clean(facts.swapped.first)} ↔ {clean(facts.swapped.second)}: {clean(facts.swapped.why)}"
        rows.append((_("swapped"), names))
    return [blank(), heading(_("Training set")), *facts_list(rows, width)]


def seen_words(facts: ScanFacts) -> str:
    """How much of the training set was seen, and that it is finite."""
    text = _("all {rows} rows, {batches}") if facts.whole else _("the first {rows} rows, {batches}")
    batches = ngettext("{n} batch", "{n} batches", facts.batches)
    words = text.format(rows=facts.rows, batches=batches)
    clear = facts.rows and not facts.non_finite and "non_finite" not in facts.lacking
    return f"{words}, {_('all finite')}" if clear else words


def empty_words(facts: EmptyFacts) -> str:
    """Where the last row is lost."""
    step = f"{clean(facts.function) or '–'} {where_words(facts.where)}".strip()
    if facts.rows_before is None:
        return _("✗ {step} gives no batch", step=step)
    return _("✗ {step} gives no batch of {n} rows", step=step, n=facts.rows_before)


def non_finite_words(facts: NonFiniteFacts) -> str:
    """NaN and infinity in one tensor."""
    words = _(
        "{name}: {values} in {rows} rows",
        name=clean(facts.name),
        values=bad_values(facts.nan, facts.infinite),
        rows=facts.rows,
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
    return f"{words}, {_('… {n} more', n=more)}" if more > 0 else words


def order_words(facts: OrderFacts) -> str:
    """How well the classes are mixed."""
    share = facts.entropy / facts.entropy_permuted if facts.entropy_permuted > 0 else 1.0
    words = _("{share} % as mixed as shuffled rows", share=f"{100 * min(share, 1.0):.0f}")
    if facts.of_one_class:
        one = _("{n} of {windows} windows of {rows} rows hold one class")
        words += "; " + one.format(n=facts.of_one_class, windows=facts.windows, rows=facts.window)
    return words


def repeat_words(facts: RepeatFacts) -> str:
    """Rows that are the same."""
    words = _("{distinct} of {rows} rows are different", distinct=facts.distinct, rows=facts.rows)
    if facts.same_batches:
        words += "; " + _("every batch is the same")
    elif facts.constant_batches:
        constant = _("{n} of {of} batches hold one row again and again")
        words += "; " + constant.format(n=facts.constant_batches, of=facts.batches)
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
    tried = _(
        "loss in {n} steps: {raw} as it is, {scaled} scaled",
        n=facts.steps,
        raw=" → ".join(number(loss) for loss in facts.raw),
        scaled=" → ".join(number(loss) for loss in facts.scaled),
    )
    return f"{words}; {tried}" if facts.steps else words


def third_words(facts: ThirdPartFacts) -> str:
    """What Keras takes for sample weights."""
    words = _("third part of the tuples, {low} to {high}", low=number(facts.lowest), high=number(facts.highest))
    return f"{words}; {_('it is the labels again')}" if facts.equals_labels else words
