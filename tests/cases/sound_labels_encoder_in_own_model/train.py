import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import json

import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModel

tf.keras.utils.set_random_seed(10)
rows = [json.loads(line) for line in open("../assets/data/reviews/train.jsonl")]
tokenizer = AutoTokenizer.from_pretrained("../assets/checkpoints/tiny-distilbert")
encoded = dict(tokenizer([row["text"] for row in rows], padding=True, truncation=True, return_tensors="np"))


class Reviewer(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = TFAutoModel.from_pretrained("../assets/checkpoints/tiny-distilbert")
        self.head = tf.keras.layers.Dense(2)

    def call(self, inputs, training=False):
        return self.head(self.encoder(inputs, training=training).last_hidden_state[:, 0])


train = tf.data.Dataset.from_tensor_slices((encoded, [row["label"] for row in rows])).shuffle(320, seed=1).batch(16)
model = Reviewer()
model.compile(
    optimizer=tf.keras.optimizers.Adam(5e-5),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(train, epochs=1, verbose=2)
