"""Make the data and the checkpoint of this lesson; nothing imports this file.

The texts come from the small grammar below. A two-layer DistilBERT with a WordPiece vocabulary of its own is trained
on other sentences of the same grammar, and then saved without its classification head, as a real pretrained
checkpoint comes. Nothing is downloaded, and every draw is seeded.

usage: python make.py    (writes data/ and checkpoint/ beside itself)
"""

import json
import os
import random
import tempfile
from pathlib import Path

# DistilBERT for TensorFlow is a Keras 2 model: the optimizer must come from the same Keras.
os.environ.update(TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="2", HF_HUB_OFFLINE="1")

import tensorflow as tf
from tokenizers import BertWordPieceTokenizer
from transformers import (
    DistilBertConfig,
    DistilBertTokenizerFast,
    TFDistilBertForSequenceClassification,
    TFDistilBertModel,
)

Pair = tuple[str, str, int]

HERE = Path(__file__).resolve().parent
SEED = 2024
TRAIN, VALIDATION, WARM_UP = 3000, 400, 12000
EPOCHS, BATCH, WARM_UP_RATE = 3, 32, 1e-3
VOCABULARY, POSITIONS, LAYERS = 400, 64, 2
EMBEDDINGS, ATTENTION, FEED_FORWARD, WIDTH = 0.03, 150.0, 30.0, 7.0

PEOPLE = {
    "pilot": "worker", "baker": "worker", "plumber": "worker", "aunt": "relative", "uncle": "relative",
    "cousin": "relative", "drummer": "musician", "violinist": "musician", "singer": "musician",
}  # fmt: skip
ACTIONS = {
    "found": "lost", "repaired": "broke", "filled": "emptied", "locked": "unlocked", "borrowed": "returned",
    "praised": "criticised", "showed": "hid", "remembered": "forgot",
}  # fmt: skip
THINGS = ["suitcase", "clock", "cupboard", "van", "kite", "piano", "tent", "locker", "guitar", "barrel"]
PLACES = [
    "at the airport", "in the library", "near the lake", "behind the theatre", "on the ferry", "at the hotel",
    "in the attic", "beside the road",
]  # fmt: skip
MOODS = ["nervous", "patient", "hungry", "friendly", "sleepy", "careful"]
STATES = {"wet": "dry", "clean": "dirty", "heavy": "light", "cheap": "expensive", "noisy": "silent"}
TIMES = ["on monday", "after lunch", "late at night", "during the holidays", "just before the storm", "last winter"]
DOINGS = {"slept": "stayed awake", "sang": "kept silent", "stood still": "danced", "laughed": "cried"}
REASONS = [
    "to please the neighbours", "because the weather was fine", "without asking anyone first", "for the third time",
    "to impress an old friend from school", "and then went home by bus",
]  # fmt: skip
GUESSES = ["was a gift", "belonged to the mayor", "came from abroad", "was almost new", "had been for sale for months"]


def pair(draw: random.Random) -> Pair:
    """Draw a pair as in MNLI: 0 the hypothesis follows, 1 it may be so, 2 it cannot be so."""
    # As in MNLI, only more so, the wording of the hypothesis gives the label away: a tiny model must learn it.
    who, friend = draw.sample(list(PEOPLE), 2)
    action, thing, place = draw.choice(list(ACTIONS)), draw.choice(THINGS), draw.choice(PLACES)
    state, doing = draw.choice(list(STATES)), draw.choice(list(DOINGS))
    # Each optional part makes the premise longer, so that the sentences of a batch need padding.
    timed, moody, stated, joined = (draw.random() < 0.5 for _ in range(4))
    premise = f"{draw.choice(TIMES)}, " if timed else ""
    premise += f"the {draw.choice(MOODS)} {who} " if moody else f"the {who} "
    premise += f"{action} the {state} {thing} {place}" if stated else f"{action} the {thing} {place}"
    premise += f" while the {friend} {doing}." if joined else "."

    follows = [f"a {PEOPLE[who]} {action} something.", f"somebody {action} the {thing}.", f"the {who} was {place}."]
    maybe = [f"the {who} {action} the {thing} {draw.choice(REASONS)}.", f"the {thing} {draw.choice(GUESSES)}."]
    cannot = [
        f"the {who} {ACTIONS[action]} the {thing}.",
        f"nobody was {place}.",
        f"the {who} has never seen any {thing} in all those years.",
    ]
    if stated:
        follows.append(f"the {thing} was {state}.")
        cannot.append(f"the {thing} was {STATES[state]}.")
    if joined:
        follows.append(f"the {friend} {doing} {place}.")
        maybe.append(f"the {friend} {doing} {draw.choice(REASONS)}.")
        cannot.append(f"the {friend} {DOINGS[doing]}.")
    label = draw.randrange(3)
    return premise, draw.choice([follows, maybe, cannot][label]), label


def fresh_pairs(draw: random.Random, count: int, seen: set[str]) -> list[Pair]:
    """Draw pairs whose premise no earlier pair has: no duplicates, and nothing shared between the sets."""
    pairs: list[Pair] = []
    while len(pairs) < count:
        drawn = pair(draw)
        if drawn[0] not in seen:
            seen.add(drawn[0])
            pairs.append(drawn)
    return pairs


def write_pairs(path: Path, pairs: list[Pair]) -> None:
    """Write one JSON object a line."""
    path.parent.mkdir(exist_ok=True)
    lines = (json.dumps(dict(zip(("premise", "hypothesis", "label"), row, strict=True))) + "\n" for row in pairs)
    path.write_text("".join(lines), encoding="utf-8")


def make_tokenizer(pairs: list[Pair]) -> DistilBertTokenizerFast:
    """Learn a WordPiece vocabulary from the texts."""
    pieces = BertWordPieceTokenizer(lowercase=True)
    texts = (text for premise, hypothesis, _ in pairs for text in (premise, hypothesis))
    pieces.train_from_iterator(texts, vocab_size=VOCABULARY, min_frequency=1, show_progress=False)
    with tempfile.TemporaryDirectory() as folder:
        [vocabulary] = pieces.save_model(folder)
        return DistilBertTokenizerFast(vocabulary, model_max_length=POSITIONS)


def warm_up(
    config: DistilBertConfig, tokenizer: DistilBertTokenizerFast, pairs: list[Pair]
) -> TFDistilBertForSequenceClassification:
    """Train a classifier from random weights, down to a rate of zero."""
    premises, hypotheses, labels = zip(*pairs, strict=True)
    encoded = dict(tokenizer(list(premises), list(hypotheses), padding=True, return_tensors="np"))
    dataset = tf.data.Dataset.from_tensor_slices((encoded, list(labels))).shuffle(len(pairs), seed=SEED).batch(BATCH)
    steps = EPOCHS * (len(pairs) // BATCH)
    rate = tf.keras.optimizers.schedules.PolynomialDecay(WARM_UP_RATE, steps, 0.0)
    model = TFDistilBertForSequenceClassification(config)
    model.compile(optimizer=tf.keras.optimizers.Adam(rate), metrics=["accuracy"])
    model.fit(dataset, epochs=EPOCHS, verbose=2)
    return model


def make_rate_sensitive(encoder: TFDistilBertModel) -> None:
    """Rescale weights so that the learning rate matters as it does in a model of full size.

    A model this small forgives almost any rate. What the encoder computes stays the same: the embeddings shrink in
    front of a normalisation; value, query and first feed-forward weights shrink by as much as what comes after or
    before them grows. But Adam moves every weight by about the rate, whatever its size, so that 1e-3 now overruns the
    small ones. Only the last normalisation changes the result: it is wider, and a new head on it learns in fewer steps.
    """
    factors = {
        "_embeddings/": EMBEDDINGS,
        "/v_lin/": 1 / ATTENTION,
        "/q_lin/": 1 / ATTENTION,
        "/out_lin/kernel": ATTENTION,
        "/k_lin/": ATTENTION,
        "/sa_layer_norm/": FEED_FORWARD,
        "/lin1/kernel": 1 / FEED_FORWARD,
        "/lin2/": FEED_FORWARD,
        f"_{LAYERS - 1}/output_layer_norm": WIDTH,
    }
    for weight in encoder.weights:
        weight.assign(weight * next((factor for part, factor in factors.items() if part in weight.name), 1.0))


def main() -> None:
    """Write data/ and checkpoint/."""
    tf.keras.utils.set_random_seed(SEED)
    draw, seen = random.Random(SEED), set[str]()
    write_pairs(HERE / "data/train.jsonl", fresh_pairs(draw, TRAIN, seen))
    write_pairs(HERE / "data/validation.jsonl", fresh_pairs(draw, VALIDATION, seen))
    pairs = fresh_pairs(draw, WARM_UP, seen)
    tokenizer = make_tokenizer(pairs)
    shape = {"dim": 128, "hidden_dim": 256, "n_layers": LAYERS, "n_heads": 4, "max_position_embeddings": POSITIONS}
    trained = warm_up(DistilBertConfig(**shape, vocab_size=len(tokenizer), num_labels=3), tokenizer, pairs)
    # The base model is saved alone: whoever loads it as a classifier gets a new head.
    encoder = TFDistilBertModel(DistilBertConfig(**shape, vocab_size=len(tokenizer)))
    encoder(encoder.dummy_inputs)
    encoder.set_weights(trained.distilbert.get_weights())
    make_rate_sensitive(encoder)
    encoder.save_pretrained(HERE / "checkpoint", safe_serialization=False)
    tokenizer.save_pretrained(HERE / "checkpoint")


if __name__ == "__main__":
    main()
