import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)

x = rng.normal(size=(640, 10)).astype("float32")
w = rng.normal(size=(10, 3))
y = (x @ w).argmax(axis=1)

rate = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=0.0, decay_steps=20_000, warmup_target=1e-3, warmup_steps=5000
)
model = keras.Sequential([layers.Input((10,)), layers.Dense(32, activation="relu"), layers.Dense(3)])
model.compile(
    keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
model.fit(x, y, batch_size=64, epochs=4, validation_split=0.2, verbose=2)
