"""One decoded sample in sentences."""

from __future__ import annotations

import math

from tfwizard.facts import BatchFacts, Sample, SamplesFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import clean, number


def sample_sentences(facts: SamplesFacts, at: int, batch: BatchFacts | None = None) -> list[str]:
    """Its label by name, its loss in `batch`, its text, what its tokens are, its other values."""
    sample = facts.samples[at]
    name = f", {clean(sample.label_name)}" if sample.label_name else ""
    said = [
        _("Sample {k} of {n}.", k=at + 1, n=len(facts.samples)),
        _("Label: {label}.", label=f"{clean(sample.label)}{name}"),
    ]
    if batch is not None and 0 <= sample.row < len(batch.losses):
        loss = loss_words(batch, sample.row)
        chance = number(batch.chance)
        text = _("Loss of the fresh model: {loss}.") if refused(batch, sample.row) or batch.chance is None else _(
            "Loss of the fresh model: {loss}, chance is {chance}."
        )  # fmt: skip
        said.append(text.format(loss=loss, chance=chance))
    if sample.text:
        said.append(_("Text: {text}", text=clean(sample.text)))
    if sample.tokens:
        said.append(tokens_sentence(sample))
    said += [_("{name}: {value}", name=clean(key), value=clean(value)) for key, value in sample.values.items()]
    if facts.words and facts.unknown:
        text = _("{unknown} of {words} words in the batch are unknown to the tokenizer.")
        said.append(text.format(unknown=facts.unknown, words=facts.words))
    return said


def refused(batch: BatchFacts, row: int) -> bool:
    """Whether TensorFlow refused to compute the loss of a row."""
    return 0 <= row < len(batch.raised) and batch.raised[row]


def loss_words(batch: BatchFacts, row: int) -> str:
    """The loss of a row."""
    loss = batch.losses[row]
    if refused(batch, row):
        return _("refused")
    return number(loss) if math.isfinite(loss) else _("{loss}, no number", loss=number(loss))


def tokens_sentence(sample: Sample) -> str:
    """How many tokens of which kind; the unknown ones by name."""
    kinds = [token.kind for token in sample.tokens]
    unmasked = any(token.kind == "padding" and not token.masked for token in sample.tokens)
    parts = [ngettext("{n} token", "{n} tokens", len(kinds))]
    if count := kinds.count("special"):
        parts.append(ngettext("{n} special", "{n} special", count))
    if count := kinds.count("unknown"):
        parts.append(ngettext("{n} unknown word", "{n} unknown words", count))
    if count := kinds.count("padding"):
        parts.append(_("{n} of padding, NOT masked", n=count) if unmasked else _("{n} of padding, masked", n=count))
    return _("Tokens: {parts}.", parts=", ".join(parts))
