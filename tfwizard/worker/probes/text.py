"""Ids, tokenizer and checkpoint: what a language model is given and what it can take."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import TextFacts
from tfwizard.worker.case import Case


def probe(case: Case, report: Any) -> TextFacts:
    """Ids, tokenizer and checkpoint: what a language model is given and what it can take."""
    return TextFacts()
