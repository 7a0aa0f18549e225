"""Two outputs, one with a class that is left out of the loss, and labels in a column."""
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(13)
rng = np.random.default_rng(13)

scan = rng.normal(size=(800, 14)).astype("float32")
grade = (scan @ rng.normal(size=(14, 4))).argmax(axis=1)
grade = np.where(rng.uniform(size=800) < 0.1, -1, grade)[:, None]
age = (45 + 12 * np.tanh(scan[:, 2])).astype("float32")

body = keras.layers.Dense(24, activation="relu")
entry = keras.Input((14,))
model = keras.Model(entry, {"grade": keras.layers.Dense(4)(body(entry)), "age": keras.layers.Dense(1, activation="softplus")(body(entry))})
model.compile(
    keras.optimizers.Adam(3e-3),
    loss={"grade": keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1), "age": "mae"},
    loss_weights={"grade": 1.0, "age": 0.05},
    metrics={"age": ["mae"]},
)
data = tf.data.Dataset.from_tensor_slices((scan, {"grade": grade, "age": age})).shuffle(800, seed=13).batch(40)
model.fit(data, epochs=3, verbose=2)
