#!/usr/bin/env python3
"""Make the data and the tiny checkpoints that the cases share, without a network: a few seconds.

usage: make_assets.py FOLDER

FOLDER/data/{reviews,pairs,tags}/{train,validation}.jsonl and FOLDER/checkpoints/{tiny-bert,tiny-distilbert,tiny-gpt2}. All of
it is drawn from the grammar below: every label can be told from the words of its row.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.update(TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="2", HF_HUB_OFFLINE="1", CUDA_VISIBLE_DEVICES="-1")

POSITIONS = 64
ROWS = {"train": 320, "validation": 80}

DISHES = ["soup", "pasta", "salad", "bread", "curry", "omelette", "dessert", "fish"]
TASTY = ["delicious", "fresh", "perfect", "tasty", "lovely"]
NASTY = ["stale", "burnt", "cold", "bland", "disgusting"]
RETURN = ["we will come back soon", "the best evening of the year", "five stars from us"]
LEAVE = ["we left hungry", "never again", "they should close the kitchen"]
ASIDE = [
    "we sat near the door",
    "the room was full",
    "it took twenty minutes",
    "my sister paid",
    "there was live music",
]

ANIMALS = ["dog", "cat", "horse", "goat", "duck", "mouse"]
DEEDS = {"sleeps": "runs", "eats": "fasts", "waits": "leaves", "swims": "drowns", "hides": "appears"}
SPOTS = ["barn", "field", "river", "yard", "stable", "meadow"]
MAYBE = ["because it is hot", "after a long walk", "with its young", "to please the farmer"]

PEOPLE = ["ines", "marco", "olga", "peter", "ruth", "samir", "tina", "victor"]
CITIES = ["lisbon", "oslo", "vienna", "madrid", "athens", "prague"]
SHOPS = ["brightco", "fernhill", "quantia", "redpine"]


def review(draw: random.Random) -> dict[str, Any]:
    """A restaurant review: 1 praise, 0 blame."""
    label = draw.randrange(2)
    parts = [f"the {draw.choice(DISHES)} was {draw.choice(TASTY if label else NASTY)}"]
    parts += [draw.choice(RETURN if label else LEAVE), *draw.sample(ASIDE, draw.randrange(0, 4))]
    draw.shuffle(parts)
    return {"text": " . ".join(parts) + " .", "label": label}


def pair(draw: random.Random) -> dict[str, Any]:
    """A premise and a hypothesis: 0 it follows, 1 it may be so, 2 it cannot be so."""
    animal, deed, spot, label = draw.choice(ANIMALS), draw.choice(list(DEEDS)), draw.choice(SPOTS), draw.randrange(3)
    follows = f"an animal {deed} near the {spot} ."
    may_be = f"the {animal} {deed} {draw.choice(MAYBE)} ."
    cannot = f"the {animal} {DEEDS[deed]} in the {spot} and never {deed} ."
    number = draw.randrange(2, 40)
    premise = f"at {number} minutes past noon the {animal} {deed} in the {spot} ."
    return {"premise": premise, "hypothesis": [follows, may_be, cannot][label], "label": label}


def tagged(draw: random.Random) -> dict[str, Any]:
    """A sentence in words, and a tag a word: 0 other, 1 person, 2 company, 3 city."""
    person, other, city, shop = draw.choice(PEOPLE), draw.choice(PEOPLE), draw.choice(CITIES), draw.choice(SHOPS)
    aside = draw.choice(["today", "every second week", "with great pleasure", "for the first time"])
    forms = [
        f"{person} opened a {shop} store in {city} {aside} .",
        f"{shop} hired {person} and {other} {aside} .",
        f"from {city} , {person} wrote to {other} {aside} .",
    ]
    words = draw.choice(forms).split()
    kinds = {**dict.fromkeys(PEOPLE, 1), **dict.fromkeys(SHOPS, 2), **dict.fromkeys(CITIES, 3)}
    return {"tokens": words, "tags": [kinds.get(word, 0) for word in words]}


def write(folder: Path, make: Callable[[random.Random], dict[str, Any]], draw: random.Random) -> list[str]:
    """Both splits of one data set, no row twice; gives the texts back."""
    folder.mkdir(parents=True, exist_ok=True)
    seen: dict[str, dict[str, Any]] = {}
    while len(seen) < sum(ROWS.values()):
        row = make(draw)
        seen.setdefault(json.dumps(list(row.values())[:-1]), row)
    rows = list(seen.values())
    for split, part in (("train", rows[: ROWS["train"]]), ("validation", rows[ROWS["train"] :])):
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")
    texts = [value for row in rows for value in list(row.values())[:-1]]
    return [value if isinstance(value, str) else " ".join(value) for value in texts]


def save_checkpoints(folder: Path, texts: list[str]) -> None:
    """A BERT and a DistilBERT with one lower-case WordPiece vocabulary, and a GPT-2 without a pad token."""
    import tensorflow as tf
    from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer
    from transformers import (
        BertConfig,
        BertTokenizerFast,
        DistilBertConfig,
        DistilBertTokenizerFast,
        GPT2Config,
        GPT2TokenizerFast,
        TFBertModel,
        TFDistilBertModel,
        TFGPT2Model,
    )

    tf.keras.utils.set_random_seed(1)
    words = BertWordPieceTokenizer(lowercase=True)
    words.train_from_iterator(texts, vocab_size=400, min_frequency=1, show_progress=False)
    merges = ByteLevelBPETokenizer()
    merges.train_from_iterator(texts, vocab_size=500, special_tokens=["<|endoftext|>"], show_progress=False)
    with tempfile.TemporaryDirectory() as made:
        [vocabulary], [pieces, joins] = words.save_model(made), merges.save_model(made, "bpe")
        bert = BertTokenizerFast(vocabulary, model_max_length=POSITIONS)
        distil = DistilBertTokenizerFast(vocabulary, model_max_length=POSITIONS)
        gpt = GPT2TokenizerFast(pieces, joins, model_max_length=POSITIONS)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    models = {
        "tiny-bert": (bert, TFBertModel(BertConfig(len(bert), max_position_embeddings=POSITIONS, **shape))),
        "tiny-distilbert": (
            distil,
            TFDistilBertModel(DistilBertConfig(len(distil), POSITIONS, dim=32, n_layers=2, n_heads=2, hidden_dim=64)),
        ),
        "tiny-gpt2": (
            gpt,
            TFGPT2Model(GPT2Config(len(gpt), POSITIONS, 32, 2, 2, bos_token_id=0, eos_token_id=0)),
        ),
    }
    for name, (tokenizer, model) in models.items():
        model.build_in_name_scope()
        model.save_pretrained(folder / name, safe_serialization=False)
        tokenizer.save_pretrained(folder / name)


def main(folder: Path) -> None:
    """Make everything under `folder`."""
    draw = random.Random(11)
    data = {"reviews": review, "pairs": pair, "tags": tagged}
    texts = [text for name, make in data.items() for text in write(folder / "data" / name, make, draw)]
    save_checkpoints(folder / "checkpoints", texts)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
