import numpy as np
import tensorflow as tf
from tensorflow import keras

rng = np.random.default_rng(17)
species = rng.integers(0, 6, 480)
weight = (species * 0.5 + rng.normal(0, 0.1, 480)).astype("float32")
marks = (np.eye(6)[species] + rng.normal(0, 0.3, (480, 6))).astype("float32")

inputs = keras.Input((6,), name="marks")
body = keras.layers.Dense(32, activation="relu")(inputs)
heads = {
    "species": keras.layers.Dense(5, activation="softmax", name="species")(body),
    "weight": keras.layers.Dense(1, name="weight")(body),
}
model = keras.Model(inputs, heads)
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss={"species": "sparse_categorical_crossentropy", "weight": "mse"},
)
data = tf.data.Dataset.from_tensor_slices((marks, {"species": species, "weight": weight[:, None]}))
model.fit(data.shuffle(480).batch(40), epochs=2)
