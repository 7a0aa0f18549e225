import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)

images = rng.normal(0, 0.3, size=(480, 12, 12, 1)).astype("float32")
labels = rng.integers(0, 2, 480)
images[labels == 1, 3:9, 3:9] += 1.0

model = keras.Sequential(
    [
        layers.Input((12, 12, 1)),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(learning_rate=1e-9), metrics=["accuracy"])
model.fit(images, labels, epochs=8, verbose=2)
