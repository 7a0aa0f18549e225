import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import re

import pandas as pd
import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(6)
checkpoint = "../assets/checkpoints/tiny-distilbert"
reviews = pd.read_json("../assets/data/reviews/train.jsonl", lines=True)
reviews.loc[::5, "text"] = reviews.loc[::5, "text"].str.upper()
cleaned = [re.sub(r"[^a-z ]", "", text).strip() for text in reviews["text"]]

tokenizer = AutoTokenizer.from_pretrained(checkpoint)
inputs = tokenizer(cleaned, padding=True, truncation=True, return_tensors="np")
model = TFAutoModelForSequenceClassification.from_pretrained(checkpoint, num_labels=2)
model.compile(
    optimizer=tf.keras.optimizers.Adam(5e-5), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model.fit(dict(inputs), reviews["label"].to_numpy(), batch_size=16, epochs=2, verbose=2)
