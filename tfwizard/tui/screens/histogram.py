"""How many rows each class has, beside what guessing and what always giving the most frequent class would get."""

from __future__ import annotations

from rich.cells import cell_len

from tfwizard.facts import LabelsFacts
from tfwizard.language import _, ngettext
from tfwizard.report.words import by_number as by_number
from tfwizard.report.words import label_name as label_name
from tfwizard.report.words import share_words
from tfwizard.tui.lines import FAINT, Lines, cell, clean, heading, line, wrapped
from tfwizard.tui.widgets.bars import CHANCE, MAJORITY, marked_bar

MOST_CLASSES, LONGEST_NAME = 40, 22


def histogram_lines(labels: LabelsFacts, width: int) -> Lines:
    """A bar a label, the lines of chance and of the most frequent class across all of them, and what these mean."""
    total = sum(labels.counts.values())
    if not total:
        return []
    title = _("Labels (whole training set)") if labels.whole else ngettext(
        "Labels (first {n} row)", "Labels (first {n} rows)", labels.seen
    )  # fmt: skip
    lines = wrapped(heading(title), width)
    commonest, most = max(labels.counts.items(), key=lambda counted: counted[1])
    chance = total / len(labels.counts)
    marks = [(most, MAJORITY), (chance, CHANCE)] if of_classes(labels) else []
    names = {label: clean(label_name(labels, label)) for label in labels.counts}
    room = min(LONGEST_NAME, max(8, width // 3), max(cell_len(name) for name in names.values()))
    counts = max(len(str(most)), 3)
    size = max(4, min(60, width - room - counts - 12))
    shown = sorted(labels.counts.items(), key=by_number)
    for label, count in shown[:MOST_CLASSES]:
        share = f"{cell(str(count), counts, right=True)}  {share_words(count, total):>5}"
        lines.append(line(f" {cell(names[label], room)}  {share}  ", marked_bar(count, most, size, marks)))
    if left := len(shown) - MOST_CLASSES:
        lines += [line((ngettext("  … {n} more label", "  … {n} more labels", left), FAINT))] if left > 0 else []
    if marks:
        always = _("{sign} always answering {label} is right in {share}", sign=MAJORITY, label=names[commonest],
                   share=share_words(most, total))  # fmt: skip
        guess = ngettext("{sign} guessing among {n} class in {share}", "{sign} guessing among {n} classes in {share}",
                         len(shown), sign=CHANCE, share=share_words(chance, total))  # fmt: skip
        for words in (always, guess):
            lines += wrapped(line((words, FAINT)), width, 1, 2)
    return lines


def of_classes(labels: LabelsFacts) -> bool:
    """Whether the labels are classes, for which guessing means something."""
    return labels.kind != "float" and not labels.regression_meant and len(labels.counts) > 1
