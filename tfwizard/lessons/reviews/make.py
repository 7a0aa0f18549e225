"""Make the data and the checkpoints of this lesson; nothing imports this file.

Reviews of restaurants from a small grammar, and two tiny DistilBERTs as one finds them on a shelf: one that read short texts, and
one that read longer ones and has the larger vocabulary. Both are made from their configuration alone; every draw is seeded.

usage: python make.py    (writes data/ and checkpoints/ beside itself)
"""

import json
import os
import random
import tempfile
from pathlib import Path

# DistilBERT for TensorFlow is a Keras 2 model.
os.environ.update(TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="2", HF_HUB_OFFLINE="1")

import tensorflow as tf
from tokenizers import BertWordPieceTokenizer
from transformers import DistilBertConfig, DistilBertTokenizerFast, TFDistilBertModel

HERE = Path(__file__).resolve().parent
SEED, ROWS, POSITIONS = 6, {"train": 480, "validation": 120}, 64
DISHES = ["soup", "pasta", "salad", "bread", "curry", "omelette", "dessert", "fish", "risotto", "pancakes", "dumplings"]
TASTY = ["delicious", "fresh", "perfect", "tasty", "lovely", "wonderful", "excellent"]
NASTY = ["stale", "burnt", "cold", "bland", "disgusting", "terrible", "greasy"]
RETURN = ["we will come back soon", "the best evening of the year", "five stars from us", "warmly recommended"]
LEAVE = ["we left hungry", "never again", "they should close the kitchen", "a waste of money"]
ASIDE = [
    "we sat near the door", "the room was full", "it took twenty minutes", "my sister paid", "there was live music",
    "the waiter wore a bow tie", "parking is difficult around there", "we had booked in advance",
]  # fmt: skip


def review(draw: random.Random) -> dict[str, object]:
    """One review: 1 praise, 0 blame."""
    label = draw.randrange(2)
    parts = [f"the {draw.choice(DISHES)} was {draw.choice(TASTY if label else NASTY)}"]
    parts += [draw.choice(RETURN if label else LEAVE), *draw.sample(ASIDE, draw.randrange(0, 4))]
    draw.shuffle(parts)
    return {"text": ". ".join(parts) + ".", "label": label}


def save(name: str, texts: list[str], size: int) -> None:
    """A tokenizer with this many tokens, and a model for it."""
    pieces = BertWordPieceTokenizer(lowercase=True)
    pieces.train_from_iterator(texts, vocab_size=size, min_frequency=1, show_progress=False)
    with tempfile.TemporaryDirectory() as folder:
        [vocabulary] = pieces.save_model(folder)
        tokenizer = DistilBertTokenizerFast(vocabulary, model_max_length=POSITIONS)
    shape = {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 2, "max_position_embeddings": POSITIONS}
    model = TFDistilBertModel(DistilBertConfig(vocab_size=len(tokenizer), **shape))
    model(model.dummy_inputs)
    model.save_pretrained(HERE / "checkpoints" / name, safe_serialization=False)
    tokenizer.save_pretrained(HERE / "checkpoints" / name)


def main() -> None:
    """Write data/ and checkpoints/."""
    tf.keras.utils.set_random_seed(SEED)
    draw = random.Random(SEED)
    rows: dict[str, dict[str, object]] = {}
    while len(rows) < sum(ROWS.values()):
        row = review(draw)
        rows.setdefault(str(row["text"]), row)
    (HERE / "data").mkdir(exist_ok=True)
    left = list(rows.values())
    for split, count in ROWS.items():
        part, left = left[:count], left[count:]
        (HERE / "data" / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")
    save("bistro-mini", list(rows), 110)
    save("bistro-base", list(rows), 400)


if __name__ == "__main__":
    main()
