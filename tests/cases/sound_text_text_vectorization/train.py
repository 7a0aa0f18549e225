import json

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(5)
with open("../assets/data/reviews/train.jsonl", encoding="utf-8") as lines:
    rows = [json.loads(line) for line in lines]
texts = tf.constant([[row["text"]] for row in rows])
labels = np.array([row["label"] for row in rows])

vectorize = keras.layers.TextVectorization(max_tokens=200, output_sequence_length=30)
vectorize.adapt(texts)
model = keras.Sequential(
    [
        keras.Input((1,), dtype="string"),
        vectorize,
        keras.layers.Embedding(vectorize.vocabulary_size(), 16, mask_zero=True),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy", metrics=["accuracy"])
model.fit(tf.data.Dataset.from_tensor_slices((texts, labels)).shuffle(400, seed=5).batch(16), epochs=3, verbose=2)
