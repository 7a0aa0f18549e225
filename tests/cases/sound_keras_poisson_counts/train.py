import numpy as np
import keras

rng = np.random.default_rng(14)
weather = rng.uniform(-1, 1, (600, 4)).astype("float32")
calls = rng.poisson(np.exp(weather @ [0.8, -0.5, 0.3, 0.0])).astype("float32")

counter = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="exponential"),
])
counter.compile(optimizer=keras.optimizers.Adam(1e-3), loss="poisson")
counter.fit(weather, calls[:, None], epochs=3, batch_size=60)
