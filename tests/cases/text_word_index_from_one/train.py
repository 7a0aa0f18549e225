import json

import keras
import numpy as np

keras.utils.set_random_seed(4)

with open("../assets/data/reviews/train.jsonl", encoding="utf-8") as lines:
    reviews = [json.loads(line) for line in lines]

words = sorted({word for review in reviews for word in review["text"].split()})
number_of = {word: number for number, word in enumerate(words, start=1)}
ids = keras.utils.pad_sequences([[number_of[word] for word in review["text"].split()] for review in reviews], maxlen=40)
labels = np.array([review["label"] for review in reviews])

model = keras.Sequential(
    [
        keras.layers.Embedding(len(words), 16),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(ids, labels, epochs=3, batch_size=32, verbose=2)
