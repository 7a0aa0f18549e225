"""Make the data and the checkpoint of this lesson; nothing imports this file.

Short recipes from a small grammar, and a tiny GPT-2 with a byte-level vocabulary of its own, made from its configuration alone.

usage: python make.py    (writes data/ and checkpoint/ beside itself)
"""

import json
import os
import random
import tempfile
from pathlib import Path

# GPT-2 for TensorFlow is a Keras 2 model.
os.environ.update(TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="2", HF_HUB_OFFLINE="1")

import tensorflow as tf
from tokenizers import ByteLevelBPETokenizer
from transformers import GPT2Config, GPT2TokenizerFast, TFGPT2LMHeadModel

HERE = Path(__file__).resolve().parent
SEED, ROWS, POSITIONS, VOCABULARY = 7, 400, 48, 380
THINGS = ["carrots", "potatoes", "onions", "mushrooms", "apples", "tomatoes", "leeks", "lentils"]
CUTS = ["slice", "chop", "grate", "peel"]
WAYS = ["fry", "boil", "bake", "steam"]
TIMES = ["five", "ten", "fifteen", "twenty"]
ENDS = ["season with salt", "add a spoon of butter", "serve with bread", "let it cool", "sprinkle with parsley"]


def recipe(draw: random.Random) -> str:
    """One to four sentences: samples of different lengths."""
    thing = draw.choice(THINGS)
    text = f"{draw.choice(CUTS)} the {thing} and {draw.choice(WAYS)} them for {draw.choice(TIMES)} minutes."
    return " ".join([text, *(f"{end}." for end in draw.sample(ENDS, draw.randrange(0, 4)))])


def main() -> None:
    """Write data/ and checkpoint/."""
    tf.keras.utils.set_random_seed(SEED)
    draw = random.Random(SEED)
    texts = list(dict.fromkeys(recipe(draw) for _ in range(4 * ROWS)))[:ROWS]
    (HERE / "data").mkdir(exist_ok=True)
    rows = (json.dumps({"text": text}) + "\n" for text in texts)
    (HERE / "data" / "recipes.jsonl").write_text("".join(rows), encoding="utf-8")
    pieces = ByteLevelBPETokenizer()
    pieces.train_from_iterator(texts, vocab_size=VOCABULARY, special_tokens=["<|endoftext|>"], show_progress=False)
    with tempfile.TemporaryDirectory() as folder:
        vocabulary, merges = pieces.save_model(folder)
        tokenizer = GPT2TokenizerFast(vocabulary, merges, model_max_length=POSITIONS)
    shape = {"n_positions": POSITIONS, "n_embd": 32, "n_layer": 2, "n_head": 2, "bos_token_id": 0, "eos_token_id": 0}
    model = TFGPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), **shape))
    model(model.dummy_inputs)
    model.save_pretrained(HERE / "checkpoint", safe_serialization=False)
    tokenizer.save_pretrained(HERE / "checkpoint")


if __name__ == "__main__":
    main()
