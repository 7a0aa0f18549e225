import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import pandas as pd
import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(17)
folder = "../assets/checkpoints/tiny-bert"
pairs = pd.read_json("../assets/data/pairs/train.jsonl", lines=True)
to_ids = AutoTokenizer.from_pretrained(folder)
features = to_ids(
    pairs["premise"].tolist(),
    pairs["hypothesis"].tolist(),
    padding="max_length",
    max_length=64,
    truncation=True,
    return_attention_mask=False,
    return_tensors="np",
)
model = TFAutoModelForSequenceClassification.from_pretrained(folder, num_labels=3)
model.compile(
    optimizer=tf.keras.optimizers.Adam(5e-5), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model.fit(dict(features), pairs["label"].to_numpy(), batch_size=16, epochs=2, verbose=2)
