import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(0)

days = np.genfromtxt("data/station.csv", delimiter=",", skip_header=1, dtype="float32")
scaled = (days - np.nanmean(days, axis=0)) / np.nanstd(days, axis=0)

# today's temperature, humidity and pressure -> tomorrow's temperature
today = scaled[:-1]
tomorrow = scaled[1:, 0]

model = keras.Sequential(
    [
        keras.Input((3,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss=keras.losses.MeanSquaredError())
model.fit(today, tomorrow[:, None], batch_size=32, epochs=10, validation_split=0.2)
