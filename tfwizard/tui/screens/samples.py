"""Stage 3: one decoded sample at a time, its label by name, its loss, and the questions that only a person can answer."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from tfwizard.facts import Sample, SamplesFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import BAD, FAINT, KEY, STRONG, WARN, Lines, blank, clean, line, number, phrase, wrapped
from tfwizard.tui.screens.histogram import histogram_lines
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.text import text_lines
from tfwizard.tui.screens.tokens import labelled, legend, tokens_content
from tfwizard.tui.screens.worst import Losses, losses_of, worst_first
from tfwizard.tui.view import View
from tfwizard.tui.widgets.bars import CHANCE, marked_bar


class SamplesPage(StagePage):
    """The samples of the batch, turned with left and right."""

    at = 0
    count = 0
    jumped = False
    view: View | None = None

    def show(self, view: View) -> None:
        """Show the sample that the person is at."""
        self.view = view
        count = len(view.facts.samples.samples) if view.facts.samples else 0
        self.jumped = self.jumped and count == self.count
        self.count = count
        self.at = min(self.at, max(0, self.count - 1))
        super().show(view)

    def turn(self, step: int) -> None:
        """Go to the next or the last sample."""
        if self.view and self.count:
            self.at, self.jumped = (self.at + step) % self.count, False
            self.show(self.view)
            self.bring_into_sight()

    def jump(self) -> None:
        """To the sample with the worst loss; pressed again, to the next worst."""
        if self.view and (order := self._worst()):
            here = order.index(self.at) if self.jumped else -1
            self.at, self.jumped = order[(here + 1) % len(order)], True
            self.show(self.view)
            self.bring_into_sight()

    def bring_into_sight(self) -> None:
        """Where the head leaves the sample little room, the page scrolls to the sample."""
        head = self.query_one(".head")
        if head.size.height > self.size.height // 2:
            self.scroll_to(y=head.size.height, animate=False)

    @property
    def can_jump(self) -> bool:
        """Whether the losses of the samples are known."""
        return self.view is not None and bool(self._worst())

    def _worst(self) -> list[int]:
        samples = self.view.facts.samples if self.view else None
        losses = losses_of(self.view.facts.batch) if self.view else None
        return worst_first(samples.samples, losses) if samples and losses else []

    def evidence(self, view: View, width: int) -> Lines:
        """One sample, what the model can take of it, then the distribution of the labels."""
        facts = view.facts.samples
        lines = answers_lines(view, width) if facts else []
        if facts and facts.samples:
            lines += sample_lines(facts, self.at, width, losses_of(view.facts.batch))
        if view.facts.text:
            lines += text_lines(view.facts.text, width)
        return lines + (histogram_lines(view.facts.labels, width) if view.facts.labels else [])


def answers_lines(view: View, width: int) -> Lines:
    """What the person has answered so far."""
    lines: Lines = []
    for question, text in view.questions:
        if question in view.answers:
            yes = view.answers[question]
            answer = _("You: yes") if yes else _("You: no")
            said = line("✓ " if yes else "✗ ", _(text), "  ", (answer, STRONG))
            lines += wrapped(said, width, 0, 2)
    if lines:
        lines += [*wrapped(phrase(_("{a} answer again"), a=("a", KEY)), width, 2), blank()]
    return lines


def sample_lines(facts: SamplesFacts, at: int, width: int, losses: Losses | None = None) -> Lines:
    """The sample at position `at`: label and loss first, then its text, then its tokens."""
    sample = facts.samples[at]
    title = (_("Sample {k} of {n}", k=at + 1, n=len(facts.samples)), STRONG)
    order = worst_first(facts.samples, losses) if losses else []
    if order:
        keys = _("{title}   {arrows} another one   {j} worst loss")
    else:
        keys = _("{title}   {arrows} another one")
    lines = wrapped(phrase(keys, title=title, arrows=("← →", KEY), j=("j", KEY)), width, 0, 2)
    room = 1 + max(7, *(cell_len(each) for each in (_("label"), _("loss"), _("text"), _("tokens"))))
    name = f" = {clean(sample.label_name)}" if sample.label_name else ""
    lines += labelled(_("label"), line((f"{clean(sample.label)}{name}", STRONG)), width, room)
    if losses and order:
        lines += labelled(_("loss"), loss_content(sample, order.index(at) + 1, losses), width, room)
    if sample.text:
        lines += labelled(_("text"), line(clean(sample.text)), width, room)
    if sample.tokens:
        lines += labelled(_("tokens"), tokens_content(sample.tokens), width, room)
        lines += wrapped(legend(sample.tokens), width, room)
    for key, value in sample.values.items():
        lines += labelled(clean(key), line(clean(value)), width, room)
    if facts.words and facts.unknown:
        text = ngettext("{unknown} of {n} word in the batch is unknown to the tokenizer.",
                        "{unknown} of {n} words in the batch are unknown to the tokenizer.", facts.words, unknown=facts.unknown)  # fmt: skip
        lines += wrapped(line((text, WARN)), width)
    return [*lines, blank()]


def loss_content(sample: Sample, place: int, losses: Losses) -> Content:
    """What this sample costs the fresh model, beside chance and beside the others."""
    of = len(losses.values)
    value = losses.of(sample.row)
    if losses.is_bad(sample.row):
        words = _("✗ refused by TensorFlow") if losses.is_raised(sample.row) else _("✗ {loss}", loss=number(value))
        return line((words, BAD))
    drawn = marked_bar(value, losses.full, 12, [(losses.chance, CHANCE)] if losses.chance is not None else [])
    words = _("{loss}, rank {k} of {n} from the worst", loss=number(value), k=place, n=of)
    if losses.chance is not None:
        words = _("{loss}, rank {k} of {n} from the worst; {sign} is chance, {chance}",
                  loss=number(value), k=place, n=of, sign=CHANCE, chance=number(losses.chance))  # fmt: skip
    return line(drawn, "  ", (words, STRONG if place == 1 else FAINT))
