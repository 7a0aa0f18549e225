import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import json
from pathlib import Path

import tensorflow as tf
from transformers import GPT2TokenizerFast, TFGPT2ForSequenceClassification

CHECKPOINT = Path("../assets/checkpoints/tiny-gpt2")


def read(split):
    rows = [json.loads(line) for line in Path(f"../assets/data/reviews/{split}.jsonl").read_text().splitlines()]
    return [row["text"] for row in rows], [row["label"] for row in rows]


def main():
    tf.keras.utils.set_random_seed(8)
    texts, labels = read("train")
    words = GPT2TokenizerFast.from_pretrained(CHECKPOINT)
    words.pad_token = words.eos_token
    features = dict(words(texts, padding="longest", truncation=True, return_tensors="tf"))
    data = tf.data.Dataset.from_tensor_slices({**features, "labels": labels}).shuffle(500, seed=8).batch(8)
    classifier = TFGPT2ForSequenceClassification.from_pretrained(CHECKPOINT, num_labels=2)
    classifier.compile(optimizer=tf.keras.optimizers.Adam(1e-4))
    classifier.fit(data, epochs=1, verbose=2)


main()
