import numpy as np
from tensorflow import keras


class Waves(keras.utils.Sequence):
    """Batches of waves, made on the fly: slow (0) or fast (1)."""

    def __init__(self, batches, seed, **kwargs):
        super().__init__(**kwargs)
        self.batches, self.seed = batches, seed

    def __len__(self):
        return self.batches

    def __getitem__(self, index):
        rng = np.random.default_rng([self.seed, index])
        fast = rng.integers(0, 2, 16)
        phase = rng.uniform(0, 6, (16, 1))
        steps = np.arange(20)[None, :] * np.where(fast, 1.2, 0.4)[:, None]
        waves = np.sin(steps + phase) + rng.normal(0, 0.05, (16, 20))
        return waves[:, :, None].astype("float32"), fast.astype("float32")


model = keras.Sequential(
    [
        keras.layers.Input((20, 1)),
        keras.layers.LSTM(12),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(Waves(20, 0), epochs=2, validation_data=Waves(4, 1))
