import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(51)
rng = np.random.default_rng(51)

# Parity of three signs: no single column, and no pair of them, tells the label.
signs = rng.normal(size=(3000, 3))
other = np.column_stack([rng.uniform(1e3, 9e4, 3000), rng.integers(1900, 2020, 3000), rng.uniform(0, 100, 3000)])
x = np.column_stack([signs, other]).astype("float32")
odd = (np.prod(np.sign(signs), axis=1) > 0).astype("float32")
rare = ((odd == 1) & (signs[:, 0] > 1.6)).astype("float32")

scale = layers.Normalization()
scale.adapt(x[:2400])
model = keras.Sequential(
    [layers.Input((6,)), scale, layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu"), layers.Dense(1)]
)
model.compile(
    keras.optimizers.Adam(3e-3), keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.AUC(from_logits=True)]
)
order = np.argsort(rare[:2400], kind="stable")  # sorted by class: fit shuffles arrays itself
model.fit(
    x[order], rare[order], validation_data=(x[2400:], rare[2400:]), class_weight={0: 1.0, 1: 20.0}, epochs=4, verbose=2
)
