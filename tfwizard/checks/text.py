"""Ids, tokenizer and checkpoint: what a language model is given and what it can take."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.data import MASK_MATTERS, feeding
from tfwizard.checks.rules import Undecided, check
from tfwizard.checks.script import function_of
from tfwizard.facts import ColumnTextFacts, Facts, IdsFacts, PadFacts, Place, TextFacts, TokenizerFacts, TokenizingFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _
from tfwizard.source_edits import CopyArgument, Edit, InsertAfter, RemoveListItem, SetArgument

#: A vocabulary that fits leaves under one word in a hundred unknown (WordPiece falls back to pieces and letters; a word list
#: of the usual 10 to 20 thousand words loses 2 to 10 per cent of a text). Every fifth word gone is no longer that text.
UNKNOWN_SHARE, UNKNOWN_WORDS = 0.2, 50
#: A few empty samples are in every scraped data set. From one in fifty on they are a class of inputs of their own.
EMPTY_SHARE, EMPTY_ROWS = 0.02, 4
#: Standard deviations: that both texts tell the label is no chance, that the used one alone does not may be.
SURE, CHANCE = 4.0, 2.0
#: The used text alone may tell this share of what both tell, and both have to tell at least so much more than chance.
ALONE, WORTH = 0.25, 0.05
#: Past this share of rows whose text bears another label elsewhere, that text alone cannot be what the label hangs on.
CONFLICTING = 0.3
#: Pooler, token types and a few positions may be new. An encoder that lacks a fifth of its numbers was not loaded.
MISSING_SHARE = 0.2
#: What the tokenizer is told to leave out a key.
RETURNS = {
    "token_type_ids": "return_token_type_ids", "special_tokens_mask": "return_special_tokens_mask",
    "offset_mapping": "return_offsets_mapping", "length": "return_length",
}  # fmt: skip


def _tokenizer_place(text: TextFacts) -> Place | None:
    return text.tokenizer.loaded.where if text.tokenizer and text.tokenizer.loaded else None


def _reachable(tokenizer: TokenizerFacts) -> str | None:
    return tokenizer.names[0] if tokenizer.names else None


def _direct(text: TextFacts) -> TokenizingFacts | None:
    """The call in the user's code that made the ids: the first one, for the training set comes first."""
    calls = [one for one in text.calls if one.direct and one.callee and one.call.where]
    return next((one for one in calls if one.call.name != "tokenizer.pad"), None)


# --- padding --------------------------------------------------------------------------------------------------------------


@check("pad-token-missing", "text")
def pad_token_missing(facts: Facts) -> Iterator[Finding]:
    """Batches need padding, and the tokenizer or the model's config has no pad id."""
    assert facts.text
    text, pad = facts.text, facts.text.pad
    if text.tokenizer is None or pad is None:
        raise Undecided(_("no tokenizer was seen"))
    stops = pad.failed is not None or pad.model_fails
    if not stops and not (pad.effect is not None and pad.effect > MASK_MATTERS):
        return
    kind = text.tokenizer.type
    title = (
        _("{tokenizer} has no pad token, and the samples have to be padded", tokenizer=kind)
        if pad.failed is not None
        else _("The model's config has no pad_token_id, and the batch is padded")
    )
    held = facts.script.held.where if facts.script and facts.script.held else None
    yield Finding(
        "pad-token-missing", "data", "error" if stops else "warning", title,
        _("Samples of different lengths become one batch by padding. The tokenizer needs a token for that, and a model that "
          "reads the last token of a text has to know which tokens are padding."),
        {
            "tokenizer": kind, "checkpoint": text.tokenizer.checkpoint, "pad_token": text.tokenizer.pad_token,
            "eos_token": text.tokenizer.eos_token, "model_has_pad_token_id": pad.model_has_pad_id,
            "failed_call": pad.failed.name if pad.failed else None, "fails_without_pad_token_id": pad.model_fails,
            "largest_change_of_a_logit_with_it": pad.effect,
        },
        (pad.failed.where if pad.failed else None) or _tokenizer_place(text) or held,
        "", tuple(_pad_remedies(facts, text.tokenizer, pad)),
        _("Set tokenizer.pad_token (to its eos_token, say) and model.config.pad_token_id."), explains_failure=stops,
    )  # fmt: skip


def _pad_remedies(facts: Facts, tokenizer: TokenizerFacts, pad: PadFacts) -> Iterator[Remedy]:
    load = facts.pipelines.load_call.where if facts.pipelines and facts.pipelines.load_call else None
    models = [load] if load is not None else list(pad.model_lines)
    lacks = tokenizer.pad_token is None
    where = tokenizer.loaded.where if tokenizer.loaded else None
    name = _reachable(tokenizer)
    if lacks and (where is None or tokenizer.eos_token is None):
        return
    edits: list[Edit] = []
    if lacks and where is not None:
        edits.append(InsertAfter(where, ("{target}.pad_token = {target}.eos_token",)))
    if name is not None and (not pad.model_has_pad_id or load is None):
        edits += [InsertAfter(one, (f"{{target}}.config.pad_token_id = {name}.pad_token_id",)) for one in models]
    consequence = _("Padded positions are masked, so the token that stands there does not matter.")
    if edits:
        title = (
            _("Pad with the end-of-text token, and tell the model its id")
            if lacks
            else _("Pad with the tokenizer's pad token, and tell the model its id")
        )
        yield Remedy(title, tuple(edits), consequence)
    if name is not None:
        # The same as arguments, for a tokenizer or a model that is not put into a name where it is loaded.
        edits = []
        if lacks and where is not None:
            edits.append(SetArgument("from_pretrained", where, "pad_token", repr(tokenizer.eos_token)))
        edits += [SetArgument("from_pretrained", one, "pad_token_id", f"{name}.pad_token_id") for one in models]
        title = _("Load both with the end-of-text token") if lacks else _("Load both with the tokenizer's pad token")
        yield Remedy(title, tuple(edits), consequence)


# --- ids and lengths ------------------------------------------------------------------------------------------------------


@check("token-id-out-of-range", "text", explained_by=("inputs-in-wrong-order",))
def token_id_out_of_range(facts: Facts) -> Iterator[Finding]:
    """An input id that the embedding has no row for."""
    assert facts.text
    known = [one for one in facts.text.ids if one.size is not None and not one.positions]
    if not known:
        raise Undecided(_("no ids were seen that enter an embedding"))
    outside = [one for one in known if one.size is not None and (one.maximum >= one.size or one.minimum < 0)]
    if not outside:
        return
    ids = outside[0]
    wrong = ids.maximum if ids.maximum >= (ids.size or 0) else ids.minimum
    tokenizer = facts.text.tokenizer if ids.transformer else None
    load = facts.pipelines.load_call if facts.pipelines else None
    evidence: dict[str, object] = {
        "input": ids.input, "smallest_id": ids.minimum, "largest_id": ids.maximum, "embedding_rows": ids.size,
        "layer": ids.layer, "rows_read": ids.rows, "whole_training_set": ids.whole,
    }  # fmt: skip
    if tokenizer is not None:
        evidence.update(
            tokenizer=tokenizer.checkpoint, tokens=tokenizer.size, tokens_without_added=tokenizer.own,
            model=load.arguments["pretrained_model_name_or_path"].value
            if load and "pretrained_model_name_or_path" in load.arguments else None,
        )  # fmt: skip
    where = (
        ids.where
        or (load.where if load else None)
        or (facts.script.held.where if facts.script and facts.script.held else None)
    )
    if tokenizer is not None and not _added(tokenizer, ids):
        where = _tokenizer_place(facts.text) or where
    yield Finding(
        "token-id-out-of-range", "data", "error",
        _("The inputs hold the id {id}, and the embedding has rows 0 to {last}", id=wrong, last=(ids.size or 0) - 1),
        _("An embedding is a table with one row a token, and an id is the number of a row. For an id outside of it TensorFlow "
          "stops on a CPU, and reads zeros on a GPU."),
        evidence, where, ids.input if not ids.transformer else "", tuple(_range_remedies(facts, ids, tokenizer)),
        _("Make tokenizer and model from the same checkpoint, or give the embedding a row for every id."), explains_failure=True,
    )  # fmt: skip


def _added(tokenizer: TokenizerFacts, ids: IdsFacts) -> bool:
    """Whether only tokens that were added to the tokenizer lie outside."""
    return tokenizer.own is not None and ids.size is not None and tokenizer.own <= ids.size < (tokenizer.size or 0)


def _range_remedies(facts: Facts, ids: IdsFacts, tokenizer: TokenizerFacts | None) -> Iterator[Remedy]:
    if tokenizer is None:
        if ids.where is not None and ids.minimum >= 0:
            edit = SetArgument("Embedding", ids.where, "input_dim", str(ids.maximum + 1))
            yield Remedy(
                _("Give the embedding {n} rows", n=ids.maximum + 1),
                (edit,),
                _("Every id of the training set has a row."),
            )
        return
    load = facts.pipelines.load_call if facts.pipelines else None
    if load is None or load.where is None:
        return
    checkpoint = load.arguments.get("pretrained_model_name_or_path")
    where = tokenizer.loaded.where if tokenizer.loaded else None
    resize: list[Remedy] = []
    if (name := _reachable(tokenizer)) is not None:
        longer = InsertAfter(load.where, (f"{{target}}.resize_token_embeddings(len({name}))",))
        why = _("The embedding gets a new row for each token that it lacks; these rows are learned from scratch.")
        resize = [Remedy(_("Resize the embedding to the tokenizer"), (longer,), why)]
    same: list[Remedy] = []
    if (
        where is not None
        and checkpoint is not None
        and checkpoint.type == "str"
        and checkpoint.value[1:-1] != tokenizer.checkpoint
    ):
        other = SetArgument("from_pretrained", where, "pretrained_model_name_or_path", checkpoint.value)
        why = _("Ids mean the words that the model was trained on.")
        same = [Remedy(_("Load the tokenizer of the model's checkpoint"), (other,), why)]
    yield from (*resize, *same) if _added(tokenizer, ids) else (*same, *resize)


@check("sequence-too-long", "text", explained_by=("no-collator",))
def sequence_too_long(facts: Facts) -> Iterator[Finding]:
    """A sample is longer than the model has positions."""
    assert facts.text
    for ids in facts.text.ids:
        if ids.positions and ids.size is not None and ids.maximum >= ids.size:
            yield _positions_of_keras(facts, ids)
            return
    length = facts.text.length
    if length is None:
        if any(ids.positions for ids in facts.text.ids):
            return
        raise Undecided(_("no lengths, or no model with a fixed number of positions, were seen"))
    if not length.fails:
        return
    call = _direct(facts.text)
    remedies: tuple[Remedy, ...] = ()
    if call is not None and call.callee is not None and call.call.where is not None:
        edits = (
            SetArgument(call.callee, call.call.where, "truncation", "True"),
            SetArgument(call.callee, call.call.where, "max_length", str(length.positions)),
        )
        why = _("What stands behind the last position of a longer text is cut off.")
        remedies = (Remedy(_("Truncate to {positions} tokens", positions=length.positions), edits, why),)
    yield Finding(
        "sequence-too-long", "data", "error",
        _("A sample has {longest} tokens, and the model {positions} positions", longest=length.longest, positions=length.positions),
        _("A transformer has learned a vector for each position up to a last one. Longer texts have to be cut, or split."),
        {"longest": length.longest, "positions": length.positions, "rows_read": length.rows,
         "truncation": _written(call, "truncation"), "max_length": _written(call, "max_length")},
        call.call.where if call else (facts.script.held.where if facts.script and facts.script.held else None),
        "", remedies, _("Tokenize with truncation=True and a max_length."), explains_failure=True,
    )  # fmt: skip


def _positions_of_keras(facts: Facts, ids: IdsFacts) -> Finding:
    remedies: tuple[Remedy, ...] = ()
    if ids.where is not None:
        edit = SetArgument("Embedding", ids.where, "input_dim", str(ids.maximum + 1))
        remedies = (
            Remedy(_("Give it {n} positions", n=ids.maximum + 1), (edit,), _("Every position of a sample has a row.")),
        )
    return Finding(
        "sequence-too-long", "data", "error",
        _("A sample has {n} positions, and the position embedding {positions}", n=ids.maximum + 1, positions=ids.size),
        _("The embedding of positions has one row a position. Longer samples have to be cut, or the table made longer."),
        {"positions_needed": ids.maximum + 1, "positions": ids.size, "layer": ids.layer},
        ids.where or (facts.script.held.where if facts.script and facts.script.held else None), "", remedies,
        _("Cut the samples, or give the embedding of positions more rows."), explains_failure=True,
    )  # fmt: skip


def _written(call: TokenizingFacts | None, argument: str) -> str | None:
    given = call.call.arguments.get(argument) if call else None
    return given.value if given is not None and given.explicit else None


# --- words ----------------------------------------------------------------------------------------------------------------


@check("unknown-tokens", "text", explained_by=("token-id-out-of-range",))
def unknown_tokens(facts: Facts) -> Iterator[Finding]:
    """A large share of the words is the unknown token."""
    assert facts.text
    words = facts.text.words
    if words is None:
        raise Undecided(_("no ids of a tokenizer were seen"))
    share = words.unknown / words.words if words.words else 0.0
    if words.words < UNKNOWN_WORDS or share < UNKNOWN_SHARE:
        return
    tokenizer = facts.text.tokenizer
    mended = words.unknown_lowered is not None and words.unknown_lowered < share / 2
    yield Finding(
        "unknown-tokens", "samples", "warning",
        _("{share:.0%} of the words are {token}", share=share, token=words.unknown_token) if words.unknown_token
        else _("{share:.0%} of the words are the unknown token", share=share),
        _("The tokenizer's vocabulary does not have them, so all of them look the same to the model. "
          "In lower case it knows them: the vocabulary is a lower-case one.") if mended else
        _("The tokenizer's vocabulary does not have them, so all of them look the same to the model. "
          "The vocabulary is of another language, another kind of text, or another tokenizer."),
        {
            "unknown": words.unknown, "words": words.words, "rows_read": words.rows, "examples": list(words.examples),
            "tokenizer": tokenizer.type if tokenizer else None, "checkpoint": tokenizer.checkpoint if tokenizer else None,
            "do_lower_case": tokenizer.lower_case if tokenizer else None,
            "share_in_lower_case": words.unknown_lowered, "words_tried_in_lower_case": words.tried,
        },
        _tokenizer_place(facts.text), "", tuple(_lower_case(facts.text)) if mended else (),
        _("Lower-case the texts, or load the tokenizer with do_lower_case=True.") if mended
        else _("Use the tokenizer that belongs to the checkpoint, and a checkpoint made for such texts."),
    )  # fmt: skip


def _lower_case(text: TextFacts) -> Iterator[Remedy]:
    where = _tokenizer_place(text)
    if where is not None and text.tokenizer and text.tokenizer.lower_case is False:
        edit = SetArgument("from_pretrained", where, "do_lower_case", "True")
        yield Remedy(
            _("Let the tokenizer lower-case the texts"), (edit,), _("The words are then those of the vocabulary.")
        )


@check("empty-texts", "text")
def empty_texts(facts: Facts) -> Iterator[Finding]:
    """Samples with no token but the special ones."""
    assert facts.text
    words = facts.text.words
    if words is None:
        raise Undecided(_("no ids of a tokenizer were seen"))
    if words.empty < EMPTY_ROWS or words.empty < EMPTY_SHARE * words.rows:
        return
    call = _direct(facts.text)
    yield Finding(
        "empty-texts", "samples", "warning",
        _("{n} of {of} samples ({share:.0%}) have no words at all", n=words.empty, of=words.rows, share=words.empty / words.rows),
        _("They hold special tokens and padding only. They are all the same to the model, whatever their labels."),
        {"empty": words.empty, "rows_read": words.rows, "first_rows": list(words.empty_rows), "whole_training_set": words.whole},
        call.call.where if call else _tokenizer_place(facts.text), "", (),
        _("Look at what cleans the texts, and drop the samples that have none."),
    )  # fmt: skip


@check("text-column-unused", "text", explained_by=("unknown-tokens",))
def text_column_unused(facts: Facts) -> Iterator[Finding]:
    """A text column that the label hangs on never reaches the ids."""
    assert facts.text
    if facts.text.tokenizer is None:
        raise Undecided(_("no tokenizer was seen"))
    told = [one for one in facts.text.unused if _needed(one)]
    if not told:
        return
    one = max(told, key=lambda one: one.gain_both)
    where = one.call.call.where if one.call else None
    remedies: tuple[Remedy, ...] = ()
    if one.call is not None and one.call.callee is not None and where is not None:
        edit = CopyArgument(one.call.callee, where, "text", "text_pair", one.used, one.unused)
        why = _("Both texts go in, with a separator between them; samples get longer.")
        remedies = (
            Remedy(_("Tokenize {used} and {unused} as a pair", used=one.used, unused=one.unused), (edit,), why),
        )
    yield Finding(
        "text-column-unused", "samples", "warning",
        _('The column "{unused}" never reaches the model, and the labels hang on it', unused=one.unused),
        _('Only "{used}" was tokenized. From its words the labels can hardly be told; together with "{unused}" they can.',
          used=one.used, unused=one.unused),
        {
            "tokenized": one.used, "unused": one.unused, "labels": one.label, "rows": one.rows,
            "accuracy_over_chance_tokenized_alone": round(one.gain_used, 3),
            "accuracy_over_chance_with_unused": round(one.gain_both, 3), "standard_deviation": round(one.noise, 3),
            "rows_whose_text_has_another_label_elsewhere": round(one.conflicts, 3),
            "example": {one.used: one.example_used, one.unused: one.example_unused},
        },
        where, one.unused, remedies,
        _('Give the tokenizer both texts: tokenizer(rows["{used}"], rows["{unused}"]).', used=one.used, unused=one.unused),
    )  # fmt: skip


def _needed(one: ColumnTextFacts) -> bool:
    if one.gain_both < max(SURE * one.noise, WORTH):
        return False
    tells_little = one.gain_used <= max(CHANCE * one.noise, ALONE * one.gain_both)
    return tells_little or (one.conflicts >= CONFLICTING and one.gain_used <= one.gain_both / 2)


# --- what the model is given ----------------------------------------------------------------------------------------------


@check("unexpected-input", "text", explained_by=("labels-in-inputs-with-keras-loss", "labels-misrouted"))
def unexpected_input(facts: Facts) -> Iterator[Finding]:
    """A key of the batch that the model does not take."""
    assert facts.text
    unexpected = facts.text.unexpected
    if unexpected is None:
        if facts.data is None or facts.data.error is not None:
            raise Undecided(_("no batch could be read"))
        return
    if not unexpected.runs_without:
        raise Undecided(_("the model fails without these keys too"))
    keys = ", ".join(f'"{key}"' for key in unexpected.keys)
    pipeline = feeding(facts)
    where = pipeline.call.where if pipeline else None
    call = _direct(facts.text)
    if where is None or not pipeline or not set(unexpected.keys) <= set(pipeline.columns):
        where = (call.call.where if call else None) or where
    held = facts.script.held.where if facts.script and facts.script.held else None
    yield Finding(
        "unexpected-input", "data", "error",
        _("The model does not take {keys}", keys=keys),
        _("The batch has a key for which the model has no input, and so the first step fails. A tokenizer of another kind of "
          "model gives other keys than this one takes."),
        {"keys": list(unexpected.keys), "takes": list(unexpected.takes), "error": unexpected.error.useful if unexpected.error else None,
         "runs_without_them": unexpected.runs_without},
        where or held, ",".join(unexpected.keys), tuple(_without_keys(facts, unexpected.keys)),
        _("Leave these keys out, or use the tokenizer of the model's own checkpoint."), explains_failure=True,
    )  # fmt: skip


def _without_keys(facts: Facts, keys: tuple[str, ...]) -> Iterator[Remedy]:
    assert facts.text
    pipeline, call = feeding(facts), _direct(facts.text)
    named = _("The model then gets the inputs that it takes.")
    if (
        pipeline
        and pipeline.call.where
        and function_of(pipeline) == "to_tf_dataset"
        and set(keys) <= set(pipeline.columns)
    ):
        where = pipeline.call.where
        drop = tuple(RemoveListItem("to_tf_dataset", where, "columns", key) for key in keys)
        yield Remedy(_("Take them out of the columns"), drop, named)
    if call is not None and call.callee and call.call.where and set(keys) <= set(RETURNS):
        calls = [one for one in facts.text.calls if one.direct and one.callee and one.call.where]
        edits = tuple(
            SetArgument(one.callee, one.call.where, RETURNS[key], "False")
            for one in calls if one.callee and one.call.where and one.call.name != "tokenizer.pad"
            for key in keys
        )  # fmt: skip
        yield Remedy(_("Tell the tokenizer not to make them"), edits, named)


@check("text-not-tokenized", "text")
def text_not_tokenized(facts: Facts) -> Iterator[Finding]:
    """Text enters a model that takes numbers."""
    assert facts.text
    strings = facts.text.strings
    if strings is None:
        if facts.data is None or facts.data.error is not None:
            raise Undecided(_("no batch could be read"))
        return
    if strings.takes_text or not strings.fails:
        return
    pipeline = feeding(facts)
    held = facts.script.held.where if facts.script and facts.script.held else None
    names = ", ".join(f'"{name}"' for name in strings.inputs)
    yield Finding(
        "text-not-tokenized", "data", "error",
        _("The input {names} is text, and the model takes numbers", names=names),
        _("A network computes with numbers. Text has to become ids first: by a tokenizer, or by a TextVectorization layer in front."),
        {"inputs": list(strings.inputs), "example": strings.example},
        pipeline.call.where if pipeline else held, "", (),
        _("Tokenize the text and give the model its ids."), explains_failure=True,
    )  # fmt: skip


@check("weights-not-loaded", "text", "pipelines")
def weights_not_loaded(facts: Facts) -> Iterator[Finding]:
    """from_pretrained initialised the encoder anew, and not only the head."""
    assert facts.text
    checkpoint = facts.text.checkpoint
    if checkpoint is None:
        raise Undecided(_("no model was loaded from a checkpoint that is here"))
    if checkpoint.missing is None or checkpoint.missing < MISSING_SHARE:
        return
    other = checkpoint.stored_type != checkpoint.model_type
    yield Finding(
        "weights-not-loaded", "batch", "warning",
        _("{share:.0%} of the encoder's weights are not from the checkpoint", share=checkpoint.missing),
        _("from_pretrained takes the weights whose names and shapes it finds, and draws the others at random. A new head is "
          "meant to be random; here the encoder is, too, and nothing of the pretraining is left."),
        {"checkpoint": checkpoint.name, "checkpoint_is": checkpoint.stored_type, "model_is": checkpoint.model_type,
         "share_missing": round(checkpoint.missing, 3), "examples": list(checkpoint.examples)},
        checkpoint.call.where, "", (),
        _("Load it with the class for {kind}, or with a TFAutoModel class.", kind=checkpoint.stored_type) if other
        else _("Load the checkpoint without changing the sizes of the model."),
    )  # fmt: skip
