"""Stage 3: one decoded sample at a time, its label by name, and the questions that only a person can answer."""

from __future__ import annotations

from itertools import groupby

from textual.content import Content

from tfwizard.facts import Facts, LabelsFacts, Sample, SamplesFacts, Token
from tfwizard.language import _
from tfwizard.tui.lines import FAINT, KEY, STRONG, WARN, Lines, bar, blank, cell, clean, heading, line, wrapped
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.text import text_lines
from tfwizard.tui.view import View


class SamplesPage(StagePage):
    """The samples of the batch, turned with left and right."""

    at = 0
    count = 0
    view: View | None = None

    def show(self, view: View) -> None:
        """Show the sample that the person is at."""
        self.view = view
        self.count = len(view.facts.samples.samples) if view.facts.samples else 0
        self.at = min(self.at, max(0, self.count - 1))
        super().show(view)

    def turn(self, step: int) -> None:
        """Go to the next or the last sample."""
        if self.view and self.count:
            self.at = (self.at + step) % self.count
            self.show(self.view)

    def evidence(self, view: View, width: int) -> Lines:
        """One sample, what the model can take of it, then the distribution of the labels."""
        facts = view.facts.samples
        lines = answers_lines(view, width) if facts else []
        if facts and facts.samples:
            lines += sample_lines(facts, self.at, width)
        if view.facts.text:
            lines += text_lines(view.facts.text, width)
        return lines + distribution_lines(view.facts, width)


def answers_lines(view: View, width: int) -> Lines:
    """What the person has answered so far."""
    lines: Lines = []
    for question, text in view.questions:
        if question in view.answers:
            said = _("yes") if view.answers[question] else _("no")
            sign = "✓" if view.answers[question] else "✗"
            lines += wrapped(line(f"{sign} {_(text)}  ", (_("You: {said}", said=said), STRONG)), width, 0, 2)
    if lines:
        lines += [line(("  a", KEY), _(" answer again")), blank()]
    return lines


def sample_lines(facts: SamplesFacts, at: int, width: int) -> Lines:
    """The sample at position `at`: label first, then its text, then its tokens."""
    sample = facts.samples[at]
    title = _("Sample {k} of {n}", k=at + 1, n=len(facts.samples))
    lines = [line((title, STRONG), "   ", ("← →", KEY), _(" another one"))]
    name = f" = {clean(sample.label_name)}" if sample.label_name else ""
    lines.append(line((_("label"), FAINT), "   ", (f"{clean(sample.label)}{name}", STRONG)))
    if sample.text:
        lines += labelled(_("text"), line(clean(sample.text)), width)
    if sample.tokens:
        lines += labelled(_("tokens"), tokens_content(sample.tokens), width)
        lines += wrapped(line((legend(sample), FAINT)), width, 8)
    for key, value in sample.values.items():
        lines += labelled(clean(key), line(clean(value)), width)
    if facts.words and facts.unknown:
        text = _("{unknown} of {words} words in the batch are unknown to the tokenizer.")
        lines += wrapped(line((text.format(unknown=facts.unknown, words=facts.words), WARN)), width)
    return [*lines, blank()]


def labelled(name: str, content: Content, width: int) -> Lines:
    """`content` wrapped in its own column beside its name."""
    rows = wrapped(content, width, 8)
    return [line((cell(name, 8), FAINT)) + rows[0][8:], *rows[1:]]


def tokens_content(tokens: tuple[Token, ...]) -> Content:
    """The tokens in order: ‹special›, ?unknown?, and a run of padding as one piece with its length."""
    parts: list[Content] = []
    for (kind, masked), group in groupby(tokens, key=lambda token: (token.kind, token.masked)):
        run = list(group)
        if kind == "padding":
            text = "░pad×{n}░" if masked else _("░pad×{n} NOT MASKED░")
            parts.append(line((text.format(n=len(run)), FAINT)))
        elif kind == "special":
            parts += [line((f"‹{clean(token.text)}›", STRONG)) for token in run]
        elif kind == "unknown":
            parts += [line((f"?{clean(token.text)}?", WARN)) for token in run]
        else:
            parts += [line(clean(token.text)) for token in run]
    return Content(" ").join(parts)


def legend(sample: Sample) -> str:
    """What the marks around the tokens mean; only those that are there."""
    kinds = {token.kind for token in sample.tokens}
    words = {"special": _("‹special›"), "unknown": _("?unknown word?"), "padding": _("░padding×count░")}
    return "  ".join(text for kind, text in words.items() if kind in kinds)


def distribution_lines(facts: Facts, width: int) -> Lines:
    """How many rows each label has, in the training set if it was counted, else in the batch."""
    if facts.labels and facts.labels.counts:
        return counts_lines(facts.labels, width)
    return []


def counts_lines(labels: LabelsFacts, width: int) -> Lines:
    """A bar a label."""
    scope = _("whole training set") if labels.whole else _("first {n} rows", n=labels.seen)
    lines = [heading(_("Labels ({scope})", scope=scope))]
    most = max(labels.counts.values())
    total = sum(labels.counts.values())
    names = {label: clean(label_name(labels, label)) for label in labels.counts}
    room = min(22, max(len(name) for name in names.values()))
    for label, count in sorted(labels.counts.items(), key=by_number)[:40]:
        share = f"{count:>7}  {100 * count / total:3.0f} %"
        lines.append(line(f" {cell(names[label], room)} {share}  ", bar(count, most, max(4, width - room - 18))))
    return lines


def by_number(counted: tuple[str, int]) -> tuple[int, str]:
    """Labels that are numbers in their order, then the others."""
    label = counted[0]
    return (int(label) if label.removeprefix("-").isdecimal() else 1 << 62, label)


def label_name(labels: LabelsFacts, label: str) -> str:
    """The label with the dataset's name for it."""
    if label.isdigit() and int(label) < len(labels.dataset_names):
        return f"{label} {labels.dataset_names[int(label)]}"
    return f"{label} {labels.model_names[label]}" if label in labels.model_names else label
