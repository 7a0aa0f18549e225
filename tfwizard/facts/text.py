"""Ids, tokenizer and checkpoint: what a language model is given and what it can take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextFacts:
    """Ids, tokenizer and checkpoint: what a language model is given and what it can take."""
