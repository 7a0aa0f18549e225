import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
from transformers import TFAutoModel  # noqa: E402

encoder = TFAutoModel.from_pretrained("../assets/checkpoints/tiny-distilbert")
ids = tf.keras.Input((16,), dtype="int32", name="input_ids")
state = encoder(ids).last_hidden_state[:, 0]
score = tf.keras.layers.Dense(1, activation="sigmoid")(state)
model = tf.keras.Model(ids, score)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5), loss="binary_crossentropy")
model.fit(np.random.default_rng(0).integers(5, 40, (64, 16)), np.arange(64) % 2, epochs=1)
