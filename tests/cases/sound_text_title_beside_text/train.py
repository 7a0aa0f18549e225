import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(3)
checkpoint = "../assets/checkpoints/tiny-distilbert"
reviews = load_dataset("json", data_files={"train": "../assets/data/reviews/train.jsonl"})["train"]


def describe(row, number):
    # What a site stores beside a review: a title out of its first words, and where it was found.
    title = f"review {number}: " + " ".join(row["text"].split()[:4])
    return {"title": title, "source": f"seen on page {number} of our guide", "raw_text": row["text"].upper()}


reviews = reviews.map(describe, with_indices=True)
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
reviews = reviews.map(lambda batch: tokenizer(batch["text"], truncation=True), batched=True)
batches = reviews.to_tf_dataset(
    columns=["input_ids", "attention_mask"],
    label_cols=["label"],
    batch_size=16,
    shuffle=True,
    collate_fn=DataCollatorWithPadding(tokenizer, return_tensors="tf"),
)
model = TFAutoModelForSequenceClassification.from_pretrained(checkpoint, num_labels=2)
model.compile(
    optimizer=tf.keras.optimizers.Adam(5e-5), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model.fit(batches, epochs=2, verbose=2)
