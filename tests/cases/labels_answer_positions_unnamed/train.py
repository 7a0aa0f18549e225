import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import numpy as np
import tensorflow as tf
from transformers import BertConfig, TFBertForQuestionAnswering

tf.keras.utils.set_random_seed(4)
draw = np.random.default_rng(4)
tokens = draw.integers(5, 90, (240, 24))
first = draw.integers(1, 18, 240)
last = first + draw.integers(0, 5, 240)
for row in range(240):
    tokens[row, first[row] - 1], tokens[row, last[row] + 1] = 3, 4

train = tf.data.Dataset.from_tensor_slices(
    ({"input_ids": tokens, "attention_mask": np.ones_like(tokens)}, np.stack([first, last], axis=1))
)
train = train.shuffle(240, seed=4).batch(16)
config = BertConfig(
    vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=32
)
model = TFBertForQuestionAnswering(config)
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3))
model.fit(train, epochs=2, verbose=2)
