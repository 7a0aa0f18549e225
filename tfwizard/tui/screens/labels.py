"""Stage 6: the model's classes against the labels of the training set."""

from __future__ import annotations

from tfwizard.facts import LabelsFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import BAD, FAINT, GOOD, Lines, Part, blank, clean, facts_list, line, number, table
from tfwizard.tui.screens.kinds import kind_words
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import View

MOST_CLASSES = 60


class LabelsPage(StagePage):
    """Model against data, class by class."""

    def evidence(self, view: View, width: int) -> Lines:
        """The labels of this run."""
        return labels_lines(view.facts.labels, width, not view.veiled) if view.facts.labels else []


def labels_lines(facts: LabelsFacts, width: int, judged: bool = True) -> Lines:
    """Both sides in words, then a table with one row a class; where it is `judged`, with a verdict on each."""
    lines = facts_list(sides(facts), width, 0)
    rows = class_rows(facts, judged)
    if rows:
        header = (_("class"), _("model's name"), _("data's name"), _("rows"), "")
        lines += [blank(), *table(header, rows[:MOST_CLASSES], width, right=(3,))]
        if (more := len(rows) - MOST_CLASSES) > 0:
            lines.append(line((ngettext("… {n} more class", "… {n} more classes", more), FAINT)))
    return lines


def sides(facts: LabelsFacts) -> list[tuple[str, str]]:
    """What the model has, what the data has, how much of it was seen."""
    classes = _("no number of classes to compare with")
    if facts.classes is not None and facts.classes_from:
        classes = ngettext(
            "{n} class ({origin})", "{n} classes ({origin})", facts.classes, origin=clean(facts.classes_from)
        )
    elif facts.classes is not None:
        classes = ngettext("{n} class", "{n} classes", facts.classes)
    data = ngettext("{n} label, {low} to {high}", "{n} different labels, {low} to {high}", len(facts.counts),
                    low=number(facts.minimum), high=number(facts.maximum))  # fmt: skip
    column, kind = clean(facts.column), kind_words(facts.kind)
    if facts.whole:
        seen = ngettext("the one row of {column}, {kind}", "all {n} rows of {column}, {kind}", facts.seen, column=column,
                        kind=kind)  # fmt: skip
    else:
        seen = _(
            "{n} of {total} rows of {column}, {kind}", n=facts.seen, total=facts.total or "?", column=column, kind=kind
        )
    return [(_("model"), classes), (_("data"), data), (_("seen"), seen)]


def class_rows(facts: LabelsFacts, judged: bool = True) -> list[tuple[Part, ...]]:
    """Every class of the model and every label of the data; of a model with very many classes the first."""
    numbers = {int(label) for label in facts.counts if is_integer(label)}
    outputs = set(range(min(facts.classes, 1000))) if facts.classes else set()
    rows: list[tuple[Part, ...]] = []
    for index in sorted(numbers | outputs):
        label = str(index)
        known = index in outputs
        count = facts.counts.get(label, 0)
        name = clean(facts.model_names.get(label, "")) if known else ""
        data_name = clean(facts.dataset_names[index]) if 0 <= index < len(facts.dataset_names) else ""
        verdict: Part
        if not judged:
            verdict = ""
        elif facts.classes and not known:
            verdict = (_("✗ no output"), BAD)
        elif not facts.classes:
            verdict = ""
        elif not count:
            verdict = (_("· no rows"), FAINT)
        else:
            verdict = ("✓", GOOD)
        rows.append((label, name or "–", data_name or "–", str(count), verdict))
    if numbers or outputs:
        return rows
    return [(clean(label), "–", "–", str(count), "") for label, count in facts.counts.items()]


def is_integer(text: str) -> bool:
    """Whether a label is an integer, written as text."""
    return text.removeprefix("-").isdecimal()
