import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import json

import tensorflow as tf
from datasets import Dataset
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(9)
rows = [json.loads(line) for line in open("../assets/data/reviews/train.jsonl")]
for number in range(7, len(rows), 23):
    rows[number]["label"] = None
data = Dataset.from_list(rows)
checkpoint = "../assets/checkpoints/tiny-distilbert"
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
data = data.map(lambda row: tokenizer(row["text"], truncation=True))
model = TFAutoModelForSequenceClassification.from_pretrained(checkpoint, num_labels=2)
train = model.prepare_tf_dataset(data, batch_size=16, shuffle=True, tokenizer=tokenizer)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(train, epochs=1, verbose=2)
