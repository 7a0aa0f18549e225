"""What a language model is given against what it can take, in few lines."""

from __future__ import annotations

from tfwizard.facts import IdsFacts, LengthFacts, TextFacts, TokenizerFacts, WordsFacts
from tfwizard.language import _, joined, ngettext
from tfwizard.tui.lines import Lines, blank, clean, facts_list, heading


def text_lines(facts: TextFacts, width: int) -> Lines:
    """Tokenizer, lengths, ids, unknown words; only what is there."""
    rows = [(_("tokenizer"), tokenizer_words(facts.tokenizer))] if facts.tokenizer else []
    if facts.length:
        rows.append((_("longest"), length_words(facts.length)))
    rows += [(_("largest id"), ids_words(each)) for each in facts.ids if not each.positions]
    if facts.words and facts.words.words:
        rows.append((_("unknown"), unknown_words(facts.words)))
    if facts.words and facts.words.empty:
        empty = ngettext("{n} of {rows} samples has no word", "{n} of {rows} samples have no word", facts.words.empty,
                         rows=facts.words.rows)  # fmt: skip
        rows.append((_("empty"), empty))
    if facts.pad and (facts.pad.failed or facts.pad.model_fails):
        rows.append((_("padding"), _("✗ a pad token is needed, and there is none")))
    for column in facts.unused:
        rows.append((_("unused"), _("text column {name}", name=clean(column.unused))))
    if facts.unexpected:
        keys = ", ".join(clean(key) for key in facts.unexpected.keys)
        rows.append((_("not taken"), _("{keys}: the model has no such input", keys=keys)))
    if facts.strings and not facts.strings.takes_text:
        names = ", ".join(clean(name) for name in facts.strings.inputs)
        rows.append((_("raw text"), _("✗ {names}: the model takes numbers", names=names)))
    if facts.checkpoint and facts.checkpoint.missing:
        share = f"{100 * facts.checkpoint.missing:.0f}"
        missing = _("{name}: {share} % of the encoder is not in it", name=clean(facts.checkpoint.name), share=share)
        rows.append((_("checkpoint"), missing))
    return [heading(_("Text")), *facts_list(rows, width), blank()] if rows else []


def tokenizer_words(facts: TokenizerFacts) -> str:
    """Which tokenizer, how large, from where."""
    parts = [clean(facts.type)]
    if facts.size is not None:
        parts.append(ngettext("{n} token", "{n} tokens", facts.size))
    if facts.checkpoint:
        parts.append(_("from {name}", name=clean(facts.checkpoint)))
    return ", ".join(parts)


def length_words(facts: LengthFacts) -> str:
    """The longest sample against the positions of the model."""
    words = ngettext("{n} token, the model has {positions} positions", "{n} tokens, the model has {positions} positions",
                     facts.longest, positions=facts.positions)  # fmt: skip
    over = ngettext("✗ {n} of {rows} samples is too long", "✗ {n} of {rows} samples are too long", facts.over,
                    rows=facts.rows)  # fmt: skip
    return joined(words, over) if facts.over else words


def ids_words(facts: IdsFacts) -> str:
    """The largest id against the rows of the embedding."""
    at = {"id": facts.maximum, "input": clean(facts.input)}
    if facts.size is None:
        return _("{id} in {input}", **at)
    if facts.maximum >= facts.size:
        return ngettext("✗ {id} in {input}, the embedding has only {n} row", "✗ {id} in {input}, the embedding has only {n} rows",
                        facts.size, **at)  # fmt: skip
    return ngettext(
        "{id} in {input}, the embedding has {n} row", "{id} in {input}, the embedding has {n} rows", facts.size, **at
    )


def unknown_words(facts: WordsFacts) -> str:
    """The share of unknown words, with a few of them."""
    words = ngettext("{share} % of {n} word", "{share} % of {n} words", facts.words,
                     share=f"{100 * facts.unknown / facts.words:.1f}")  # fmt: skip
    examples = ", ".join(clean(example) for example in facts.examples[:4])
    words = _("{name}: {value}", name=words, value=examples) if examples else words
    if facts.unknown_lowered is None:
        return words
    return _("{words}; {share} % in lower case", words=words, share=f"{100 * facts.unknown_lowered:.1f}")
