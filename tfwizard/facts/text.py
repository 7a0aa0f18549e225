"""Ids, tokenizer and checkpoint: what a language model is given and what it can take."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts.calls import Call, ErrorFacts, Place


@dataclass(frozen=True)
class TokenizerFacts:
    """The tokenizer that made the ids. `size` counts every token, `own` those without the added ones.

    `loaded` is the call that made it; `names` are the names by which the script can reach it.
    """

    type: str
    loaded: Call | None = None
    names: tuple[str, ...] = ()
    checkpoint: str = ""
    size: int | None = None
    own: int | None = None
    pad_token: str | None = None
    eos_token: str | None = None
    lower_case: bool | None = None


@dataclass(frozen=True)
class TokenizingFacts:
    """One call of the tokenizer. `callee` is its name in the source; `direct` is false where a library made the call."""

    call: Call
    callee: str | None = None
    direct: bool = True
    pads: bool = False


@dataclass(frozen=True)
class PadFacts:
    """Where a pad token is needed and there is none.

    `failed` is the call that had to pad and could not. `model_fails`: the model takes several rows only with a pad id in
    its config; `effect` is the largest change of a logit when it is given one. `model_lines` are where models are loaded.
    """

    failed: Call | None = None
    model_fails: bool = False
    effect: float | None = None
    model_has_pad_id: bool = True
    model_lines: tuple[Place, ...] = ()


@dataclass(frozen=True)
class IdsFacts:
    """The ids that one embedding gets. `size` is its number of rows; `whole` is true when every training row was read.

    `positions` marks an embedding of positions: its ids count 0, 1, 2, … `added` is how often an added token occurs.
    """

    input: str
    maximum: int
    minimum: int
    longest: int
    rows: int
    whole: bool = False
    size: int | None = None
    transformer: bool = False
    layer: str = ""
    where: Place | None = None
    positions: bool = False


@dataclass(frozen=True)
class LengthFacts:
    """A model that has `positions` positions, tried with the `longest` sample: `fails` says that it cannot take it."""

    longest: int
    positions: int
    fails: bool
    over: int = 0
    rows: int = 0


@dataclass(frozen=True)
class WordsFacts:
    """How many ids are words, unknown words, and how many samples have no word at all.

    `unknown_lowered` is the share of unknown words in `tried` words of lower-cased text.
    """

    rows: int
    words: int
    unknown: int
    empty: int
    whole: bool = False
    unknown_token: str = ""
    examples: tuple[str, ...] = ()
    empty_rows: tuple[int, ...] = ()
    unknown_lowered: float | None = None
    tried: int = 0


@dataclass(frozen=True)
class ColumnTextFacts:
    """Text columns beside the tokenized one, `used`. The gains are over the share of the commonest label, cross-validated.

    `gain_used` is of the words of the used column, `gain_both` of both columns and of what they share; `noise` is one
    standard deviation. `conflicts` is the share of rows whose used text bears another label elsewhere.
    """

    used: str
    unused: str
    rows: int
    label: str
    gain_used: float
    gain_both: float
    noise: float
    repeated: float = 0.0
    conflicts: float = 0.0
    example_used: str = ""
    example_unused: str = ""
    call: TokenizingFacts | None = None


@dataclass(frozen=True)
class UnexpectedFacts:
    """Keys of the batch that the model does not take; `error` is what it raised, and `runs_without` whether they are why."""

    keys: tuple[str, ...]
    takes: tuple[str, ...]
    error: ErrorFacts | None = None
    runs_without: bool = False


@dataclass(frozen=True)
class StringsFacts:
    """Inputs that are text, and what the model did with them."""

    inputs: tuple[str, ...]
    example: str = ""
    takes_text: bool = False
    fails: bool = False


@dataclass(frozen=True)
class CheckpointFacts:
    """The checkpoint against the model that was made of it. `missing` is the share of the encoder's numbers not in it."""

    name: str
    call: Call
    stored_type: str = ""
    model_type: str = ""
    missing: float | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextFacts:
    """Ids, tokenizer and checkpoint: what a language model is given and what it can take."""

    tokenizer: TokenizerFacts | None = None
    calls: tuple[TokenizingFacts, ...] = ()
    pad: PadFacts | None = None
    ids: tuple[IdsFacts, ...] = ()
    length: LengthFacts | None = None
    words: WordsFacts | None = None
    unused: tuple[ColumnTextFacts, ...] = ()
    unexpected: UnexpectedFacts | None = None
    strings: StringsFacts | None = None
    checkpoint: CheckpointFacts | None = None
    notes: tuple[str, ...] = ()
