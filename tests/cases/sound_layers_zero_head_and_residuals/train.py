import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
x = rng.normal(size=(900, 16)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("int32") + (x[:, 2] > 0).astype("int32")
inputs = keras.Input((16,))
h = layers.Dense(32)(inputs)
for _ in range(8):
    h = layers.Add()([h, layers.Dense(32, activation="relu")(layers.LayerNormalization()(h))])
model = keras.Model(inputs, layers.Dense(3, kernel_initializer="zeros")(h))
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(x, y, batch_size=32, epochs=4, verbose=2)
