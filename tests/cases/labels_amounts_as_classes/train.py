import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import json

import tensorflow as tf
from datasets import Dataset
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(5)
rows = [json.loads(line) for line in open("../assets/data/pairs/train.jsonl")]


def similarity(row):
    first, second = set(row["premise"].split()), set(row["hypothesis"].split())
    return 5 * len(first & second) / len(first | second)


pairs = Dataset.from_list([{"a": r["premise"], "b": r["hypothesis"], "label": similarity(r)} for r in rows])
tokenizer = AutoTokenizer.from_pretrained("../assets/checkpoints/tiny-bert")
pairs = pairs.map(lambda r: tokenizer(r["a"], r["b"], truncation=True), batched=True, remove_columns=["a", "b"])
model = TFAutoModelForSequenceClassification.from_pretrained("../assets/checkpoints/tiny-bert")
train = model.prepare_tf_dataset(pairs, batch_size=16, shuffle=True, tokenizer=tokenizer)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(train, epochs=2, verbose=2)
