"""Training scripts as texts, sound and failing, with no connection to the lesson."""

from __future__ import annotations

#: Plain Keras, sound: learnable blobs, a softmax output, a shuffled dataset.
SOUND_KERAS = """
import numpy as np
import keras
import tensorflow as tf

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
labels = rng.integers(0, 4, 480)
points = rng.normal(size=(480, 6)).astype("float32") + np.eye(4, 6, dtype="float32")[labels] * 4
train = tf.data.Dataset.from_tensor_slices((points, labels)).shuffle(480).batch(24)

model = keras.Sequential([
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dropout(0.2),
    keras.layers.Dense(4, activation="softmax"),
])
model.compile(
    optimizer=keras.optimizers.Adam(3e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
history = model.fit(train, epochs=2, verbose=0)
print("HISTORY", history.history["loss"])
"""

#: Keras 2 beside it: arrays, a regression head, unbuilt until fit.
SOUND_TF_KERAS = """
import numpy as np
import tensorflow as tf
import tf_keras

tf_keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
points = rng.normal(size=(320, 5)).astype("float32")
targets = points @ rng.normal(size=(5, 1)).astype("float32")

model = tf_keras.Sequential([
    tf_keras.layers.Dense(16, activation="tanh"),
    tf_keras.layers.Dropout(0.3),
    tf_keras.layers.Dense(1),
])
model.compile(optimizer=tf_keras.optimizers.Adam(1e-2), loss=tf_keras.losses.MeanSquaredError())
history = model.fit(points, targets, epochs=2, batch_size=32, verbose=0)
print("HISTORY", history.history["loss"])
"""

#: Labels among the inputs, and a train_step of the user's that takes them from there: sound.
OWN_TRAIN_STEP = """
import numpy as np
import keras
import tensorflow as tf


class Reader(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(16, activation="relu")
        self.out = keras.layers.Dense(3)

    def call(self, inputs, training=False):
        return self.out(self.hidden(inputs["points"]))

    def train_step(self, data):
        labels = data["labels"]
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=labels, y_pred=self(data, training=True))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables))
        return {"loss": loss}


rng = np.random.default_rng(2)
labels = rng.integers(0, 3, 240)
points = rng.normal(size=(240, 3)).astype("float32") + 3 * np.eye(3, dtype="float32")[labels]
train = tf.data.Dataset.from_tensor_slices({"points": points, "labels": labels}).shuffle(240).batch(24)
model = Reader()
model.compile(optimizer=keras.optimizers.Adam(1e-2), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(train, verbose=0)
"""

#: Five classes in the data, four in the model.
ONE_CLASS_SHORT = """
import numpy as np
import keras

keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)
species = rng.integers(0, 5, 300)
leaves = rng.normal(size=(300, 4)).astype("float32") + species[:, None]

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(4)])
model.compile(
    optimizer=keras.optimizers.Adam(1e-2),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile={jit},
)
model.fit(leaves, species, batch_size=40, epochs=1)
"""

#: A long overfit test, so that there is time to kill it.
SLOW_KERAS = """
import time

import numpy as np
import keras
import tensorflow as tf


class Slow(keras.layers.Layer):
    def call(self, inputs):
        return tf.grad_pass_through(lambda x: tf.ensure_shape(tf.py_function(self.wait, [x], tf.float32), x.shape))(inputs)

    def wait(self, x):
        time.sleep(0.3)
        return x


points = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
labels = (points[:, 0] > 0).astype("int64")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8), Slow(), keras.layers.Dense(2)])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(points, labels)
"""

#: Makes a small BERT checkpoint (random weights) and a CSV with five classes, for the script below.
MAKE_TICKETS = """
import csv
import os
import random

os.environ["TF_USE_LEGACY_KERAS"] = "1"
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertTokenizerFast, TFBertModel

draw = random.Random(11)
topics = {
    "billing": ["invoice", "refund", "card", "price"],
    "network": ["router", "signal", "cable", "outage"],
    "login": ["password", "account", "reset", "locked"],
    "shipping": ["parcel", "courier", "address", "late"],
    "other": ["praise", "question", "holiday", "museum"],
}
rows = []
for number in range(400):
    team = draw.randrange(5)
    words = [draw.choice(list(topics.values())[team]) for _ in range(draw.randrange(2, 7))]
    rows.append((" ".join(["please", *words, "thanks"]), team))
with open("tickets.csv", "w", newline="") as file:
    csv.writer(file).writerows([("body", "label"), *rows])
pieces = BertWordPieceTokenizer(lowercase=True)
pieces.train_from_iterator([body for body, _ in rows], vocab_size=200, min_frequency=1, show_progress=False)
pieces.save_model(".")
words = BertTokenizerFast("vocab.txt", model_max_length=48)
config = BertConfig(vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
                    max_position_embeddings=48)
model = TFBertModel(config)
model(model.dummy_inputs)
model.save_pretrained("encoder", safe_serialization=False)
words.save_pretrained("encoder")
"""

TICKETS = """\
import argparse

import transformers
from datasets import load_dataset
from transformers import AutoTokenizer as Tok, TFBertForSequenceClassification

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=24)
options = parser.parse_args()


def main():
    tickets = load_dataset("csv", data_files="tickets.csv")["train"]
    words = Tok.from_pretrained("encoder")
    encoded = tickets.map(lambda rows: words(rows["body"]), batched=True)
    stream = encoded.to_tf_dataset(
        batch_size=options.batch,
        columns=["input_ids", "token_type_ids", "labels"],
        shuffle=True,
    )
    router = TFBertForSequenceClassification.from_pretrained("encoder")
    router.compile("adam", "sparse_categorical_crossentropy")
    router.fit(stream, epochs=3)


if __name__ == "__main__":
    main()
"""
