"""The samples of the batch, decoded for a person to read."""

from __future__ import annotations

from typing import Any, Sequence

from tfwizard.facts import Sample, SamplesFacts, Token
from tfwizard.worker.batches import leaves
from tfwizard.worker.case import Case
from tfwizard.worker.probes.data import _text, pad_id
from tfwizard.worker.probes.labels import label_names

MOST_SAMPLES, MOST_TOKENS, MOST_VALUES = 64, 512, 24
#: How SentencePiece and byte-level BPE write that a token begins a word.
BEGINS = ("▁", "Ġ")


def probe(case: Case, report: Any) -> SamplesFacts:
    """Decode every row of the batch."""
    batch, tokenizer = case.batch, case.tokenizer()
    ids = (
        batch.x.get("input_ids")
        if hasattr(batch.x, "items")
        else (batch.x if tokenizer is not None and hasattr(batch.x, "shape") else None)
    )
    if ids is not None and (len(ids.shape) != 2 or not ids.dtype.is_integer):
        ids = None
    mask = batch.x.get("attention_mask") if hasattr(batch.x, "items") else None
    labels, names = case.model.labels_of(batch), label_names(case)
    samples = []
    unknown = words = 0
    for row in range(min(batch.rows(), MOST_SAMPLES)):
        tokens = (
            _tokens(case, tokenizer, ids[row].numpy(), None if mask is None else mask[row].numpy())
            if ids is not None and tokenizer
            else ()
        )
        unknown += sum(token.kind == "unknown" for token in tokens)
        words += sum(token.kind in ("word", "piece", "unknown") for token in tokens)
        label = _label(labels, row)
        text = tokenizer.decode([token.id for token in tokens if token.kind != "padding"]) if tokens else ""
        samples.append(Sample(row, text, tokens, _values(case, batch, row, bool(tokens)), label, names.get(label)))
    return SamplesFacts(
        tuple(samples), getattr(tokenizer, "name_or_path", None) if ids is not None else None, unknown, words
    )


def _tokens(case: Case, tokenizer: Any, ids: Any, mask: Any) -> tuple[Token, ...]:
    shown = [int(one) for one in ids[:MOST_TOKENS]]
    pad, special = pad_id(case), set(tokenizer.all_special_ids)
    texts = [str(text) for text in tokenizer.convert_ids_to_tokens(shown)]
    kinds = [_kind(one, pad, special, tokenizer.unk_token_id) for one in shown]
    return tuple(
        Token(one, text, kind, mask is not None and not int(mask[place]))
        for place, (one, text, kind) in enumerate(zip(shown, texts, with_pieces(texts, kinds)))
    )


def _kind(one: int, pad: int | None, special: set[int], unknown: int | None) -> str:
    if one == pad:
        return "padding"
    if one == unknown:
        return "unknown"
    return "special" if one in special else "word"


def with_pieces(texts: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """The kinds, with "piece" for what goes on a word that an earlier token began.

    WordPiece marks those that go on (##), SentencePiece and byte-level BPE those that begin a word (▁, Ġ).
    """
    marks_beginnings = any(text[:1] in BEGINS for text, kind in zip(texts, kinds) if kind == "word" and text)
    found: list[str] = []
    for text, kind in zip(texts, kinds):
        before = found[-1] if found else ""
        if kind == "word" and before in ("word", "piece", "unknown"):
            goes_on = text[:1] not in BEGINS if marks_beginnings else text.startswith("##")
            kind = "piece" if goes_on else kind
        found.append(kind)
    return found


def _label(labels: Any, row: int) -> str:
    if labels is None:
        return ""
    if isinstance(labels, dict):
        return ", ".join(f"{name}={_short(tensor, row)}" for name, tensor in labels.items())
    return ", ".join(_short(tensor, row) for _, tensor in leaves(labels))


def _short(tensor: Any, row: int) -> str:
    value = tensor.numpy()[row]
    flat = (
        value.ravel()[:MOST_VALUES].tolist()
        if getattr(value, "ndim", 0)
        else [value.item() if hasattr(value, "item") else value]
    )
    return " ".join(_text(one) for one in flat)


def _values(case: Case, batch: Any, row: int, decoded: bool) -> dict[str, str]:
    """The numbers of one row, for inputs that no tokenizer can decode."""
    if decoded:
        return {}
    return {name or "inputs": _short(tensor, row) for name, tensor in leaves(case.model.inputs_only(batch.x))}
