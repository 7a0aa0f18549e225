"""One decoded sample in sentences."""

from __future__ import annotations

from tfwizard.facts import Sample, SamplesFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import clean


def sample_sentences(facts: SamplesFacts, at: int) -> list[str]:
    """Its label by name, its text, what its tokens are, its other values."""
    sample = facts.samples[at]
    name = f", {clean(sample.label_name)}" if sample.label_name else ""
    said = [
        _("Sample {k} of {n}.", k=at + 1, n=len(facts.samples)),
        _("Label: {label}.", label=f"{clean(sample.label)}{name}"),
    ]
    if sample.text:
        said.append(_("Text: {text}", text=clean(sample.text)))
    if sample.tokens:
        said.append(tokens_sentence(sample))
    said += [f"{clean(key)}: {clean(value)}" for key, value in sample.values.items()]
    if facts.words and facts.unknown:
        text = _("{unknown} of {words} words in the batch are unknown to the tokenizer.")
        said.append(text.format(unknown=facts.unknown, words=facts.words))
    return said


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
