import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)

centers = rng.normal(size=(4, 12)) * 1.5
y = rng.integers(0, 4, 1200)
x = (centers[y] + rng.normal(size=(1200, 12))).astype("float32")

model = keras.Sequential(
    [layers.Input((12,)), layers.Dense(32, activation="relu"), layers.BatchNormalization(), layers.Dense(4, activation="softmax")]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
model.fit(x, y, batch_size=50, epochs=5, validation_split=0.2, verbose=2)
