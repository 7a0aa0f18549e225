import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import pandas as pd
import tensorflow as tf
from datasets import Dataset
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(21)
name = "../assets/checkpoints/tiny-bert"
frame = pd.read_json("../assets/data/pairs/train.jsonl", lines=True)
frame = frame.rename(columns={"premise": "report", "hypothesis": "claim", "label": "verdict"})
tok = AutoTokenizer.from_pretrained(name)


def encode(row):
    return tok(row["report"], truncation=True)


claims = Dataset.from_pandas(frame).map(encode, remove_columns=["report", "claim"])
batches = claims.to_tf_dataset(
    columns=["input_ids", "attention_mask", "token_type_ids"],
    label_cols="verdict",
    batch_size=16,
    shuffle=True,
    collate_fn=DataCollatorWithPadding(tok, return_tensors="tf"),
)
net = TFAutoModelForSequenceClassification.from_pretrained(name, num_labels=3)
net.compile(tf.keras.optimizers.Adam(5e-5), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
net.fit(batches, epochs=2, verbose=2)
