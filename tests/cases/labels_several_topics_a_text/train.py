import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import json

import tensorflow as tf
from datasets import Dataset
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(1)
WORDS = ["soup", "pasta", "bread", "fish"]
texts = [json.loads(line)["text"] for line in open("../assets/data/reviews/train.jsonl")]
texts = [f"{one} {two}" for one, two in zip(texts, texts[1:])]
data = Dataset.from_dict({"text": texts, "labels": [[float(word in text) for word in WORDS] for text in texts]})

checkpoint = "../assets/checkpoints/tiny-distilbert"
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
data = data.map(lambda batch: tokenizer(batch["text"], truncation=True, max_length=64), batched=True)
model = TFAutoModelForSequenceClassification.from_pretrained(
    checkpoint, num_labels=len(WORDS), problem_type="multi_label_classification"
)
train = data.to_tf_dataset(
    columns=["input_ids", "attention_mask"],
    label_cols=["labels"],
    shuffle=True,
    batch_size=16,
    collate_fn=DataCollatorWithPadding(tokenizer, return_tensors="tf"),
)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(train, epochs=1, verbose=2)
