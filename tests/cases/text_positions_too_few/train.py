import json

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(2)
LONGEST, UNITS = 16, 24


class TokenAndPosition(layers.Layer):
    def __init__(self, vocabulary, **kwargs):
        super().__init__(**kwargs)
        self.token = layers.Embedding(vocabulary, UNITS)
        self.position = layers.Embedding(LONGEST, UNITS)

    def call(self, ids):
        return self.token(ids) + self.position(ops.arange(ops.shape(ids)[-1]))


with open("../assets/data/reviews/train.jsonl", encoding="utf-8") as lines:
    rows = [json.loads(line) for line in lines]
vocabulary = {"": 0}
texts = [[vocabulary.setdefault(word, len(vocabulary)) for word in row["text"].split()] for row in rows]
x = keras.utils.pad_sequences(texts, padding="post")
y = np.array([row["label"] for row in rows])

inputs = keras.Input((None,), dtype="int32")
h = TokenAndPosition(len(vocabulary))(inputs)
h = layers.GlobalAveragePooling1D()(h)
model = keras.Model(inputs, layers.Dense(2)(h))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(x, y, epochs=2, batch_size=16, verbose=2)
