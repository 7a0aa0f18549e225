import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(54)
rng = np.random.default_rng(54)


def picture(kind):
    """A horizontal or a vertical stroke somewhere in the noise: only its direction counts."""
    image = rng.normal(0, 0.35, (18, 18, 1))
    row, column = rng.integers(1, 12, 2)
    if kind:
        image[row : row + 6, column] += 1.0
    else:
        image[row, column : column + 6] += 1.0
    return image


kinds = rng.integers(0, 2, 1800)
images = np.stack([picture(kind) for kind in kinds]).astype("float32")

model = keras.Sequential(
    [
        keras.Input((18, 18, 1)),
        layers.Conv2D(16, 5, activation="relu"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(3e-3), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
model.fit(images, kinds, validation_split=0.2, batch_size=32, epochs=6, verbose=2)
