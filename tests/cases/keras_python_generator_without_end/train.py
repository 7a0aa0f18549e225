import numpy as np
from tensorflow import keras


def windows(series, width, batch):
    rng = np.random.default_rng(0)
    while True:
        starts = rng.integers(0, len(series) - width - 1, batch)
        x = np.stack([series[start:start + width] for start in starts])
        yield x[..., None], series[starts + width]


series = np.sin(np.arange(2000) / 9).astype("float32")
model = keras.Sequential([
    keras.layers.Input((12, 1)),
    keras.layers.Conv1D(8, 3, activation="relu"),
    keras.layers.Flatten(),
    keras.layers.Dense(1),
])
model.compile(optimizer="adam", loss="mse")
model.fit(windows(series, 12, 32), epochs=2, verbose=2)
print("trained")
