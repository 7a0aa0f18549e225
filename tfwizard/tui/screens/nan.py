"""Stage 5: the rows without a finite loss, and what they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tfwizard.facts import NanFacts, TwinFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    GOOD,
    STRONG,
    WARN,
    Lines,
    blank,
    clean,
    facts_list,
    heading,
    line,
    wrapped,
)
from tfwizard.tui.screens.layers import origin_lines
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.path import path_lines
from tfwizard.tui.view import View


class NanPage(StagePage):
    """Where the NaN come from."""

    def evidence(self, view: View, width: int) -> Lines:
        """The rows of this run's batch."""
        lines = twin_lines(view.facts.cpu_twin, width)
        lines += origin_lines(view.facts.layers, width) if view.facts.layers else []
        lines += [] if view.veiled else path_lines(view.facts, width)
        return lines + (nan_lines(view.facts.nan, width) if view.facts.nan else [])


def twin_lines(facts: TwinFacts | None, width: int) -> Lines:
    """What the CPU says of the same batch, where it was asked."""
    if facts is None:
        return []
    lines = [heading(_("The same batch on the CPU"))]
    if facts.why:
        return [
            *lines,
            *wrapped(line((_("could not be run: {why}", why=clean(facts.why)), WARN)), width, 1, 2),
            blank(),
        ]
    for said in facts.said:
        rows = [row for row in facts.rows if row.why == said]
        who = ngettext("row {rows}:", "rows {rows}:", len(rows), rows=", ".join(str(row.row) for row in rows))
        lines += wrapped(line((f"{who} " if rows else "", STRONG), (clean(said), BAD)), width, 1, 2)
    silent = sum(row.why is None for row in facts.rows)
    if silent:
        text = ngettext("{n} of {of} rows has no finite loss there either, without an error",
                        "{n} of {of} rows have no finite loss there either, without an error", silent, of=facts.of)  # fmt: skip
        lines += wrapped(line(text), width, 1, 2)
    if not facts.said and not silent:
        lines += wrapped(
            line((_("✓ it runs there, and every loss is finite: the GPU or XLA is what differs"), GOOD)), width, 1, 2
        )
    return [*lines, blank()]


def nan_lines(facts: NanFacts, width: int) -> Lines:
    """Indices, what they share, labels on both sides, then row by row."""
    if not facts.rows:
        text = ngettext(
            "The one row of the batch has a finite loss.", "All {n} rows of the batch have a finite loss.", facts.of
        )
        return [*wrapped(line(text), width), blank(), *facts_list(origin(facts), width)]
    count = ngettext("✗ {n} of {of} rows has no finite loss", "✗ {n} of {of} rows have no finite loss", len(facts.rows),
                     of=facts.of)  # fmt: skip
    lines = [
        *wrapped(line((count, BAD)), width, 0, 2),
        *wrapped(line(", ".join(str(row.row) for row in facts.rows)), width, 2),
    ]
    if facts.shared:
        lines += [blank(), heading(_("What they share"))]
        for shared in facts.shared:
            lines += wrapped(line("• ", (clean(shared), STRONG)), width, 1, 2)
    lines += [blank(), heading(_("Labels")), *facts_list(label_rows(facts), width)]
    lines += [blank(), heading(_("Where it begins")), *facts_list(origin(facts), width)]
    lines += [blank(), heading(_("Row by row"))]
    for row in facts.rows:
        lines += wrapped(
            line(
                (f"{row.row:>4}", STRONG),
                "  ",
                _("label {label}", label=clean(row.label)),
                "  ",
                (clean(row.text), FAINT),
            ),
            width,
            0,
            6,
        )
        if row.why:
            lines += wrapped(line((clean(row.why), BAD)), width, 6)
    return lines


def label_rows(facts: NanFacts) -> list[tuple[str, str]]:
    """How often each label stands in the rows with and without a finite loss."""
    return [
        (_("no finite loss"), counted(row.label for row in facts.rows)),
        (_("finite loss"), counted(facts.finite_rows_labels)),
    ]


def counted(labels: Iterable[str]) -> str:
    """Labels with how often each occurs."""
    counts = Counter(clean(label) for label in labels)
    return ", ".join(f"{label} (×{count})" for label, count in sorted(counts.items())) or "–"


def origin(facts: NanFacts) -> list[tuple[str, str]]:
    """Inputs, weights, logits: which of them is not finite."""
    return [
        (_("inputs"), _("all finite") if facts.inputs_finite else _("NOT all finite")),
        (_("weights"), ", ".join(clean(name) for name in facts.weights) or _("all finite")),
        (_("logits"), _("all finite") if facts.logits_finite else _("NOT all finite")),
    ]
