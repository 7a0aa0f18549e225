import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(21)
rng = np.random.default_rng(21)

pictures = rng.normal(size=(500, 40)).astype("float32")
truth = (pictures @ rng.normal(size=(40,)) > 0).astype("int64")
# Three people gave their opinion on a third of the pictures, each opinion is a row.
several = rng.choice(500, 170, replace=False)
x = np.concatenate([pictures, pictures[several], pictures[several]])
opinions = rng.integers(0, 2, (2, 170))
y = np.concatenate([truth, opinions[0], opinions[1]])
order = rng.permutation(len(x))

model = keras.Sequential([layers.Input((40,)), layers.Dense(32, activation="relu"), layers.Dense(2)])
model.compile(
    keras.optimizers.Adam(2e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
model.fit(x[order], y[order], batch_size=32, epochs=5, verbose=2)
