import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tensorflow as tf

tf.random.set_seed(11)
rng = np.random.default_rng(11)


class Sorter(tf.keras.Model):
    """Sorts parcels into five chutes."""

    def __init__(self):
        super().__init__()
        self.body = tf.keras.Sequential(
            [tf.keras.layers.Dense(40, activation="relu"), tf.keras.layers.Dense(40, activation="relu")]
        )
        self.chute = tf.keras.layers.Dense(5, activation="relu")

    def call(self, parcel):
        return self.chute(self.body(parcel))


size = rng.normal(size=(1500, 7)).astype("float32")
chute = (size @ rng.normal(size=(7, 5))).argmax(axis=1)
belt = tf.data.Dataset.from_tensor_slices((size, chute)).shuffle(1500).batch(50)

sorter = Sorter()
sorter.compile("sgd", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
sorter.fit(belt, epochs=3, verbose=2)
