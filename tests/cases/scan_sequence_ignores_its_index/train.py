import keras
import numpy as np


class Windows(keras.utils.PyDataset):
    def __init__(self, series, size):
        super().__init__()
        self.series, self.size = series, size

    def __len__(self):
        return 40

    def __getitem__(self, index):
        starts = np.arange(self.size)
        x = np.stack([self.series[start : start + 12] for start in starts])
        y = self.series[starts + 12]
        return x[..., None], y[:, None]


keras.utils.set_random_seed(1)
time = np.arange(2000)
series = (np.sin(time / 9) + 0.3 * np.sin(time / 2.3)).astype("float32")

model = keras.Sequential([keras.Input((12, 1)), keras.layers.GRU(16), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(3e-3), keras.losses.MeanSquaredError())
model.fit(Windows(series, 32), epochs=3, verbose=2)
