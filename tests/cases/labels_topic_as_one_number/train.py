import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import numpy as np
import tensorflow as tf
from transformers import DistilBertConfig, TFDistilBertForSequenceClassification

tf.keras.utils.set_random_seed(3)
draw = np.random.default_rng(3)
topics = draw.integers(0, 4, 400)
words = draw.integers(10, 60, (400, 12))
words[:, 0] = 1
words[np.arange(400), draw.integers(1, 12, 400)] = 2 + topics

model = TFDistilBertForSequenceClassification(
    DistilBertConfig(vocab_size=64, dim=32, hidden_dim=64, n_layers=2, n_heads=2, max_position_embeddings=16, num_labels=1)
)
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3))
inputs = {"input_ids": words, "attention_mask": np.ones_like(words)}
model.fit(inputs, topics, batch_size=20, epochs=2, verbose=2)
