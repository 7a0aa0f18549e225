"""Each output of the model beside its labels and its loss: a line an output."""

from __future__ import annotations

import math

from tfwizard.facts import HeadsFacts, MetricFacts, OutputFacts
from tfwizard.language import _
from tfwizard.tui.lines import clean, number
from tfwizard.tui.screens.kinds import kind_words


def heads_rows(facts: HeadsFacts | None) -> list[tuple[str, str]]:
    """One entry an output, then what does not agree."""
    rows: list[tuple[str, str]] = []
    if facts is None:
        return rows
    several = len(facts.outputs) > 1
    for output in facts.outputs:
        rows.append((clean(output.name) if several else _("head"), output_words(output)))
        rows += [(_("metric"), metric_words(metric)) for metric in output.metrics if differs(metric)]
    if facts.no_labels:
        rows.append((_("labels"), _("✗ none reaches the loss: {tried}", tried=clean(facts.no_labels))))
    if facts.extra_inputs:
        names = ", ".join(clean(name) for name in facts.extra_inputs)
        rows.append((_("inputs"), _("{names}: not taken by the model", names=names)))
    return rows


def output_words(facts: OutputFacts) -> str:
    """Shape and last layer, labels, loss."""
    last = facts.last
    parts = [shape_words(facts.shape)]
    if last and last.type:
        parts[0] += " " + " ".join(clean(word) for word in (last.type, last.activation) if word)
    if facts.target:
        kind, shape = kind_words(facts.target.kind), shape_words(facts.target.shape)
        parts.append(_("labels {shape} {kind}", shape=shape, kind=kind))
    if facts.loss:
        parts.append(clean(_(facts.loss)))
    if facts.error:
        parts.append(_("✗ the loss raises {error}", error=clean(facts.error.type)))
    elif aligned_differs(facts):
        text = _("loss {given} as given, {aligned} with labels of its shape", given=number(facts.as_given),
                 aligned=number(facts.aligned))  # fmt: skip
        parts.append(text)
    if facts.constant:
        parts.append(_("all its values are the same"))
    return " · ".join(parts)


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape without spaces."""
    return str(tuple(shape)).replace(" ", "")


def aligned_differs(facts: OutputFacts) -> bool:
    """Whether the shape of the labels changes the loss."""
    if facts.as_given is None or facts.aligned is None:
        return False
    return not math.isclose(facts.as_given, facts.aligned, rel_tol=1e-3, abs_tol=1e-6)


def differs(facts: MetricFacts) -> bool:
    """Whether a metric gives something else than is meant by it."""
    if facts.error:
        return True
    if facts.value is None or facts.expected is None:
        return False
    return not math.isclose(facts.value, facts.expected, rel_tol=1e-3, abs_tol=1e-3)


def metric_words(facts: MetricFacts) -> str:
    """What a metric gives and should give."""
    if facts.error:
        return _("✗ {name} raises {error}", name=clean(facts.name), error=clean(facts.error.type))
    return _(
        "{name} gives {value}, meant is {expected}",
        name=clean(facts.name),
        value=number(facts.value),
        expected=number(facts.expected),
    )
