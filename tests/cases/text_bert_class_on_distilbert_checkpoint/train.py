import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorWithPadding, TFBertForSequenceClassification

tf.keras.utils.set_random_seed(12)
checkpoint = "../assets/checkpoints/tiny-distilbert"
reviews = load_dataset("json", data_files={"train": "../assets/data/reviews/train.jsonl"})["train"]
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
reviews = reviews.map(lambda batch: tokenizer(batch["text"], truncation=True), batched=True)
model = TFBertForSequenceClassification.from_pretrained(checkpoint, num_labels=2)
training = model.prepare_tf_dataset(
    reviews, batch_size=16, shuffle=True, collate_fn=DataCollatorWithPadding(tokenizer, return_tensors="tf")
)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(training, epochs=2, verbose=2)
