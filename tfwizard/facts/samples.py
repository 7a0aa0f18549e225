"""The samples of a batch, decoded."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Token:
    """One input id. `kind` is "word", "piece" (it goes on the word before), "special", "padding" or "unknown"."""

    id: int
    text: str
    kind: str
    masked: bool = False


@dataclass(frozen=True)
class Sample:
    """One row of the batch, decoded where there is a tokenizer; otherwise `values` shows its numbers."""

    row: int
    text: str = ""
    tokens: tuple[Token, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    label: str = ""
    label_name: str | None = None


@dataclass(frozen=True)
class SamplesFacts:
    """The samples of one batch. `tokenizer` names the tokenizer that decoded them."""

    samples: tuple[Sample, ...] = ()
    tokenizer: str | None = None
    unknown: int = 0
    words: int = 0
