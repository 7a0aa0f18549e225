import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(0)

reviews = load_dataset("json", data_files={"train": "data/train.jsonl", "validation": "data/validation.jsonl"})
tokenizer = AutoTokenizer.from_pretrained("checkpoints/bistro-base")


def encode(rows):
    return tokenizer(rows["text"], truncation=True)


encoded = reviews.map(encode, batched=True, remove_columns=["text"])

model = TFAutoModelForSequenceClassification.from_pretrained("checkpoints/bistro-mini", num_labels=2)
collator = DataCollatorWithPadding(tokenizer, return_tensors="tf")
train = model.prepare_tf_dataset(encoded["train"], batch_size=16, shuffle=True, collate_fn=collator)
validation = model.prepare_tf_dataset(encoded["validation"], batch_size=16, shuffle=False, collate_fn=collator)

model.compile(optimizer=tf.keras.optimizers.Adam(5e-4), metrics=["accuracy"])
model.fit(train, validation_data=validation, epochs=3)
