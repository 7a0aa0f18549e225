"""The trivial baseline on the train page."""

from __future__ import annotations

from tfwizard.facts import Facts, OutputBaseline
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import Lines, blank, clean, facts_list, heading, number


def baseline_lines(facts: Facts, width: int) -> Lines:
    """What a constant answer gets, output by output."""
    if facts.baseline is None:
        return []
    rows = [(source_words(one), answer_words(one)) for one in facts.baseline.outputs]
    return [heading(_("Trivial baseline: the best constant answer")), *facts_list(rows, width, 1), blank()]


def source_words(one: OutputBaseline) -> str:
    """The data, and the output where there are several."""
    data = {"training": _("training"), "validation": _("validation")}.get(one.source, clean(one.source))
    return f"{clean(one.output)}, {data}" if one.output else data


def answer_words(one: OutputBaseline) -> str:
    """What it gets."""
    rows = ngettext("{n} label", "{n} labels", one.rows)
    rows = rows if one.whole else _("{rows} read so far", rows=rows)
    if one.kind == "numbers":
        words = _("the mean, {mean}: squared error {variance}; {rows}")
        return words.format(mean=number(one.mean), variance=number(one.variance), rows=rows)
    right = f"{100 * (one.share or 0):.1f} %"
    if one.kind == "several classes":
        words = _("the commoner answer for each class: {share} right, loss {entropy}; {rows}")
        return words.format(share=right, entropy=number(one.entropy), rows=rows)
    words = _("always {label}: {share} right; loss {entropy} at the class frequencies, {uniform} by chance; {rows}")
    return words.format(
        label=clean(one.majority), share=right, entropy=number(one.entropy), uniform=number(one.uniform), rows=rows
    )
