import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import numpy as np
import tensorflow as tf
from transformers import GPT2Config, TFGPT2LMHeadModel

tf.keras.utils.set_random_seed(2)
draw = np.random.default_rng(2)
starts = draw.integers(0, 50, (256, 1))
tokens = ((starts + np.arange(20) * draw.integers(1, 4, (256, 1))) % 50).astype("int32")
train = tf.data.Dataset.from_tensor_slices(({"input_ids": tokens}, tokens)).shuffle(256, seed=2).batch(16)

model = TFGPT2LMHeadModel(GPT2Config(vocab_size=50, n_positions=32, n_embd=32, n_layer=2, n_head=2))
model.compile(
    optimizer=tf.keras.optimizers.Adam(1e-3), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model.fit(train, epochs=2, verbose=2)
