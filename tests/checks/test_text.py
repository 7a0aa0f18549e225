"""Ids, tokenizer and checkpoint: each rule on facts that show its fault, and on sound ones that look like it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_facts import LOAD, PIPELINE, SOUND, TEXT, TOKENIZING, at

from tfwizard.checks.rules import examine
from tfwizard.facts import (
    Argument,
    CheckpointFacts,
    ColumnTextFacts,
    Facts,
    IdsFacts,
    LengthFacts,
    PadFacts,
    StringsFacts,
    UnexpectedFacts,
)
from tfwizard.findings import Finding, Remedy
from tfwizard.source_edits import CopyArgument, InsertAfter, RemoveArgument, RemoveListItem, SetArgument

TOKENIZER, WORDS, IDS = TEXT.tokenizer, TEXT.words, TEXT.ids[0]
assert TOKENIZER and WORDS
PAIR = ColumnTextFacts("premise", "hypothesis", 600, "label", 0.01, 0.35, 0.02, call=TOKENIZING)


def judged(facts: Facts = SOUND, **changes: object) -> list[Finding]:
    found = examine(replace(facts, text=replace(TEXT, **changes))).findings  # type: ignore[arg-type]
    return [one for one in found if one.severity != "advice"]


def only(id: str, facts: Facts = SOUND, **changes: object) -> Finding:
    found = judged(facts, **changes)
    assert [one.id for one in found] == [id]
    return found[0]


def edits(remedy: Remedy) -> list[object]:
    return list(remedy.edits)


def loaded(checkpoint: str) -> Facts:
    assert SOUND.pipelines
    load = replace(LOAD, arguments={"pretrained_model_name_or_path": Argument(repr(checkpoint), True, "str")})
    return replace(SOUND, pipelines=replace(SOUND.pipelines, load_call=load))


def test_sound_text_has_no_finding() -> None:
    assert judged() == []


# --- pad-token-missing ----------------------------------------------------------------------------------------------------

GPT = replace(TOKENIZER, type="GPT2TokenizerFast", pad_token=None, eos_token="<|endoftext|>")


def test_a_call_that_cannot_pad_gets_both_ids_set() -> None:
    """The model's line has not been reached: its place comes from the source."""
    assert SOUND.pipelines
    early = replace(SOUND, pipelines=replace(SOUND.pipelines, load_call=None))
    pad = PadFacts(TOKENIZING.call, model_lines=(at(20),))
    finding = only("pad-token-missing", early, tokenizer=GPT, pad=pad)
    assert finding.severity == "error" and finding.explains_failure
    assert edits(finding.remedies[0]) == [
        InsertAfter(at(5), ("{target}.pad_token = {target}.eos_token",)),
        InsertAfter(at(20), ("{target}.config.pad_token_id = tok.pad_token_id",)),
    ]


def test_a_config_without_the_id_that_the_tokenizer_has() -> None:
    pad = PadFacts(None, True, None, False)
    finding = only("pad-token-missing", pad=pad)
    assert finding.severity == "error"
    assert edits(finding.remedies[0]) == [InsertAfter(at(20), ("{target}.config.pad_token_id = tok.pad_token_id",))]


def test_reading_from_the_padding_is_a_warning() -> None:
    assert only("pad-token-missing", pad=PadFacts(None, False, 0.4, False)).severity == "warning"


@pytest.mark.parametrize("pad", [PadFacts(None, False, None, False), PadFacts(None, False, 1e-7, False)])
def test_no_pad_token_and_no_padding_is_sound(pad: PadFacts) -> None:
    """Blocks of one length, or batches of one."""
    assert judged(tokenizer=GPT, pad=pad) == []


# --- token-id-out-of-range ------------------------------------------------------------------------------------------------


def test_added_tokens_without_a_resize() -> None:
    finding = only(
        "token-id-out-of-range",
        loaded("tiny-bert"),
        tokenizer=replace(TOKENIZER, size=447),
        ids=(replace(IDS, maximum=446),),
    )
    assert edits(finding.remedies[0]) == [InsertAfter(at(20), ("{target}.resize_token_embeddings(len(tok))",))]


def test_the_tokenizer_of_another_checkpoint() -> None:
    finding = only(
        "token-id-out-of-range",
        loaded("tiny-bert"),
        tokenizer=replace(TOKENIZER, checkpoint="big", size=900, own=900),
        ids=(replace(IDS, maximum=812),),
    )
    assert finding.where == at(5)
    assert edits(finding.remedies[0]) == [
        SetArgument("from_pretrained", at(5), "pretrained_model_name_or_path", "'tiny-bert'")
    ]


def test_an_embedding_of_keras_gets_its_rows() -> None:
    ids = IdsFacts("inputs", 57, 0, 40, 320, True, 57, False, "Embedding", at(9))
    finding = only("token-id-out-of-range", ids=(ids,), tokenizer=None, calls=(), words=None, length=None)
    assert edits(finding.remedies[0]) == [SetArgument("Embedding", at(9), "input_dim", "58")]


def test_negative_ids_are_outside_and_no_number_of_rows_mends_them() -> None:
    ids = IdsFacts("inputs", 20, -1, 40, 320, True, 57, False, "Embedding", at(9))
    assert only("token-id-out-of-range", ids=(ids,), words=None, length=None).remedies == ()


def test_the_last_row_is_inside() -> None:
    assert judged(tokenizer=replace(TOKENIZER, size=447), ids=(replace(IDS, maximum=444),)) == []


# --- sequence-too-long ----------------------------------------------------------------------------------------------------


def test_longer_than_the_positions() -> None:
    finding = only("sequence-too-long", length=LengthFacts(110, 64, True, 0, 600))
    assert edits(finding.remedies[0]) == [
        SetArgument("tok", at(8), "truncation", "True"),
        SetArgument("tok", at(8), "max_length", "64"),
    ]


def test_positions_of_keras() -> None:
    ids = IdsFacts("", 27, 0, 28, 32, False, 16, False, "Embedding", at(11), positions=True)
    finding = only("sequence-too-long", ids=(ids,), length=None, words=None)
    assert edits(finding.remedies[0]) == [SetArgument("Embedding", at(11), "input_dim", "28")]


def test_as_long_as_the_positions_is_sound() -> None:
    fitting = IdsFacts("", 15, 0, 16, 32, False, 16, False, "Embedding", at(11), positions=True)
    assert judged(length=LengthFacts(64, 64, False, 0, 600)) == judged(ids=(fitting,), length=None) == []


# --- words ----------------------------------------------------------------------------------------------------------------


def test_unknown_words_that_lower_case_would_mend() -> None:
    cased = replace(TOKENIZER, lower_case=False)
    words = replace(WORDS, unknown=9000, unknown_lowered=0.0, tried=300)
    finding = only("unknown-tokens", tokenizer=cased, words=words)
    assert "75%" in finding.title
    assert edits(finding.remedies[0]) == [SetArgument("from_pretrained", at(5), "do_lower_case", "True")]


def test_unknown_words_of_another_language() -> None:
    assert only("unknown-tokens", words=replace(WORDS, unknown=9000, unknown_lowered=0.74)).remedies == ()


def test_some_unknown_words_are_sound() -> None:
    assert judged(words=replace(WORDS, unknown=1500)) == []
    assert judged(words=replace(WORDS, words=20, unknown=10)) == []


def test_empty_texts() -> None:
    assert "20%" in only("empty-texts", words=replace(WORDS, empty=120)).title
    assert judged(words=replace(WORDS, empty=6)) == []


# --- text-column-unused ---------------------------------------------------------------------------------------------------


def test_the_second_text_of_a_pair() -> None:
    finding = only("text-column-unused", unused=(PAIR,))
    assert edits(finding.remedies[0]) == [CopyArgument("tok", at(8), "text", "text_pair", "premise", "hypothesis")]


@pytest.mark.parametrize(
    ("tokenized", "both", "conflicts"),
    [
        (0.45, 0.46, 0.0),  # a title beside its text
        (0.2, 0.5, 0.0),  # the unused one tells more, but the used one tells much
        (0.0, 0.03, 0.9),  # neither tells the label
        (0.0, 0.06, 0.0),  # within the noise
    ],
)
def test_columns_that_the_labels_do_not_need(tokenized: float, both: float, conflicts: float) -> None:
    one = replace(PAIR, gain_used=tokenized, gain_both=both, conflicts=conflicts)
    assert judged(unused=(one,)) == []


def test_a_text_that_bears_several_labels_cannot_tell_them() -> None:
    assert only("text-column-unused", unused=(replace(PAIR, gain_used=0.15, conflicts=0.6),))


# --- what the model is given ----------------------------------------------------------------------------------------------


def test_a_key_that_the_model_does_not_take() -> None:
    unexpected = UnexpectedFacts(("token_type_ids",), ("input_ids", "attention_mask"), None, True)
    finding = only("unexpected-input", unexpected=unexpected)
    assert finding.where == at(8)
    assert edits(finding.remedies[0]) == [SetArgument("tok", at(8), "return_token_type_ids", "False")]


def test_a_column_that_the_model_does_not_take() -> None:
    assert SOUND.pipelines
    columns = replace(PIPELINE, columns=(*PIPELINE.columns, "length"))
    facts = replace(SOUND, pipelines=replace(SOUND.pipelines, pipelines=(columns,)))
    finding = only("unexpected-input", facts, unexpected=UnexpectedFacts(("length",), ("input_ids",), None, True))
    assert edits(finding.remedies[0]) == [RemoveListItem("to_tf_dataset", at(12), "columns", "length")]


def test_a_model_that_fails_either_way_is_undecided() -> None:
    unexpected = UnexpectedFacts(("token_type_ids",), ("input_ids",), None, False)
    assert "unexpected-input" in examine(replace(SOUND, text=replace(TEXT, unexpected=unexpected))).undecided


def test_text_into_numbers() -> None:
    assert only("text-not-tokenized", strings=StringsFacts(("inputs",), "good soup", False, True)).explains_failure
    assert judged(strings=StringsFacts(("inputs",), "good soup", True, True)) == []
    assert judged(strings=StringsFacts(("inputs",), "good soup", False, False)) == []


def test_an_encoder_drawn_anew() -> None:
    other = CheckpointFacts("tiny-distilbert", LOAD, "distilbert", "bert", 1.0)
    assert "TFAutoModel" in only("weights-not-loaded", checkpoint=other).advice


@pytest.mark.parametrize(("stored", "missing"), [("bert", None), ("camembert", 0.0), ("bert", 0.03)])
def test_only_the_head_is_new(stored: str, missing: float | None) -> None:
    """CamemBERT in a RoBERTa class finds all of its weights; a pooler may be new."""
    assert judged(checkpoint=CheckpointFacts("x", LOAD, stored, "bert", missing)) == []


def test_a_mask_that_the_tokenizer_was_told_not_to_give() -> None:
    assert SOUND.data and SOUND.data.padding and SOUND.pipelines
    data = replace(SOUND.data, padding=replace(SOUND.data.padding, has_mask=False, effect=0.2))
    call = replace(TOKENIZING.call, arguments={"return_attention_mask": Argument("False", True, "bool")})
    finding = only(
        "attention-mask-missing",
        replace(SOUND, data=data, pipelines=replace(SOUND.pipelines, pipelines=())),
        calls=(replace(TOKENIZING, call=call),),
    )
    assert edits(finding.remedies[0]) == [RemoveArgument("tok", at(8), "return_attention_mask")]
