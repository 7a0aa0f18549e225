import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

START = "../assets/checkpoints/tiny-distilbert"


def prepare(split):
    rows = load_dataset("json", data_files=f"../assets/data/reviews/{split}.jsonl", split="train")
    return rows.map(lambda batch: tokenizer(batch["text"], padding="max_length", max_length=48, truncation=True), batched=True)


tokenizer = AutoTokenizer.from_pretrained(START)
model = TFAutoModelForSequenceClassification.from_pretrained(START, num_labels=2)
training = prepare("train").to_tf_dataset(
    columns=["input_ids"],
    label_cols="label",
    batch_size=16,
    shuffle=True,
)
model.compile(
    optimizer=tf.keras.optimizers.Adam(5e-5),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
model.fit(training, epochs=1)
