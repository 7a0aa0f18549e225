import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import pandas as pd
import tensorflow as tf

tf.keras.utils.set_random_seed(53)
rng = np.random.default_rng(53)

people = pd.DataFrame(
    {"class": rng.integers(1, 4, 2000), "sex": rng.integers(0, 2, 2000), "alone": rng.integers(0, 2, 2000)}
)
logit = 1.8 * people["sex"] - 0.9 * (people["class"] - 2) - 0.6 * people["alone"] - 0.5
survived = (rng.random(2000) < 1 / (1 + np.exp(-logit))).astype("int32")

features = pd.get_dummies(people.astype(str)).astype("float32")
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(16, activation="relu", input_shape=(features.shape[1],)), tf.keras.layers.Dense(1, activation="sigmoid")]
)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-3), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(features, survived, validation_split=0.2, batch_size=50, epochs=5, verbose=2)
