"""Stage 6: the model's classes against the labels of the training set."""

from __future__ import annotations

from tfwizard.facts import LabelsFacts
from tfwizard.language import _
from tfwizard.tui.lines import BAD, FAINT, GOOD, Lines, Part, blank, clean, facts_list, number, table
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import View


class LabelsPage(StagePage):
    """Model against data, class by class."""

    def evidence(self, view: View, width: int) -> Lines:
        """The labels of this run."""
        return labels_lines(view.facts.labels, width) if view.facts.labels else []


def labels_lines(facts: LabelsFacts, width: int) -> Lines:
    """Both sides in words, then a table with one row a class."""
    lines = facts_list(sides(facts), width, 0)
    rows = class_rows(facts)
    if rows:
        header = (_("class"), _("model's name"), _("data's name"), _("rows"), "")
        lines += [blank(), *table(header, rows, width, right=(3,))]
    return lines


def sides(facts: LabelsFacts) -> list[tuple[str, str]]:
    """What the model has, what the data has, how much of it was seen."""
    classes = (
        _("{n} classes", n=facts.classes) if facts.classes is not None else _("no number of classes to compare with")
    )
    if facts.classes_from:
        classes = f"{classes} ({clean(facts.classes_from)})"
    span = _("{low} to {high}", low=number(facts.minimum), high=number(facts.maximum))
    data = _("{n} different labels, {span}", n=len(facts.counts), span=span)
    seen = (
        _("all {n} rows", n=facts.seen)
        if facts.whole
        else _("{n} of {total} rows", n=facts.seen, total=facts.total or "?")
    )
    return [
        (_("model"), classes),
        (_("data"), data),
        (
            _("seen"),
            _("{seen} of {column}, {kind}", seen=seen, column=clean(facts.column), kind=clean(facts.kind)),
        ),
    ]


def class_rows(facts: LabelsFacts) -> list[tuple[Part, ...]]:
    """Every class of the model and every label of the data, at most 60."""
    numbers = {int(label) for label in facts.counts if is_integer(label)}
    outputs = set(range(min(facts.classes, 1000))) if facts.classes else set()
    rows: list[tuple[Part, ...]] = []
    for index in sorted(numbers | outputs)[:60]:
        label = str(index)
        known = index in outputs
        count = facts.counts.get(label, 0)
        name = clean(facts.model_names.get(label, "")) if known else ""
        data_name = clean(facts.dataset_names[index]) if 0 <= index < len(facts.dataset_names) else ""
        if facts.classes and not known:
            verdict: Part = (_("✗ no output"), BAD)
        elif not facts.classes:
            verdict = ""
        elif not count:
            verdict = (_("· no rows"), FAINT)
        else:
            verdict = ("✓", GOOD)
        rows.append((label, name or "–", data_name or "–", str(count), verdict))
    if numbers or outputs:
        return rows
    return [(clean(label), "–", "–", str(count), "") for label, count in list(facts.counts.items())[:60]]


def is_integer(text: str) -> bool:
    """Whether a label is an integer, written as text."""
    return text.removeprefix("-").isdigit()
