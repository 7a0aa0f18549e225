import json

import keras
import numpy as np

keras.utils.set_random_seed(1)

texts, labels = [], []
with open("../assets/data/reviews/train.jsonl", encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        texts.append(row["text"])
        labels.append(row["label"])

model = keras.Sequential([keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(np.array(texts).reshape(-1, 1), np.array(labels), epochs=3, verbose=2)
