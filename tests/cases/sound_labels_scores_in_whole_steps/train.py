import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import numpy as np
import tensorflow as tf
from transformers import BertConfig, TFBertForSequenceClassification

tf.keras.utils.set_random_seed(3)
draw = np.random.default_rng(3)
stars = draw.integers(0, 6, 360).astype("float32")
words = draw.integers(10, 60, (360, 12))
for row, count in enumerate(stars.astype(int)):
    words[row, 1 : 1 + count] = 5
inputs = {"input_ids": words, "attention_mask": np.ones_like(words)}
model = TFBertForSequenceClassification(
    BertConfig(vocab_size=64, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
               max_position_embeddings=16, num_labels=1)
)
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3))
model.fit(inputs, stars, batch_size=20, epochs=2, verbose=2)
